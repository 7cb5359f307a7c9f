//! `token-payload-unencoded`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::TokenPayloadUnencoded,
    rule: None,
    title: "The token says that its payload is not encoded",
    what: "The header has `b64`, an extension by which the payload stands in the token as it is. No JSON Web Token may use it, and a verifier that does not know it would check other bytes than were signed. It is refused whatever its value.",
    why: &[
        "The token is a signature for another purpose, such as a payment message or a detached signature.",
        "A library was set to leave the payload unencoded.",
    ],
    fix: Fix {
        summary: "Sign with an encoded payload: leave `b64` and its `crit` out of the header.",
        steps: &[
            run("Look at the header.", "countersign inspect \"$TOKEN\""),
            say("Take the option out where the token is made."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19.e30.AA",
        trace: "the header has the member b64: the payload would not be encoded (RFC 7797), which no JWT may be",
    },
    standard: Some("RFC 7797, sections 3, 6 and 7"),
    related: &[Cause::TokenHeaderUnsupported, Cause::TokenMalformed, Cause::TokenTampered],
};
