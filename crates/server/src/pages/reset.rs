//! `/reset`: choose a new password with the link of a letter.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Router, routing::get};
use serde::Deserialize;

use super::form::{Form, Input};
use super::link::LinkPage;
use super::notice::Told;
use super::posted::Posted;
use super::visit::{Turned, Visit, done};
use crate::App;
use crate::accounts::{Client, recover};

pub(super) fn router() -> Router<App> {
    Router::new().route("/reset", get(page).post(submit))
}

#[derive(Deserialize)]
struct Link {
    #[serde(default)]
    token: String,
}

async fn page(visit: Visit, Query(link): Query<Link>) -> Result<Response, Turned> {
    if link.token.is_empty() {
        return Ok(Redirect::to("/forgot").into_response());
    }
    visit.show(&reset_page(&visit, &link.token))
}

#[derive(Deserialize)]
struct Answers {
    #[serde(default)]
    token: String,
    #[serde(default)]
    new_password: String,
}

async fn submit(
    State(app): State<App>,
    client: Client,
    Posted { visit, answers }: Posted<Answers>,
) -> Result<Response, Turned> {
    let new = answers.new_password.into();
    match recover::reset(&app, &client, &answers.token, new).await {
        Ok(()) => Ok(done("/login", Told::PasswordReset)),
        Err(refused) => {
            let page = reset_page(&visit, &answers.token);
            Err(visit.refuse(refused, page, |page| (&mut page.frame, &mut page.form)))
        }
    }
}

fn reset_page(visit: &Visit, token: &str) -> LinkPage {
    let inputs = vec![Input::new_password("new_password", "New password")];
    let form = Form::new("/reset", visit.csrf.value(), "Set the password", inputs);
    LinkPage {
        frame: visit.frame("Choose a new password", ""),
        lead: "All devices are signed out with it.",
        form: form.carry("token", token),
    }
}
