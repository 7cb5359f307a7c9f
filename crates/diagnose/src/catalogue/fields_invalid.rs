//! `fields-invalid`

use crate::cause_doc::{CauseDoc, Example, Fix, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::FieldsInvalid,
    rule: None,
    title: "Some fields are missing or wrong",
    what: "The body could be read, but fields of it are missing or not acceptable. All of them are listed at once in `errors`, each with its name and what is wrong with it. Nothing was done.",
    why: &[
        "A required field was left out or has another name than in the documentation (`username` for `email`).",
        "A number or a boolean was sent as text, or the reverse.",
        "The password is shorter than 8 characters, is among the most common ones, or contains the address or the name of this service.",
        "The address is not one: a blank, a missing `@`, a control character from copy and paste.",
    ],
    fix: Fix {
        summary: "Mend every field that `errors` lists, then send the request again.",
        steps: &[
            say("Read `errors` in the answer: one entry a field, with the name as you sent it and a message."),
            say("Compare with the endpoint's schema at `/api/docs`."),
            say("In a form, show each message beside its field; they are written for the people who fill it in."),
        ],
    },
    example: Example::Refusal {
        request: "POST /api/v1/auth/register HTTP/1.1\nContent-Type: application/json\n\n{\"email\": \"ada@\", \"password\": \"12345678\"}",
        trace: "email: no domain after the @; password: among the most common passwords",
    },
    standard: Some("RFC 9110, section 15.5.21; ASVS V6.2.1, V6.2.4"),
    related: &[Cause::RequestMalformed, Cause::Conflict],
};
