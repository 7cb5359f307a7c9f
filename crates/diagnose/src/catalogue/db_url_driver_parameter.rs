//! `db-url-driver-parameter`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::DbUrlDriverParameter,
    rule: None,
    title: "The database URL has a scheme or parameter that is not known",
    what: "The URL names a driver or a parameter that this program does not have. The forms `postgres://`, `postgresql://`, `postgresql+asyncpg://`, `postgresql+psycopg2://` and `sqlite:` are read, with the parameters of libpq that matter: `sslmode`, `sslrootcert`.",
    why: &[
        "The URL was written for another driver: `ssl=require` is asyncpg's, `pgbouncer=true` is Prisma's.",
        "The scheme is of another database (`mysql://`), or misspelt.",
    ],
    fix: Fix {
        summary: "Write the URL in a form that is read here.",
        steps: &[
            run("Change `ssl=…` to `sslmode=…`, and drop parameters of other programs.", "DATABASE_URL=postgresql://app:password@db.example.org:5432/app?sslmode=require"),
            say("Leave the URLs of your other services as they are: each driver has its own form."),
        ],
    },
    example: Example::StartUp {
        message: "the scheme mysql is not known",
        source: "backend/.env",
        line: Some((4, "DATABASE_URL=mysql://app@db.example.org/app", "mysql://")),
    },
    standard: Some("PostgreSQL documentation, section 34.1.1 (connection strings)"),
    related: &[Cause::DbUrlPasswordUnescaped, Cause::DbSslRequired, Cause::SettingInvalid],
};
