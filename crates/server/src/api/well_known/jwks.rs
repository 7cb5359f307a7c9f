//! `GET /.well-known/jwks.json`: our public keys (RFC 7517, section 5).

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::CACHE_CONTROL;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;
use crate::http::Json;

pub(super) fn route() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(jwks))
}

/// Our public keys. Empty while tokens are signed with a shared secret.
#[utoipa::path(
    get,
    path = "/.well-known/jwks.json",
    tag = "keys",
    responses((status = 200, description = "A JWK set (RFC 7517)", body = serde_json::Value)),
)]
async fn jwks(State(app): State<App>) -> Response {
    // A new key is published before it signs, for longer than this (DESIGN 4).
    let cache = (
        CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=300"),
    );
    ([cache], Json(app.keys().jwks().clone())).into_response()
}
