//! `sub-not-string`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::SubNotString,
    rule: None,
    title: "The subject is not a text",
    what: "`sub` has to be a string. In this token it is a number (or an object), so two readers may take it for two different users: a large number changes when JavaScript reads it.",
    why: &[
        "The token was made with the row's id as it came from the database: `sub: user.id`.",
        "A library that used to let it pass has become strict (PyJWT since 2.10).",
    ],
    fix: Fix {
        summary: "Turn the id into text where the token is made.",
        steps: &[
            run("Change that line.", "jwt.encode({\"sub\": str(user.id), …}, secret, \"HS256\")"),
            say("Sign in again; tokens from before stay wrong."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/settings HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "sub is the number 1001",
    },
    standard: Some("RFC 7519, section 4.1.2"),
    related: &[Cause::ClaimMissing, Cause::SubIdentifierMismatch, Cause::TokenFormatLegacy],
};
