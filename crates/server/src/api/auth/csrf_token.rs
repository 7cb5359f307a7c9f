//! `GET /api/v1/auth/csrf-token`: the token that unsafe requests by cookie need.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use countersign_domain::csrf::{Binding, is_valid, mint};
use countersign_verify::cookies;
use http::header::{CACHE_CONTROL, SET_COOKIE};
use http::{HeaderMap, HeaderValue};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;
use crate::http::{Json, Refused};

pub(super) fn route() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(csrf_token))
}

/// A CSRF token.
#[derive(Debug, Serialize, ToSchema)]
struct CsrfAnswer {
    /// Goes into the header X-CSRF-Token; the CSRF cookie has the same value.
    csrf_token: String,
}

/// The CSRF token of this browser, and the cookie with the same value.
///
/// A token that the browser has already and that fits its session stays, so that other tabs go on.
#[utoipa::path(
    get,
    path = "/api/v1/auth/csrf-token",
    tag = "session",
    responses((status = 200, description = "The token", body = CsrfAnswer)),
)]
async fn csrf_token(State(app): State<App>, headers: HeaderMap) -> Result<Response, Refused> {
    let binding = binding(&app, &headers).await?;
    let name = app.csrf_cookie_name();
    let mut presented = cookies(&headers).filter(|(found, _)| *found == name);
    let kept = presented.find(|(_, token)| is_valid(app.csrf_key(), binding, token));
    let token = match kept {
        Some((_, token)) => token.to_owned(),
        None => mint(app.csrf_key(), binding, &mut app.rng()),
    };
    let set = [
        (SET_COOKIE, app.csrf_cookie(&token)),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((set, Json(CsrfAnswer { csrf_token: token })).into_response())
}

/// The session of the browser's cookie; a cookie that counts no longer is as good as none.
async fn binding(app: &App, headers: &HeaderMap) -> Result<Binding, Refused> {
    match app.member(headers).await {
        Ok(Some(member)) => Ok(Binding::Session(member.session.id)),
        Ok(None) => Ok(Binding::Anonymous),
        Err(refused) if refused.status().is_client_error() => Ok(Binding::Anonymous),
        Err(refused) => Err(refused),
    }
}
