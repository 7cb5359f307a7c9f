//! `countersign migrate`: the database's schema.

use clap::{Args, Subcommand};
use countersign_store::MigrationStatus;
use serde_json::{Value, json};

use crate::arguments::FormatArgument;
use crate::deployment::{Deployment, DeploymentArguments};
use crate::failure::Failure;
use crate::table::{minute, table};
use crate::terminal::Terminal;

/// Brings the schema up to date.
#[derive(Args, Debug)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Outside production `countersign serve` does this by itself when it starts.\n\n\
                  Examples:\n  countersign migrate\n  countersign migrate status"
)]
pub struct Migrate {
    /// Look without changing anything
    #[command(subcommand)]
    status: Option<MigrateCommand>,
    /// The form of what is printed
    #[command(flatten)]
    format: FormatArgument,
    /// The settings that lead to the database
    #[command(flatten)]
    deployment: DeploymentArguments,
}

/// What to do in place of migrating.
#[derive(Debug, Subcommand)]
pub enum MigrateCommand {
    /// Show which migrations were applied and which are pending
    Status(Status),
}

/// Shows the migrations.
#[derive(Args, Debug)]
#[command(after_help = "The exit code is 1 while migrations are pending.\n\n\
                        Example:\n  countersign migrate status --format json")]
pub struct Status {
    /// The form of what is printed
    #[command(flatten)]
    format: FormatArgument,
    /// The settings that lead to the database
    #[command(flatten)]
    deployment: DeploymentArguments,
}

impl Migrate {
    /// Runs it.
    ///
    /// # Errors
    ///
    /// [`Failure`] says why it did not end well.
    pub fn run(self, terminal: &Terminal) -> Result<(), Failure> {
        if let Some(MigrateCommand::Status(command)) = self.status {
            return command.run(terminal);
        }
        let applied = Deployment::with_any_schema(&self.deployment, async |deployment| {
            Ok(deployment.store.migrate(deployment.now()).await?)
        })?;
        terminal.print(
            self.format.format,
            || match applied.len() {
                0 => "Nothing to do: the schema is up to date.".to_owned(),
                count => format!(
                    "{}\nApplied {count}; the schema is up to date.",
                    human(&applied)
                ),
            },
            || record(&applied),
        )
    }
}

impl Status {
    fn run(&self, terminal: &Terminal) -> Result<(), Failure> {
        let all = Deployment::with_any_schema(&self.deployment, async |deployment| {
            Ok(deployment.store.migration_status().await?)
        })?;
        terminal.print(self.format.format, || human(&all), || record(&all))?;
        let pending = all
            .iter()
            .filter(|status| status.applied_at.is_none())
            .count();
        if pending == 0 {
            return Ok(());
        }
        terminal.message(&format!(
            "{pending} pending; `countersign migrate` applies them"
        ));
        Err(Failure::Answered)
    }
}

fn human(all: &[MigrationStatus]) -> String {
    let rows: Vec<_> = all
        .iter()
        .map(|status| {
            [
                format!("{:04}", status.version),
                status.name.replace('_', " "),
                status
                    .applied_at
                    .map_or_else(|| "pending".to_owned(), minute),
            ]
        })
        .collect();
    table(["version", "name", "applied"], &rows)
}

fn record(all: &[MigrationStatus]) -> Value {
    all.iter()
        .map(|status| {
            json!({
                "version": status.version,
                "name": status.name,
                "applied_at": status.applied_at.map(|at| at.to_string()),
            })
        })
        .collect()
}
