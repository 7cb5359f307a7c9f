//! `/setup`: make the first admin, with the link that the server prints at its start.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Router, routing::get};
use serde::Deserialize;

use super::applicant::Applicant;
use super::form::Form;
use super::link::{Link, LinkPage};
use super::notice::Told;
use super::posted::Posted;
use super::visit::{Turned, Visit, done};
use crate::App;
use crate::accounts::{Client, setup};
use crate::http::Query;

pub(super) fn router() -> Router<App> {
    Router::new().route("/setup", get(page).post(submit))
}

async fn page(visit: Visit, Query(link): Query<Link>) -> Result<Response, Turned> {
    if link.token.is_empty() {
        return Ok(Redirect::to("/login").into_response());
    }
    visit.show(&setup_page(&visit, &link.token, &Applicant::default()))
}

#[derive(Deserialize)]
struct Answers {
    #[serde(default)]
    token: String,
    #[serde(flatten)]
    applicant: Applicant,
}

async fn submit(
    State(app): State<App>,
    client: Client,
    Posted { visit, answers }: Posted<Answers>,
) -> Result<Response, Turned> {
    let Answers { token, applicant } = answers;
    let page = setup_page(&visit, &token, &applicant);
    match setup::first_admin(&app, &client, &token, applicant.registration()).await {
        Ok(()) => Ok(done("/login", Told::AdminMade)),
        Err(refused) => Err(visit.refuse(refused, page, |page| (&mut page.frame, &mut page.form))),
    }
}

fn setup_page(visit: &Visit, token: &str, typed: &Applicant) -> LinkPage {
    let (csrf, inputs) = (visit.csrf.value(), typed.inputs());
    let form = Form::new("/setup", csrf, "Make the first admin", inputs);
    LinkPage {
        frame: visit.frame("Make the first admin", ""),
        lead: "This server has no admin yet. The account that you make here is one; the link \
               works once.",
        form: form.carry("token", token),
        aside: None,
    }
}
