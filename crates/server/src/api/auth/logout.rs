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
use crate::api::parameters;
use crate::api::problem::Problem;
use crate::authenticate::Authenticated;
use crate::http::{FieldError, Refused};

pub(super) fn route() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(logout))
}

/// Which sessions a query asks to end.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Asked {
    Global,
    Local,
    Others,
}

fn asked(query: Option<&str>) -> Result<Asked, Refused> {
    match parameters::only(query, "scope")?.as_deref() {
        None | Some("" | "local") => Ok(Asked::Local),
        Some("global") => Ok(Asked::Global),
        Some("others") => Ok(Asked::Others),
        Some(_) => {
            let message = "Allowed are local (as without it), others and global.";
            Err(Refused::fields(vec![FieldError::new("scope", message)]))
        }
    }
}

/// Signs out, and clears the cookies unless only other sessions end. Other sessions end only
/// within 10 minutes of a sign-in: sign in again and repeat it (RFC 9470).
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
        (status = 401, description = "No credential, or one that is refused; `step-up-required` for a sign-in too long ago", body = Problem),
        (status = 403, description = "By cookie: the CSRF token or the origin is refused", body = Problem),
        (status = 409, description = "The token is another issuer's and has no session here", body = Problem),
        (status = 422, description = "The scope is unknown, or another parameter is", body = Problem),
    ),
    security(("bearer" = []), ("session_cookie" = [])),
)]
async fn logout(
    State(app): State<App>,
    client: Client,
    who: Authenticated,
    RawQuery(query): RawQuery,
) -> Result<Response, Refused> {
    let asked = asked(query.as_deref())?;
    let session = who.session_id().ok_or_else(|| {
        let detail = "a token of another issuer has no session here that could end";
        Refused::new(Cause::Conflict, detail)
    })?;
    let scope = match asked {
        Asked::Global => Scope::Global(who.fresh(&app, &client)?),
        Asked::Local => Scope::Local,
        Asked::Others => Scope::Others(who.fresh(&app, &client)?),
    };
    let user = who.user(&app).await?;
    sign_out(&app, &client, &user, session, scope).await?;
    Ok(match asked {
        Asked::Others => StatusCode::NO_CONTENT.into_response(),
        Asked::Global | Asked::Local => {
            (StatusCode::NO_CONTENT, app.sign_out_cookies()).into_response()
        }
    })
}
