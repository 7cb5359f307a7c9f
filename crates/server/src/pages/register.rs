//! `/register`: create an account.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Router, routing::get};

use super::applicant::Applicant;
use super::form::Form;
use super::frame::Frame;
use super::letter_sent::LetterSentPage;
use super::posted::Posted;
use super::visit::{Turned, Visit};
use crate::App;
use crate::accounts::Client;
use crate::accounts::register::register;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/register", get(page).post(submit))
        .route("/register/sent", get(sent))
}

async fn page(visit: Visit) -> Result<Response, Turned> {
    visit.show(&RegisterPage::new(&visit, &Applicant::default()))
}

async fn submit(
    State(app): State<App>,
    client: Client,
    Posted { visit, answers }: Posted<Applicant>,
) -> Result<Response, Turned> {
    let page = RegisterPage::new(&visit, &answers);
    match register(&app, &client, answers.registration()).await {
        Ok(()) => Ok(Redirect::to("/register/sent").into_response()),
        Err(refused) => Err(visit.refuse(refused, page, |page| (&mut page.frame, &mut page.form))),
    }
}

async fn sent(visit: Visit) -> Result<Response, Turned> {
    visit.show(&LetterSentPage {
        frame: visit.frame("Look into your mail", ""),
        text: "We sent a letter to the address that you gave. Open the link in it within 24 hours \
               to confirm that the address is yours; then you can sign in.",
        again: "/verify",
    })
}

#[derive(Template)]
#[template(path = "register.html")]
struct RegisterPage {
    frame: Frame,
    form: Form,
}

impl RegisterPage {
    fn new(visit: &Visit, typed: &Applicant) -> Self {
        Self {
            frame: visit.frame("Create an account", ""),
            form: Form::new(
                "/register",
                visit.csrf.value(),
                "Create the account",
                typed.inputs(),
            ),
        }
    }
}
