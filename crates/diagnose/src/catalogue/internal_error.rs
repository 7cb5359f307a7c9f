//! `internal-error`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::InternalError,
    rule: None,
    title: "Something that must not happen has happened",
    what: "The server met a state that it holds to be impossible, such as a row that contradicts itself. It stopped this one request, wrote down all it knows under the trace id, and goes on. This is a fault of Countersign or of its data, not of your request.",
    why: &[
        "A defect in Countersign.",
        "Somebody changed rows of the database by hand, or restored a part of a backup.",
        "A disk or a file system returns damaged data.",
    ],
    fix: Fix {
        summary: "Look the trace up, and report it if the data is sound.",
        steps: &[
            run("The trace names the table, column and row, or the place in the program.", "countersign why TRACE_ID"),
            say("If rows were changed by hand, put them right, or restore the backup whole."),
            run("Otherwise open an issue with the trace and the version. A trace holds no secrets; read it before you send it all the same.", "countersign why TRACE_ID --format json; countersign --version"),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "table users, column role, row 0190d2c3-…: \"owner\" is no role",
    },
    standard: Some("RFC 9110, section 15.6.1; ASVS V16.5.1"),
    related: &[Cause::Unavailable, Cause::DbSchemaNewer],
};
