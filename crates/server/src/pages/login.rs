//! `/login`: sign in.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Router, routing::get};
use http::HeaderMap;
use serde::Deserialize;

use super::form::{Form, Input};
use super::frame::Frame;
use super::notice::{self, Told};
use super::posted::Posted;
use super::return_path::ReturnPath;
use super::visit::{Turned, Visit};
use crate::App;
use crate::accounts::Client;
use crate::accounts::sessions::leave;
use crate::accounts::sign_in::{Credentials, sign_in};
use crate::http::Query;

pub(super) fn router() -> Router<App> {
    Router::new().route("/login", get(page).post(submit))
}

#[derive(Debug, Deserialize)]
struct Question {
    #[serde(default)]
    next: ReturnPath,
    #[serde(default, deserialize_with = "notice::known")]
    told: Option<Told>,
}

async fn page(visit: Visit, Query(question): Query<Question>) -> Result<Response, Turned> {
    if visit.is_signed_in() {
        return Ok(Redirect::to(question.next.as_str()).into_response());
    }
    let mut page = LoginPage::new(&visit, "", &question.next);
    let notices = &mut page.frame.notices;
    match question.told {
        Some(told) => notices.push(told.notice()),
        None => notices.extend(visit.how_it_ended()),
    }
    visit.show(&page)
}

#[derive(Deserialize)]
struct Answers {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: ReturnPath,
}

async fn submit(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    Posted { visit, answers }: Posted<Answers>,
) -> Result<Response, Turned> {
    let page = LoginPage::new(&visit, &answers.email, &answers.next);
    let credentials = Credentials {
        email: answers.email,
        password: answers.password.into(),
    };
    match sign_in(&app, &client, credentials).await {
        Ok(signed_in) => {
            leave(&app, &client, &headers).await;
            let cookies = app.sign_in_cookies(&signed_in);
            Ok((cookies, Redirect::to(answers.next.as_str())).into_response())
        }
        Err(refused) => Err(visit.refuse(refused, page, |page| (&mut page.frame, &mut page.form))),
    }
}

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage {
    frame: Frame,
    form: Form,
}

impl LoginPage {
    fn new(visit: &Visit, email: &str, next: &ReturnPath) -> Self {
        let inputs = vec![
            Input::email(email),
            Input::current_password("password", "Password"),
        ];
        let mut form = Form::new("/login", visit.csrf.value(), "Sign in", inputs);
        if next.is_special() {
            form = form.carry("next", next.as_str());
        }
        Self {
            frame: visit.frame("Sign in", ""),
            form,
        }
    }
}
