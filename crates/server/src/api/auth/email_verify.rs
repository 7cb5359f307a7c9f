//! `POST /api/v1/auth/email/verify`: an address is shown to be one's own.

use axum::extract::State;
use http::StatusCode;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zeroize::Zeroizing;

use crate::App;
use crate::accounts::{Client, verify_email};
use crate::api::fields::{self, Fields, FromFields, Wrong};
use crate::api::problem::Problem;
use crate::api::{Body, SameSite};
use crate::http::Refused;

pub(super) fn route() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(email_verify))
}

/// A mailed token.
#[derive(Debug, ToSchema)]
struct VerifyRequest {
    /// The password of the account. A front end with a page of its own for the link asks for it
    /// there, as the server's page does: without it whoever registered another's address could
    /// wait for its owner to open the account.
    #[schema(value_type = Option<String>, format = Password)]
    password: Option<Zeroizing<String>>,
    /// The token of the link.
    #[schema(value_type = String, example = "csl_…")]
    token: Zeroizing<String>,
}

impl FromFields for VerifyRequest {
    fn from_fields(fields: &mut Fields) -> Result<Self, Wrong> {
        let password = fields.optional("password", fields::password_text);
        let token = fields.required("token", fields::secret_text);
        Ok(Self {
            password: password?,
            token: token?,
        })
    }
}

/// Verifies the address that a link was mailed to. A link works once, for 24 hours.
#[utoipa::path(
    post,
    path = "/api/v1/auth/email/verify",
    tag = "account",
    request_body = VerifyRequest,
    responses(
        (status = 204, description = "The address is verified"),
        (status = 400, description = "The link was used, voided or has run out", body = Problem),
        (status = 422, description = "A field is wrong, such as the password", body = Problem),
        (status = 429, description = "Too many wrong passwords; Retry-After says when to come back", body = Problem),
        (status = 503, description = "Too many passwords wait to be hashed", body = Problem),
    ),
)]
async fn email_verify(
    State(app): State<App>,
    client: Client,
    _from: SameSite,
    Body(request): Body<VerifyRequest>,
) -> Result<StatusCode, Refused> {
    let VerifyRequest { password, token } = request;
    match password {
        None => verify_email::confirm(&app, &client, &token).await?,
        Some(password) => {
            verify_email::confirm_with_password(&app, &client, &token, password).await?;
        }
    }
    Ok(StatusCode::NO_CONTENT)
}
