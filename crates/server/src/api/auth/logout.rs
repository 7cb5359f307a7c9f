//! `POST /api/v1/auth/logout`: the end of this session, of the others, or of all.

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use countersign_verify::Cause;
use http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;
use crate::accounts::Client;
use crate::accounts::sessions::{Scope, sign_out};
use crate::api::problem::Problem;
use crate::authenticate::Authenticated;
use crate::http::{FieldError, Refused};

pub(super) fn route() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(logout))
}

/// Which sessions a query asks to end.
fn scope(query: Option<&str>) -> Result<Scope, Refused> {
    let mut pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let asked = pairs.find(|(name, _)| name == "scope");
    match asked.as_ref().map(|(_, scope)| scope.as_ref()) {
        None | Some("" | "local") => Ok(Scope::Local),
        Some("global") => Ok(Scope::Global),
        Some("others") => Ok(Scope::Others),
        Some(_) => {
            let message = "Allowed are local (as without it), others and global.";
            Err(Refused::fields(vec![FieldError::new("scope", message)]))
        }
    }
}

/// Signs out, and clears the cookies unless only other sessions end.
#[utoipa::path(
    post,
    path = "/api/v1/auth/logout",
    tag = "session",
    params((
        "scope" = Option<String>,
        Query,
        description = "`others`: all sessions but this one; `global`: all; else this one",
        example = "others",
    )),
    responses(
        (status = 204, description = "Signed out"),
        (status = 401, description = "No credential, or one that is refused", body = Problem),
        (status = 403, description = "By cookie: the CSRF token or the origin is refused", body = Problem),
        (status = 409, description = "The token is another issuer's and has no session here", body = Problem),
        (status = 422, description = "The scope is unknown", body = Problem),
    ),
    security(("bearer" = []), ("session_cookie" = [])),
)]
async fn logout(
    State(app): State<App>,
    client: Client,
    who: Authenticated,
    RawQuery(query): RawQuery,
) -> Result<Response, Refused> {
    let scope = scope(query.as_deref())?;
    let session = who.session_id().ok_or_else(|| {
        let detail = "a token of another issuer has no session here that could end";
        Refused::new(Cause::Conflict, detail)
    })?;
    let user = who.user(&app).await?;
    sign_out(&app, &client, &user, session, scope).await?;
    Ok(match scope {
        Scope::Others => StatusCode::NO_CONTENT.into_response(),
        Scope::Global | Scope::Local => {
            (StatusCode::NO_CONTENT, app.sign_out_cookies()).into_response()
        }
    })
}
