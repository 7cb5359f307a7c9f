//! `/dev/mail`: the letters of development, which are kept and not sent.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Response};
use axum::{Router, routing::get};
use countersign_domain::MailId;
use countersign_store::StoredMail;
use countersign_verify::Cause;
use http::HeaderValue;
use http::header::CONTENT_SECURITY_POLICY;

use super::frame::Frame;
use super::letter::Letter;
use super::moment::Moment;
use super::visit::{Turned, Visit};
use crate::App;
use crate::http::Refused;

/// How many letters are listed.
const LIMIT: u32 = 200;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/dev/mail", get(list))
        .route("/dev/mail/{id}", get(mail))
        .route("/dev/mail/{id}/html", get(html))
}

async fn list(visit: Visit) -> Result<Response, Turned> {
    only_in_development(&visit.app)?;
    let now = visit.app.now();
    let mails = visit
        .app
        .store()
        .recent_mails(LIMIT)
        .await
        .map_err(Refused::from)?;
    visit.show(&MailsPage {
        frame: visit.frame("Mail sent in development", "/dev/mail"),
        mails: mails.into_iter().map(|mail| Line::new(mail, now)).collect(),
    })
}

async fn mail(visit: Visit, Path(id): Path<String>) -> Result<Response, Turned> {
    let StoredMail {
        mail, created_at, ..
    } = find(&visit.app, &id).await?;
    visit.show(&MailPage {
        frame: visit.frame(&mail.subject, "/dev/mail"),
        to: mail.recipient.to_string(),
        at: Moment::new(created_at, visit.app.now()),
        html: mail.html.map(|_| format!("/dev/mail/{}/html", mail.id)),
        text: mail.text,
    })
}

/// The letter as mail programs show it, which is the one page with styles in it. Nothing else is
/// loaded or run there, so that what looks right here brings no content from elsewhere.
async fn html(State(app): State<App>, Path(id): Path<String>) -> Result<Response, Refused> {
    let html = find(&app, &id).await?.mail.html;
    let html = html.ok_or_else(|| Refused::new(Cause::NotFound, "the letter is plain text"))?;
    Ok(([(CONTENT_SECURITY_POLICY, LETTER_CSP)], Html(html)).into_response())
}

const LETTER_CSP: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'",
);

async fn find(app: &App, id: &str) -> Result<StoredMail, Refused> {
    only_in_development(app)?;
    let nothing = || Refused::new(Cause::NotFound, "no letter has this id");
    let id: MailId = id.parse().map_err(|_| nothing())?;
    app.store().mail(id).await?.ok_or_else(nothing)
}

/// Letters hold links with tokens: outside development there is no such page.
fn only_in_development(app: &App) -> Result<(), Refused> {
    if app.has_mail_page() {
        Ok(())
    } else {
        Err(Refused::new(
            Cause::NotFound,
            "there is a mail page in development only",
        ))
    }
}

#[derive(Template)]
#[template(path = "mails.html")]
struct MailsPage {
    frame: Frame,
    mails: Vec<Line>,
}

struct Line {
    id: String,
    to: String,
    subject: String,
    at: Moment,
}

#[derive(Template)]
#[template(path = "mail.html")]
struct MailPage {
    frame: Frame,
    to: String,
    at: Moment,
    /// Where the letter is shown as HTML, if it has any.
    html: Option<String>,
    text: String,
}

impl Line {
    fn new(stored: StoredMail, now: countersign_domain::Timestamp) -> Self {
        Self {
            id: stored.mail.id.to_string(),
            to: stored.mail.recipient.to_string(),
            subject: stored.mail.subject,
            at: Moment::new(stored.created_at, now),
        }
    }
}
