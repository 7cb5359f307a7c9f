//! Connections to a database, and the two ways to use it: to read and to write.

mod outage;
mod postgres;
mod probe;
mod sqlite;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use countersign_verify::Cause;
use futures_util::future::BoxFuture;
use sqlx::{PgPool, SqlitePool};

use crate::StoreError;
use crate::address::DatabaseUrl;
use crate::driver::Tx;
use crate::failure::statement_failed;
use crate::writer::Writer;

use outage::Outage;
pub use probe::{DatabaseStep, StepOutcome, Subject, probe};

/// What a whole write on PostgreSQL may take. Revocations are polled with an overlap that is
/// longer (see `revocations`), so a row's time must not lie further back when it is committed.
const WRITE_DEADLINE: Duration = Duration::from_secs(8);

const SQLITE_READERS: u32 = 4;

const BEGIN_READ: &str = "BEGIN READ ONLY; SET LOCAL statement_timeout = '5s'";
const BEGIN_WRITE: &str =
    "BEGIN; SET LOCAL statement_timeout = '5s'; SET LOCAL lock_timeout = '4s'";
const BEGIN_LONG: &str = "BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0";

/// How a store uses its database.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    /// Connections to PostgreSQL, or connections for reading to SQLite, at most. SQLite takes no
    /// more than 4: each is a thread of its own.
    pub connections: u32,
    /// How long to wait for a free connection. Requests wait for it, so it is short.
    pub acquire_timeout: Duration,
    /// How many requests may wait for a connection or for SQLite's writer; beyond it they are
    /// refused with `overloaded`.
    pub queue: usize,
    /// Whether this program runs in a container, where localhost is the container itself.
    pub in_container: bool,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            connections: 10,
            acquire_timeout: Duration::from_secs(2),
            queue: 1024,
            in_container: Path::new("/.dockerenv").exists(),
        }
    }
}

/// The figures of the pool at one moment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PoolFigures {
    /// Connections at most, SQLite's writer not counted.
    pub max: u32,
    /// Connections that are open.
    pub size: u32,
    /// Open connections that nobody uses.
    pub idle: u32,
    /// Open connections in use.
    pub in_use: u32,
    /// Requests that wait: for a connection, or for SQLite's writer.
    pub waiting: usize,
}

/// The store: the one way to the database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    address: String,
    options: StoreOptions,
    waiting: AtomicUsize,
    outage: Outage,
    backend: Backend,
}

#[derive(Debug)]
enum Backend {
    Postgres(PgPool),
    Sqlite { readers: SqlitePool, writer: Writer },
}

impl Store {
    /// Connects; SQLite's file is made if it is missing (mode 0600). The schema is not looked at:
    /// see [`Store::migrate`] and [`Store::check_schema`].
    ///
    /// # Errors
    /// One cause of the `db-…` group, or `data-folder-unwritable`; never with a password in it.
    pub async fn connect(url: &DatabaseUrl, options: StoreOptions) -> Result<Self, StoreError> {
        let options = StoreOptions {
            connections: match url {
                DatabaseUrl::Postgres(_) => options.connections,
                DatabaseUrl::Sqlite(_) => options.connections.min(SQLITE_READERS),
            },
            ..options
        };
        let backend = match url {
            DatabaseUrl::Postgres(address) => {
                Backend::Postgres(postgres::connect(address, &options).await?)
            }
            DatabaseUrl::Sqlite(address) => {
                let (readers, writer) = sqlite::connect(address, &options).await?;
                Backend::Sqlite { readers, writer }
            }
        };
        Ok(Self {
            shared: Arc::new(Shared {
                address: url.to_string(),
                options,
                waiting: AtomicUsize::new(0),
                outage: Outage::default(),
                backend,
            }),
        })
    }

    /// The database's address, without the password.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.shared.address
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// As every read.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.read(|tx| Box::pin(async move { tx.all("SELECT 1", Vec::new()).await.map(drop) }))
            .await
    }

    /// The pool's figures now.
    #[must_use]
    pub fn pool_figures(&self) -> PoolFigures {
        let (size, idle, writes) = match &self.shared.backend {
            Backend::Postgres(pool) => (pool.size(), pool.num_idle(), 0),
            Backend::Sqlite { readers, writer } => {
                (readers.size(), readers.num_idle(), writer.waiting())
            }
        };
        let idle = u32::try_from(idle).unwrap_or(size).min(size);
        PoolFigures {
            max: self.shared.options.connections,
            size,
            idle,
            in_use: size - idle,
            waiting: self.shared.waiting.load(Ordering::Relaxed) + writes,
        }
    }

    /// Finishes the writes that wait, then closes every connection.
    pub async fn close(&self) {
        match &self.shared.backend {
            Backend::Postgres(pool) => pool.close().await,
            Backend::Sqlite { readers, writer } => {
                readers.close().await;
                // Last, since the last connection folds the log into the file.
                writer.close().await;
            }
        }
    }

    /// Reads; on PostgreSQL in one read-only transaction.
    pub(crate) async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, StoreError>>,
    {
        match &self.shared.backend {
            Backend::Postgres(pool) => {
                let mut tx = self.begin(pool, BEGIN_READ).await?;
                let outcome = work(&mut tx).await?;
                commit(tx).await?;
                Ok(outcome)
            }
            Backend::Sqlite { readers, .. } => {
                let connection = self.waiting(readers.acquire()).await?;
                work(&mut Tx::SqliteReader(connection)).await
            }
        }
    }

    /// Writes in one transaction; answers after its commit. A caller that goes away does not undo it.
    pub(crate) async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, StoreError>> + Send + 'static,
    {
        match &self.shared.backend {
            // Boxed: SQLite needs none of this, and whoever waits holds it.
            Backend::Postgres(_) => {
                Box::pin(self.write_postgres(work, BEGIN_WRITE, WRITE_DEADLINE)).await
            }
            Backend::Sqlite { writer, .. } => writer.write(work).await,
        }
    }

    /// Like [`Store::write`], for work that may take its time, such as migrations.
    pub(crate) async fn write_for_long<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, StoreError>> + Send + 'static,
    {
        match &self.shared.backend {
            Backend::Postgres(_) => {
                self.write_postgres(work, BEGIN_LONG, Duration::from_mins(10))
                    .await
            }
            Backend::Sqlite { writer, .. } => writer.write(work).await,
        }
    }

    async fn write_postgres<T, F>(
        &self,
        work: F,
        begin: &'static str,
        deadline: Duration,
    ) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, StoreError>> + Send + 'static,
    {
        let store = self.clone();
        let task = tokio::spawn(tokio::time::timeout(deadline, async move {
            let Backend::Postgres(pool) = &store.shared.backend else {
                return Err(StoreError::GivenUp {
                    reason: "it was for PostgreSQL".to_owned(),
                });
            };
            let mut tx = store.begin(pool, begin).await?;
            let outcome = work(&mut tx).await?;
            commit(tx).await?;
            Ok(outcome)
        }));
        match task.await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(StoreError::GivenUp {
                reason: format!("it took over {} s", deadline.as_secs()),
            }),
            Err(_) => Err(StoreError::GivenUp {
                reason: "it failed inside; see the log".to_owned(),
            }),
        }
    }

    async fn begin(&self, pool: &PgPool, begin: &'static str) -> Result<Tx, StoreError> {
        let outage = &self.shared.outage;
        let probe = outage.enter();
        let Ok(_probe) = probe else {
            return Err(self.no_connection("another request waits for one"));
        };
        let started = self.waiting(pool.begin_with(begin)).await;
        match &started {
            Ok(_) => outage.note(false),
            Err(error) if error.cause() == Cause::DbRefused => outage.note(true),
            // A full pool or a lost connection says nothing about the next one.
            Err(_) => {}
        }
        started.map(Tx::Postgres)
    }

    /// Waits for a connection, as one of a bounded number.
    async fn waiting<T>(
        &self,
        connection: impl Future<Output = Result<T, sqlx::Error>>,
    ) -> Result<T, StoreError> {
        let shared = &self.shared;
        let place = Place::take(&shared.waiting);
        if place.0.load(Ordering::Relaxed) > shared.options.queue {
            return Err(StoreError::Overloaded {
                waiting: shared.options.queue,
            });
        }
        connection.await.map_err(|error| match error {
            sqlx::Error::PoolTimedOut => self.timed_out(),
            other => statement_failed(&other),
        })
    }

    /// A pool that is not full and yet gives no connection cannot make one.
    fn timed_out(&self) -> StoreError {
        let options = &self.shared.options;
        if self.pool_figures().size < options.connections {
            let waited = format!("none came within {:?}", options.acquire_timeout);
            return self.no_connection(&waited);
        }
        StoreError::PoolExhausted {
            seconds: options.acquire_timeout.as_secs(),
            max: options.connections,
        }
    }

    fn no_connection(&self, why: &str) -> StoreError {
        let address = &self.shared.address;
        let message = format!(
            "{address}: no new connection could be made ({why}); start the database server"
        );
        StoreError::connection(Cause::DbRefused, message)
    }
}

/// A place among those who wait, left when dropped.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize) -> Self {
        waiting.fetch_add(1, Ordering::Relaxed);
        Self(waiting)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

async fn commit(tx: Tx) -> Result<(), StoreError> {
    match tx {
        Tx::Postgres(tx) => tx.commit().await.map_err(|error| statement_failed(&error)),
        Tx::SqliteReader(_) | Tx::SqliteWriter(_) => Ok(()),
    }
}
