//! `/setup`: make the first admin, with the link that the server prints at its start.

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
use crate::accounts::register::Registration;
use crate::accounts::{Client, setup};

pub(super) fn router() -> Router<App> {
    Router::new().route("/setup", get(page).post(submit))
}

#[derive(Deserialize)]
struct Link {
    #[serde(default)]
    token: String,
}

async fn page(visit: Visit, Query(link): Query<Link>) -> Result<Response, Turned> {
    if link.token.is_empty() {
        return Ok(Redirect::to("/login").into_response());
    }
    visit.show(&setup_page(&visit, &link.token, "", ""))
}

#[derive(Deserialize)]
struct Answers {
    #[serde(default)]
    token: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
}

async fn submit(
    State(app): State<App>,
    client: Client,
    Posted { visit, answers }: Posted<Answers>,
) -> Result<Response, Turned> {
    let page = setup_page(&visit, &answers.token, &answers.name, &answers.email);
    let registration = Registration {
        email: answers.email,
        password: answers.password.into(),
        name: Some(answers.name),
    };
    match setup::first_admin(&app, &client, &answers.token, registration).await {
        Ok(()) => Ok(done("/login", Told::AdminMade)),
        Err(refused) => Err(visit.refuse(refused, page, |page| (&mut page.frame, &mut page.form))),
    }
}

fn setup_page(visit: &Visit, token: &str, name: &str, email: &str) -> LinkPage {
    let inputs = vec![
        Input::name(name),
        Input::email(email),
        Input::new_password("password", "Password"),
    ];
    let form = Form::new("/setup", visit.csrf.value(), "Make the first admin", inputs);
    LinkPage {
        frame: visit.frame("Make the first admin", ""),
        lead: "This server has no admin yet. The account that you make here is one; the link \
               works once.",
        form: form.carry("token", token),
    }
}
