//! `refresh-token-unknown`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::RefreshTokenUnknown,
    rule: None,
    title: "This refresh token is not known",
    what: "The text has the form of a refresh token, but no session of this server has it.",
    why: &[
        "It was issued by another environment or deployment, with another database.",
        "It was cut, or lost a character.",
        "Its session ended long ago, and was cleaned up.",
        "The database was made anew.",
    ],
    fix: Fix {
        summary: "Sign in again.",
        steps: &[
            say("In the client, forget both tokens and show the sign-in page."),
            run("If it happens to everybody at once, look at which database the server is connected to.", "countersign config show"),
        ],
    },
    example: Example::Refusal {
        request: "POST /api/v1/auth/refresh HTTP/1.1\nContent-Type: application/json\n\n{\"refresh_token\": \"csr_…\"}",
        trace: "sha256:77aa01fe is no refresh token of this database",
    },
    standard: Some("RFC 6749, section 5.2"),
    related: &[Cause::RefreshTokenExpired, Cause::RefreshReused, Cause::BaseUrlDrift],
};
