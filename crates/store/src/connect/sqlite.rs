//! Connections to a file of SQLite: one that writes and a few that read.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt as _;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, SqlitePool};

use super::StoreOptions;
use crate::StoreError;
use crate::address::SqliteAddress;
use crate::failure::{opening_failed, unwritable};
use crate::writer::Writer;

/// How long SQLite waits for another process that writes.
const BUSY: Duration = Duration::from_secs(5);

pub(super) async fn connect(
    address: &SqliteAddress,
    options: &StoreOptions,
) -> Result<(SqlitePool, Writer), StoreError> {
    make_file(address)?;
    let base = SqliteConnectOptions::new()
        .filename(address.path())
        .create_if_missing(false)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        // A job's savepoint must not become a file.
        .pragma("temp_store", "memory")
        .pragma("cache_size", CACHE)
        .disable_statement_logging();
    let writer = base
        .clone()
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("wal_autocheckpoint", CHECKPOINT)
        .thread_name(|_| "sqlite-writer".to_owned())
        .connect()
        .await
        .map_err(|error| opening_failed(address, &error))?;
    let readers = SqlitePoolOptions::new()
        .max_connections(options.connections)
        .acquire_timeout(options.acquire_timeout)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_lazy_with(
            base.pragma("query_only", "on")
                .thread_name(|_| "sqlite-reader".to_owned()),
        );
    Ok((readers, Writer::start(writer, options.queue)))
}

/// What one connection keeps of the database, in KiB (negative, as SQLite wants it). The system's page cache
/// has the rest; SQLite's own default of 2 MiB, times the connections, is most of a small server.
const CACHE: &str = "-256";

/// After so many pages of 4 KiB the write-ahead log goes into the database. Most sign-ins change the
/// same pages, so that waiting for four times SQLite's default writes and syncs less; it takes 16 MB.
const CHECKPOINT: &str = "4000";

/// Makes the file for its owner alone; SQLite gives its side files the same mode.
fn make_file(address: &SqliteAddress) -> Result<(), StoreError> {
    let made = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(address.path());
    made.map(drop)
        .map_err(|error| unwritable(address, &error.to_string()))
}
