//! Why a database does not work: what it answers to one who only looks. Nothing is written, and
//! nothing stays behind on a pooler's connections.

use std::io::Read as _;
use std::time::Duration;

use countersign_domain::Email;
use countersign_domain::identity::{Lookup, SYNC_PROVIDER};
use countersign_verify::Cause;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};

use super::postgres::{one, postgres_options};
use super::{Store, StoreOptions};
use crate::address::{DatabaseUrl, PostgresAddress, SqliteAddress, SslMode};
use crate::failure::statement_failed;
use crate::{MigrationStatus, StoreError};

/// How long one connection may take.
const CONNECT: Duration = Duration::from_secs(3);
/// From this share of the allowed connections on, in percent, the server is nearly full.
const NEARLY_FULL: i64 = 90;

/// One thing that was asked of a database.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DatabaseStep {
    /// What was asked, such as `connection`.
    pub name: &'static str,
    /// How it came out.
    pub outcome: StepOutcome,
    /// What was seen, in one sentence without secrets.
    pub why: String,
}

/// How a step came out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum StepOutcome {
    /// It does not work, by this cause.
    Failed(Cause),
    /// It works.
    Ok,
    /// It works, and something may fail some day, by this cause.
    Risk(Cause),
    /// It could not be asked.
    Skipped,
}

/// Whose account to look for: claims of a token.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Subject {
    /// The claim `sub`.
    pub sub: String,
    /// The claim `email`, if there is one.
    pub email: Option<String>,
}

impl DatabaseStep {
    fn new(name: &'static str, outcome: StepOutcome, why: impl Into<String>) -> Self {
        Self {
            name,
            outcome,
            why: why.into(),
        }
    }

    fn failed(name: &'static str, error: &StoreError) -> Self {
        Self::new(name, StepOutcome::Failed(error.cause()), error.to_string())
    }
}

/// Asks a database for all that makes it fail, and looks for the account of `subject`. Needs at
/// most some seconds: the caller sets the limit over all.
pub async fn probe(
    url: &DatabaseUrl,
    in_container: bool,
    subject: Option<&Subject>,
) -> Vec<DatabaseStep> {
    match url {
        DatabaseUrl::Postgres(address) => {
            let address = PostgresAddress {
                connect_timeout: address.connect_timeout.min(CONNECT),
                ..address.clone()
            };
            postgres(&address, in_container, subject).await
        }
        DatabaseUrl::Sqlite(address) => vec![sqlite(address)],
    }
}

/// A file is only looked at: to open it would make it, or change how it is kept.
fn sqlite(address: &SqliteAddress) -> DatabaseStep {
    let file = address.path().display();
    let mut head = [0; 16];
    let read = std::fs::File::open(address.path()).and_then(|mut file| file.read(&mut head));
    let (outcome, why) = match read {
        Ok(0) => (
            StepOutcome::Failed(Cause::DbNotMigrated),
            format!("{file} is empty"),
        ),
        Ok(_) if head == *b"SQLite format 3\0" => {
            (StepOutcome::Ok, format!("{file} is a SQLite database"))
        }
        Ok(_) => (
            StepOutcome::Failed(Cause::DbFileInvalid),
            format!("{file} is no SQLite database"),
        ),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => (
            StepOutcome::Failed(Cause::DbMissing),
            format!("{file} does not exist"),
        ),
        Err(error) => (
            StepOutcome::Failed(Cause::DataFolderUnwritable),
            format!("{file} cannot be read ({error})"),
        ),
    };
    DatabaseStep::new("connection", outcome, why)
}

async fn postgres(
    address: &PostgresAddress,
    in_container: bool,
    subject: Option<&Subject>,
) -> Vec<DatabaseStep> {
    // A cache, so that statements have names, as those of most drivers.
    let connect = postgres_options(address).statement_cache_capacity(8);
    let mut steps = Vec::new();
    match one(address, &connect, in_container).await {
        Err(error) => {
            steps.push(DatabaseStep::failed("connection", &error));
            steps.push(tls_after_failure(address, in_container, error.cause()).await);
        }
        Ok(first) => {
            let what = format!("signed in to {address}");
            steps.push(DatabaseStep::new("connection", StepOutcome::Ok, what));
            steps.push(tls(address, in_container).await);
            looked_through(address, &connect, in_container, first, &mut steps).await;
            in_schema(address, subject, &mut steps).await;
        }
    }
    steps
}

/// What TLS would give: the certificate is checked as `verify-full` does.
async fn tls(address: &PostgresAddress, in_container: bool) -> DatabaseStep {
    if address.host.starts_with('/') {
        return DatabaseStep::new("tls", StepOutcome::Skipped, "a Unix socket needs no TLS");
    }
    let checked = with_mode(address, in_container, SslMode::VerifyFull).await;
    let mode = word(address.ssl_mode);
    let why = match checked.map_err(|error| error.cause()) {
        Ok(()) => format!("sslmode={mode}; the server has TLS, and its certificate holds"),
        Err(Cause::DbSslUnsupported) => format!("sslmode={mode}; the server has no TLS"),
        Err(_) if address.ssl_root_cert.is_none() => format!(
            "sslmode={mode}; the server has TLS; without sslrootcert its certificate is not trusted by verify-full"
        ),
        Err(_) => format!(
            "sslmode={mode}; the server has TLS; by sslrootcert its certificate is not trusted by verify-full"
        ),
    };
    DatabaseStep::new("tls", StepOutcome::Ok, why)
}

/// After a failure that TLS may be to blame for: what another `sslmode` gives.
async fn tls_after_failure(
    address: &PostgresAddress,
    in_container: bool,
    cause: Cause,
) -> DatabaseStep {
    let other = match cause {
        Cause::DbSslCaUntrusted | Cause::DbSslRequired => SslMode::Require,
        Cause::DbSslUnsupported => SslMode::Disable,
        // Another sign-in with a wrong password would only bring a lock nearer.
        _ => {
            let why = "there is no connection to ask about TLS";
            return DatabaseStep::new("tls", StepOutcome::Skipped, why);
        }
    };
    let (mode, works) = (
        word(other),
        with_mode(address, in_container, other).await.is_ok(),
    );
    let why = if works {
        format!("with sslmode={mode} the same sign-in works")
    } else {
        format!("with sslmode={mode} it fails as well")
    };
    DatabaseStep::new("tls", StepOutcome::Failed(cause), why)
}

async fn with_mode(
    address: &PostgresAddress,
    in_container: bool,
    ssl_mode: SslMode,
) -> Result<(), StoreError> {
    let address = PostgresAddress {
        ssl_mode,
        // Without checks an authority would be checked after all, as libpq does.
        ssl_root_cert: match ssl_mode {
            SslMode::Disable | SslMode::Prefer | SslMode::Require => None,
            SslMode::VerifyCa | SslMode::VerifyFull => address.ssl_root_cert.clone(),
        },
        ..address.clone()
    };
    let made = one(&address, &postgres_options(&address), in_container).await?;
    made.close().await.map_err(|error| statement_failed(&error))
}

const fn word(mode: SslMode) -> &'static str {
    match mode {
        SslMode::Disable => "disable",
        SslMode::Prefer => "prefer",
        SslMode::Require => "require",
        SslMode::VerifyCa => "verify-ca",
        SslMode::VerifyFull => "verify-full",
    }
}

/// What the connection leads to, and how full the server is.
async fn looked_through(
    address: &PostgresAddress,
    connect: &PgConnectOptions,
    in_container: bool,
    mut first: PgConnection,
    steps: &mut Vec<DatabaseStep>,
) {
    let mut in_transactions = false;
    let pooler = match one(address, connect, in_container).await {
        Ok(mut second) => {
            let shared = share_a_process(&mut first, &mut second).await;
            close(second).await;
            shared
        }
        Err(error) => Err(error),
    };
    steps.push(match pooler {
        Ok(true) => {
            in_transactions = true;
            let why = "a pooler in transaction mode: two connections shared one process of the server";
            DatabaseStep::new("pooler", StepOutcome::Ok, why)
        }
        Ok(false) => {
            let why = "the server itself, or a pooler in session mode: each connection has its own process";
            DatabaseStep::new("pooler", StepOutcome::Ok, why)
        }
        Err(error) => DatabaseStep::failed("pooler", &error),
    });
    steps.push(prepared(&mut first, in_transactions).await);
    steps.push(fullness(&mut first).await);
    close(first).await;
}

async fn close(connection: PgConnection) {
    // It was only looked at: how it ends is of no account.
    let _ended = connection.close().await;
}

/// Whether two idle connections are served by one process, which only a pooler can do.
async fn share_a_process(
    first: &mut PgConnection,
    second: &mut PgConnection,
) -> Result<bool, StoreError> {
    let mut seen = Vec::new();
    for connection in [first, second] {
        seen.push(number(connection, "SELECT pg_backend_pid()::bigint").await?);
    }
    Ok(seen.windows(2).all(|pair| pair.first() == pair.last()))
}

/// One number, by the simple protocol, which every pooler lets through.
async fn number(connection: &mut PgConnection, sql: &str) -> Result<i64, StoreError> {
    let row = sqlx::raw_sql(AssertSqlSafe(sql))
        .fetch_one(connection)
        .await;
    let row = row.map_err(|error| statement_failed(&error))?;
    // The simple protocol answers in text.
    let text: Result<String, _> = row.try_get_unchecked(0);
    let text = text.map_err(|error| statement_failed(&error))?;
    text.parse().map_err(|_| StoreError::Statement {
        code: "driver".to_owned(),
        message: format!("{text:?} is no number"),
    })
}

/// Whether statements that are prepared by name outlive a transaction. A pooler that knows about
/// them gives them names of its own; one that does not leaves the driver's name on a connection
/// that the next client gets. All within one transaction, which takes the statement back.
async fn prepared(connection: &mut PgConnection, pooled: bool) -> DatabaseStep {
    const NAME: &str = "prepared statements";
    if !pooled {
        let why = "they work: there is no pooler in transaction mode";
        return DatabaseStep::new(NAME, StepOutcome::Ok, why);
    }
    match names_kept(connection).await {
        Ok(true) => {
            let why = "the pooler keeps track of them, so they work";
            DatabaseStep::new(NAME, StepOutcome::Ok, why)
        }
        Ok(false) => DatabaseStep::new(
            NAME,
            StepOutcome::Risk(Cause::DbPgbouncerPreparedStatements),
            "the pooler does not keep track of statements that are prepared by name, as many drivers do by default; Countersign uses none",
        ),
        Err(error) => DatabaseStep::failed(NAME, &error),
    }
}

async fn names_kept(connection: &mut PgConnection) -> Result<bool, StoreError> {
    let failed = |error: sqlx::Error| statement_failed(&error);
    let mut tx = connection.begin().await.map_err(failed)?;
    let named = sqlx::query("SELECT $1::bigint").bind(1_i64);
    named.fetch_one(&mut *tx).await.map_err(failed)?;
    let own = number(
        &mut tx,
        "SELECT count(*)::bigint FROM pg_prepared_statements WHERE name LIKE 'sqlx%' AND prepare_time >= transaction_timestamp()",
    )
    .await?;
    tx.clear_cached_statements().await.map_err(failed)?;
    tx.rollback().await.map_err(failed)?;
    Ok(own == 0)
}

async fn fullness(connection: &mut PgConnection) -> DatabaseStep {
    const NAME: &str = "connections";
    let used = number(
        connection,
        "SELECT count(*)::bigint FROM pg_stat_activity WHERE backend_type = 'client backend'",
    )
    .await;
    let allowed = number(connection, "SELECT current_setting('max_connections')").await;
    match (used, allowed) {
        (Ok(used), Ok(allowed)) => {
            let why = format!("{used} of {allowed} connections are in use");
            let outcome = if used * 100 >= allowed * NEARLY_FULL {
                StepOutcome::Risk(Cause::DbPoolExhausted)
            } else {
                StepOutcome::Ok
            };
            DatabaseStep::new(NAME, outcome, why)
        }
        (Err(error), _) | (_, Err(error)) => {
            DatabaseStep::new(NAME, StepOutcome::Skipped, error.to_string())
        }
    }
}

/// The migrations, and the account of a token.
async fn in_schema(
    address: &PostgresAddress,
    subject: Option<&Subject>,
    steps: &mut Vec<DatabaseStep>,
) {
    let options = StoreOptions {
        connections: 1,
        ..StoreOptions::default()
    };
    let url = DatabaseUrl::Postgres(address.clone());
    let store = match Store::connect(&url, options).await {
        Ok(store) => store,
        Err(error) => return steps.push(DatabaseStep::failed("migrations", &error)),
    };
    let migrations = migrations(&store).await;
    let is_ours = migrations.outcome == StepOutcome::Ok;
    steps.push(migrations);
    if let Some(subject) = subject {
        steps.push(if is_ours {
            account(&store, subject).await
        } else {
            let why = "the database has no accounts of Countersign";
            DatabaseStep::new("account", StepOutcome::Skipped, why)
        });
    }
    store.close().await;
}

async fn migrations(store: &Store) -> DatabaseStep {
    const NAME: &str = "migrations";
    let status = match store.migration_status().await {
        Ok(status) => status,
        Err(error) => return DatabaseStep::failed(NAME, &error),
    };
    let applied = |status: &&MigrationStatus| status.applied_at.is_some();
    let (all, done) = (status.len(), status.iter().filter(applied).count());
    if done == 0 {
        return match has_tables(store).await {
            Ok(true) => DatabaseStep::new(
                NAME,
                StepOutcome::Skipped,
                "the database has tables, and none of Countersign",
            ),
            Ok(false) => DatabaseStep::new(
                NAME,
                StepOutcome::Failed(Cause::DbNotMigrated),
                "the database has no tables at all: no migration was run here",
            ),
            Err(error) => DatabaseStep::failed(NAME, &error),
        };
    }
    match store.check_schema().await {
        Ok(()) => DatabaseStep::new(NAME, StepOutcome::Ok, format!("all {all} were applied")),
        Err(error) => DatabaseStep::failed(NAME, &error),
    }
}

async fn has_tables(store: &Store) -> Result<bool, StoreError> {
    const SQL: &str = "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^(pg_|information_schema$)' LIMIT 1";
    let found = store.read(|tx| Box::pin(async move { tx.first(SQL, Vec::new()).await }));
    Ok(found.await?.is_some())
}

async fn account(store: &Store, subject: &Subject) -> DatabaseStep {
    const NAME: &str = "account";
    let mut lookups: Vec<Lookup<'_>> = Vec::new();
    lookups.extend(subject.sub.parse().map(Lookup::UserId).ok());
    lookups.push(Lookup::Identity {
        provider: SYNC_PROVIDER,
        subject: &subject.sub,
    });
    let email = subject
        .email
        .as_deref()
        .and_then(|email| Email::parse(email).ok());
    lookups.extend(email.map(Lookup::VerifiedEmail));
    match store.token_owner(&lookups).await {
        Ok(Some(user)) => DatabaseStep::new(
            NAME,
            StepOutcome::Ok,
            format!("the token's subject is the account {}", user.id),
        ),
        Ok(None) => DatabaseStep::new(
            NAME,
            StepOutcome::Failed(Cause::UserNotProvisioned),
            "no account has the token's subject as id, as id at the provider or as verified address",
        ),
        Err(error) => DatabaseStep::failed(NAME, &error),
    }
}
