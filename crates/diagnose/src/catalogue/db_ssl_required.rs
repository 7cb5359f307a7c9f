//! `db-ssl-required`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use crate::evidence::{DatabaseUrl, Dialect, Symptom};
use crate::finding::{Finding, Strength};
use crate::situation::Driver;
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::DbSslRequired,
    rule: Some(find),
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

/// The server lets nobody in without TLS, and the client did not ask for it.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.silent_database(Cause::DbSslRequired));
    let Some(seen) = situation.seen_any(&[Symptom::DatabaseTlsRequired]) else {
        return;
    };
    let message = "the database demands TLS, and this client connects without";
    let url = situation.postgres().next().or_else(|| situation.databases_of(Dialect::MySql).next());
    let asks = |url: &DatabaseUrl| {
        let mode = url.parameter("sslmode").or_else(|| url.parameter("ssl"));
        mode.is_some_and(|mode| !matches!(mode, "disable" | "allow" | "prefer" | "false"))
    };
    let strength = match url {
        Some(url) if asks(url) => Strength::Suggested,
        Some(_) => Strength::Proved,
        None => Strength::Likely,
    };
    let mut finding = Finding::new(Cause::DbSslRequired, strength, message);
    if let Some(url) = url {
        finding = finding.at(url.spot.clone(), "").fix(match situation.driver(url) {
            Some(Driver::AsyncpgBySqlAlchemy) => "Add `?ssl=require` to the URL.",
            Some(Driver::NodePg) => "Add `?sslmode=require` to the URL, and the provider's CA with `ssl: { ca }`.",
            _ => "Add `?sslmode=require` to the URL, or `sslmode=verify-full` with the provider's CA.",
        });
    }
    found.push(finding.at(seen.spot.clone(), "said here"));
}
