//! `conflict`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::Conflict,
    rule: None,
    title: "The change meets a newer one",
    what: "What you wanted to change has changed since you read it, or the new value is already taken by something that you may know of. Nothing was done.",
    why: &[
        "Two tabs, two people or two scripts saved the same thing at the same time.",
        "A script creates something that an earlier run had created already.",
    ],
    fix: Fix {
        summary: "Read it again, apply your change to what is there now, and send it once more.",
        steps: &[
            run("Fetch the present state.", "curl -H \"Authorization: Bearer $TOKEN\" http://localhost:8787/api/settings"),
            say("Apply the change to that and send it again. Do not repeat the old request without reading: it would undo the other change."),
        ],
    },
    example: Example::Refusal {
        request: "POST /api/v1/admin/users HTTP/1.1\nContent-Type: application/json\n\n{\"email\": \"ada@example.org\"}",
        trace: "an account with this address exists",
    },
    standard: Some("RFC 9110, section 15.5.10"),
    related: &[Cause::FieldsInvalid],
};
