//! `db-not-migrated`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::evidence::{Dialect, Symptom};
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::DbNotMigrated,
    rule: Some(find),
    title: "The database lacks tables of this version",
    what: "Migrations of this version have not been run on the database. Outside production the server runs them by itself; in production it waits to be told, because they may lock tables and cannot be taken back.",
    why: &[
        "A new version was deployed.",
        "The database is new, and the environment is `production`.",
        "An old backup was restored.",
    ],
    fix: Fix {
        summary: "Make a backup, then run the migrations.",
        steps: &[
            run("See what is missing.", "countersign migrate status"),
            run("Run it. Two nodes that do so at once do not disturb each other.", "countersign migrate"),
            say("Start the server."),
        ],
    },
    example: Example::StartUp {
        message: "2 of 3 migrations are pending",
        source: "DATABASE_URL",
        line: None,
    },
    standard: None,
    related: &[Cause::DbSchemaNewer, Cause::DbMissing],
};

/// A message says so: there is nothing else to go by.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let Some(seen) = situation.seen_any(&[Symptom::DatabaseSchemaOutdated]) else {
        return;
    };
    let mut finding = Finding::new(Cause::DbNotMigrated, Strength::Likely, "the database lacks a table or a column that the program uses: migrations are pending").at(seen.spot.clone(), "said here");
    if let Some(url) = situation.databases.iter().find(|url| url.dialect() != Dialect::Redis && url.dialect() != Dialect::Smtp) {
        finding = finding.at(url.spot.clone(), "");
    }
    found.push(finding);
}
