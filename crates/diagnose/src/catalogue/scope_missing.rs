//! `scope-missing`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::ScopeMissing,
    rule: None,
    title: "Signed in, but the token was not issued for this",
    what: "The token is good, and its `scope` (or `scp`) does not hold what the endpoint asks for. Who the user is does not matter here: the client asked for less when the user signed in, or was granted less.",
    why: &[
        "The client does not ask for the scope when it sends the user to sign in.",
        "The scope is new, and the token is from before.",
        "The issuer grants the scope to other clients only.",
    ],
    fix: Fix {
        summary: "Have the client ask for the scope, and sign in again.",
        steps: &[
            run("See what the token allows.", "countersign inspect \"$TOKEN\""),
            say("Add the scope to those that the client asks for, and allow it for the client at the issuer."),
        ],
    },
    example: Example::Refusal {
        request: "GET /reports HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiJ9…",
        trace: "the token's scope does not hold reports:read",
    },
    standard: Some("RFC 6750, section 3.1; RFC 8693, section 4.2"),
    related: &[Cause::RoleMissing, Cause::StepUpRequired],
};
