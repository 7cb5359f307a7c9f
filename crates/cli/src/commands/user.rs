//! `countersign user`: accounts.

mod create;
mod delete;
mod list;
mod lock;
mod set_role;
mod show;
mod unlock;

use std::convert::Infallible;
use std::str::FromStr;

use clap::{Args, Subcommand};
use countersign_diagnose::Report;
use countersign_domain::accounts::{User, UserStatus};
use countersign_domain::{Email, UserId};
use countersign_verify::Cause;
use serde_json::{Value, json};

use crate::deployment::{Deployment, DeploymentArguments};
use crate::failure::Failure;
use crate::table::pairs;
use crate::terminal::{Format, Terminal};

/// Looks after accounts.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Make an account; its address counts as verified
    Create(create::Create),
    /// Delete an account and end its sessions
    Delete(delete::Delete),
    /// List accounts
    List(list::List),
    /// Lock an account and end its sessions
    Lock(lock::Lock),
    /// Give an account a role
    SetRole(set_role::SetRole),
    /// Show an account
    Show(show::Show),
    /// Open a locked or suspended account again
    Unlock(unlock::Unlock),
}

impl UserCommand {
    /// Runs it.
    ///
    /// # Errors
    ///
    /// [`Failure`] says why it did not end well.
    pub fn run(self, terminal: &Terminal) -> Result<(), Failure> {
        match self {
            Self::Create(command) => command.run(terminal),
            Self::Delete(command) => command.run(terminal),
            Self::List(command) => command.run(terminal),
            Self::Lock(command) => command.run(terminal),
            Self::SetRole(command) => command.run(terminal),
            Self::Show(command) => command.run(terminal),
            Self::Unlock(command) => command.run(terminal),
        }
    }
}

/// Which account, and where.
#[derive(Args, Debug)]
pub struct UserArguments {
    /// Id or email address of the account
    #[arg(value_name = "USER")]
    user: Who,
    /// The form of what is printed
    #[command(flatten)]
    format: crate::arguments::FormatArgument,
    /// The settings that lead to the database
    #[command(flatten)]
    deployment: DeploymentArguments,
}

/// What names an account on the command line.
#[derive(Clone, Debug)]
pub enum Who {
    /// Its address, or whatever else was written.
    Email(String),
    /// Its id.
    Id(UserId),
}

impl FromStr for Who {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(text
            .parse()
            .map_or_else(|_| Self::Email(text.to_owned()), Self::Id))
    }
}

impl Who {
    /// Finds the account.
    ///
    /// # Errors
    ///
    /// [`Failure::Bad`] when there is none, or the database does not answer.
    pub async fn find(&self, deployment: &Deployment) -> Result<User, Failure> {
        let found = match self {
            Self::Email(text) => {
                let email = Email::parse(text).map_err(|error| {
                    Failure::usage(
                        format!("{text:?} is neither a user id nor an address: {error}"),
                        "`countersign user list` shows both",
                    )
                })?;
                deployment.store.user_by_email(&email).await?
            }
            Self::Id(id) => deployment.store.user(*id).await?,
        };
        found.ok_or_else(|| self.unknown(deployment))
    }

    /// Says that there is no such account.
    fn unknown(&self, deployment: &Deployment) -> Failure {
        let address = deployment.store.address();
        let message = match self {
            Self::Email(email) => format!("there is no account {email} in {address}"),
            Self::Id(id) => format!("there is no account {id} in {address}"),
        };
        Failure::bad(
            Report::error(Cause::NotFound, message)
                .why("Accounts live in the database that the settings lead to.")
                .fix(
                    "Look at `countersign user list`; if the accounts are in another database, \
                     see `countersign config show`.",
                ),
        )
    }
}

/// Prints an account.
fn print(user: &User, format: Format, terminal: &Terminal) -> Result<(), Failure> {
    terminal.print(format, || human(user), || record(user))
}

fn human(user: &User) -> String {
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
    let (since, reason) = closed(&user.status);
    let status = match since {
        Some(since) => format!("{} since {since}", user.status.as_str()),
        None => user.status.as_str().to_owned(),
    };
    pairs(&[
        ("id", user.id.to_string()),
        ("email", user.email.to_string()),
        (
            "verified",
            or_none(user.email_verified_at.map(|at| at.to_string())),
        ),
        ("name", or_none(user.name.clone())),
        ("role", user.role.as_str().to_owned()),
        (
            "status",
            reason.map_or(status.clone(), |reason| format!("{status}: {reason}")),
        ),
        ("created", user.created_at.to_string()),
        ("updated", user.updated_at.to_string()),
    ])
}

/// An account as JSON.
fn record(user: &User) -> Value {
    let (since, reason) = closed(&user.status);
    json!({
        "id": user.id.to_string(),
        "email": user.email.to_string(),
        "email_verified_at": user.email_verified_at.map(|at| at.to_string()),
        "name": user.name,
        "avatar_url": user.avatar_url,
        "role": user.role.as_str(),
        "status": user.status.as_str(),
        "status_since": since,
        "status_reason": reason,
        "created_at": user.created_at.to_string(),
        "updated_at": user.updated_at.to_string(),
    })
}

fn closed(status: &UserStatus) -> (Option<String>, Option<&str>) {
    match status {
        UserStatus::Active => (None, None),
        UserStatus::Locked { at, reason } | UserStatus::Suspended { at, reason } => {
            (Some(at.to_string()), reason.as_deref())
        }
    }
}
