//! `countersign config`: the settings, and what is wrong with them.

use clap::{Args, Subcommand};
use countersign_diagnose::Report;
use countersign_server::settings::{Settings, Shown, TrustedIssuer};
use countersign_server::startup;
use serde_json::{Value, json};

use crate::arguments::FormatArgument;
use crate::deployment::{Deployment, DeploymentArguments};
use crate::failure::Failure;
use crate::table::table;
use crate::terminal::Terminal;

/// Looks at the settings.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Check every setting and say what is wrong
    Check(Check),
    /// Show every setting and where it came from, secrets as fingerprints
    Show(Show),
}

impl ConfigCommand {
    /// Runs it.
    ///
    /// # Errors
    ///
    /// [`Failure`] says why it did not end well.
    pub fn run(self, terminal: &Terminal) -> Result<(), Failure> {
        match self {
            Self::Check(command) => command.run(terminal),
            Self::Show(command) => command.run(terminal),
        }
    }
}

/// Checks the settings.
#[derive(Args, Debug)]
#[command(
    after_help = "The exit code is 1 where `countersign serve` would refuse to start. Warnings are no error.\n\n\
                        Example:\n  countersign config check --environment production"
)]
pub struct Check {
    /// Look into the database too: whether an account has the role admin
    #[arg(long)]
    accounts: bool,
    /// The form of what is printed
    #[command(flatten)]
    format: FormatArgument,
    /// The settings to look at
    #[command(flatten)]
    deployment: DeploymentArguments,
}

impl Check {
    fn run(&self, terminal: &Terminal) -> Result<(), Failure> {
        let (good, reports) = match self.deployment.settings(&[]) {
            Ok(settings) => (true, self.with_database(settings)?),
            Err(Failure::StartUp(reports)) => (false, reports),
            Err(other) => return Err(other),
        };
        terminal.print(
            self.format.format,
            || human(&reports, terminal),
            || json!({"ok": good, "reports": reports.iter().map(Report::json).collect::<Value>()}),
        )?;
        if good { Ok(()) } else { Err(Failure::Answered) }
    }
}

impl Check {
    /// The warnings of the settings and, if that was asked for, what the accounts lack.
    fn with_database(&self, settings: Settings) -> Result<Vec<Report>, Failure> {
        let mut reports = settings.warnings;
        if self.accounts {
            let found = Deployment::with(&self.deployment, async |deployment| {
                Ok(startup::without_admin(&deployment.store).await?)
            })?;
            reports.extend(found);
        }
        Ok(reports)
    }
}

fn human(reports: &[Report], terminal: &Terminal) -> String {
    if reports.is_empty() {
        return "The settings are in order.".to_owned();
    }
    let texts: Vec<_> = reports
        .iter()
        .map(|report| report.human(terminal.style(), terminal.width()))
        .collect();
    texts.join("\n")
}

/// Shows the settings.
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  countersign config show --format json | jq '.settings[] | select(.name == \"LISTEN\")'"
)]
pub struct Show {
    /// The form of what is printed
    #[command(flatten)]
    format: FormatArgument,
    /// The settings to look at
    #[command(flatten)]
    deployment: DeploymentArguments,
}

impl Show {
    fn run(&self, terminal: &Terminal) -> Result<(), Failure> {
        let settings = self.deployment.settings(&[])?;
        for warning in &settings.warnings {
            terminal.report(warning);
        }
        let rows = startup::shown(&settings).map_err(|report| Failure::StartUp(vec![*report]))?;
        terminal.print(
            self.format.format,
            || shown(&settings, &rows),
            || record(&settings, &rows),
        )
    }
}

fn shown(settings: &Settings, rows: &[Shown]) -> String {
    let detected = &settings.detected;
    let rows: Vec<_> = rows
        .iter()
        .map(|row| [row.name.to_owned(), row.value.clone(), row.source.clone()])
        .collect();
    let mut text = format!(
        "This is {}: {}.\n\n{}",
        detected.environment,
        detected.why,
        table(["setting", "value", "from"], &rows)
    );
    for issuer in &settings.trusted_issuers {
        let line = format!(
            "\ntrusted issuer ({}): {}",
            issuer.source,
            issuer.described()
        );
        text.push_str(&line);
    }
    text
}

fn record(settings: &Settings, rows: &[Shown]) -> Value {
    let row = |row: &Shown| json!({"name": row.name, "value": row.value, "source": row.source, "about": row.about});
    json!({
        "environment": settings.environment().as_str(),
        "environment_because": settings.detected.why,
        "trusted_issuers": settings.trusted_issuers.iter().map(issuer_record).collect::<Value>(),
        "settings": rows.iter().map(row).collect::<Value>(),
    })
}

fn issuer_record(issuer: &TrustedIssuer) -> Value {
    json!({
        "name": issuer.name.as_str(),
        "kind": issuer.kind.as_str(),
        "issuer": issuer.issuer,
        "audience": issuer.audiences,
        "client_ids": issuer.clients,
        "secret": issuer.secret.as_ref().map(|shared| format!("{} {}", shared.name, shared.secret)),
        "role_claim": issuer.role_claim.as_ref().map(ToString::to_string),
        "source": issuer.source.to_string(),
    })
}
