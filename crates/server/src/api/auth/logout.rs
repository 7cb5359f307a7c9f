//! `POST /api/v1/auth/logout`: the end of this session, of the others, or of all.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;
use crate::accounts::Client;
use crate::accounts::sessions::{Scope, sign_out};
use crate::api::openapi;
use crate::api::problem::Problem;
use crate::authenticate::Guarded;
use crate::http::{FieldError, Refused};

pub(super) fn route() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(logout))
}

