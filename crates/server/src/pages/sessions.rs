//! `/account/sessions`: where one is signed in; and signing out.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use countersign_domain::sessions::{FreshSignIn, Session};
use countersign_domain::{SessionId, Timestamp};
use countersign_verify::Cause;
use serde::Deserialize;

use super::device;
use super::form::{Form, Input};
use super::frame::Frame;
use super::moment::Moment;
use super::notice::{Telling, Told};
use super::posted::{Nothing, Posted};
use super::visit::{Turned, Visit, done};
use crate::App;
use crate::accounts::Client;
use crate::accounts::sessions::{self, Scope};
use crate::authenticate::{PageMember, fresh};
use crate::http::{Query, Refused};

const HERE: &str = "/account/sessions";

pub(super) fn router() -> Router<App> {
    Router::new()
        .route(HERE, get(page).post(confirm))
        .route("/account/sessions/{id}/end", post(end))
        .route("/account/sessions/end-others", post(end_others))
        .route("/account/sessions/end-all", post(end_all))
        .route("/logout", post(sign_out))
}

async fn page(visit: Visit, Query(telling): Query<Telling>) -> Result<Response, Turned> {
    let member = visit.member()?;
    let mut page = SessionsPage::new(&visit, member).await?;
    page.frame.notices.extend(telling.told.map(Told::notice));
    visit.show(&page)
}

#[derive(Deserialize)]
struct Answers {
    #[serde(default)]
    password: String,
}

/// Shows that it is the owner who is here; then the sessions can be ended.
async fn confirm(
    State(app): State<App>,
    client: Client,
    Posted { visit, answers }: Posted<Answers>,
) -> Result<Response, Turned> {
    let member = visit.member()?;
    let (user, session) = (&member.user, member.session.id);
    match sessions::confirm(&app, &client, user, session, answers.password.into()).await {
        Ok(()) => Ok(done(HERE, Told::Confirmed)),
        Err(refused) => {
            let page = SessionsPage::new(&visit, member).await?;
            Err(visit.refuse(refused, page, |page| (&mut page.frame, &mut page.form)))
        }
    }
}

async fn end(
    State(app): State<App>,
    client: Client,
    Path(id): Path<String>,
    Posted { visit, .. }: Posted<Nothing>,
) -> Result<Response, Turned> {
    let member = visit.member()?;
    let id: SessionId = id
        .parse()
        .map_err(|_| Refused::new(Cause::NotFound, "this is no session id"))?;
    if id == member.session.id {
        return leave(&app, &client, &visit, Scope::Local, Told::SignedOut).await;
    }
    let proof = match fresh(&app, &client, Some(member.session.auth_time)) {
        Ok(proof) => proof,
        Err(refused) => return Err(stale(&visit, refused).await),
    };
    sessions::end(&app, &client, &member.user, id, proof).await?;
    Ok(done(HERE, Told::SessionEnded))
}

async fn end_others(
    State(app): State<App>,
    client: Client,
    Posted { visit, .. }: Posted<Nothing>,
) -> Result<Response, Turned> {
    let member = visit.member()?;
    let (user, session) = (&member.user, member.session.id);
    let proof = match fresh(&app, &client, Some(member.session.auth_time)) {
        Ok(proof) => proof,
        Err(refused) => return Err(stale(&visit, refused).await),
    };
    sessions::sign_out(&app, &client, user, session, Scope::Others(proof)).await?;
    Ok(done(HERE, Told::OthersEnded))
}

async fn end_all(
    State(app): State<App>,
    client: Client,
    Posted { visit, .. }: Posted<Nothing>,
) -> Result<Response, Turned> {
    let member = visit.member()?;
    let proof = match fresh(&app, &client, Some(member.session.auth_time)) {
        Ok(proof) => proof,
        Err(refused) => return Err(stale(&visit, refused).await),
    };
    let scope = Scope::Global(proof);
    leave(&app, &client, &visit, scope, Told::SignedOutEverywhere).await
}

/// The page with its question for the password, where the answer was given too long ago.
async fn stale(visit: &Visit, refused: Refused) -> Turned {
    let page = match visit.member() {
        Ok(member) => SessionsPage::new(visit, member).await.map_err(Turned::from),
        Err(turned) => Err(turned),
    };
    match page {
        Ok(page) => visit.refuse(refused, page, |page| (&mut page.frame, &mut page.form)),
        Err(turned) => turned,
    }
}

async fn sign_out(
    State(app): State<App>,
    client: Client,
    Posted { visit, .. }: Posted<Nothing>,
) -> Result<Response, Turned> {
    leave(&app, &client, &visit, Scope::Local, Told::SignedOut).await
}

/// Signs out of this session, be there others that end with it or not.
async fn leave(
    app: &App,
    client: &Client,
    visit: &Visit,
    scope: Scope,
    told: Told,
) -> Result<Response, Turned> {
    let member = visit.member()?;
    sessions::sign_out(app, client, &member.user, member.session.id, scope).await?;
    Ok((app.sign_out_cookies(), done("/login", told)).into_response())
}

#[derive(Template)]
#[template(path = "sessions.html")]
struct SessionsPage {
    frame: Frame,
    csrf: String,
    sessions: Vec<Entry>,
    /// Whether the person has just shown who they are (ASVS V7.5.2).
    is_fresh: bool,
    /// Asks for the password where that was long ago.
    form: Form,
}

impl SessionsPage {
    async fn new(visit: &Visit, member: &PageMember) -> Result<Self, Refused> {
        let now = visit.app.now();
        let list = sessions::list(&visit.app, &member.user).await?;
        let inputs = vec![Input::current_password("password", "Your password")];
        let form = Form::new(HERE, visit.csrf.value(), "Confirm that it is you", inputs);
        let entry = |session: &Session| Entry::new(session, member.session.id, now);
        Ok(Self {
            frame: visit.frame("Sessions", HERE),
            csrf: visit.csrf.value().into(),
            sessions: list.iter().map(entry).collect(),
            is_fresh: FreshSignIn::at(member.session.auth_time, now).is_some(),
            form: form.of_user(member.user.email.as_str()),
        })
    }
}

struct Entry {
    id: String,
    device: String,
    ip: Option<String>,
    seen: Moment,
    since: Moment,
    current: bool,
}

impl Entry {
    fn new(session: &Session, current: SessionId, now: Timestamp) -> Self {
        Self {
            id: session.id.to_string(),
            device: device::name(session.user_agent.as_deref()),
            ip: session.ip.map(|ip| ip.to_string()),
            seen: Moment::new(session.last_seen_at, now),
            since: Moment::new(session.created_at, now),
            current: session.id == current,
        }
    }
}
