//! `DELETE /api/v1/sessions/{id}`: sign out elsewhere.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use countersign_domain::SessionId;
use countersign_verify::Cause;
use http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;
use crate::accounts::Client;
use crate::accounts::sessions::{self, Scope};
use crate::api::NoParameters;
use crate::api::problem::Problem;
use crate::authenticate::Authenticated;
use crate::http::Refused;

pub(super) fn route() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(end_session))
}

/// Ends one of the user's sessions. Another than the one that asks ends only within 10 minutes of
/// a sign-in: sign in again and repeat it (RFC 9470).
#[utoipa::path(
    delete,
    path = "/api/v1/sessions/{id}",
    tag = "session",
    params(("id" = String, Path, description = "The session", format = "uuid")),
    responses(
        (status = 204, description = "It has ended"),
        (status = 401, description = "No credential, or one that is refused; `step-up-required` for a sign-in too long ago", body = Problem),
        (status = 403, description = "By cookie: the CSRF token or the origin is refused", body = Problem),
        (status = 404, description = "The user has no such session", body = Problem),
        (status = 422, description = "It takes no query parameter", body = Problem),
    ),
    security(("bearer" = []), ("session_cookie" = [])),
)]
async fn end_session(
    State(app): State<App>,
    client: Client,
    _no_query: NoParameters,
    who: Authenticated,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, Refused> {
    // A text that is no id names no session either, so the answer is the same.
    let id = id.ok().and_then(|Path(id)| id.parse::<SessionId>().ok());
    let id = id.ok_or_else(|| Refused::new(Cause::NotFound, "no session has such an id"))?;
    let user = who.user(&app).await?;
    if who.session_id() == Some(id) {
        sessions::sign_out(&app, &client, &user, id, Scope::Local).await?;
    } else {
        let proof = who.fresh(&app, &client)?;
        sessions::end(&app, &client, &user, id, proof).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
