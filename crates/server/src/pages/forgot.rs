//! `/forgot`: ask for a link to choose a new password.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Router, routing::get};
use serde::Deserialize;

use super::form::{Form, Input};
use super::frame::Frame;
use super::letter_sent::LetterSentPage;
use super::posted::Posted;
use super::visit::{Turned, Visit};
use crate::App;
use crate::accounts::{Client, recover};

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/forgot", get(page).post(submit))
        .route("/forgot/sent", get(sent))
}

async fn page(visit: Visit) -> Result<Response, Turned> {
    visit.show(&ForgotPage::new(&visit, ""))
}

#[derive(Deserialize)]
struct Answers {
    #[serde(default)]
    email: String,
}

async fn submit(
    State(app): State<App>,
    client: Client,
    Posted { visit, answers }: Posted<Answers>,
) -> Result<Response, Turned> {
    match recover::forgot(&app, &client, &answers.email).await {
        Ok(()) => Ok(Redirect::to("/forgot/sent").into_response()),
        Err(refused) => {
            let page = ForgotPage::new(&visit, &answers.email);
            Err(visit.refuse(refused, page, |page| (&mut page.frame, &mut page.form)))
        }
    }
}

async fn sent(visit: Visit) -> Result<Response, Turned> {
    visit.show(&LetterSentPage {
        frame: visit.frame("Look into your mail", ""),
        text: "If the address has an account, a letter is on its way. Its link works for 10 \
               minutes, and only the newest one does.",
        again: "/forgot",
    })
}

#[derive(Template)]
#[template(path = "forgot.html")]
struct ForgotPage {
    frame: Frame,
    form: Form,
}

impl ForgotPage {
    fn new(visit: &Visit, email: &str) -> Self {
        let inputs = vec![Input::email(email)];
        Self {
            frame: visit.frame("Forgot your password?", ""),
            form: Form::new("/forgot", visit.csrf.value(), "Send the link", inputs),
        }
    }
}
