//! `GET /api/v1/auth/csrf-token`: the token that unsafe requests by cookie need.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::CACHE_CONTROL;
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
