//! `overloaded`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::Overloaded,
    rule: None,
    title: "The server has more work than it takes at once",
    what: "A bounded queue is full: the one for password hashing during a storm of sign-ins, or the one for writes to the database. Instead of letting everybody wait, the server refuses at once; `Retry-After` says in how many seconds to come back. Tokens and sessions that exist are checked as fast as ever.",
    why: &[
        "Many people sign in at the same minute: a lecture begins, a mailing went out, a deployment signed everybody out.",
        "A load test or a script signs in for each request, and not once.",
        "Somebody tries out passwords. The audit trail shows where from.",
        "The disk is slow, so that writes pile up.",
    ],
    fix: Fix {
        summary: "Wait for the seconds of `Retry-After` and try again; then find out who signs in so often.",
        steps: &[
            say("In a client: honour `Retry-After`, add a little randomness, and keep the token that you get instead of signing in again."),
            run("Look at the queues and at who is knocking.", "curl -s http://localhost:8787/api/health/auth\ncountersign audit tail"),
            say("If the load is honest, give hashing more threads (`HASH_THREADS`, one a core) or a longer queue (`HASH_QUEUE`, 64). A longer queue makes people wait longer; more cores help more."),
        ],
    },
    example: Example::Refusal {
        request: "POST /api/v1/auth/jwt/login HTTP/1.1\nContent-Type: application/json\n\n{\"email\": \"ada@example.org\", \"password\": \"…\"}",
        trace: "password hashing: 64 of 64 places in the queue taken",
    },
    standard: Some("RFC 9110, sections 10.2.3 and 15.6.4"),
    related: &[Cause::RateLimited, Cause::Unavailable, Cause::DbPoolExhausted],
};
