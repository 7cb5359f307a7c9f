//! The JSON API: one endpoint = one file.
//!
//! A route is registered together with its description, so the two cannot diverge. What people do
//! with accounts is in [`crate::accounts`]; here it is read from JSON and answered in JSON.

mod admin;
mod auth;
mod body;
mod fields;
mod health;
mod openapi;
mod parameters;
mod problem;
mod same_site;
mod secrets_proof;
mod sessions;
mod settings_document;
mod sync_user;
mod user;
mod well_known;

use axum::Router;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::App;

use body::Body;
use parameters::NoParameters;
use same_site::SameSite;
pub(crate) use secrets_proof::ProofLimit;

/// The routes of the API.
pub fn router() -> Router<App> {
    described().split_for_parts().0
}

/// The description of the API (OpenAPI 3.1).
#[must_use]
pub fn description() -> OpenApi {
    let mut description = described().split_for_parts().1;
    openapi::name_problems(&mut description);
    description
}

fn described() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(openapi::frame())
        .merge(admin::routes())
        .merge(auth::routes())
        .merge(health::routes())
        .merge(openapi::route())
        .merge(secrets_proof::route())
        .merge(sessions::routes())
        .merge(settings_document::routes())
        .merge(sync_user::route())
        .merge(well_known::routes())
}
