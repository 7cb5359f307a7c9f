//! `client-mismatch`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::ClientMismatch,
    rule: None,
    title: "The token was made for a client that is not on the list",
    what: "The trusted issuer has `client_ids`, and the client that the token names (`azp`, `client_id` or `appid`) is none of them.",
    why: &[
        "A second application of yours signs in at the same issuer and was never added to the list.",
        "The token was made for somebody else's application at the same issuer.",
        "The list holds the client's name where its id belongs.",
    ],
    fix: Fix {
        summary: "Add the client's id to `client_ids`, if its users may come in.",
        steps: &[
            run("Look at which client the token names.", "countersign inspect \"$TOKEN\""),
            run("In the issuer's `[[trusted_issuer]]` table:", "client_ids = [\"web\", \"mobile\"]"),
            say("Without `client_ids` tokens of all clients of the issuer are accepted; `audience` is checked all the same."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJSUzI1NiIsImtpZCI6…",
        trace: "azp is \"mobile\"; allowed are \"web\"",
    },
    standard: Some("RFC 9068, section 2.2; OpenID Connect Core 1.0, section 2"),
    related: &[Cause::AudMismatch, Cause::TokenForOtherResource],
};
