//! `/admin`: administration. Every page takes an [`AdminVisit`], and so cannot forget the role.

mod overview;
mod refusal;
mod tally;
mod visit;

use axum::Router;

use crate::App;
use visit::AdminVisit;

/// Where administration begins.
const HERE: &str = "/admin";

pub(super) fn router() -> Router<App> {
    Router::new()
        .merge(overview::router())
        .merge(refusal::router())
}
