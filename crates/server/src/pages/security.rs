//! `/account/security`: change the password.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use axum::{Router, routing::get};
use serde::Deserialize;

use super::form::{Form, Input};
use super::frame::Frame;
use super::notice::{Telling, Told};
use super::posted::Posted;
use super::visit::{Turned, Visit, done};
use crate::App;
use crate::accounts::Client;
use crate::accounts::password::{self, Change};
use crate::authenticate::PageMember;
use crate::http::Query;

const HERE: &str = "/account/security";

pub(super) fn router() -> Router<App> {
    Router::new().route(HERE, get(page).post(change))
}

async fn page(visit: Visit, Query(telling): Query<Telling>) -> Result<Response, Turned> {
    let member = visit.member()?;
    let mut page = SecurityPage::new(&visit, member, true);
    page.frame.notices.extend(telling.told.map(Told::notice));
    visit.show(&page)
}

#[derive(Deserialize)]
struct Answers {
    #[serde(default)]
    current_password: String,
    #[serde(default)]
    new_password: String,
    end_others: Option<String>,
}

async fn change(
    State(app): State<App>,
    client: Client,
    Posted { visit, answers }: Posted<Answers>,
) -> Result<Response, Turned> {
    let member = visit.member()?;
    let end_others = answers.end_others.is_some();
    let change = Change {
        current: answers.current_password.into(),
        new: answers.new_password.into(),
        end_others,
    };
    match password::change(&app, &client, &member.user, &member.session, change).await {
        Ok(()) => Ok(done(HERE, Told::PasswordChanged)),
        Err(refused) => {
            let page = SecurityPage::new(&visit, member, end_others);
            Err(visit.refuse(refused, page, |page| (&mut page.frame, &mut page.form)))
        }
    }
}

#[derive(Template)]
#[template(path = "security.html")]
struct SecurityPage {
    frame: Frame,
    form: Form,
}

impl SecurityPage {
    fn new(visit: &Visit, member: &PageMember, end_others: bool) -> Self {
        let inputs = vec![
            Input::current_password("current_password", "Current password"),
            Input::new_password("new_password", "New password"),
            Input::check("end_others", "Sign out all other devices", end_others)
                .hint("Wise, if you change it because somebody else may know it."),
        ];
        Self {
            frame: visit.frame("Security", HERE),
            form: Form::new(HERE, visit.csrf.value(), "Change the password", inputs)
                .of_user(member.user.email.as_str()),
        }
    }
}
