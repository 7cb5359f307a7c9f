//! `session-evicted-by-limit`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::SessionEvictedByLimit,
    rule: None,
    title: "Too many sessions: the oldest was ended",
    what: "An account may have a number of sessions at a time (`SESSION_LIMIT`, 10). When one more was opened, this one, the oldest, was ended.",
    why: &[
        "The same account is signed in on many devices or browsers.",
        "A script or a test signs in for each request, and pushes everybody else out.",
        "Several people share one account.",
    ],
    fix: Fix {
        summary: "Sign in again, and end the sessions that you do not need.",
        steps: &[
            run("See them, in the account pages or here.", "curl -H \"Authorization: Bearer $TOKEN\" http://localhost:8787/api/v1/sessions"),
            say("Let scripts sign in once, keep the tokens, and refresh them."),
            say("If people do need more, raise `SESSION_LIMIT`."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "session 0190d2c4-… ended at 2026-02-03T09:00:00Z: an eleventh was opened",
    },
    standard: Some("ASVS V7.1.2"),
    related: &[Cause::SessionRevoked, Cause::SessionExpiredIdle],
};
