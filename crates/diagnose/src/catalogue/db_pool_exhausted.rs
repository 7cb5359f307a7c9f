//! `db-pool-exhausted`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::evidence::{Dialect, Symptom};
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::DbPoolExhausted,
    rule: Some(find),
    title: "No database connection was free in time",
    what: "All connections of this server were in use, and none came back within the time that a request waits. The database is slow, or it has fewer connections than its clients want.",
    why: &[
        "A long query or a lock holds connections.",
        "Many nodes share a database with a small `max_connections`.",
        "The disk is slow or full.",
    ],
    fix: Fix {
        summary: "Find out what holds the connections.",
        steps: &[
            run("See what they do.", "SELECT pid, state, wait_event, now() - query_start AS since, query\nFROM pg_stat_activity ORDER BY since DESC;"),
            run("Look at the pool, as this server sees it.", "curl -s http://localhost:8787/api/health/database"),
            say("With many nodes, put a pooler (pgbouncer) between them and the database."),
        ],
    },
    example: Example::Refusal {
        request: "POST /api/v1/auth/jwt/login HTTP/1.1\nContent-Type: application/json\n\n{\"email\": \"ada@example.org\", \"password\": \"…\"}",
        trace: "no free connection within 2 s; 10 of 10 in use",
    },
    standard: None,
    related: &[Cause::Overloaded, Cause::DbRefused, Cause::Unavailable],
};

/// A message says so: there is nothing else to go by.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let Some(seen) = situation.seen_any(&[Symptom::DatabasePoolExhausted]) else {
        return;
    };
    let mut finding = Finding::new(Cause::DbPoolExhausted, Strength::Likely, "no database connection is free").at(seen.spot.clone(), "said here");
    if let Some(url) = situation.databases.iter().find(|url| url.dialect() != Dialect::Redis && url.dialect() != Dialect::Smtp) {
        finding = finding.at(url.spot.clone(), "");
    }
    found.push(finding);
}
