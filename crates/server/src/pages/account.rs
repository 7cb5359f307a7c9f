//! `/account`: the profile.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use axum::{Router, routing::get};
use serde::Deserialize;

use super::form::{Form, Input};
use super::frame::Frame;
use super::moment::Moment;
use super::notice::{Telling, Told};
use super::posted::Posted;
use super::visit::{Turned, Visit, done};
use crate::App;
use crate::accounts::{Client, profile};
use crate::authenticate::PageMember;
use crate::http::Query;

const HERE: &str = "/account";

pub(super) fn router() -> Router<App> {
    Router::new().route(HERE, get(page).post(rename))
}

async fn page(visit: Visit, Query(telling): Query<Telling>) -> Result<Response, Turned> {
    let member = visit.member()?;
    let mut page = AccountPage::new(
        &visit,
        member,
        member.user.name.as_deref().unwrap_or_default(),
    );
    page.frame.notices.extend(telling.told.map(Told::notice));
    visit.show(&page)
}

#[derive(Deserialize)]
struct Answers {
    #[serde(default)]
    name: String,
}

async fn rename(
    State(app): State<App>,
    client: Client,
    Posted { visit, answers }: Posted<Answers>,
) -> Result<Response, Turned> {
    let member = visit.member()?;
    match profile::rename(&app, &client, &member.user, &answers.name).await {
        Ok(_) => Ok(done(HERE, Told::NameSaved)),
        Err(refused) => {
            let page = AccountPage::new(&visit, member, &answers.name);
            Err(visit.refuse(refused, page, |page| (&mut page.frame, &mut page.form)))
        }
    }
}

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    frame: Frame,
    email: String,
    verified: bool,
    role: &'static str,
    since: Moment,
    id: String,
    form: Form,
}

impl AccountPage {
    fn new(visit: &Visit, member: &PageMember, name: &str) -> Self {
        let user = &member.user;
        Self {
            frame: visit.frame("Your profile", HERE),
            email: user.email.to_string(),
            verified: user.email_verified_at.is_some(),
            role: user.role.as_str(),
            since: Moment::new(user.created_at, visit.app.now()),
            id: user.id.to_string(),
            form: Form::new(
                HERE,
                visit.csrf.value(),
                "Save the name",
                vec![Input::name(name)],
            ),
        }
    }
}
