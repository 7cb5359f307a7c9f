//! The server-rendered pages.

use axum::Router;
use axum::response::Response;

use crate::App;
use crate::http::{Refused, RequestInfo};

/// The routes of the pages.
pub fn router() -> Router<App> {
    Router::new()
}

/// The page that shows a refusal to a browser which asked for HTML; `None` leaves the problem
/// document (RFC 9457) as it is. The status and all headers are set by the caller.
#[must_use]
pub fn refusal(app: &App, request: &RequestInfo, refused: &Refused) -> Option<Response> {
    let _ = (app, request, refused);
    None
}
