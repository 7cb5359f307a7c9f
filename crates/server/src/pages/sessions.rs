//! `/account/sessions`: where one is signed in; and signing out.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use countersign_domain::sessions::Session;
use countersign_domain::{SessionId, Timestamp};
use countersign_verify::Cause;

use super::device;
use super::frame::Frame;
use super::moment::Moment;
use super::notice::{Telling, Told};
use super::posted::{Nothing, Posted};
use super::visit::{Turned, Visit, done};
use crate::App;
use crate::accounts::Client;
use crate::accounts::sessions::{self, Scope};
use crate::http::Refused;

const HERE: &str = "/account/sessions";

pub(super) fn router() -> Router<App> {
    Router::new()
        .route(HERE, get(page))
        .route("/account/sessions/{id}/end", post(end))
        .route("/account/sessions/end-others", post(end_others))
        .route("/account/sessions/end-all", post(end_all))
        .route("/logout", post(sign_out))
}

async fn page(visit: Visit, Query(telling): Query<Telling>) -> Result<Response, Turned> {
    let member = visit.member()?;
    let now = visit.app.now();
    let list = sessions::list(&visit.app, &member.user).await?;
    let mut frame = visit.frame("Sessions", HERE);
    frame.notices.extend(telling.told.map(Told::notice));
    visit.show(&SessionsPage {
        frame,
        csrf: visit.csrf.value().into(),
        sessions: list
            .iter()
            .map(|session| Entry::new(session, member.session.id, now))
            .collect(),
    })
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
    sessions::end(&app, &client, &member.user, id).await?;
    Ok(done(HERE, Told::SessionEnded))
}

async fn end_others(
    State(app): State<App>,
    client: Client,
    Posted { visit, .. }: Posted<Nothing>,
) -> Result<Response, Turned> {
    let member = visit.member()?;
    let (user, session) = (&member.user, member.session.id);
    sessions::sign_out(&app, &client, user, session, Scope::Others).await?;
    Ok(done(HERE, Told::OthersEnded))
}

async fn end_all(
    State(app): State<App>,
    client: Client,
    Posted { visit, .. }: Posted<Nothing>,
) -> Result<Response, Turned> {
    leave(
        &app,
        &client,
        &visit,
        Scope::Global,
        Told::SignedOutEverywhere,
    )
    .await
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
