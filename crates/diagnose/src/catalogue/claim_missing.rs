//! `claim-missing`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::ClaimMissing,
    rule: None,
    title: "The token lacks a claim that it needs",
    what: "A token of this kind has to have certain claims: at least `sub` (whose it is) and `exp` (until when). One of them is not there; the trace says which.",
    why: &[
        "The token was made by hand or by a few lines of code, with the email alone.",
        "The library sets `exp` only when it is asked to.",
        "The user is under another name: `id`, `user_id`, `uid`.",
    ],
    fix: Fix {
        summary: "Set the claim where the token is made.",
        steps: &[
            run("See which are there.", "countersign inspect \"$TOKEN\""),
            run("Add what is missing.", "jwt.encode({\"sub\": str(user.id), \"email\": user.email,\n            \"iat\": now, \"exp\": now + 900}, secret, \"HS256\")"),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/settings HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "no exp",
    },
    standard: Some("RFC 7519, section 4.1; RFC 9068, section 2.2"),
    related: &[Cause::SubNotString, Cause::TokenFormatLegacy, Cause::AnonKeyAsUserToken, Cause::AudMissingInToken],
};
