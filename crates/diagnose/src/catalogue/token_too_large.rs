//! `token-too-large`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::TokenTooLarge,
    rule: None,
    title: "The token is too long",
    what: "The token is longer than this server reads (16 KiB unless set otherwise), so it was not taken apart. A token of this server has less than one kilobyte.",
    why: &[
        "The issuer puts groups, permissions or a whole profile into the token.",
        "A picture stands in a claim as a data URL.",
        "Something else stands in the header: a certificate, an answer in whole.",
    ],
    fix: Fix {
        summary: "Ask the issuer for fewer claims.",
        steps: &[
            run("See which claims take the room.", "countersign inspect \"$TOKEN\""),
            say("Drop groups and profile from the token, and read them from the user's record where they are needed."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJSUzI1NiIs… (21 kB)",
        trace: "21504 bytes, limit 16384",
    },
    standard: Some("RFC 8725, section 2.4"),
    related: &[Cause::HeaderTooLarge, Cause::TokenMalformed],
};
