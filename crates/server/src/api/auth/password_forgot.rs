//! `POST /api/v1/auth/password/forgot`: a mail with a link to choose a new password.

use axum::extract::State;
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;
use crate::accounts::{Client, recover};
use crate::api::fields::{self, Fields, FromFields, Wrong};
use crate::api::problem::Problem;
use crate::api::{Body, SameSite};
use crate::http::{Json, Refused};

pub(super) fn route() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(password_forgot))
}

/// An address whose password is forgotten.
#[derive(Debug, ToSchema)]
struct ForgotRequest {
    /// The address of the account.
    #[schema(format = "email", example = "ada@example.com")]
    email: String,
}

impl FromFields for ForgotRequest {
    fn from_fields(fields: &mut Fields) -> Result<Self, Wrong> {
        let email = fields.required("email", fields::email_text)?;
        Ok(Self { email })
    }
}

/// The answer to every address, whether it has an account or not.
#[derive(Debug, Serialize, ToSchema)]
struct Forgotten {
    /// What to do next.
    message: &'static str,
}

/// Mails a link to choose a new password. It works once, for ten minutes.
///
/// The answer is the same whether the address has an account or not (ASVS 6.3.8).
#[utoipa::path(
    post,
    path = "/api/v1/auth/password/forgot",
    tag = "recovery",
    request_body = ForgotRequest,
    responses(
        (status = 202, description = "A mail is on its way, if there is an account", body = Forgotten),
        (status = 422, description = "The address is wrong", body = Problem),
        (status = 429, description = "Too many mails to this address were asked for", body = Problem),
    ),
)]
async fn password_forgot(
    State(app): State<App>,
    client: Client,
    _from: SameSite,
    Body(request): Body<ForgotRequest>,
) -> Result<(StatusCode, Json<Forgotten>), Refused> {
    recover::forgot(&app, &client, &request.email).await?;
    let message = "If the address has an account, a mail with a link is on its way.";
    Ok((StatusCode::ACCEPTED, Json(Forgotten { message })))
}
