//! `token-format-legacy`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::TokenFormatLegacy,
    rule: None,
    title: "The token has the claims of an older format",
    what: "The token has an e-mail address as `sub` and the account in `id`. Here `sub` names the account, which stays the same when the address changes, and `email` holds the address.",
    why: &[
        "A service of yours still makes tokens of the older form, `{\"sub\": email, \"id\": user id}`.",
        "The token was stored before the service was changed.",
    ],
    fix: Fix {
        summary: "Have the service that makes the tokens put the user's id into `sub` and the address into `email`.",
        steps: &[
            run("The claims that are wanted:", "{\"sub\": \"42\", \"email\": \"ada@example.com\", \"iat\": 1763650000, \"exp\": 1763653600}"),
            run("Until then, accept both; each such token is logged.", "AUTH_JWT_LEGACY=on"),
            say("When the log shows no `token-format-legacy` any more, take the setting away."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiJ9…",
        trace: "sub is an address and the account stands in id; here sub names the account and email its address",
    },
    standard: Some("RFC 7519, section 4.1.2; RFC 9068, section 2.2"),
    related: &[Cause::SubIdentifierMismatch, Cause::SubNotString, Cause::UserNotProvisioned],
};
