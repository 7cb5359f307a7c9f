//! `POST /api/v1/auth/password/reset`: a new password, by a mailed link.

use axum::extract::State;
use countersign_domain::links::LinkPurpose;
use http::StatusCode;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zeroize::Zeroizing;

use crate::App;
use crate::accounts::{Client, recover};
use crate::api::fields::{self, Fields, FromFields, Wrong};
use crate::api::problem::Problem;
use crate::api::{Body, SameSite};
use crate::http::Refused;

pub(super) fn route() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(password_reset))
}

/// A mailed token and the password to be.
#[derive(Debug, ToSchema)]
struct ResetRequest {
    /// The password to be.
    #[schema(value_type = String, format = Password, min_length = 8)]
    new_password: Zeroizing<String>,
    /// The token of the link.
    #[schema(value_type = String, example = "csl_…")]
    token: Zeroizing<String>,
}

impl FromFields for ResetRequest {
    fn from_fields(fields: &mut Fields) -> Result<Self, Wrong> {
        let new_password = fields.required("new_password", fields::new_password_text);
        let token = fields.required("token", fields::secret_text);
        Ok(Self {
            new_password: new_password?,
            token: token?,
        })
    }
}

/// Sets a new password, and ends all sessions of the account. A link works once.
#[utoipa::path(
    post,
    path = "/api/v1/auth/password/reset",
    tag = "recovery",
    request_body = ResetRequest,
    responses(
        (status = 204, description = "The password is set; sign in with it"),
        (status = 400, description = "The link was used, voided or has run out", body = Problem),
        (status = 422, description = "The password cannot be chosen; the link still works", body = Problem),
        (status = 503, description = "Too many passwords wait to be hashed", body = Problem),
    ),
)]
async fn password_reset(
    State(app): State<App>,
    client: Client,
    _from: SameSite,
    Body(request): Body<ResetRequest>,
) -> Result<StatusCode, Refused> {
    let ResetRequest {
        new_password,
        token,
    } = request;
    recover::reset(
        &app,
        &client,
        LinkPurpose::ResetPassword,
        &token,
        new_password,
    )
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
