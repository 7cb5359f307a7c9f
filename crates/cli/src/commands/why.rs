//! `countersign why`: every check behind one answer.

use std::fmt::Write as _;

use clap::Args;
use countersign_diagnose::Report;
use countersign_server::{KeptTrace, KeptTraceError, copied_trace_id};
use countersign_verify::{Cause, TraceId};

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

fn trace_id(text: &str) -> Result<TraceId, &'static str> {
    copied_trace_id(text).ok_or("a trace id is 32 hexadecimal digits, as in X-Trace-Id")
}

impl Why {
    /// Shows it.
    ///
    /// # Errors
    ///
    /// [`Failure::Bad`] when no such trace is kept.
    pub fn run(self, terminal: &Terminal) -> Result<(), Failure> {
        let kept = Deployment::with(&self.deployment, async |deployment| {
            let kept = KeptTrace::find(&deployment.store, self.id).await;
            let kept = kept.map_err(|error| untold(error, deployment))?;
            kept.ok_or_else(|| unknown(self.id, deployment))
        })?;
        terminal.print(
            self.format.format,
            || human(&kept, terminal),
            || kept.json(),
        )
    }
}

fn human(kept: &KeptTrace, terminal: &Terminal) -> String {
    let mut out = kept.record.human(terminal.style(), terminal.width());
    if !kept.events.is_empty() {
        out.push_str("\nIn the audit log:\n");
        for event in &kept.events {
            let _ = writeln!(out, "  {}", audit::line(event));
        }
    }
    out
}

fn unknown(id: TraceId, deployment: &Deployment) -> Failure {
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

fn untold(error: KeptTraceError, deployment: &Deployment) -> Failure {
    if let KeptTraceError::Store(error) = error {
        return error.into();
    }
    let message = format!("{}: {error}", deployment.store.address());
    Failure::bad(
        Report::error(Cause::InternalError, message)
            .fix("Use the version of countersign that the server runs: `countersign --version`."),
    )
}
