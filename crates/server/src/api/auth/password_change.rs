//! `POST /api/v1/auth/password/change`: a new password, by the one of today.

use axum::extract::State;
use countersign_domain::sessions::FRESH;
use countersign_verify::Cause;
use http::StatusCode;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zeroize::Zeroizing;

use crate::App;
use crate::accounts::Client;
use crate::accounts::password::{Change, change};
use crate::api::Body;
use crate::api::fields::{self, Fields, FromFields, Wrong};
use crate::api::problem::Problem;
use crate::authenticate::Member;
use crate::http::Refused;

pub(super) fn route() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(password_change))
}

/// The password of today and that of tomorrow.
#[derive(Debug, ToSchema)]
struct ChangeRequest {
    /// The password of today (ASVS 6.2.3).
    #[schema(value_type = String, format = Password)]
    current_password: Zeroizing<String>,
    /// Whether all other sessions end (ASVS 7.4.3). They do, unless this says false.
    #[schema(value_type = Option<bool>, default = true)]
    end_other_sessions: bool,
    /// The password to be.
    #[schema(value_type = String, format = Password, min_length = 8)]
    new_password: Zeroizing<String>,
}

impl FromFields for ChangeRequest {
    fn from_fields(fields: &mut Fields) -> Result<Self, Wrong> {
        let current_password = fields.required("current_password", fields::password_text);
        let end_other_sessions = fields.optional("end_other_sessions", fields::switch);
        let new_password = fields.required("new_password", fields::new_password_text);
        Ok(Self {
            current_password: current_password?,
            end_other_sessions: end_other_sessions?.unwrap_or(true),
            new_password: new_password?,
        })
    }
}

/// Changes the password.
#[utoipa::path(
    post,
    path = "/api/v1/auth/password/change",
    tag = "account",
    request_body = ChangeRequest,
    responses(
        (status = 204, description = "The password is changed"),
        (status = 401, description = "No credential, or one that is refused", body = Problem),
        (status = 403, description = "By cookie: the CSRF token or the origin is refused", body = Problem),
        (status = 409, description = "The password was changed at the same moment", body = Problem),
        (status = 422, description = "Fields are wrong, such as the current password", body = Problem),
        (status = 429, description = "Too many failures; Retry-After says when to come back", body = Problem),
        (status = 503, description = "Too many passwords wait to be hashed", body = Problem),
    ),
    security(("bearer" = []), ("session_cookie" = [])),
)]
async fn password_change(
    State(app): State<App>,
    client: Client,
    member: Member,
    Body(request): Body<ChangeRequest>,
) -> Result<StatusCode, Refused> {
    let session = member.session.ok_or_else(|| {
        let detail = "only who signed in here may change a password: sign in with it";
        Refused::new(Cause::StepUpRequired, detail).asking("max_age", FRESH.as_secs())
    })?;
    let input = Change {
        current: request.current_password,
        new: request.new_password,
        end_others: request.end_other_sessions,
    };
    change(&app, &client, &member.user, &session, input).await?;
    Ok(StatusCode::NO_CONTENT)
}
