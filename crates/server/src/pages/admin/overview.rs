//! `/admin`: what was refused, newest first, and how often.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Router, routing::get};
use countersign_diagnose::{Example, Stage, TraceRecord, printable, title};
use countersign_store::{TracePosition, TraceQuery};
use countersign_verify::Cause;
use http::StatusCode;
use serde::Deserialize;

use super::tally::Tally;
use super::{AdminVisit, HERE};
use crate::App;
use crate::http::{Query, Refused};
use crate::pages::frame::Frame;
use crate::pages::moment::Moment;
use crate::pages::visit::{Turned, Visit};
use crate::traces::{ListedTrace, TracePage, copied_trace_id};

/// Refusals on one page.
const ON_A_PAGE: u32 = 50;
/// So many characters of a path are shown in a list.
const PATH: usize = 120;

pub(super) fn router() -> Router<App> {
    Router::new().route(HERE, get(page))
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Question {
    /// The code or slug of a cause: only its refusals.
    #[serde(default)]
    cause: String,
    /// The place that the page before gave.
    #[serde(default)]
    before: String,
    /// A trace to look up.
    #[serde(default)]
    trace: String,
}

async fn page(
    AdminVisit(visit): AdminVisit,
    Query(question): Query<Question>,
) -> Result<Response, Turned> {
    if question.trace.trim().is_empty() {
        return OverviewPage::read(&visit, &question).await?.shown(&visit);
    }
    if let Some(id) = copied_trace_id(&question.trace) {
        return Ok(Redirect::to(&format!("{HERE}/refusals/{id}")).into_response());
    }
    let why = "A trace id is 32 hexadecimal digits, as in the header X-Trace-Id.";
    not_found(
        &visit,
        question.trace,
        why,
        StatusCode::UNPROCESSABLE_ENTITY,
    )
    .await
}

/// The overview, with the reason why a trace cannot be shown at the field where it is looked up.
pub(super) async fn not_found(
    visit: &Visit,
    trace: String,
    why: &'static str,
    status: StatusCode,
) -> Result<Response, Turned> {
    let question = Question {
        trace,
        ..Question::default()
    };
    let mut page = OverviewPage::read(visit, &question).await?;
    page.trace_error = Some(why);
    let mut response = page.shown(visit)?;
    *response.status_mut() = status;
    Ok(response)
}

#[derive(Template)]
#[template(path = "admin_overview.html")]
struct OverviewPage {
    frame: Frame,
    tally: Tally,
    /// The causes to choose from, by stage.
    stages: Vec<(Stage, Vec<Cause>)>,
    /// The cause whose refusals are shown.
    only: Option<Cause>,
    /// What the list is called.
    heading: &'static str,
    /// What was typed to look up a trace, and what is wrong with it.
    trace: String,
    trace_error: Option<&'static str>,
    rows: Vec<Row>,
    /// Whether it is not the first page.
    is_later: bool,
    next: Option<String>,
}

impl OverviewPage {
    async fn read(visit: &Visit, question: &Question) -> Result<Self, Refused> {
        let only = only(&question.cause)?;
        let before = match question.before.as_str() {
            "" => None,
            text => Some(place(text)?),
        };
        let is_later = before.is_some();
        let query = TraceQuery {
            before,
            cause: only,
            limit: ON_A_PAGE,
        };
        let (store, now) = (visit.app.store(), visit.app.now());
        let tally = Tally::read(store, now).await?;
        let page = TracePage::read(store, query).await?;
        let row = |trace: &ListedTrace| Row::of(trace, visit);
        Ok(Self {
            frame: visit.frame("Refusals", HERE),
            tally,
            stages: stages(),
            only,
            heading: only.map_or("Newest first", title),
            trace: question.trace.clone(),
            trace_error: None,
            rows: page.traces.iter().map(row).collect(),
            is_later,
            next: page.next.map(|next| next.to_string()),
        })
    }

    fn shown(&self, visit: &Visit) -> Result<Response, Turned> {
        visit.show(self)
    }

    /// Whether the refusals of this cause are shown alone.
    fn is_only(&self, slug: &str) -> bool {
        self.only.is_some_and(|only| only.slug() == slug)
    }

    /// The address of the page after this one.
    fn next_page(&self, next: &str) -> String {
        match self.only {
            Some(cause) => format!("{HERE}?cause={}&before={next}", cause.slug()),
            None => format!("{HERE}?before={next}"),
        }
    }
}

fn only(name: &str) -> Result<Option<Cause>, Refused> {
    if name.is_empty() {
        return Ok(None);
    }
    let unknown = || Refused::new(Cause::NotFound, format!("no cause is called {name:?}"));
    Cause::find(name).map(Some).ok_or_else(unknown)
}

fn place(text: &str) -> Result<TracePosition, Refused> {
    text.parse().map_err(|error| {
        let detail = format!("`before` of the address: {error}");
        Refused::new(Cause::RequestMalformed, detail)
    })
}

/// What a request can be refused for; a start that fails leaves no trace.
fn stages() -> Vec<(Stage, Vec<Cause>)> {
    let of = |stage: Stage| {
        let entries = stage.entries.iter();
        let refusals = entries.filter(|entry| matches!(entry.doc.example, Example::Refusal { .. }));
        let causes: Vec<_> = refusals.map(|entry| entry.cause).collect();
        (!causes.is_empty()).then_some((stage, causes))
    };
    countersign_diagnose::stages().filter_map(of).collect()
}

/// A refusal in the list.
struct Row {
    id: String,
    at: Moment,
    code: &'static str,
    title: &'static str,
    /// What explains it, if that is another cause.
    because: Option<&'static str>,
    request: Option<String>,
    client: Option<String>,
}

impl Row {
    fn of(trace: &ListedTrace, visit: &Visit) -> Self {
        let record = trace.record.as_ref();
        let root = record.and_then(TraceRecord::root);
        let request = record.map(|record| {
            let path: String = record.path.chars().take(PATH).collect();
            let cut = if path.len() < record.path.len() {
                "…"
            } else {
                ""
            };
            printable(&format!("{} {path}{cut}", record.method)).into_owned()
        });
        let client = record.and_then(|record| record.client.as_deref());
        Self {
            id: trace.id.clone(),
            at: Moment::new(trace.at, visit.app.now()),
            code: trace.cause.map_or("", Cause::code),
            title: trace.cause.map_or("Not refused", title),
            because: root.filter(|_| root != trace.cause).map(title),
            request,
            client: client.map(|client| printable(client).into_owned()),
        }
    }
}
