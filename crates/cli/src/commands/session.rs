//! `countersign session`: who is signed in, where.

use clap::{Args, Subcommand};
use countersign_diagnose::Report;
use countersign_domain::audit::AuditKind;
use countersign_domain::sessions::{Session, SessionEnd, SessionEndReason};
use countersign_domain::{SessionId, Timestamp};
use countersign_verify::Cause;
use serde_json::{Value, json};

use super::user::Who;
use crate::arguments::FormatArgument;
use crate::deployment::{Deployment, DeploymentArguments};
use crate::failure::Failure;
use crate::table::{minute, table};
use crate::terminal::{Format, Terminal};

/// Looks after sessions.
#[derive(Debug, Subcommand)]
pub enum SessionCommand {
    /// List the sessions of an account, or all
    List(List),
    /// End a session, or all sessions of an account
    Revoke(Revoke),
}

impl SessionCommand {
    /// Runs it.
    ///
    /// # Errors
    ///
    /// [`Failure`] says why it did not end well.
    pub fn run(self, terminal: &Terminal) -> Result<(), Failure> {
        match self {
            Self::List(command) => command.run(terminal),
            Self::Revoke(command) => command.run(terminal),
        }
    }
}

/// Lists sessions.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  countersign session list ada@example.com")]
pub struct List {
    /// Id or email address of the account; all accounts without it
    #[arg(value_name = "USER")]
    user: Option<Who>,
    /// The form of what is printed
    #[command(flatten)]
    format: FormatArgument,
    /// The settings that lead to the database
    #[command(flatten)]
    deployment: DeploymentArguments,
}

impl List {
    fn run(&self, terminal: &Terminal) -> Result<(), Failure> {
        let (sessions, now) = Deployment::with(&self.deployment, async |deployment| {
            let sessions = match &self.user {
                Some(user) => {
                    let user = user.find(deployment).await?;
                    deployment.store.list_sessions(user.id).await?
                }
                None => everybodys(deployment).await?,
            };
            Ok((sessions, deployment.now()))
        })?;
        print(&sessions, now, self.format.format, terminal)
    }
}

/// Every session that was not ended.
async fn everybodys(deployment: &Deployment) -> Result<Vec<Session>, Failure> {
    const PAGE: u32 = 200;
    let mut sessions: Vec<Session> = Vec::new();
    loop {
        let after = sessions.last().map(|session| session.id);
        let page = deployment.store.all_sessions(after, PAGE).await?;
        let last = page.len() < PAGE as usize;
        sessions.extend(page);
        if last {
            return Ok(sessions);
        }
    }
}

/// Ends sessions.
#[derive(Args, Debug)]
#[command(
    after_help = "Tokens of an ended session are refused at once here, within a second on other nodes.\n\n\
                        Examples:\n  countersign session revoke 0198c2f1-7c44-7d3a-9e0c-2f5d3c1b8a77\n  \
                        countersign session revoke --user ada@example.com"
)]
pub struct Revoke {
    /// Id of the session
    #[arg(value_name = "SESSION", required_unless_present = "user")]
    session: Option<SessionId>,
    /// End every session of this account (id or email address)
    #[arg(long, value_name = "USER", conflicts_with = "session")]
    user: Option<Who>,
    /// The form of what is printed
    #[command(flatten)]
    format: FormatArgument,
    /// The settings that lead to the database
    #[command(flatten)]
    deployment: DeploymentArguments,
}

impl Revoke {
    fn run(&self, terminal: &Terminal) -> Result<(), Failure> {
        let (ended, now) = Deployment::with(&self.deployment, async |deployment| {
            let end = SessionEnd {
                at: deployment.now(),
                reason: SessionEndReason::RevokedByAdmin,
            };
            let mut ended = Vec::new();
            for mut session in self.sessions(deployment).await? {
                let event = deployment.event(AuditKind::SessionEnded);
                let event = event.about(session.user_id).of_session(session.id);
                let event = event.with("reason", end.reason.as_str());
                if deployment
                    .store
                    .end_session(session.id, None, end, event.into())
                    .await?
                {
                    session.ended = Some(end);
                    ended.push(session);
                }
            }
            Ok((ended, end.at))
        })?;
        terminal.message(&format!("ended {} sessions", ended.len()));
        print(&ended, now, self.format.format, terminal)
    }

    /// The sessions that are meant and still live.
    async fn sessions(&self, deployment: &Deployment) -> Result<Vec<Session>, Failure> {
        let now = deployment.now();
        let mut sessions = match (&self.user, self.session) {
            (Some(user), _) => {
                let user = user.find(deployment).await?;
                deployment.store.list_sessions(user.id).await?
            }
            (None, Some(id)) => match deployment.store.session(id).await? {
                Some((session, _)) => vec![session],
                None => return Err(unknown(id, deployment)),
            },
            (None, None) => Vec::new(),
        };
        sessions.retain(|session| session.state_at(now).is_ok());
        Ok(sessions)
    }
}

fn unknown(id: SessionId, deployment: &Deployment) -> Failure {
    Failure::bad(
        Report::error(
            Cause::SessionUnknown,
            format!("there is no session {id} in {}", deployment.store.address()),
        )
        .fix("`countersign session list USER` shows the ids of an account's sessions."),
    )
}

fn print(
    sessions: &[Session],
    now: Timestamp,
    format: Format,
    terminal: &Terminal,
) -> Result<(), Failure> {
    terminal.print(
        format,
        || human(sessions, now),
        || sessions.iter().map(|one| record(one, now)).collect(),
    )
}

fn human(sessions: &[Session], now: Timestamp) -> String {
    if sessions.is_empty() {
        return "No sessions.".to_owned();
    }
    let rows: Vec<_> = sessions
        .iter()
        .map(|session| {
            [
                session.id.to_string(),
                state(session, now),
                minute(session.created_at),
                minute(session.last_seen_at),
                minute(session.idle_expires_at.min(session.absolute_expires_at)),
                session.ip.map(|ip| ip.to_string()).unwrap_or_default(),
                session.user_agent.clone().unwrap_or_default(),
            ]
        })
        .collect();
    table(
        [
            "id",
            "state",
            "created",
            "last seen",
            "ends",
            "address",
            "client",
        ],
        &rows,
    )
}

/// `active`, or why not.
fn state(session: &Session, now: Timestamp) -> String {
    match session.state_at(now) {
        Ok(()) => "active".to_owned(),
        Err(cause) => cause.slug().trim_start_matches("session-").to_owned(),
    }
}

fn record(session: &Session, now: Timestamp) -> Value {
    json!({
        "id": session.id.to_string(),
        "user_id": session.user_id.to_string(),
        "state": state(session, now),
        "created_at": session.created_at.to_string(),
        "last_seen_at": session.last_seen_at.to_string(),
        "idle_expires_at": session.idle_expires_at.to_string(),
        "absolute_expires_at": session.absolute_expires_at.to_string(),
        "ended_at": session.ended.as_ref().map(|end| end.at.to_string()),
        "end_reason": session.ended.as_ref().map(|end| end.reason.as_str()),
        "ip": session.ip.map(|ip| ip.to_string()),
        "user_agent": session.user_agent,
    })
}
