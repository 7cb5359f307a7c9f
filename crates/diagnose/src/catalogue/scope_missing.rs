//! `scope-missing`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::ScopeMissing,
    title: "Signed in, but the token was not issued for this",
    what: "The token is good, but its `scope` does not contain what this endpoint asks for. `WWW-Authenticate` names what is missing.",
    why: &[
        "The client asked for fewer scopes than it uses.",
        "The token was made for a read-only tool.",
        "The endpoint asks for more since a newer version.",
    ],
    fix: Fix {
        summary: "Get a token with the scope that the answer names.",
        steps: &[
            run("Compare the two lists.", "countersign inspect \"$TOKEN\""),
            say("Add the missing scope where the client asks for its token, and sign in again: a refresh never adds scopes."),
        ],
    },
    example: Example::Refusal {
        request: "PUT /api/settings HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "scope \"settings:read\"; needs \"settings:write\"",
    },
    standard: Some("RFC 6750, section 3.1 (insufficient_scope)"),
    related: &[Cause::RoleMissing, Cause::StepUpRequired, Cause::TokenForOtherResource],
};
