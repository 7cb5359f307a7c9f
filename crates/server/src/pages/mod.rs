//! The server-rendered pages. All of them work without JavaScript.

mod account;
mod admin;
mod api_docs;
mod applicant;
mod assets;
mod causes;
mod csrf;
mod device;
mod forgot;
mod form;
mod frame;
mod home;
mod letter;
mod letter_sent;
mod link;
mod login;
mod mails;
mod moment;
mod new_password;
mod notice;
mod posted;
mod prose;
mod refusal;
mod register;
mod reset;
mod return_path;
mod security;
mod sessions;
mod setup;
mod verify;
mod visit;

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
        .merge(account::router())
        .merge(admin::router())
        .merge(api_docs::router())
        .merge(assets::router())
        .merge(causes::router())
        .merge(forgot::router())
        .merge(home::router())
        .merge(login::router())
        .merge(mails::router())
        .merge(register::router())
        .merge(reset::router())
        .merge(security::router())
        .merge(sessions::router())
        .merge(setup::router())
        .merge(verify::router())
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
