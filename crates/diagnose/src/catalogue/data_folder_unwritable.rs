//! `data-folder-unwritable`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::DataFolderUnwritable,
    rule: None,
    title: "The data folder cannot be written",
    what: "The server keeps its database and its generated secrets in the data folder (`DATA_DIR`, `./data`). It cannot be made, or no file can be made in it. Nothing was begun.",
    why: &[
        "The folder belongs to another user: it was made by `sudo`, or by a container that runs as root.",
        "A volume is mounted read-only, or is full.",
        "A file of that name is in the way.",
        "`DATA_DIR` is relative, and the working directory is not the one you think.",
    ],
    fix: Fix {
        summary: "Give the user who runs the server the right to write there, or choose another folder.",
        steps: &[
            run("See whose it is, and as whom the server runs.", "ls -ld ./data; id"),
            run("Give it to that user.", "sudo chown -R countersign: /var/lib/countersign"),
            run("Or name another one.", "DATA_DIR=/var/lib/countersign"),
        ],
    },
    example: Example::StartUp {
        message: "/var/lib/countersign: permission denied",
        source: "DATA_DIR=/var/lib/countersign",
        line: None,
    },
    standard: None,
    related: &[Cause::DbFileInvalid, Cause::SettingInvalid],
};
