//! `admin-missing`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::AdminMissing,
    title: "There is no administrator",
    what: "No account has the role `admin`, so nobody can reach the administration pages.",
    why: &[
        "The server is new. At its start it prints a link, good for 24 hours, to make the first administrator.",
        "The only administrator was deleted, or given another role.",
    ],
    fix: Fix {
        summary: "Make one from the command line.",
        steps: &[
            run("Make a new account; the password is asked for, and not shown.", "countersign user create --email ada@example.org --role admin"),
            run("Or give an existing account the role.", "countersign user set-role ada@example.org admin"),
            say("Have two, so that one can help the other."),
        ],
    },
    example: Example::StartUp {
        message: "no account has the role admin",
        source: "http://localhost:8787",
        line: None,
    },
    standard: Some("ASVS V6.3.2"),
    related: &[Cause::RoleMissing],
};
