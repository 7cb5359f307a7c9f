//! `token-base64-noncanonical`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::TokenBase64Noncanonical,
    rule: None,
    title: "A part of the token is base64, but not in the one form that counts",
    what: "The three parts of a token are base64url without padding: letters, digits, `-` and `_`, no `=`, no blanks, no line breaks, and no stray bits at the end. A lax decoder reads several texts as one token, so that a list of revoked tokens or a cache can be passed by; here each token has one text.",
    why: &[
        "The token was written with plain base64: `+`, `/` and `=`.",
        "It was folded into lines, or cut at the end.",
        "A mail program or a form changed a character.",
    ],
    fix: Fix {
        summary: "Send the token as it was issued; write it with base64url without padding.",
        steps: &[
            run("Check it: the message names the part and the place.", "countersign inspect \"$TOKEN\""),
            say("In code of your own use `base64url` (RFC 4648, section 5) and take the padding away."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiJ9.e30=.AA",
        trace: "the second part (payload) has padding (=), which base64url has not",
    },
    standard: Some("RFC 7515, sections 2 and 3.1 and appendix C; RFC 4648, sections 3.2, 3.3 and 3.5"),
    related: &[Cause::TokenMalformed, Cause::TokenJsonQuoted, Cause::TokenTampered],
};
