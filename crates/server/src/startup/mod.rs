//! From settings to a server that answers, and to its end.
//!
//! Whatever can be checked is checked before anything is made: settings, data folder, address,
//! then the database; the files of the data folder come last (DESIGN 8).

mod address;
mod kept_keys;
mod logging;
mod summary;

pub use logging::log;
pub use summary::Summary;

use countersign_diagnose::Report;
use countersign_domain::audit::{Actor, AuditEvent, AuditKind};
use countersign_domain::links::{Link, LinkPurpose};
use countersign_domain::{AuditEventId, LinkToken};
use countersign_store::{DatabaseUrl, Store, StoreError, StoreOptions};
use countersign_verify::{Cause, Environment};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::clock::Clock;
use crate::entropy::Entropy;
use crate::http::{Rules, serve_connections};
use crate::jobs::Jobs;
use crate::settings::{Settings, kept};
use crate::state::{AssembleError, Parts};
use crate::{App, router};
use kept_keys::KeptKeys;

/// A server that listens, and does not answer yet.
#[derive(Debug)]
pub struct Server {
    app: App,
    jobs: Jobs,
    listener: TcpListener,
    summary: Summary,
}

/// Starts a server: everything but the answering.
///
/// # Errors
/// What is in the way, with its cause and fix. Nothing is left behind then.
pub async fn start(settings: Settings) -> Result<Server, Vec<Report>> {
    let (clock, entropy) = (Clock::system(), Entropy::system());
    let began = clock.micros();
    let url = DatabaseUrl::parse(&settings.database_url).map_err(|error| one(of_store(&error)))?;
    kept::check_folder(&settings.data_dir).map_err(boxed)?;
    let listener = address::listen(settings.listen).await.map_err(boxed)?;
    let opened = open(&settings, &url, &clock).await?;
    let keys = KeptKeys::read_or_make(&settings, &mut entropy.clone()).map_err(boxed)?;
    let parts = Parts {
        clock: clock.clone(),
        entropy,
        rules: Rules::of(&settings),
        explain: settings.dev_features,
        root: keys.root.clone(),
        signing_secret: keys.signing.clone(),
        store: opened.store,
        settings,
    };
    let app = match App::assemble(parts).await {
        Ok(app) => app,
        Err(error) => {
            keys.undo(&error);
            return Err(one(of_assembly(&error)));
        }
    };
    let setup = setup_link(&app)
        .await
        .map_err(|error| one(of_store(&error)))?;
    let jobs = Jobs::start(&app).map_err(|error| {
        let report = Report::error(Cause::SettingInvalid, error.to_string());
        one(report.fix("Correct `SMTP_URL` and `MAIL_FROM`."))
    })?;
    let mut summary = Summary::of(&app, listener.local_addr().ok(), &keys, setup);
    summary.migrations = opened.migrations;
    summary.micros = clock.micros() - began;
    Ok(Server {
        app,
        jobs,
        listener,
        summary,
    })
}

impl Server {
    /// What there is to tell about the start.
    #[must_use]
    pub const fn summary(&self) -> &Summary {
        &self.summary
    }

    /// The state that all requests share.
    #[must_use]
    pub const fn app(&self) -> &App {
        &self.app
    }

    /// Answers requests until `stop` ends; then finishes those that run, writes what is queued
    /// and closes the store.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let shell = router(self.app.clone());
        let cut_off = serve_connections(self.listener, shell, stop).await;
        if cut_off > 0 {
            tracing::warn!(cut_off, "requests were still running and were cut off");
        }
        self.jobs.stop().await;
        self.app.store().close().await;
        tracing::info!("stopped");
    }
}

/// Ends when the process is asked to stop: SIGTERM, or SIGINT as from Ctrl-C.
///
/// # Errors
/// When the system does not let the process listen for signals.
pub async fn asked_to_stop() -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

struct Opened {
    store: Store,
    migrations: usize,
}

async fn open(
    settings: &Settings,
    url: &DatabaseUrl,
    clock: &Clock,
) -> Result<Opened, Vec<Report>> {
    let refused = |error: StoreError| one(of_store(&error));
    if let DatabaseUrl::Sqlite(file) = url
        && file.path().starts_with(&settings.data_dir)
    {
        kept::make_folder(&settings.data_dir).map_err(boxed)?;
    }
    let store = Store::connect(url, StoreOptions::default())
        .await
        .map_err(refused)?;
    let mut migrations = 0;
    // In production the schema changes when somebody says so (`countersign migrate`).
    if settings.environment() != Environment::Production {
        migrations = store.migrate(clock.now()).await.map_err(refused)?.len();
    }
    store.check_schema().await.map_err(refused)?;
    Ok(Opened { store, migrations })
}

/// A link to make the first admin, once, while there is none.
async fn setup_link(app: &App) -> Result<Option<String>, StoreError> {
    if app.store().admin_exists().await? {
        return Ok(None);
    }
    let now = app.now();
    let token = LinkToken::generate(&mut app.rng());
    let link = Link::new(token.hash(), LinkPurpose::AdminSetup, None, now);
    let id = AuditEventId::new(now, &mut app.rng());
    let event = AuditEvent::new(id, now, AuditKind::AdminSetupLinkMade, Actor::System);
    app.store().create_link(link, event.into()).await?;
    Ok(Some(format!(
        "{}/setup?token={}",
        app.public_url(),
        token.expose()
    )))
}

fn one(report: Report) -> Vec<Report> {
    vec![report]
}

fn boxed(report: Box<Report>) -> Vec<Report> {
    vec![*report]
}

fn of_store(error: &StoreError) -> Report {
    Report::error(error.cause(), error.to_string())
}

fn of_assembly(error: &AssembleError) -> Report {
    match error {
        AssembleError::Store(error) => of_store(error),
        AssembleError::EncryptionKeyMismatch => {
            Report::error(Cause::EncryptionKeyMismatch, error.to_string()).fix(
                "Set `ENCRYPTION_KEY` to the key that the database was made with, or bring back \
                 `encryption.key` of the data folder.",
            )
        }
        AssembleError::Keys(_) | AssembleError::Derivation(_) => {
            Report::error(Cause::KeyUnusable, error.to_string())
        }
        AssembleError::NoOrigin => Report::error(Cause::SettingInvalid, error.to_string()),
        AssembleError::Threads(_) => Report::error(Cause::Unavailable, error.to_string())
            .fix("Raise the limit of threads (`ulimit -u`), or lower `HASH_THREADS`."),
    }
}
