//! `/reset`: choose a new password with the link of a letter.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Router, routing::get};
use countersign_domain::links::LinkPurpose;

use super::link::Link;
use super::new_password::{self, Answers};
use super::posted::Posted;
use super::visit::{Turned, Visit};
use crate::App;
use crate::accounts::Client;
use crate::http::Query;

const HERE: &str = "/reset";

pub(super) fn router() -> Router<App> {
    Router::new().route(HERE, get(page).post(submit))
}

async fn page(visit: Visit, Query(link): Query<Link>) -> Result<Response, Turned> {
    if link.token.is_empty() {
        return Ok(Redirect::to("/forgot").into_response());
    }
    visit.show(&new_password::page(&visit, HERE, &link.token))
}

async fn submit(
    State(app): State<App>,
    client: Client,
    posted: Posted<Answers>,
) -> Result<Response, Turned> {
    new_password::submit(&app, &client, LinkPurpose::ResetPassword, HERE, posted).await
}
