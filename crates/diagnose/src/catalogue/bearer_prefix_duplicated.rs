//! `bearer-prefix-duplicated`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::BearerPrefixDuplicated,
    rule: None,
    title: "The word Bearer stands twice in the Authorization header",
    what: "The header reads `Bearer Bearer <token>`. The second `Bearer` would be the token, and it is none.",
    why: &[
        "The stored token already begins with `Bearer `, and the client adds it once more.",
        "The word was typed into a field of a tool that adds it by itself.",
        "Two interceptors each add the prefix.",
    ],
    fix: Fix {
        summary: "Keep the bare token in storage, and add `Bearer ` in one place.",
        steps: &[
            say("Look at what is stored: it should begin with `eyJ`, not with `Bearer`."),
            run("Remove the prefix where the token is saved, or where the header is set, and not in both.", "headers: { Authorization: `Bearer ${token}` }"),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAuthorization: Bearer Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "the scheme Bearer is followed by the word Bearer again",
    },
    standard: Some("RFC 6750, section 2.1"),
    related: &[Cause::BearerPrefixMissing, Cause::AuthSchemeMismatch],
};
