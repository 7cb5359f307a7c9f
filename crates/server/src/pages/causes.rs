//! `/docs/errors/`: every code, and the page of each.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Router, routing::get};
use countersign_diagnose::{CauseDoc, Detection, Entry, Example};
use countersign_verify::Cause;

use super::frame::Frame;
use super::prose::Prose;
use super::show;
use crate::App;
use crate::http::Refused;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route(
            "/docs/errors",
            get(async || Redirect::permanent("/docs/errors/")),
        )
        .route("/docs/errors/", get(index))
        .route("/docs/errors/{code}", get(cause))
}

async fn index(State(app): State<App>) -> Result<Response, Refused> {
    show(&CausesPage {
        frame: Frame::of(&app, "What the codes mean"),
        stages: stages(),
    })
}

async fn cause(State(app): State<App>, Path(name): Path<String>) -> Result<Response, Refused> {
    let cause = Cause::find(&name).ok_or_else(|| {
        Refused::new(
            Cause::NotFound,
            format!("no cause has the code or slug `{name}`; /docs/errors/ lists all"),
        )
    })?;
    // One address a cause: the one that refusals name as their `type`.
    if name != cause.code() {
        return Ok(Redirect::permanent(&format!("/docs/errors/{}", cause.code())).into_response());
    }
    show(&page(&app, countersign_diagnose::entry(cause)))
}

struct Stage {
    number: char,
    title: &'static str,
    entries: Vec<Entry>,
}

const STAGES: [&str; 10] = [
    "The request itself",
    "The credential on its way",
    "Kind and form of the token",
    "Keys, secrets, signatures",
    "Claims and clocks",
    "Cookies, CSRF, origins",
    "Session, account, permission",
    "Sign-in, factors, OAuth flows",
    "Environment, files, addresses",
    "Database, cache, mail, certificates",
];

fn stages() -> Vec<Stage> {
    ('0'..='9')
        .zip(STAGES)
        .map(|(number, title)| Stage {
            number,
            title,
            entries: countersign_diagnose::all()
                .filter(|entry| {
                    entry
                        .cause
                        .code()
                        .strip_prefix("CSN")
                        .is_some_and(|rest| rest.starts_with(number))
                })
                .collect(),
        })
        .collect()
}

fn page(app: &App, entry: Entry) -> CausePage {
    let (doc, text) = match entry.detection {
        Detection::Detected(doc) => (Some(doc), ""),
        Detection::NotYet { text } => (None, text),
    };
    CausePage {
        frame: Frame::of(app, entry.title),
        cause: entry.cause,
        outcome: doc.map_or_else(String::new, |doc| doc.outcome(app.public_url())),
        told: countersign_diagnose::told(entry.cause),
        doc,
        related: doc
            .into_iter()
            .flat_map(|doc| doc.related)
            .map(|cause| countersign_diagnose::entry(*cause))
            .collect(),
        text,
    }
}

#[derive(Template)]
#[template(path = "causes.html")]
struct CausesPage {
    frame: Frame,
    stages: Vec<Stage>,
}

#[derive(Template)]
#[template(path = "cause.html")]
struct CausePage {
    frame: Frame,
    cause: Cause,
    doc: Option<&'static CauseDoc>,
    /// What comes of the example: the answer, or what the terminal shows.
    outcome: String,
    /// What a client gets to know.
    told: String,
    related: Vec<Entry>,
    text: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_stands_in_exactly_one_stage() {
        let listed: usize = stages().iter().map(|stage| stage.entries.len()).sum();
        assert_eq!(listed, Cause::ALL.len());
    }
}
