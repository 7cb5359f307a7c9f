//! The server-rendered pages. All of them work without JavaScript.

mod assets;
mod causes;
mod frame;
mod prose;
mod refusal;

use askama::Template;
use axum::Router;
use axum::response::{Html, IntoResponse, Response};
use countersign_verify::Cause;

use crate::App;
use crate::http::Refused;

pub use refusal::refusal;

/// The routes of the pages.
pub fn router() -> Router<App> {
    Router::new()
        .merge(assets::router())
        .merge(causes::router())
}

/// Renders a page.
///
/// # Errors
/// `internal-error`, if the template cannot be rendered.
fn show(page: &impl Template) -> Result<Response, Refused> {
    page.render()
        .map(|html| Html(html).into_response())
        .map_err(|error| Refused::new(Cause::InternalError, format!("a page: {error}")))
}
