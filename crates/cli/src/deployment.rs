//! The deployment that a command acts on: its settings, its database, its clock.

use std::path::PathBuf;

use clap::Args;
use countersign_diagnose::Report;
use countersign_domain::audit::{Actor, AuditEvent, AuditKind};
use countersign_domain::{AuditEventId, Timestamp};
use countersign_server::clock::Clock;
use countersign_server::entropy::Entropy;
use countersign_server::settings::files::{self, Lookup};
use countersign_server::settings::{Settings, kept};
use countersign_store::{DatabaseUrl, Store, StoreError, StoreOptions};
use countersign_verify::Environment;

use crate::failure::Failure;

/// Settings that may be given on the command line; all others come from where `serve` finds them.
#[derive(Args, Clone, Debug, Default)]
pub struct DeploymentArguments {
    /// Read this file in place of ./countersign.toml
    #[arg(long, value_name = "FILE", help_heading = "Settings")]
    config: Option<PathBuf>,
    /// The folder of what the server keeps (`DATA_DIR`)
    #[arg(long, value_name = "FOLDER", help_heading = "Settings")]
    data_dir: Option<String>,
    /// postgres://… or sqlite:… (`DATABASE_URL`)
    #[arg(long, value_name = "URL", help_heading = "Settings")]
    database_url: Option<String>,
    /// development, test, staging or production (`ENVIRONMENT`)
    #[arg(long, value_name = "NAME", help_heading = "Settings")]
    environment: Option<String>,
}

impl DeploymentArguments {
    /// Reads every setting, these before all others.
    ///
    /// # Errors
    ///
    /// [`Failure::StartUp`] with everything that is wrong with them.
    pub fn settings(&self, more: &[(&str, &Option<String>)]) -> Result<Settings, Failure> {
        let own = [
            ("DATA_DIR", &self.data_dir),
            ("DATABASE_URL", &self.database_url),
            ("ENVIRONMENT", &self.environment),
        ];
        let given = own.iter().chain(more).filter_map(|(name, value)| {
            value
                .as_ref()
                .map(|value| ((*name).to_owned(), value.clone()))
        });
        let mut lookup =
            Lookup::of_this_process().map_err(|report| Failure::StartUp(vec![*report]))?;
        lookup.command_line = given.collect();
        lookup.config.clone_from(&self.config);
        files::load(&lookup).map_err(Failure::StartUp)
    }
}

/// The deployment that a command acts on.
#[derive(Debug)]
pub struct Deployment {
    /// The time.
    pub clock: Clock,
    /// The randomness.
    pub entropy: Entropy,
    /// Every setting.
    pub settings: Settings,
    /// The database.
    pub store: Store,
}

impl Deployment {
    /// Does `work` on the deployment, whose schema is up to date.
    ///
    /// # Errors
    ///
    /// [`Failure::StartUp`] where the settings or the database do not allow it, and what `work` says.
    pub fn with<T>(
        arguments: &DeploymentArguments,
        work: impl AsyncFnOnce(&Self) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        Self::with_any_schema(arguments, async |deployment| {
            deployment.ready().await?;
            work(deployment).await
        })
    }

    /// Does `work` on the deployment, whatever its schema.
    ///
    /// # Errors
    ///
    /// As [`Deployment::with`].
    pub fn with_any_schema<T>(
        arguments: &DeploymentArguments,
        work: impl AsyncFnOnce(&Self) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let settings = arguments.settings(&[])?;
        runtime()?.block_on(async {
            let deployment = Self {
                clock: Clock::system(),
                entropy: Entropy::system(),
                store: connect(&settings).await?,
                settings,
            };
            let outcome = work(&deployment).await;
            deployment.store.close().await;
            outcome
        })
    }

    /// Migrates where `serve` would; elsewhere the schema must fit already.
    async fn ready(&self) -> Result<(), Failure> {
        if self.settings.environment() != Environment::Production {
            self.store
                .migrate(self.now())
                .await
                .map_err(|error| start_up(&error))?;
        }
        self.store
            .check_schema()
            .await
            .map_err(|error| start_up(&error))
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.clock.micros())
    }

    /// An event of the audit log: whoever sits at this command line did it.
    pub fn event(&self, kind: AuditKind) -> AuditEvent {
        let now = self.now();
        AuditEvent::new(
            AuditEventId::new(now, &mut self.entropy.clone()),
            now,
            kind,
            Actor::Cli,
        )
    }
}

async fn connect(settings: &Settings) -> Result<Store, Failure> {
    let url = DatabaseUrl::parse(&settings.database_url).map_err(|error| start_up(&error))?;
    if let DatabaseUrl::Sqlite(file) = &url
        && file.path().starts_with(&settings.data_dir)
    {
        kept::make_folder(&settings.data_dir).map_err(|report| Failure::StartUp(vec![*report]))?;
    }
    Store::connect(&url, StoreOptions::default())
        .await
        .map_err(|error| start_up(&error))
}

/// One thread does for a command.
///
/// # Errors
///
/// [`Failure::Usage`] when the system gives no more of what a runtime needs.
pub fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            Failure::usage(
                format!("the runtime cannot start: {error}"),
                "look at the limits of processes and open files (`ulimit -a`)",
            )
        })
}

fn start_up(error: &StoreError) -> Failure {
    Failure::StartUp(vec![report(error)])
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::bad(report(&error))
    }
}

fn report(error: &StoreError) -> Report {
    Report::error(error.cause(), error.to_string())
}
