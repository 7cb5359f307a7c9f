//! `db-missing`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use crate::evidence::{Dialect, Symptom};
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::DbMissing,
    rule: Some(find),
    title: "There is no database of that name",
    what: "The server and the user are right, but the database of the URL does not exist (SQLSTATE 3D000). Countersign makes its tables, not the database.",
    why: &[
        "The database was never made, or has another name.",
        "The URL has no database, so the name of the user was taken.",
    ],
    fix: Fix {
        summary: "Make the database, or correct the name.",
        steps: &[
            run("See which there are.", "psql -h db.example.org -U app -l"),
            run("Make it.", "createdb -h db.example.org -U postgres -O app app"),
        ],
    },
    example: Example::StartUp {
        message: "db.example.org:5432 has no database \"app\"",
        source: "DATABASE_URL",
        line: None,
    },
    standard: Some("PostgreSQL documentation, appendix A (3D000)"),
    related: &[Cause::DbNotMigrated, Cause::DbCredentials],
};

/// A message says so: there is nothing else to go by.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let Some(seen) = situation.seen_any(&[Symptom::DatabaseMissing]) else {
        return;
    };
    let mut finding = Finding::new(Cause::DbMissing, Strength::Likely, "the server has no database of this name").at(seen.spot.clone(), "said here");
    if let Some(url) = situation.databases.iter().find(|url| url.dialect() != Dialect::Redis && url.dialect() != Dialect::Smtp) {
        finding = finding.at(url.spot.clone(), "");
    }
    found.push(finding);
}
