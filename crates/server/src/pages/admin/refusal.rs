//! `/admin/refusals/{trace_id}`: why one request was refused, and what to do.
//!
//! A trace holds what strangers sent. Whatever of it is shown has its control and direction
//! characters spelt out here, and is escaped by the template.

use askama::Template;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::response::Response;
use axum::{Router, routing::get};
use countersign_diagnose::{Step, how_sure, mark, printable, title};
use countersign_domain::Timestamp;
use countersign_domain::audit::AuditEvent;
use countersign_verify::{Cause, Explained, TraceId};
use http::StatusCode;

use super::{AdminVisit, HERE, overview};
use crate::http::Refused;
use crate::pages::frame::Frame;
use crate::pages::moment::Moment;
use crate::pages::prose::Prose;
use crate::pages::visit::{Turned, Visit};
use crate::{App, KeptTrace};

pub(super) fn router() -> Router<App> {
    Router::new().route("/admin/refusals/{trace_id}", get(page))
}

async fn page(
    AdminVisit(visit): AdminVisit,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Turned> {
    let text = id.map(|Path(id)| id).unwrap_or_default();
    let kept = match TraceId::parse(&text) {
        Some(id) => KeptTrace::find(visit.app.store(), id).await,
        None => Ok(None),
    };
    if let Some(kept) = kept.map_err(Refused::from)? {
        return visit.show(&RefusalPage::of(&visit, &kept));
    }
    let why = "No trace with this id is kept. Refusals are kept for a while, and requests that passed are \
               not kept at all.";
    overview::not_found(&visit, text, why, StatusCode::NOT_FOUND).await
}

/// Text that a stranger may have written, ready to be escaped.
fn safe(text: &str) -> String {
    printable(text).into_owned()
}

#[derive(Template)]
#[template(path = "admin_refusal.html")]
struct RefusalPage {
    frame: Frame,
    id: String,
    cause: Option<Cause>,
    told: Option<Cause>,
    /// Whether the client was told less than the cause.
    is_told_less: bool,
    at: Moment,
    facts: Vec<(&'static str, String)>,
    checks: Vec<CheckLine>,
    detail: Option<String>,
    findings: Vec<FindingView>,
    remedy: Option<RemedyView>,
    events: Vec<EventView>,
}

struct CheckLine {
    name: &'static str,
    /// The outcome as a word, which is also the style's class.
    outcome: &'static str,
    mark: &'static str,
    detail: String,
}

struct FindingView {
    cause: Cause,
    title: &'static str,
    sure: String,
    text: String,
    /// The settings that it speaks of: name, source, and what may be shown of the value.
    about: Vec<(String, String, String)>,
}

struct RemedyView {
    /// The cause that it is for, if that is not the one of the refusal.
    other: Option<Cause>,
    title: &'static str,
    what: &'static str,
    fix: String,
    steps: &'static [Step],
}

struct EventView {
    at: Moment,
    kind: &'static str,
    outcome: &'static str,
    actor: String,
    ip: String,
    user_agent: String,
}

impl RefusalPage {
    fn of(visit: &Visit, kept: &KeptTrace) -> Self {
        let (record, now) = (&kept.record, visit.app.now());
        let head = record.cause.map_or("Not refused", title);
        let at = record.at.parse().unwrap_or(Timestamp::from_micros(0));
        let remedy = record.remedy().map(|remedy| RemedyView {
            other: Some(remedy.cause).filter(|_| Some(remedy.cause) != record.cause),
            title: title(remedy.cause),
            what: remedy.what,
            fix: safe(remedy.fix),
            steps: remedy.steps,
        });
        let findings = record.further_findings().into_iter();
        Self {
            frame: visit.frame(head, HERE),
            id: record.trace.id.to_string(),
            cause: record.cause,
            told: record.cause.map(Cause::told),
            is_told_less: record.cause.is_some_and(|cause| cause.told() != cause),
            at: Moment::new(at, now),
            facts: facts(kept),
            checks: checks(kept),
            detail: record.further_detail().map(safe),
            findings: findings.map(FindingView::of).collect(),
            remedy,
            events: kept
                .events
                .iter()
                .map(|event| EventView::of(event, now))
                .collect(),
        }
    }
}

/// What was presented, as far as it is known.
fn facts(kept: &KeptTrace) -> Vec<(&'static str, String)> {
    let record = &kept.record;
    let token = record.token.as_ref().map(ToString::to_string);
    let request = Some(format!("{} {}", record.method, record.path));
    [
        ("Request", request),
        ("From", record.client.clone()),
        ("Bearer token", token),
        ("User", record.user.clone()),
        ("Session", record.session.clone()),
    ]
    .into_iter()
    .filter_map(|(label, value)| Some((label, safe(&value?))))
    .collect()
}

fn checks(kept: &KeptTrace) -> Vec<CheckLine> {
    let steps = kept.record.trace.steps.iter();
    let line = |step: &countersign_verify::Step| CheckLine {
        name: step.check.as_str(),
        outcome: step.outcome.as_str(),
        mark: mark(step.outcome),
        detail: safe(&step.detail),
    };
    steps.map(line).collect()
}

impl FindingView {
    fn of(finding: &Explained) -> Self {
        let about = finding.about.iter();
        let about = about.map(|of| {
            (
                safe(&of.name),
                safe(&of.source.to_string()),
                safe(&of.shown),
            )
        });
        Self {
            cause: finding.cause,
            title: title(finding.cause),
            sure: how_sure(finding),
            text: safe(&finding.text),
            about: about.collect(),
        }
    }
}

impl EventView {
    fn of(event: &AuditEvent, now: Timestamp) -> Self {
        Self {
            at: Moment::new(event.at, now),
            kind: event.kind.as_str(),
            outcome: event.outcome.as_str(),
            actor: event.actor.to_string(),
            ip: event.ip.map(|ip| ip.to_string()).unwrap_or_default(),
            user_agent: event.user_agent.as_deref().map(safe).unwrap_or_default(),
        }
    }
}
