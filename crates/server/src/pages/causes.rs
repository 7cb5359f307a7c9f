//! `/docs/errors/`: every code, and the page of each.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Router, routing::get};
use countersign_diagnose::{CauseDoc, Entry, Example, ShownCase, Stage, Style, shown_case};
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
        stages: countersign_diagnose::stages().collect(),
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

fn page(app: &App, entry: Entry) -> CausePage {
    let doc = entry.doc;
    CausePage {
        frame: Frame::of(app, entry.title),
        cause: entry.cause,
        outcome: doc.outcome(app.public_url()),
        told: countersign_diagnose::told(entry.cause),
        case: shown_case(entry.cause),
        doc,
        related: doc
            .related
            .iter()
            .map(|cause| countersign_diagnose::entry(*cause))
            .collect(),
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
    doc: &'static CauseDoc,
    /// What comes of the example: the answer, or what the terminal shows.
    outcome: String,
    /// What a client gets to know.
    told: String,
    /// A failure by this cause, with what the doctor says of it.
    case: Option<ShownCase>,
    related: Vec<Entry>,
}
