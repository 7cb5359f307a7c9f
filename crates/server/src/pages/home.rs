//! `/`: to wherever one belongs.

use axum::response::{IntoResponse, Redirect, Response};
use axum::{Router, routing::get};

use super::visit::{Turned, Visit};
use crate::App;

pub(super) fn router() -> Router<App> {
    Router::new().route("/", get(home))
}

async fn home(visit: Visit) -> Result<Response, Turned> {
    let place = if visit.is_signed_in() {
        "/account"
    } else {
        "/login"
    };
    Ok(Redirect::to(place).into_response())
}
