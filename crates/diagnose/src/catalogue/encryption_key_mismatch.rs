//! `encryption-key-mismatch`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::EncryptionKeyMismatch,
    rule: None,
    title: "The encryption key is not the one this database was written with",
    what: "Private keys and other secrets in the database are sealed under `ENCRYPTION_KEY`. The database holds a check value, and the key that is set now does not fit it. The server does not start, because it could read nothing of what is sealed.",
    why: &[
        "The database was moved or restored without the key that belongs to it.",
        "`ENCRYPTION_KEY` is not set; the server would use `encryption.key` of the data folder, and that folder is new.",
        "Two nodes of one database have different keys.",
        "The key was replaced by hand.",
    ],
    fix: Fix {
        summary: "Set the key that the database was written with.",
        steps: &[
            run("Find it: `encryption.key` in the old data folder, or the old deployment's `ENCRYPTION_KEY`. Compare by fingerprint.", "countersign config show"),
            run("Set it here in the same form (base64 of 32 bytes), and start again.", "ENCRYPTION_KEY=<base64>"),
            say("If it is lost for good: the accounts and password hashes are not sealed and stay. Restore a backup that has its key, or copy the accounts into a new database."),
        ],
    },
    example: Example::StartUp {
        message: "the key sha256:90ab12cd does not fit this database, which was written with sha256:1f0c22ab",
        source: "data/encryption.key",
        line: None,
    },
    standard: Some("NIST SP 800-57 part 1, section 8.3; ASVS V11.3.3"),
    related: &[Cause::KeyUnusable, Cause::SettingInvalid],
};
