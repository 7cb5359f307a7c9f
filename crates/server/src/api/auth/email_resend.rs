//! `POST /api/v1/auth/email/resend`: another mail to verify an address.

use axum::extract::State;
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;
use crate::accounts::{Client, verify_email};
use crate::api::fields::{self, Fields, FromFields, Wrong};
use crate::api::problem::Problem;
use crate::api::{Body, SameSite};
use crate::http::{Json, Refused};

pub(super) fn route() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(email_resend))
}

/// An address that waits to be verified.
#[derive(Debug, ToSchema)]
struct ResendRequest {
    /// The address of the account.
    #[schema(format = "email", example = "ada@example.com")]
    email: String,
}

impl FromFields for ResendRequest {
    fn from_fields(fields: &mut Fields) -> Result<Self, Wrong> {
        let email = fields.required("email", fields::email_text)?;
        Ok(Self { email })
    }
}

/// The answer to every address, whether it waits to be verified or not.
#[derive(Debug, Serialize, ToSchema)]
struct Resent {
    /// What to do next.
    message: &'static str,
}

/// Mails a new link to verify an address; the old one is void then.
///
/// The answer is the same whether the address has an account or not (ASVS 6.3.8).
#[utoipa::path(
    post,
    path = "/api/v1/auth/email/resend",
    tag = "account",
    request_body = ResendRequest,
    responses(
        (status = 202, description = "A mail is on its way, if the address waits for one", body = Resent),
        (status = 422, description = "The address is wrong", body = Problem),
        (status = 429, description = "Too many mails to this address were asked for", body = Problem),
    ),
)]
async fn email_resend(
    State(app): State<App>,
    client: Client,
    _from: SameSite,
    Body(request): Body<ResendRequest>,
) -> Result<(StatusCode, Json<Resent>), Refused> {
    verify_email::resend(&app, &client, &request.email).await?;
    let message = "If the address waits to be verified, a mail with a new link is on its way.";
    Ok((StatusCode::ACCEPTED, Json(Resent { message })))
}
