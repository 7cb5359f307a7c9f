//! `db-file-invalid`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::DbFileInvalid,
    rule: None,
    title: "The database file cannot be used",
    what: "The file is there, but is no SQLite database, is damaged, or cannot be opened.",
    why: &[
        "The path is that of another file, or of a folder.",
        "The file was copied while the server was writing to it. A copy is whole only together with the `-wal` file, or made by `sqlite3 … .backup`.",
        "The disk is full, or lies on a network file system without proper locks.",
        "The file belongs to another user.",
    ],
    fix: Fix {
        summary: "Name the right file, or restore the last backup.",
        steps: &[
            run("Look at it.", "ls -l data/ && sqlite3 data/countersign.db 'PRAGMA integrity_check'"),
            say("If it is damaged, put it aside (do not delete it) and restore the last backup."),
            say("Keep the file on a local disk."),
        ],
    },
    example: Example::StartUp {
        message: "data/countersign.db is not a database",
        source: "sqlite:data/countersign.db",
        line: None,
    },
    standard: Some("SQLite documentation, \"How To Corrupt An SQLite Database File\""),
    related: &[Cause::DataFolderUnwritable, Cause::DbSchemaNewer],
};
