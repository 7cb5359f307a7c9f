//! `countersign why`: every check behind one answer.

use std::fmt::Write as _;

use clap::Args;
use countersign_diagnose::{Report, TraceRecord};
use countersign_domain::audit::AuditEvent;
use countersign_store::AuditQuery;
use countersign_verify::{Cause, TraceId};
use serde_json::Value;

use super::audit;
use crate::arguments::FormatArgument;
use crate::deployment::{Deployment, DeploymentArguments};
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Shows why a request was refused.
#[derive(Args, Debug)]
#[command(
    after_help = "The id is in the header X-Trace-Id of every answer and in the body of every refusal.\n\n\
                        Example:\n  countersign why 5f0c8a1e9b7d4c3fa2e6d81b90c47f35"
)]
pub struct Why {
    /// The trace id: 32 hexadecimal digits
    #[arg(value_name = "TRACE_ID", value_parser = trace_id)]
    id: TraceId,
    /// The form of what is printed
    #[command(flatten)]
    format: FormatArgument,
    /// The settings that lead to the database
    #[command(flatten)]
    deployment: DeploymentArguments,
}

/// Reads a trace id as it was copied from a header or a body.
fn trace_id(text: &str) -> Result<TraceId, String> {
    let bare = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ','));
    TraceId::parse(bare)
        .ok_or_else(|| "a trace id is 32 hexadecimal digits, as in X-Trace-Id".to_owned())
}

impl Why {
    /// Shows it.
    ///
    /// # Errors
    ///
    /// [`Failure::Bad`] when no such trace is kept.
    pub fn run(self, terminal: &Terminal) -> Result<(), Failure> {
        let id = self.id.to_string();
        let (record, events) = Deployment::with(&self.deployment, async |deployment| {
            let stored = deployment.store.trace(&id).await?;
            let stored = stored.ok_or_else(|| unknown(&id, deployment))?;
            let record: TraceRecord = serde_json::from_str(&stored.document)
                .map_err(|error| unreadable(&id, &error, deployment))?;
            let query = AuditQuery {
                trace_id: Some(id.clone()),
                limit: 100,
                ..AuditQuery::default()
            };
            let mut events = deployment.store.audit_events(query).await?;
            events.reverse();
            Ok((record, events))
        })?;
        terminal.print(
            self.format.format,
            || human(&record, &events, terminal),
            || {
                let mut json = record.json();
                json["audit"] = events.iter().map(audit::record).collect::<Value>();
                json
            },
        )
    }
}

fn human(record: &TraceRecord, events: &[AuditEvent], terminal: &Terminal) -> String {
    let mut out = record.human(terminal.style(), terminal.width());
    if !events.is_empty() {
        out.push_str("\nIn the audit log:\n");
        for event in events {
            let _ = writeln!(out, "  {}", audit::line(event));
        }
    }
    out
}

fn unknown(id: &str, deployment: &Deployment) -> Failure {
    let message = format!("no trace {id} is kept in {}", deployment.store.address());
    Failure::bad(
        Report::error(Cause::NotFound, message)
            .why("Traces of refusals are kept for a while; those of requests that passed are not kept.")
            .fix(
                "Take the id from the refusal itself (`X-Trace-Id`), and look at `countersign config show` \
                 whether this is the database of the server that answered.",
            ),
    )
}

fn unreadable(id: &str, error: &serde_json::Error, deployment: &Deployment) -> Failure {
    let message = format!(
        "{}: trace {id} cannot be read: {error}",
        deployment.store.address()
    );
    Failure::bad(
        Report::error(Cause::InternalError, message)
            .fix("Use the version of countersign that the server runs: `countersign --version`."),
    )
}
