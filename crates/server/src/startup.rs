//! Starting, serving and stopping.
//!
//! Everything that can be wrong is found before the port opens, and as much of it as possible
//! before anything is made: settings, data folder and address are checked first, then come the
//! folder, its secrets, the database and the keys.

mod address;
mod own_secrets;

pub use own_secrets::{SIGNING_SECRET_FILE, shown};

use std::net::SocketAddr;
use std::path::Path;

use countersign_diagnose::Report;
use countersign_domain::audit::{Actor, AuditEvent, AuditKind};
use countersign_domain::keys::RootKey;
use countersign_domain::links::{Link, LinkPurpose};
use countersign_domain::{AuditEventId, LinkToken, Timestamp};
use countersign_store::{DatabaseUrl, Store, StoreError, StoreOptions, UserPage};
use countersign_verify::{Cause, Environment};
use tokio::net::TcpListener;

use crate::App;
use crate::clock::Clock;
use crate::entropy::Entropy;
use crate::http::{Rules, router, serve_connections};
use crate::jobs::Jobs;
use crate::settings::{Settings, Shown, kept};
use crate::state::{AssembleError, Parts, check_root};

use own_secrets::{Made, root_key, signing_secret};

/// Connections that the system holds while they wait to be accepted.
const BACKLOG: u32 = 1024;

/// A server that is ready to serve.
#[derive(Debug)]
pub struct Ready {
    app: App,
    listener: TcpListener,
    jobs: Jobs,
    summary: Summary,
}

/// What to tell whoever started the server.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The environment.
    pub environment: Environment,
    /// Why it is taken for that.
    pub environment_because: String,
    /// Base of the URLs that others see.
    pub public_url: String,
    /// The address that is listened on, with the port that the system gave if none was asked for.
    pub listen: SocketAddr,
    /// The database, without its password.
    pub database: String,
    /// Every setting as it may be shown; secrets as fingerprints.
    pub settings: Vec<Shown>,
    /// The one-time link to make the first admin, while there is none. It is a secret.
    pub setup_link: Option<String>,
    /// Where mail is shown, in development.
    pub mail_page: Option<String>,
    /// What is not wrong yet.
    pub warnings: Vec<Report>,
}

/// Gets everything ready, down to the open port.
///
/// # Errors
/// The first problem, with its cause, place and fix.
pub async fn prepare(mut settings: Settings) -> Result<Ready, Box<Report>> {
    let (clock, mut entropy) = (Clock::system(), Entropy::system());
    kept::check_folder(&settings.data_dir)?;
    let socket = address::bind(settings.listen)?;
    if let Ok(bound) = socket.local_addr() {
        settings.listens_on(bound.port());
    }
    let url = DatabaseUrl::parse(&settings.database_url).map_err(|error| failed(&error))?;
    make_place(&url, &settings)?;
    // A database that does not answer leaves no folder and no keys behind.
    let store = open_store(&url, &settings, clock.now()).await?;
    kept::make_folder(&settings.data_dir)?;
    let mut made = Made::default();
    let signing_secret = signing_secret(&settings, &mut entropy, &mut made)?;
    let root = root_key(&settings, &mut entropy, &mut made)?;
    let (public_url, rules) = (settings.origin(), Rules::of(&settings));
    let app = App::assemble(Parts {
        explain: settings.dev_features,
        settings,
        store,
        clock,
        entropy,
        root,
        signing_secret,
        rules,
    })
    .await
    .map_err(|error| {
        made.undo(&error);
        not_assembled(&error)
    })?;
    let setup_link = setup_link(&app).await.map_err(|error| failed(&error))?;
    let without_admin = without_admin(app.store()).await;
    made.warnings
        .extend(without_admin.map_err(|error| failed(&error))?);
    let jobs = Jobs::start(&app).map_err(|error| {
        Box::new(
            Report::error(Cause::SettingInvalid, error.to_string())
                .fix("Correct `SMTP_URL` or `MAIL_FROM`."),
        )
    })?;
    let listen_on = app.settings().listen;
    let listener = socket
        .listen(BACKLOG)
        .map_err(|error| address::refusal(listen_on, &error))?;
    let listen = listener
        .local_addr()
        .map_err(|error| address::refusal(listen_on, &error))?;
    let summary = summary(&app, listen, public_url, setup_link, made);
    Ok(Ready {
        app,
        listener,
        jobs,
        summary,
    })
}

impl Ready {
    /// What to tell whoever started the server.
    #[must_use]
    pub const fn summary(&self) -> &Summary {
        &self.summary
    }

    /// Serves until `stop` ends; then finishes requests, writes what is queued, and closes the
    /// store. Returns how many connections had to be cut off.
    pub async fn serve(self, stop: impl Future<Output = ()>) -> usize {
        let shell = router(self.app.clone());
        let cut_off = serve_connections(self.listener, shell, stop).await;
        self.jobs.stop().await;
        self.app.store().close().await;
        cut_off
    }
}

/// Has panics written to the log like everything else, on one line, in place of the standard
/// library's own words on stderr (ASVS V16.5.4). Call it once logging has begun.
pub fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        let message = panic.payload_as_str().unwrap_or_default();
        tracing::error!(place, message = ?message, "panicked");
    }));
}

/// The root key of a deployment, which fits its database: what a command needs to seal something.
///
/// # Errors
/// A data folder that cannot be used, a store that does not answer, another key than the
/// database's.
pub async fn checked_root_key(
    settings: &Settings,
    store: &Store,
    now: Timestamp,
    entropy: &mut Entropy,
) -> Result<RootKey, Box<Report>> {
    if settings.secrets.encryption.is_none() {
        kept::make_folder(&settings.data_dir)?;
    }
    let root = root_key(settings, entropy, &mut Made::default())?;
    check_root(&root, store, now)
        .await
        .map_err(|error| not_assembled(&error))?;
    Ok(root)
}

/// Makes the folder of a database that is a file in the data folder.
fn make_place(url: &DatabaseUrl, settings: &Settings) -> Result<(), Box<Report>> {
    let DatabaseUrl::Sqlite(file) = url else {
        return Ok(());
    };
    if settings.environment() == Environment::Production {
        must_exist(file.path())?;
    }
    if file.path().starts_with(&settings.data_dir) {
        kept::make_folder(&settings.data_dir)?;
    }
    Ok(())
}

/// Where migrations are not run at start-up an empty file would be made and be of no use, or take
/// the place of one on a volume that is not mounted.
fn must_exist(database: &Path) -> Result<(), Box<Report>> {
    if database.exists() {
        return Ok(());
    }
    let message = format!("there is no database at {} yet", database.display());
    Err(Box::new(Report::error(Cause::DbNotMigrated, message).fix(
        "Run `countersign migrate`, which makes it; if there was one, see where `DATABASE_URL` and \
         `DATA_DIR` lead.",
    )))
}

/// The store, its schema up to date.
async fn open_store(
    address: &DatabaseUrl,
    settings: &Settings,
    now: Timestamp,
) -> Result<Store, Box<Report>> {
    let store = Store::connect(address, StoreOptions::default())
        .await
        .map_err(|error| failed(&error))?;
    // Elsewhere migrations are a step of the deployment, run once and watched.
    if settings.environment() != Environment::Production {
        store.migrate(now).await.map_err(|error| failed(&error))?;
    }
    store.check_schema().await.map_err(|error| failed(&error))?;
    Ok(store)
}

fn failed(error: &StoreError) -> Box<Report> {
    Box::new(Report::error(error.cause(), error.to_string()))
}

fn not_assembled(error: &AssembleError) -> Box<Report> {
    let message = error.to_string();
    Box::new(match error {
        AssembleError::EncryptionKeyMismatch => {
            Report::error(Cause::EncryptionKeyMismatch, message).fix(
                "Set `ENCRYPTION_KEY` to the key that the database was made with, or bring back \
                 `encryption.key` of the data folder.",
            )
        }
        AssembleError::Store(error) => return failed(error),
        AssembleError::Keys(_) => Report::error(Cause::KeyUnusable, message),
        AssembleError::NoOrigin => Report::error(Cause::SettingInvalid, message)
            .fix("Set `PUBLIC_URL` to an http or https URL."),
        AssembleError::Derivation(_) | AssembleError::Threads(_) => {
            Report::error(Cause::InternalError, message)
        }
    })
}

/// A warning, if there are accounts and none of them may administer. A database that is new has
/// neither: there the link of the first start says it all.
///
/// # Errors
/// What keeps the store from working.
pub async fn without_admin(store: &Store) -> Result<Option<Report>, StoreError> {
    let first = UserPage {
        after: None,
        limit: 1,
        search: None,
    };
    if store.admin_exists().await? || store.list_users(first).await?.is_empty() {
        return Ok(None);
    }
    let message = format!(
        "no account in {} has the role admin, and there are accounts already",
        store.address()
    );
    Ok(Some(Report::warning(Cause::AdminMissing, message)))
}

/// A new link for the first admin while there is none; it voids the link of the last start.
async fn setup_link(app: &App) -> Result<Option<String>, StoreError> {
    if app.store().admin_exists().await? {
        return Ok(None);
    }
    let token = LinkToken::generate(&mut app.rng());
    let link = Link::new(token.hash(), LinkPurpose::AdminSetup, None, app.now());
    let id = AuditEventId::new(app.now(), &mut app.rng());
    let event = AuditEvent::new(id, app.now(), AuditKind::AdminSetupLinkMade, Actor::System);
    app.store().create_link(link, event.into()).await?;
    Ok(Some(format!(
        "{}/setup?token={}",
        app.public_url(),
        token.expose()
    )))
}

fn summary(
    app: &App,
    listen: SocketAddr,
    public_url: String,
    setup_link: Option<String>,
    made: Made,
) -> Summary {
    let settings = app.settings();
    let mut warnings = settings.warnings.clone();
    warnings.extend(made.warnings);
    Summary {
        environment: settings.environment(),
        environment_because: settings.detected.why.clone(),
        mail_page: app
            .has_mail_page()
            .then(|| format!("{public_url}/dev/mail")),
        public_url,
        listen,
        database: app.store().address().to_owned(),
        settings: own_secrets::with(&settings.shown, made.shown),
        setup_link,
        warnings,
    }
}
