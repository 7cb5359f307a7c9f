//! What databases, their drivers and poolers, caches and mail servers say.

mod connection;

use super::check::ANY;
use super::{Symptom, Table};

/// `PostgreSQL` 15, asyncpg 0.30, psycopg 3.2 and 2.9, pg 8.16, Prisma 6, `SQLAlchemy` 2.0, pgx, `MySQL` 8.
pub(super) const TABLES: &[Table] = &[
    Table {
        by: &ANY,
        phrases: SIGN_IN,
    },
    Table {
        by: &ANY,
        phrases: connection::NETWORK,
    },
    Table {
        by: &ANY,
        phrases: connection::TLS,
    },
    Table {
        by: &ANY,
        phrases: CONTENT,
    },
    Table {
        by: &ANY,
        phrases: URLS,
    },
    Table {
        by: &ANY,
        phrases: OTHER_SERVERS,
    },
];

const SIGN_IN: &[(&str, Symptom)] = &[
    (
        "password authentication failed",
        Symptom::DatabaseCredentialsRefused,
    ),
    ("invalidpassworderror", Symptom::DatabaseCredentialsRefused),
    (
        "invalidauthorizationspecificationerror",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "authentication failed against database server",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "authentication failed against the database server",
        Symptom::DatabaseCredentialsRefused,
    ),
    ("p1000", Symptom::DatabaseCredentialsRefused),
    (
        "access denied for user",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "er_access_denied_error",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "fe_sendauth: no password supplied",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "client password must be a string",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "sasl authentication failed",
        Symptom::DatabaseCredentialsRefused,
    ),
    ("wrong password type", Symptom::DatabaseCredentialsRefused),
    (
        "role \"*\" does not exist",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "role \"*\" is not permitted to log in",
        Symptom::DatabaseCredentialsRefused,
    ),
    ("28p01", Symptom::DatabaseCredentialsRefused),
    ("tenant or user not found", Symptom::DatabaseTenantUnknown),
    (
        "no tenant identifier provided",
        Symptom::DatabaseTenantUnknown,
    ),
    ("enoidentifier", Symptom::DatabaseTenantUnknown),
    ("tenant/user * not found", Symptom::DatabaseTenantUnknown),
    (
        "endpoint id is not specified",
        Symptom::DatabaseTenantUnknown,
    ),
];

const CONTENT: &[(&str, Symptom)] = &[
    (
        "prepared statement \"*\" already exists",
        Symptom::DatabasePreparedStatement,
    ),
    (
        "prepared statement \"*\" does not exist",
        Symptom::DatabasePreparedStatement,
    ),
    (
        "duplicatepreparedstatement",
        Symptom::DatabasePreparedStatement,
    ),
    (
        "invalidsqlstatementnameerror",
        Symptom::DatabasePreparedStatement,
    ),
    (
        "unnamed prepared statement does not exist",
        Symptom::DatabasePreparedStatement,
    ),
    ("42p05", Symptom::DatabasePreparedStatement),
    (
        "but prepared statement \"*\" requires",
        Symptom::DatabasePreparedStatement,
    ),
    ("database \"*\" does not exist", Symptom::DatabaseMissing),
    ("database `*` does not exist", Symptom::DatabaseMissing),
    ("invalidcatalognameerror", Symptom::DatabaseMissing),
    ("p1003", Symptom::DatabaseMissing),
    ("3d000", Symptom::DatabaseMissing),
    ("unknown database", Symptom::DatabaseMissing),
    (
        "relation \"*\" does not exist",
        Symptom::DatabaseSchemaOutdated,
    ),
    (
        "column \"*\" does not exist",
        Symptom::DatabaseSchemaOutdated,
    ),
    ("undefinedtable", Symptom::DatabaseSchemaOutdated),
    ("undefinedcolumn", Symptom::DatabaseSchemaOutdated),
    ("no such table", Symptom::DatabaseSchemaOutdated),
    ("no such column", Symptom::DatabaseSchemaOutdated),
    (
        "the table `*` does not exist",
        Symptom::DatabaseSchemaOutdated,
    ),
    (
        "the column `*` does not exist",
        Symptom::DatabaseSchemaOutdated,
    ),
    ("er_no_such_table", Symptom::DatabaseSchemaOutdated),
    ("p2021", Symptom::DatabaseSchemaOutdated),
    ("p2022", Symptom::DatabaseSchemaOutdated),
    ("42p01", Symptom::DatabaseSchemaOutdated),
    (
        "target database is not up to date",
        Symptom::DatabaseSchemaOutdated,
    ),
    ("unapplied migration", Symptom::DatabaseSchemaOutdated),
    ("migrations are pending", Symptom::DatabaseSchemaOutdated),
    ("pendingmigrationerror", Symptom::DatabaseSchemaOutdated),
    ("queuepool limit of size", Symptom::DatabasePoolExhausted),
    (
        "remaining connection slots are reserved",
        Symptom::DatabasePoolExhausted,
    ),
    ("too many connections", Symptom::DatabasePoolExhausted),
    (
        "sorry, too many clients already",
        Symptom::DatabasePoolExhausted,
    ),
    ("max clients reached", Symptom::DatabasePoolExhausted),
    ("maxclientsinsessionmode", Symptom::DatabasePoolExhausted),
    (
        "max client connections reached",
        Symptom::DatabasePoolExhausted,
    ),
    (
        "no more connections allowed (max_client_conn)",
        Symptom::DatabasePoolExhausted,
    ),
    (
        "timed out fetching a new connection from the connection pool",
        Symptom::DatabasePoolExhausted,
    ),
    (
        "timeout exceeded when trying to connect",
        Symptom::DatabasePoolExhausted,
    ),
    (
        "pool timed out while waiting for an open connection",
        Symptom::DatabasePoolExhausted,
    ),
    (
        "couldn't get a connection after",
        Symptom::DatabasePoolExhausted,
    ),
    (
        "unable to acquire a connection",
        Symptom::DatabasePoolExhausted,
    ),
    (
        "knex: timeout acquiring a connection",
        Symptom::DatabasePoolExhausted,
    ),
    ("p2024", Symptom::DatabasePoolExhausted),
    ("53300", Symptom::DatabasePoolExhausted),
    (
        "connection is not available, request timed out",
        Symptom::DatabasePoolExhausted,
    ),
];

const URLS: &[(&str, Symptom)] = &[
    (
        "unexpected keyword argument 'sslmode'",
        Symptom::DatabaseUrlRefused,
    ),
    (
        "unexpected keyword argument 'channel_binding'",
        Symptom::DatabaseUrlRefused,
    ),
    (
        "unexpected keyword argument 'pgbouncer'",
        Symptom::DatabaseUrlRefused,
    ),
    (
        "unexpected keyword argument 'ssl'",
        Symptom::DatabaseUrlRefused,
    ),
    (
        "unexpected keyword argument 'options'",
        Symptom::DatabaseUrlRefused,
    ),
    (
        "unexpected keyword argument 'schema'",
        Symptom::DatabaseUrlRefused,
    ),
    ("invalid uri query parameter", Symptom::DatabaseUrlRefused),
    ("invalid connection option", Symptom::DatabaseUrlRefused),
    ("invalid dsn", Symptom::DatabaseUrlRefused),
    (
        "can't load plugin: sqlalchemy.dialects",
        Symptom::DatabaseUrlRefused,
    ),
    (
        "the asyncio extension requires an async driver",
        Symptom::DatabaseUrlRefused,
    ),
    ("must start with the protocol", Symptom::DatabaseUrlRefused),
    ("could not parse rfc1738 url", Symptom::DatabaseUrlRefused),
    (
        "could not parse sqlalchemy url",
        Symptom::DatabaseUrlRefused,
    ),
    (
        "unrecognized configuration parameter",
        Symptom::DatabaseUrlRefused,
    ),
    ("unsupported startup parameter", Symptom::DatabaseUrlRefused),
    (
        "invalid port number in database url",
        Symptom::DatabaseUrlRefused,
    ),
    (
        "invalid domain character in database string",
        Symptom::DatabaseUrlRefused,
    ),
    (
        "the provided database string is invalid",
        Symptom::DatabaseUrlRefused,
    ),
    (
        "invalid integer value \"*\" for connection option \"port\"",
        Symptom::DatabaseUrlRefused,
    ),
    ("invalid percent-encoded token", Symptom::DatabaseUrlRefused),
    (
        "port could not be cast to integer value",
        Symptom::DatabaseUrlRefused,
    ),
    ("p1013", Symptom::DatabaseUrlRefused),
    ("uri malformed", Symptom::DatabaseUrlRefused),
    ("sslmode value \"*\" invalid", Symptom::DatabaseUrlRefused),
    ("no module named 'mysqldb'", Symptom::DatabaseUrlRefused),
    ("no module named 'psycopg2'", Symptom::DatabaseUrlRefused),
];

const OTHER_SERVERS: &[(&str, Symptom)] = &[
    ("econnrefused*:6379", Symptom::RedisFailed),
    ("connecting to*:6379", Symptom::RedisFailed),
    ("redis.exceptions.connectionerror", Symptom::RedisFailed),
    ("redis connection error", Symptom::RedisFailed),
    ("redis connection to", Symptom::RedisFailed),
    ("maxretriesperrequesterror", Symptom::RedisFailed),
    (
        "reached the max retries per request limit",
        Symptom::RedisFailed,
    ),
    ("noauth authentication required", Symptom::RedisFailed),
    ("wrongpass invalid username-password", Symptom::RedisFailed),
    ("econnrefused*:25", Symptom::SmtpFailed),
    ("econnrefused*:465", Symptom::SmtpFailed),
    ("econnrefused*:587", Symptom::SmtpFailed),
    ("econnrefused*:1025", Symptom::SmtpFailed),
    ("etimedout*:25", Symptom::SmtpFailed),
    ("etimedout*:465", Symptom::SmtpFailed),
    ("etimedout*:587", Symptom::SmtpFailed),
    ("smtpconnecterror", Symptom::SmtpFailed),
    ("smtpserverdisconnected", Symptom::SmtpFailed),
    ("smtpauthenticationerror", Symptom::SmtpFailed),
    ("gomail: could not send email", Symptom::SmtpFailed),
    ("error sending confirmation email", Symptom::SmtpFailed),
    ("error sending recovery email", Symptom::SmtpFailed),
    ("invalid login: 535", Symptom::SmtpFailed),
];
