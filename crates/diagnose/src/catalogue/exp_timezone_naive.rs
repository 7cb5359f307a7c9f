//! `exp-timezone-naive`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::ExpTimezoneNaive,
    rule: None,
    title: "The expiry is off by whole hours",
    what: "The token had expired when it was made, or is good for hours too long, and the difference is a whole number of hours (or half hours): `exp` was computed from a time without its zone.",
    why: &[
        "Python's `datetime.utcnow().timestamp()` takes UTC for local time. East of Greenwich the token is old at once; west of it, it lives too long.",
        "`datetime.now()` without a zone was handed to a library that expects UTC.",
        "It works in the cloud, where machines run on UTC, and fails on a laptop; or the reverse.",
    ],
    fix: Fix {
        summary: "Compute `exp` from a time that knows its zone.",
        steps: &[
            run("Change the line that sets `exp`.", "exp = datetime.now(timezone.utc) + timedelta(minutes=15)"),
            run("Or give seconds since 1970, which have no zone.", "exp = int(time.time()) + 15 * 60"),
            say("Restart the service that issues the tokens, and sign in again."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/settings HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "exp lies 2 h before iat, a whole number of half hours: a local time was taken for UTC",
    },
    standard: Some("RFC 7519, section 2 (NumericDate)"),
    related: &[Cause::TokenExpired, Cause::ClockSkew, Cause::ExpUnitError],
};
