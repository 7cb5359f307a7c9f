//! `db-ssl-required`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::DbSslRequired,
    rule: None,
    title: "The database wants an encrypted connection",
    what: "The server accepts this user and database only over TLS, and the URL does not ask for it.",
    why: &[
        "A hosted database demands TLS; the URL has no `sslmode`, or `sslmode=disable`.",
        "`pg_hba.conf` has `hostssl` lines alone.",
    ],
    fix: Fix {
        summary: "Ask for TLS in the URL.",
        steps: &[
            run("Add `sslmode`; best with the CA of the database.", "DATABASE_URL=postgresql://app:…@db/app?sslmode=verify-full&sslrootcert=/etc/ssl/db-ca.crt"),
            run("Try it by itself.", "psql \"$DATABASE_URL\" -c 'select 1'"),
        ],
    },
    example: Example::StartUp {
        message: "db.example.org:5432 refuses connections without TLS for user app",
        source: "DATABASE_URL",
        line: None,
    },
    standard: Some("PostgreSQL documentation, section 34.19 (SSL support)"),
    related: &[Cause::DbSslCaUntrusted, Cause::DbCredentials],
};
