//! What databases, their drivers and poolers, caches and mail servers say.

mod connection;
mod content;
mod urls;
mod users;

use super::check::ANY;
use super::{Symptom, Table};

/// `PostgreSQL` 15, asyncpg 0.30, psycopg 3.2 and 2.9, pg 8.16, Prisma 6, `SQLAlchemy` 2.0, pgx, `MySQL` 8.
pub(super) const TABLES: &[Table] = &[
    Table {
        by: &ANY,
        phrases: users::SIGN_IN,
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
        phrases: content::CONTENT,
    },
    Table {
        by: &ANY,
        phrases: urls::URLS,
    },
    Table {
        by: &ANY,
        phrases: users::PERMISSIONS,
    },
    Table {
        by: &ANY,
        phrases: OTHER_SERVERS,
    },
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
