//! `countersign key`: what signs tokens.

use clap::{Args, Subcommand};
use countersign_diagnose::Report;
use countersign_domain::Timestamp;
use countersign_domain::audit::AuditKind;
use countersign_server::settings::Settings;
use countersign_server::startup::checked_root_key;
use countersign_server::token_keys::{new_row, overlap, stored_alg};
use countersign_store::{KeyState, SigningKeyRow};
use countersign_verify::Cause;
use serde_json::{Value, json};

use crate::arguments::FormatArgument;
use crate::deployment::{Deployment, DeploymentArguments};
use crate::failure::Failure;
use crate::table::{minute, table};
use crate::terminal::Terminal;

/// Looks after the keys that sign tokens.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// List what signs and verifies tokens
    List(List),
    /// Replace the signing key by a new one; the old one verifies until its tokens have run out
    Rotate(Rotate),
}

impl KeyCommand {
    /// Runs it.
    ///
    /// # Errors
    ///
    /// [`Failure`] says why it did not end well.
    pub fn run(self, terminal: &Terminal) -> Result<(), Failure> {
        match self {
            Self::List(command) => command.run(terminal),
            Self::Rotate(command) => command.run(terminal),
        }
    }
}

/// Lists the keys.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  countersign key list")]
pub struct List {
    /// The form of what is printed
    #[command(flatten)]
    format: FormatArgument,
    /// The settings that lead to the database
    #[command(flatten)]
    deployment: DeploymentArguments,
}

impl List {
    fn run(&self, terminal: &Terminal) -> Result<(), Failure> {
        let keys = Deployment::with(&self.deployment, async |deployment| {
            let mut keys: Vec<_> = secret(&deployment.settings).into_iter().collect();
            keys.extend(
                deployment
                    .store
                    .signing_keys()
                    .await?
                    .iter()
                    .map(Key::of_row),
            );
            Ok(keys)
        })?;
        print(&keys, self.format, terminal)
    }
}

/// Makes a new key.
#[derive(Args, Debug)]
#[command(
    after_help = "Servers that run take the new key up within seconds; nobody is signed out.\n\n\
                        Example:\n  SIGNING=asymmetric countersign key rotate"
)]
pub struct Rotate {
    /// The form of what is printed
    #[command(flatten)]
    format: FormatArgument,
    /// The settings that lead to the database
    #[command(flatten)]
    deployment: DeploymentArguments,
}

impl Rotate {
    fn run(&self, terminal: &Terminal) -> Result<(), Failure> {
        let keys = Deployment::with(&self.deployment, async |deployment| {
            let settings = &deployment.settings;
            let alg = stored_alg(settings.signing).ok_or_else(|| signed_by_secret(settings))?;
            let now = deployment.now();
            let mut entropy = deployment.entropy.clone();
            let root = checked_root_key(settings, &deployment.store, now, &mut entropy)
                .await
                .map_err(|report| Failure::StartUp(vec![*report]))?;
            let sealing = root.sealing_key().map_err(|error| unusable(&error))?;
            let row =
                new_row(alg, &sealing, now, &mut entropy).map_err(|error| unusable(&error))?;
            let event = deployment
                .event(AuditKind::KeyRotated)
                .with("kid", row.kid.as_str());
            let until = now + overlap(settings);
            deployment
                .store
                .rotate_signing_key(row, until, event.into())
                .await?;
            Ok(deployment
                .store
                .signing_keys()
                .await?
                .iter()
                .map(Key::of_row)
                .collect::<Vec<_>>())
        })?;
        print(&keys, self.format, terminal)
    }
}

/// A key as it may be shown.
struct Key {
    /// Its name: a thumbprint, or the name of the setting.
    name: String,
    alg: String,
    /// `active` or `retiring`.
    state: &'static str,
    created: Option<Timestamp>,
    until: Option<Timestamp>,
    from: String,
}

impl Key {
    fn of_row(row: &SigningKeyRow) -> Self {
        let (state, until) = match row.state {
            KeyState::Active => ("active", None),
            KeyState::Retiring { until } => ("retiring", Some(until)),
        };
        Self {
            name: row.kid.clone(),
            alg: row.alg.clone(),
            state,
            created: Some(row.created_at),
            until,
            from: "database".to_owned(),
        }
    }
}

/// The signing secret, where one is set.
fn secret(settings: &Settings) -> Option<Key> {
    let resolved = settings.secrets.signing.as_ref()?;
    let signs = stored_alg(settings.signing).is_none();
    Some(Key {
        name: format!("{} {}", resolved.name, resolved.secret.fingerprint()),
        alg: "HS256".to_owned(),
        state: if signs { "active" } else { "verifies" },
        created: None,
        until: None,
        from: resolved.source.to_string(),
    })
}

fn signed_by_secret(settings: &Settings) -> Failure {
    let name = settings
        .secrets
        .signing
        .as_ref()
        .map_or("the signing secret", |found| found.name.as_str());
    Failure::usage(
        format!("tokens are signed with {name}, which is a setting and no key of the database"),
        "set `SIGNING=asymmetric` to sign with a key pair that can be rotated; \
         a secret is changed where it is set, and its tokens end with it",
    )
}

fn unusable(error: &dyn std::error::Error) -> Failure {
    Failure::bad(Report::error(Cause::KeyUnusable, error.to_string()))
}

fn print(keys: &[Key], format: FormatArgument, terminal: &Terminal) -> Result<(), Failure> {
    terminal.print(
        format.format,
        || human(keys),
        || keys.iter().map(Key::json).collect::<Value>(),
    )
}

fn human(keys: &[Key]) -> String {
    if keys.is_empty() {
        return "No keys. Where a secret signs (`SIGNING=secret`) there are none; else `countersign serve` makes the first one.".to_owned();
    }
    let rows: Vec<_> = keys.iter().map(Key::columns).collect();
    table(
        ["key", "alg", "state", "created", "verifies until", "from"],
        &rows,
    )
}

impl Key {
    fn columns(&self) -> [String; 6] {
        let time = |at: Option<Timestamp>| at.map(minute).unwrap_or_default();
        [
            self.name.clone(),
            self.alg.clone(),
            self.state.to_owned(),
            time(self.created),
            time(self.until),
            self.from.clone(),
        ]
    }

    fn json(&self) -> Value {
        json!({
            "name": self.name,
            "alg": self.alg,
            "state": self.state,
            "created_at": self.created.map(|at| at.to_string()),
            "until": self.until.map(|at| at.to_string()),
            "from": self.from,
        })
    }
}
