//! Choosing a new password with the link of a letter: `/reset`, and `/verify/new` for an account
//! that somebody else may have registered.

use axum::response::Response;
use countersign_domain::links::LinkPurpose;
use serde::Deserialize;

use super::form::{Form, Input};
use super::link::LinkPage;
use super::notice::Told;
use super::posted::Posted;
use super::visit::{Turned, Visit, done};
use crate::App;
use crate::accounts::{Client, recover};

/// What was sent.
#[derive(Deserialize)]
pub(super) struct Answers {
    #[serde(default)]
    token: String,
    #[serde(default)]
    new_password: String,
}

/// The page of a link for `purpose`, whose form goes to `path`.
pub(super) fn page(visit: &Visit, path: &'static str, token: &str) -> LinkPage {
    let inputs = vec![Input::new_password("new_password", "New password")];
    let form = Form::new(path, visit.csrf.value(), "Set the password", inputs);
    LinkPage {
        frame: visit.frame("Choose a new password", ""),
        lead: "All devices are signed out with it.",
        form: form.carry("token", token),
        aside: None,
    }
}

/// Sets the password that was chosen.
pub(super) async fn submit(
    app: &App,
    client: &Client,
    purpose: LinkPurpose,
    path: &'static str,
    Posted { visit, answers }: Posted<Answers>,
) -> Result<Response, Turned> {
    let new = answers.new_password.into();
    match recover::reset(app, client, purpose, &answers.token, new).await {
        Ok(()) => Ok(done("/login", Told::PasswordReset)),
        Err(refused) => {
            let page = page(&visit, path, &answers.token);
            Err(visit.refuse(refused, page, |page| (&mut page.frame, &mut page.form)))
        }
    }
}
