//! `db-schema-newer`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::DbSchemaNewer,
    rule: None,
    title: "The database was migrated by a newer version",
    what: "The database has migrations that this version does not know. An older program on a newer database could damage it, so it does not start.",
    why: &[
        "A new version was deployed and then taken back.",
        "One node still runs the old version.",
        "The program was started from an old checkout.",
    ],
    fix: Fix {
        summary: "Run the newer version; or restore the backup from before the migration.",
        steps: &[
            run("See which migrations there are, and from when.", "countersign migrate status"),
            say("Start the version that made them. Migrations go forward alone."),
            say("To go back for good, restore the backup from before, with what was written since lost."),
        ],
    },
    example: Example::StartUp {
        message: "the database has migration 7, this version knows 3",
        source: "DATABASE_URL",
        line: None,
    },
    standard: None,
    related: &[Cause::DbNotMigrated, Cause::DbFileInvalid, Cause::InternalError],
};
