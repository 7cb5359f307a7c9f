//! Connections to PostgreSQL.

use std::io::{Error, ErrorKind};

use countersign_verify::Cause;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgSslMode};
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, PgPool};

use super::StoreOptions;
use crate::StoreError;
use crate::address::{PostgresAddress, SslMode};
use crate::failure::connecting_failed;

/// Makes a pool, after one connection by hand: the pool would hide why it cannot connect.
pub(super) async fn connect(
    address: &PostgresAddress,
    options: &StoreOptions,
) -> Result<PgPool, StoreError> {
    let connect = postgres_options(address);
    let first = one(address, &connect, options.in_container).await?;
    let closed = first.close().await;
    closed.map_err(|error| connecting_failed(address, &error, options.in_container))?;
    Ok(PgPoolOptions::new()
        .max_connections(options.connections)
        .acquire_timeout(options.acquire_timeout)
        .connect_lazy_with(connect))
}

/// Makes one connection, or says why there is none.
pub(super) async fn one(
    address: &PostgresAddress,
    connect: &PgConnectOptions,
    in_container: bool,
) -> Result<PgConnection, StoreError> {
    check_files(address)?;
    let failed = |error: &sqlx::Error| connecting_failed(address, error, in_container);
    let late = || {
        failed(&sqlx::Error::Io(Error::new(
            ErrorKind::TimedOut,
            format!("no answer within {} s", address.connect_timeout.as_secs()),
        )))
    };
    tokio::time::timeout(address.connect_timeout, connect.connect())
        .await
        .map_err(|_| late())?
        .map_err(|error| failed(&error))
}

/// A file that is missing would look like a socket that is missing.
fn check_files(address: &PostgresAddress) -> Result<(), StoreError> {
    let files = [
        ("sslrootcert", &address.ssl_root_cert),
        ("sslcert", &address.ssl_cert),
        ("sslkey", &address.ssl_key),
    ];
    for (name, file) in files {
        if let Some(file) = file {
            std::fs::File::open(file).map_err(|error| {
                let text = format!(
                    "the database URL's {name} names {}, which cannot be read ({error}); correct it",
                    file.display()
                );
                StoreError::connection(Cause::SettingInvalid, text)
            })?;
        }
    }
    Ok(())
}

pub(super) fn postgres_options(address: &PostgresAddress) -> PgConnectOptions {
    let mut connect = PgConnectOptions::new_without_pgpass()
        .host(&address.host)
        .port(address.port)
        .username(&address.user)
        .database(&address.database)
        .application_name(&address.application_name)
        // Poolers refuse this start-up parameter, and nothing here is a float.
        .extra_float_digits(None)
        .statement_cache_capacity(0)
        .ssl_mode(match address.ssl_mode {
            SslMode::Disable => PgSslMode::Disable,
            SslMode::Prefer => PgSslMode::Prefer,
            SslMode::Require => PgSslMode::Require,
            SslMode::VerifyCa => PgSslMode::VerifyCa,
            SslMode::VerifyFull => PgSslMode::VerifyFull,
        });
    if address.host.starts_with('/') {
        connect = connect.socket(&address.host);
    }
    if let Some(password) = &address.password {
        connect = connect.password(password);
    }
    if let Some(file) = &address.ssl_root_cert {
        connect = connect.ssl_root_cert(file);
    }
    if let Some(file) = &address.ssl_cert {
        connect = connect.ssl_client_cert(file);
    }
    if let Some(file) = &address.ssl_key {
        connect = connect.ssl_client_key(file);
    }
    connect.disable_statement_logging()
}
