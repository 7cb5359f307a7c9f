//! `unavailable`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::Unavailable,
    rule: None,
    title: "The server cannot answer this now",
    what: "Something that the answer needs is missing or down: the database, the mail server, a secret. Which one is for the operator's eyes, so the client gets this cause and the trace id; the trace has the real one. `Retry-After` says when it makes sense to come back.",
    why: &[
        "The database was restarted or cannot be reached.",
        "A setting that this endpoint needs is not there.",
    ],
    fix: Fix {
        summary: "Look the trace id up on the server: it names what is down, and how to mend it.",
        steps: &[
            run("Ask for the whole trace.", "countersign why TRACE_ID"),
            run("See what the server itself thinks of its parts.", "curl -s http://localhost:8787/api/health"),
            say("Mend the cause that the trace names. The server recovers by itself; it does not need a restart for a database that is back."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "db-refused: 127.0.0.1:5432 does not accept connections",
    },
    standard: Some("RFC 9110, section 15.6.4; ASVS V16.5.2"),
    related: &[Cause::Overloaded, Cause::DbRefused, Cause::SecretMissing, Cause::InternalError],
};
