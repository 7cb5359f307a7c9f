//! `countersign audit`: who did what, from where, and how it ended.

use std::time::Duration;

use clap::{Args, Subcommand};
use countersign_domain::audit::{AuditEvent, AuditKind};
use countersign_domain::{AuditEventId, Timestamp};
use countersign_store::AuditQuery;

use crate::arguments::FormatArgument;
use crate::deployment::{Deployment, DeploymentArguments};
use crate::failure::Failure;
use crate::table::{safe, table};
use crate::terminal::{Format, Terminal};

/// Events that are read at a time.
const PAGE: u32 = 500;

/// Reads the audit log.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Print every event, oldest first, a JSON object a line
    Export(Export),
    /// Show the newest events
    Tail(Tail),
}

impl AuditCommand {
    /// Runs it.
    ///
    /// # Errors
    ///
    /// [`Failure`] says why it did not end well.
    pub fn run(self, terminal: &Terminal) -> Result<(), Failure> {
        match self {
            Self::Export(command) => command.run(terminal),
            Self::Tail(command) => command.run(terminal),
        }
    }
}

/// Prints the whole log.
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  countersign audit export --since 2026-07-01T00:00:00Z > audit.jsonl"
)]
pub struct Export {
    /// Only events at or after this time (RFC 3339, UTC)
    #[arg(long, value_name = "TIME")]
    since: Option<Timestamp>,
    /// Only events of this kind, such as `session.login_refused`
    #[arg(long, value_name = "KIND", value_parser = kind)]
    kind: Option<AuditKind>,
    /// The settings that lead to the database
    #[command(flatten)]
    deployment: DeploymentArguments,
}

impl Export {
    fn run(&self, terminal: &Terminal) -> Result<(), Failure> {
        Deployment::with(&self.deployment, async |deployment| {
            let mut query = AuditQuery {
                after: Some(before_all(deployment)),
                kind: self.kind,
                limit: PAGE,
                since: self.since,
                ..AuditQuery::default()
            };
            loop {
                let page = deployment.store.audit_events(query.clone()).await?;
                print_lines(&page, terminal)?;
                match page.last() {
                    Some(last) if page.len() == PAGE as usize => query.after = Some(last.id),
                    Some(_) | None => return Ok(()),
                }
            }
        })
    }
}

/// Shows the end of the log.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  countersign audit tail -n 50\n  countersign audit tail --follow --kind session.login_refused"
)]
pub struct Tail {
    /// How many events
    #[arg(short = 'n', long, value_name = "N", default_value_t = 20)]
    number: u32,
    /// Go on with new events as they come, until interrupted
    #[arg(short, long)]
    follow: bool,
    /// Only events of this kind, such as `session.login_refused`
    #[arg(long, value_name = "KIND", value_parser = kind)]
    kind: Option<AuditKind>,
    /// The form of what is printed; with --follow JSON is an object a line
    #[command(flatten)]
    format: FormatArgument,
    /// The settings that lead to the database
    #[command(flatten)]
    deployment: DeploymentArguments,
}

impl Tail {
    fn run(&self, terminal: &Terminal) -> Result<(), Failure> {
        Deployment::with(&self.deployment, async |deployment| {
            let query = AuditQuery {
                kind: self.kind,
                limit: self.number,
                ..AuditQuery::default()
            };
            let mut events = deployment.store.audit_events(query).await?;
            events.reverse();
            if self.follow {
                return self.follow(deployment, events, terminal).await;
            }
            terminal.print(
                self.format.format,
                || human(&events),
                || events.iter().map(AuditEvent::json).collect(),
            )
        })
    }

    /// Prints events as they come. The log is asked once a second: it may be another node that writes.
    async fn follow(
        &self,
        deployment: &Deployment,
        mut events: Vec<AuditEvent>,
        terminal: &Terminal,
    ) -> Result<(), Failure> {
        let mut last = before_all(deployment);
        loop {
            match self.format.format {
                Format::Human => events
                    .iter()
                    .try_for_each(|event| terminal.data(&line(event)))?,
                Format::Json => print_lines(&events, terminal)?,
            }
            last = events.last().map_or(last, |event| event.id);
            tokio::time::sleep(Duration::from_secs(1)).await;
            let query = AuditQuery {
                after: Some(last),
                kind: self.kind,
                limit: PAGE,
                ..AuditQuery::default()
            };
            events = deployment.store.audit_events(query).await?;
        }
    }
}

/// An id that is smaller than that of any event: ids begin with their time.
fn before_all(deployment: &Deployment) -> AuditEventId {
    AuditEventId::new(Timestamp::from_micros(0), &mut deployment.entropy.clone())
}

fn kind(name: &str) -> Result<AuditKind, String> {
    AuditKind::parse(name).ok_or_else(|| {
        let names: Vec<_> = AuditKind::ALL.iter().map(|kind| kind.as_str()).collect();
        format!("no events are called so; known are {}", names.join(", "))
    })
}

fn print_lines(events: &[AuditEvent], terminal: &Terminal) -> Result<(), Failure> {
    events
        .iter()
        .try_for_each(|event| terminal.data(&event.json().to_string()))
}

fn human(events: &[AuditEvent]) -> String {
    if events.is_empty() {
        return "No events.".to_owned();
    }
    let rows: Vec<_> = events.iter().map(columns).collect();
    table(
        [
            "time", "event", "outcome", "actor", "about", "address", "cause", "trace",
        ],
        &rows,
    )
}

/// An event in one line.
pub fn line(event: &AuditEvent) -> String {
    safe(columns(event).join("  ").trim_end())
}

fn columns(event: &AuditEvent) -> [String; 8] {
    [
        event
            .at
            .to_string()
            .get(..19)
            .unwrap_or_default()
            .to_owned()
            + "Z",
        event.kind.to_string(),
        event.outcome.as_str().to_owned(),
        event.actor.to_string(),
        event.user_id.map(|id| id.to_string()).unwrap_or_default(),
        event.ip.map(|ip| ip.to_string()).unwrap_or_default(),
        event
            .cause
            .map(|cause| cause.slug().to_owned())
            .unwrap_or_default(),
        event.trace_id.clone().unwrap_or_default(),
    ]
}
