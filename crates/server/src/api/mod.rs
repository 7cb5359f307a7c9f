//! The JSON API: one endpoint = one file.

use axum::Router;

use crate::App;

/// The routes of the API.
pub fn router() -> Router<App> {
    Router::new()
}
