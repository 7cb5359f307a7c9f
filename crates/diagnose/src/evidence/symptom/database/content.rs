//! What databases say of what is in them: statements, schemas, and connections that are all taken.

use super::Symptom;

pub(super) const CONTENT: &[(&str, Symptom)] = &[
    ("sqlstate 53300", Symptom::DatabasePoolExhausted),
    ("sqlstate: 53300", Symptom::DatabasePoolExhausted),
    ("sqlstate(e53300)", Symptom::DatabasePoolExhausted),
    ("\"53300\"", Symptom::DatabasePoolExhausted),
    ("'53300'", Symptom::DatabasePoolExhausted),
    ("53300: ", Symptom::DatabasePoolExhausted),
    ("(53300)", Symptom::DatabasePoolExhausted),
    ("code: 53300", Symptom::DatabasePoolExhausted),
    ("code 53300", Symptom::DatabasePoolExhausted),
    ("sqlstate 42703", Symptom::DatabaseSchemaOutdated),
    ("sqlstate: 42703", Symptom::DatabaseSchemaOutdated),
    ("\"42703\"", Symptom::DatabaseSchemaOutdated),
    ("'42703'", Symptom::DatabaseSchemaOutdated),
    ("42703: ", Symptom::DatabaseSchemaOutdated),
    ("we could not find your database", Symptom::DatabaseMissing),
    ("nodatabaseerror", Symptom::DatabaseMissing),
    ("database * doesn't exist", Symptom::DatabaseMissing),
    (
        "timeout waiting for database connection",
        Symptom::DatabasePoolExhausted,
    ),
    (
        "timed out waiting for a database connection",
        Symptom::DatabasePoolExhausted,
    ),
    (
        "failed to get db connection",
        Symptom::DatabasePoolExhausted,
    ),
    ("no available connections", Symptom::DatabasePoolExhausted),
    (
        "waiting for a free connection",
        Symptom::DatabasePoolExhausted,
    ),
    ("connection pool is full", Symptom::DatabasePoolExhausted),
    ("maximum pool size reached", Symptom::DatabasePoolExhausted),
    ("pool is exhausted", Symptom::DatabasePoolExhausted),
    ("connection limit exceeded", Symptom::DatabasePoolExhausted),
    ("emaxconn", Symptom::DatabasePoolExhausted),
    ("max_connections reached", Symptom::DatabasePoolExhausted),
    (
        "there are pending migrations",
        Symptom::DatabaseSchemaOutdated,
    ),
    ("has pending migrations", Symptom::DatabaseSchemaOutdated),
    ("run pending migrations", Symptom::DatabaseSchemaOutdated),
    ("apply pending migrations", Symptom::DatabaseSchemaOutdated),
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
    (
        "connection is not available, request timed out",
        Symptom::DatabasePoolExhausted,
    ),
    (
        "sequelizeconnectionacquiretimeouterror",
        Symptom::DatabasePoolExhausted,
    ),
    ("resourcerequest timed out", Symptom::DatabasePoolExhausted),
    (
        "the timeout period elapsed prior to obtaining a connection from the pool",
        Symptom::DatabasePoolExhausted,
    ),
    (
        "the connection pool has been exhausted",
        Symptom::DatabasePoolExhausted,
    ),
    (
        "could not obtain a connection from the pool within",
        Symptom::DatabasePoolExhausted,
    ),
    (
        "could not obtain a database connection within",
        Symptom::DatabasePoolExhausted,
    ),
    (
        "activerecord::connectiontimeouterror",
        Symptom::DatabasePoolExhausted,
    ),
    (
        "all pooled connections were in use",
        Symptom::DatabasePoolExhausted,
    ),
    (
        "too many connections for role",
        Symptom::DatabasePoolExhausted,
    ),
    (
        "too many database connections",
        Symptom::DatabasePoolExhausted,
    ),
    ("er_con_count_error", Symptom::DatabasePoolExhausted),
    ("max_user_connections", Symptom::DatabasePoolExhausted),
    ("connection pool exhausted", Symptom::DatabasePoolExhausted),
    ("poolerror: connection pool", Symptom::DatabasePoolExhausted),
    ("pooltimedout", Symptom::DatabasePoolExhausted),
    ("pool timed out", Symptom::DatabasePoolExhausted),
    (
        "timed out waiting for connection",
        Symptom::DatabasePoolExhausted,
    ),
    ("waitqueuetimeouterror", Symptom::DatabasePoolExhausted),
    (
        "timed out while checking out a connection from connection pool",
        Symptom::DatabasePoolExhausted,
    ),
    (
        "connection not available and request was dropped from queue",
        Symptom::DatabasePoolExhausted,
    ),
    ("dropped from queue after", Symptom::DatabasePoolExhausted),
    (
        "timeout waiting for idle object",
        Symptom::DatabasePoolExhausted,
    ),
    (
        "cannot get a connection, pool error",
        Symptom::DatabasePoolExhausted,
    ),
    (
        "unable to fetch a connection in",
        Symptom::DatabasePoolExhausted,
    ),
    ("emaxconnsession", Symptom::DatabasePoolExhausted),
    (
        "er_too_many_user_connections",
        Symptom::DatabasePoolExhausted,
    ),
    (
        "unable to check out connection from the pool",
        Symptom::DatabasePoolExhausted,
    ),
    ("acquireconnectiontimeout", Symptom::DatabasePoolExhausted),
    (
        "timeout occurred while waiting for a slot",
        Symptom::DatabasePoolExhausted,
    ),
    ("connectionacquiretimeout", Symptom::DatabasePoolExhausted),
    ("db pool is exhausted", Symptom::DatabasePoolExhausted),
    ("table '*' doesn't exist", Symptom::DatabaseSchemaOutdated),
    ("unknown column '*' in", Symptom::DatabaseSchemaOutdated),
    (
        "base table or view not found",
        Symptom::DatabaseSchemaOutdated,
    ),
    ("column not found: 1054", Symptom::DatabaseSchemaOutdated),
    ("sqlstate[42s02]", Symptom::DatabaseSchemaOutdated),
    ("sqlstate[42s22]", Symptom::DatabaseSchemaOutdated),
    ("er_bad_field_error", Symptom::DatabaseSchemaOutdated),
    ("invalid object name '", Symptom::DatabaseSchemaOutdated),
    ("invalid column name '", Symptom::DatabaseSchemaOutdated),
    (
        "schema-validation: missing",
        Symptom::DatabaseSchemaOutdated,
    ),
    (
        "migrations have not yet been applied",
        Symptom::DatabaseSchemaOutdated,
    ),
    (
        "migration(s) have not yet been applied",
        Symptom::DatabaseSchemaOutdated,
    ),
    (
        "have not been applied to the database",
        Symptom::DatabaseSchemaOutdated,
    ),
    (
        "does not exist in the current database",
        Symptom::DatabaseSchemaOutdated,
    ),
    (
        "no migrations have been applied",
        Symptom::DatabaseSchemaOutdated,
    ),
    ("type \"*\" does not exist", Symptom::DatabaseSchemaOutdated),
    (
        "could not find the table * in the schema cache",
        Symptom::DatabaseSchemaOutdated,
    ),
    ("pgrst205", Symptom::DatabaseSchemaOutdated),
    ("pgrst204", Symptom::DatabaseSchemaOutdated),
    (
        "prepared statement name is already in use",
        Symptom::DatabasePreparedStatement,
    ),
    (
        "prepared statement * already exists",
        Symptom::DatabasePreparedStatement,
    ),
    (
        "cached plan must not change result type",
        Symptom::DatabasePreparedStatement,
    ),
    (
        "bind message supplies * but prepared statement",
        Symptom::DatabasePreparedStatement,
    ),
    ("sqlstate 42p05", Symptom::DatabasePreparedStatement),
    ("sqlstate: 26000", Symptom::DatabasePreparedStatement),
    ("er_bad_db_error", Symptom::DatabaseMissing),
    ("sqlstate[hy000] [1049]", Symptom::DatabaseMissing),
    (
        "cannot open database \"*\" requested by the login",
        Symptom::DatabaseMissing,
    ),
    (
        "database * does not exist on the database server",
        Symptom::DatabaseMissing,
    ),
];
