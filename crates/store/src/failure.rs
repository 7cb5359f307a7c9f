//! From the drivers' errors to one cause each.

use std::io::ErrorKind;

use countersign_verify::Cause;
use sqlx::error::DatabaseError;

use crate::StoreError;
use crate::address::{PostgresAddress, SqliteAddress};

/// The failure of a statement on a connection that worked.
pub(crate) fn statement_failed(error: &sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::Database(database) => refused_statement(database.as_ref()),
        sqlx::Error::Io(io) => StoreError::connection(
            Cause::Unavailable,
            format!(
                "the connection to the database was lost ({io}); it is made anew at the next request"
            ),
        ),
        sqlx::Error::WorkerCrashed | sqlx::Error::PoolClosed => StoreError::connection(
            Cause::Unavailable,
            format!("the database connection is closed ({error}); restart the program"),
        ),
        other => StoreError::Statement {
            code: "driver".to_owned(),
            message: other.to_string(),
        },
    }
}

fn refused_statement(error: &dyn DatabaseError) -> StoreError {
    let code = error.code().unwrap_or_default().into_owned();
    let message = error.message().to_owned();
    let cause = match sqlite_code(error).map(|code| code & 0xff) {
        Some(5 | 6) => Some((
            Cause::Unavailable,
            "another process has written to the database for long",
        )),
        Some(8) => Some((
            Cause::DataFolderUnwritable,
            "the database file cannot be written",
        )),
        Some(10) => Some((Cause::Unavailable, "the disk failed")),
        Some(11 | 26) => Some((Cause::DbFileInvalid, "the database file is damaged")),
        Some(13) => Some((Cause::Unavailable, "the disk is full")),
        Some(_) | None => postgres_cause(&code),
    };
    match cause {
        Some((cause, what)) => StoreError::connection(cause, format!("{what} ({message})")),
        None => StoreError::Statement { code, message },
    }
}

/// SQLSTATE classes (PostgreSQL's documentation, appendix A) that are not a fault of the statement.
fn postgres_cause(code: &str) -> Option<(Cause, &'static str)> {
    match code {
        "26000" | "42P05" => Some((
            Cause::DbPgbouncerPreparedStatements,
            "a pooler gave the connection to another client between a statement's parts",
        )),
        "40001" | "40P01" | "55P03" | "57014" => Some((
            Cause::Unavailable,
            "the statement waited too long for another one",
        )),
        "25006" => Some((Cause::Unavailable, "the database only allows reading now")),
        _ if code.starts_with("53") => {
            Some((Cause::DbPoolExhausted, "the server is at its limits"))
        }
        _ if code.starts_with("57P") || code.starts_with("08") => {
            Some((Cause::Unavailable, "the server ended the connection"))
        }
        _ => None,
    }
}

fn sqlite_code(error: &dyn DatabaseError) -> Option<u32> {
    error
        .try_downcast_ref::<sqlx::sqlite::SqliteError>()
        .and_then(DatabaseError::code)
        .and_then(|code| code.parse().ok())
}

/// The failure of opening a SQLite file.
pub(crate) fn opening_failed(address: &SqliteAddress, error: &sqlx::Error) -> StoreError {
    let file = address.path().display();
    let code = match error {
        sqlx::Error::Database(database) => sqlite_code(database.as_ref()),
        _ => None,
    };
    match code.map(|code| code & 0xff) {
        Some(11 | 26) => StoreError::connection(
            Cause::DbFileInvalid,
            format!(
                "{file} is not a SQLite database, or is damaged ({error}); name another file or restore a backup"
            ),
        ),
        Some(8 | 14) => unwritable(address, &error.to_string()),
        Some(5 | 6) => StoreError::connection(
            Cause::Unavailable,
            format!("{file} is held by another process ({error}); stop it and start again"),
        ),
        Some(_) | None => StoreError::connection(
            Cause::Unavailable,
            format!("{file} cannot be opened ({error})"),
        ),
    }
}

/// The file, or its folder, cannot be written.
pub(crate) fn unwritable(address: &SqliteAddress, why: &str) -> StoreError {
    StoreError::connection(
        Cause::DataFolderUnwritable,
        format!(
            "{} cannot be opened for writing ({why}); make the folder, and let this user write to it and to the file",
            address.path().display()
        ),
    )
}

/// The failure of connecting to PostgreSQL. `in_container` tells whether this program runs in one.
pub(crate) fn connecting_failed(
    address: &PostgresAddress,
    error: &sqlx::Error,
    in_container: bool,
) -> StoreError {
    let (cause, what) = match error {
        sqlx::Error::Database(database) => refused_connection(
            database.code().as_deref().unwrap_or_default(),
            database.message(),
        ),
        // A failed handshake comes as an I/O error with rustls's words in it.
        sqlx::Error::Io(io) if io.to_string().contains("certificate") => untrusted(&io.to_string()),
        sqlx::Error::Io(io) => unreachable(address, io, in_container),
        sqlx::Error::Tls(tls) => untrusted(&tls.to_string()),
        sqlx::Error::Configuration(_) => (
            Cause::DbSslCaUntrusted,
            "a certificate file cannot be read; check sslrootcert, sslcert and sslkey",
        ),
        _ => (
            Cause::Unavailable,
            "the server answers in a way that is not PostgreSQL's; check host and port",
        ),
    };
    StoreError::connection(cause, format!("{address}: {what} ({error})"))
}

fn refused_connection(code: &str, message: &str) -> (Cause, &'static str) {
    let says = |part: &str| message.to_ascii_lowercase().contains(part);
    match code {
        _ if says("tenant or user not found") || says("tenant/user") => (
            Cause::DbPoolerUsername,
            "the pooler does not know the user; write it as ROLE.PROJECT_REF",
        ),
        _ if says("no encryption")
            || says("ssl off")
            || says("ssl required")
            || says("ssl connection is required") =>
        {
            (
                Cause::DbSslRequired,
                "the server demands TLS; add sslmode=require to the URL",
            )
        }
        _ if says("no such database") => (
            Cause::DbMissing,
            "the database does not exist; create it, or correct its name",
        ),
        "3D000" => (
            Cause::DbMissing,
            "the database does not exist; create it, or correct its name",
        ),
        "28P01" | "28000" => (
            Cause::DbCredentials,
            "the server refused user or password; correct them in the URL",
        ),
        _ if says("password authentication failed")
            || says("auth failed")
            || says("authentication failed") =>
        {
            (
                Cause::DbCredentials,
                "the server refused user or password; correct them in the URL",
            )
        }
        _ if says("unsupported startup parameter") => (
            Cause::DbUrlDriverParameter,
            "the pooler does not take a parameter of the URL; remove it",
        ),
        _ if code.starts_with("53") => (
            Cause::DbPoolExhausted,
            "the server has no connection left; raise its max_connections or lower the pool's size",
        ),
        _ => (
            Cause::Unavailable,
            "the server refused the connection; see its log",
        ),
    }
}

fn unreachable(
    address: &PostgresAddress,
    error: &std::io::Error,
    in_container: bool,
) -> (Cause, &'static str) {
    let local = matches!(address.host.as_str(), "localhost" | "127.0.0.1" | "::1");
    match error.kind() {
        ErrorKind::ConnectionRefused if local && in_container => (
            Cause::DbHostLocalhostInContainer,
            "in a container localhost is the container itself; name the database's service",
        ),
        ErrorKind::ConnectionRefused | ErrorKind::NotFound | ErrorKind::PermissionDenied => (
            Cause::DbRefused,
            "nothing accepts connections there; start the server, or correct host and port",
        ),
        ErrorKind::TimedOut => (
            Cause::DbRefused,
            "nothing answers there; check host, port and firewall",
        ),
        ErrorKind::NetworkUnreachable
        | ErrorKind::HostUnreachable
        | ErrorKind::AddrNotAvailable => (
            Cause::DbHostIpv6Only,
            "the host's address cannot be reached from here; it may have an IPv6 address only: use the pooler's host",
        ),
        // The resolver's failures have no kind of their own.
        _ if error.to_string().contains("lookup address") => (
            Cause::DbHostUnresolvable,
            "the host's name does not resolve here; correct it, or start the service that it names",
        ),
        _ => (
            Cause::Unavailable,
            "the connection broke while it was made; see the server's log",
        ),
    }
}

fn untrusted(message: &str) -> (Cause, &'static str) {
    if message.contains("does not support TLS") {
        return (
            Cause::DbSslUnsupported,
            "the server has no TLS, the URL demands it; switch it on there, or remove sslmode",
        );
    }
    if message.contains("not valid for name") {
        return (
            Cause::DbSslCaUntrusted,
            "the server's certificate is for another host name; write that one in the URL",
        );
    }
    (
        Cause::DbSslCaUntrusted,
        "the server's certificate is not trusted; give its authority with sslrootcert",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DatabaseUrl;

    fn address() -> PostgresAddress {
        match DatabaseUrl::parse("postgres://app:hunter2hunter2@localhost/app") {
            Ok(DatabaseUrl::Postgres(address)) => address,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn refusals_of_servers_and_poolers_have_one_cause_each() {
        let cases = [
            (
                "28P01",
                "password authentication failed for user \"app\"",
                Cause::DbCredentials,
            ),
            ("08P01", "SASL authentication failed", Cause::DbCredentials),
            (
                "28000",
                "no pg_hba.conf entry for host \"::1\", user \"app\", no encryption",
                Cause::DbSslRequired,
            ),
            ("28000", "role \"app\" does not exist", Cause::DbCredentials),
            ("08P01", "SSL required", Cause::DbSslRequired),
            ("3D000", "database \"app\" does not exist", Cause::DbMissing),
            ("08P01", "no such database: app", Cause::DbMissing),
            ("XX000", "Tenant or user not found", Cause::DbPoolerUsername),
            (
                "08P01",
                "unsupported startup parameter: options",
                Cause::DbUrlDriverParameter,
            ),
            (
                "53300",
                "sorry, too many clients already",
                Cause::DbPoolExhausted,
            ),
            (
                "57P03",
                "the database system is starting up",
                Cause::Unavailable,
            ),
        ];
        for (code, message, cause) in cases {
            assert_eq!(refused_connection(code, message).0, cause, "{message}");
        }
    }

    #[test]
    fn unreachable_hosts_have_one_cause_each_and_show_no_password() {
        let io = std::io::Error::from;
        let cases = [
            (io(ErrorKind::ConnectionRefused), false, Cause::DbRefused),
            (
                io(ErrorKind::ConnectionRefused),
                true,
                Cause::DbHostLocalhostInContainer,
            ),
            (io(ErrorKind::TimedOut), false, Cause::DbRefused),
            (
                io(ErrorKind::NetworkUnreachable),
                false,
                Cause::DbHostIpv6Only,
            ),
            (
                std::io::Error::other(
                    "failed to lookup address information: Name or service not known",
                ),
                false,
                Cause::DbHostUnresolvable,
            ),
            (io(ErrorKind::BrokenPipe), false, Cause::Unavailable),
        ];
        for (error, in_container, cause) in cases {
            let failure = connecting_failed(&address(), &sqlx::Error::Io(error), in_container);
            assert_eq!(failure.cause(), cause, "{failure}");
            assert!(!failure.to_string().contains("hunter2"), "{failure}");
        }
    }

    #[test]
    fn tls_failures_tell_a_missing_from_an_untrusted_certificate() {
        assert_eq!(
            untrusted("server does not support TLS").0,
            Cause::DbSslUnsupported
        );
        assert_eq!(
            untrusted("invalid peer certificate: UnknownIssuer").0,
            Cause::DbSslCaUntrusted
        );
    }

    #[test]
    fn states_that_pass_are_no_fault_of_the_statement() {
        assert!(postgres_cause("23505").is_none());
        for (code, cause) in [
            ("40P01", Cause::Unavailable),
            ("26000", Cause::DbPgbouncerPreparedStatements),
            ("53300", Cause::DbPoolExhausted),
            ("57P01", Cause::Unavailable),
        ] {
            assert_eq!(
                postgres_cause(code).map(|found| found.0),
                Some(cause),
                "{code}"
            );
        }
    }
}
