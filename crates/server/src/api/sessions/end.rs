//! `DELETE /api/v1/sessions/{id}`: sign out elsewhere.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use countersign_domain::SessionId;
use countersign_verify::Cause;
use http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;
use crate::accounts::{Client, sessions};
use crate::api::problem::Problem;
use crate::authenticate::Authenticated;
use crate::http::Refused;

pub(super) fn route() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(end_session))
}

/// Ends one of the user's sessions.
#[utoipa::path(
    delete,
    path = "/api/v1/sessions/{id}",
    tag = "session",
    params(("id" = String, Path, description = "The session", format = "uuid")),
    responses(
        (status = 204, description = "It has ended"),
        (status = 401, description = "No credential, or one that is refused", body = Problem),
        (status = 403, description = "By cookie: the CSRF token or the origin is refused", body = Problem),
        (status = 404, description = "The user has no such session", body = Problem),
    ),
    security(("bearer" = []), ("session_cookie" = [])),
)]
async fn end_session(
    State(app): State<App>,
    client: Client,
    who: Authenticated,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, Refused> {
    // A text that is no id names no session either, so the answer is the same.
    let id = id.ok().and_then(|Path(id)| id.parse::<SessionId>().ok());
    let id = id.ok_or_else(|| Refused::new(Cause::NotFound, "no session has such an id"))?;
    let user = who.user(&app).await?;
    sessions::end(&app, &client, &user, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
