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
    /// The token of the link.
    #[schema(value_type = String, example = "csl_…")]
    token: Zeroizing<String>,
}

impl FromFields for VerifyRequest {
    fn from_fields(fields: &mut Fields) -> Result<Self, Wrong> {
        let token = fields.required("token", fields::secret_text)?;
        Ok(Self { token })
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
        (status = 422, description = "A field is wrong", body = Problem),
    ),
)]
async fn email_verify(
    State(app): State<App>,
    client: Client,
    _from: SameSite,
    Body(request): Body<VerifyRequest>,
) -> Result<StatusCode, Refused> {
    verify_email::confirm(&app, &client, &request.token).await?;
    Ok(StatusCode::NO_CONTENT)
}
