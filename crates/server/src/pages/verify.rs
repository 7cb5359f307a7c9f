//! `/verify`: confirm a mail address, or ask for another letter.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use countersign_domain::links::LinkPurpose;
use countersign_verify::Cause;
use serde::Deserialize;

use super::form::{Form, Input};
use super::letter_sent::LetterSentPage;
use super::link::{Aside, Link, LinkPage};
use super::new_password;
use super::notice::Told;
use super::posted::Posted;
use super::visit::{Turned, Visit, done};
use crate::App;
use crate::accounts::{Client, verify_email};
use crate::http::Query;

/// Where whoever did not choose the account's password chooses one.
const NEW: &str = "/verify/new";

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/verify", get(page).post(confirm))
        .route(NEW, get(new_page).post(new_submit))
        .route("/verify/resend", post(resend))
        .route("/verify/sent", get(sent))
}

/// Opening the link changes nothing: scanners of mail open links too, and would use it up.
async fn page(visit: Visit, Query(link): Query<Link>) -> Result<Response, Turned> {
    let page = if link.token.is_empty() {
        again(&visit, "")
    } else {
        ask(&visit, &link.token).await
    };
    visit.show(&page)
}

#[derive(Deserialize)]
struct Answers {
    #[serde(default)]
    token: String,
    #[serde(default)]
    password: String,
}

async fn confirm(
    State(app): State<App>,
    client: Client,
    Posted { visit, answers }: Posted<Answers>,
) -> Result<Response, Turned> {
    let Answers { token, password } = answers;
    match verify_email::confirm_with_password(&app, &client, &token, password.into()).await {
        Ok(()) => Ok(done("/login", Told::EmailVerified)),
        Err(refused) => {
            // With the link itself all is over; with the password it is not.
            let is_void = matches!(refused.cause(), Cause::LinkInvalid | Cause::LinkExpired);
            let page = if is_void {
                again(&visit, "")
            } else {
                ask(&visit, &token).await
            };
            Err(visit.refuse(refused, page, |page| (&mut page.frame, &mut page.form)))
        }
    }
}

async fn new_page(visit: Visit, Query(link): Query<Link>) -> Result<Response, Turned> {
    if link.token.is_empty() {
        return Ok(Redirect::to("/verify").into_response());
    }
    visit.show(&new_password::page(&visit, NEW, &link.token))
}

async fn new_submit(
    State(app): State<App>,
    client: Client,
    posted: Posted<new_password::Answers>,
) -> Result<Response, Turned> {
    new_password::submit(&app, &client, LinkPurpose::VerifyEmail, NEW, posted).await
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

/// Asks for the password. Somebody else may have registered the address, and wait for its owner to
/// press a button that opens the account with a password which is not the owner's.
async fn ask(visit: &Visit, token: &str) -> LinkPage {
    let inputs = vec![
        Input::current_password("password", "Password")
            .hint("The one that you chose when you created the account."),
    ];
    // For password managers alone; without it the page works as well.
    let owner = match verify_email::parse_link(token) {
        Ok(token) => verify_email::owner(&visit.app, &token).await.ok(),
        Err(_) => None,
    };
    let username = owner.map(|user| user.email.to_string()).unwrap_or_default();
    let form = Form::new("/verify", visit.csrf.value(), "Confirm the address", inputs)
        .of_user(username)
        .carry("token", token);
    let token: String = url::form_urlencoded::byte_serialize(token.as_bytes()).collect();
    LinkPage {
        frame: visit.frame("Confirm your email address", ""),
        lead: "Type your password once more, and the address counts as yours.",
        form,
        aside: Some(Aside {
            text: "You did not create the account, or do not know the password any more?",
            href: format!("{NEW}?token={token}"),
            label: "Choose a new password",
        }),
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
        aside: None,
    }
}
