//! `token-tampered`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::TokenTampered,
    rule: None,
    title: "The token was changed after it was signed",
    what: "The signature does not hold, and the reason is not the secret: the header or the claims are not those that were signed.",
    why: &[
        "Somebody decoded the token, changed a claim (a role, a date) and put it together again.",
        "A tool or a proxy \"normalised\" the token: another base64, other JSON.",
        "Parts of two tokens were joined in one text.",
    ],
    fix: Fix {
        summary: "Use the token as it was issued; to get other claims, change the account and sign in again.",
        steps: &[
            run("See what it claims.", "countersign inspect \"$TOKEN\""),
            run("For a test as another role, give a test account the role; do not edit tokens.", "countersign user set-role ada@example.org admin"),
            run("If nobody of yours did this, look at where it came from.", "countersign audit tail"),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/admin/users HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "the signature belongs to another payload: it does not hold under any known secret",
    },
    standard: Some("RFC 7515, section 5.2; ASVS V9.1.1"),
    related: &[Cause::SecretMismatch, Cause::TokenMalformed, Cause::TokenHeaderUnsupported],
};
