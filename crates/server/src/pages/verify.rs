//! `/verify`: confirm a mail address, or ask for another letter.

use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use super::form::{Form, Input};
use super::letter_sent::LetterSentPage;
use super::link::LinkPage;
use super::notice::Told;
use super::posted::Posted;
use super::visit::{Turned, Visit, done};
use crate::App;
use crate::accounts::{Client, verify_email};

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/verify", get(page).post(confirm))
        .route("/verify/resend", post(resend))
        .route("/verify/sent", get(sent))
}

#[derive(Deserialize)]
struct Link {
    #[serde(default)]
    token: String,
}

/// Opening the link changes nothing: scanners of mail open links too, and would use it up.
async fn page(visit: Visit, Query(link): Query<Link>) -> Result<Response, Turned> {
    let page = if link.token.is_empty() {
        again(&visit, "")
    } else {
        button(&visit, link.token)
    };
    visit.show(&page)
}

async fn confirm(
    State(app): State<App>,
    client: Client,
    Posted { visit, answers }: Posted<Link>,
) -> Result<Response, Turned> {
    match verify_email::confirm(&app, &client, &answers.token).await {
        Ok(()) => Ok(done("/login", Told::EmailVerified)),
        Err(refused) => {
            let page = again(&visit, "");
            Err(visit.refuse(refused, page, |page| (&mut page.frame, &mut page.form)))
        }
    }
}

#[derive(Deserialize)]
struct Address {
    #[serde(default)]
    email: String,
}

async fn resend(
    State(app): State<App>,
    client: Client,
    Posted { visit, answers }: Posted<Address>,
) -> Result<Response, Turned> {
    match verify_email::resend(&app, &client, &answers.email).await {
        Ok(()) => Ok(Redirect::to("/verify/sent").into_response()),
        Err(refused) => {
            let page = again(&visit, &answers.email);
            Err(visit.refuse(refused, page, |page| (&mut page.frame, &mut page.form)))
        }
    }
}

async fn sent(visit: Visit) -> Result<Response, Turned> {
    visit.show(&LetterSentPage {
        frame: visit.frame("Look into your mail", ""),
        text: "If the address has an account that still waits for its confirmation, a new letter \
               is on its way. The links of older letters no longer work.",
        again: "/verify",
    })
}

fn button(visit: &Visit, token: String) -> LinkPage {
    let form = Form::new(
        "/verify",
        visit.csrf.value(),
        "Confirm the address",
        Vec::new(),
    );
    LinkPage {
        frame: visit.frame("Confirm your email address", ""),
        lead: "One press, and the address counts as yours.",
        form: form.carry("token", token),
    }
}

fn again(visit: &Visit, email: &str) -> LinkPage {
    let inputs = vec![Input::email(email)];
    LinkPage {
        frame: visit.frame("Send the letter again", ""),
        lead: "We send a new link with which you confirm that the address is yours.",
        form: Form::new(
            "/verify/resend",
            visit.csrf.value(),
            "Send a new letter",
            inputs,
        ),
    }
}
