//! `token-header-unsupported`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::TokenHeaderUnsupported,
    rule: None,
    title: "The token's header asks for something this server does not do",
    what: "The header has a member that changes how the token is to be read: `crit` (an extension that has to be understood), `zip` or `enc` (compressed, encrypted). Ignoring it would mean to check something else than what was signed. Members that bring keys of their own (`jwk`, `jku`, `x5u`, `x5c`) are not refused, and never believed.",
    why: &[
        "The issuer uses an extension that only its own verifier knows.",
        "The token is compressed, because it had become too long.",
        "The token is a detached signature, or an encrypted token in another form.",
    ],
    fix: Fix {
        summary: "Issue tokens with a plain header: `alg`, `typ`, and `kid` if there is more than one key.",
        steps: &[
            run("Look at the header.", "countersign inspect \"$TOKEN\""),
            say("Take the member out where the token is made."),
            run("If nobody of yours makes such tokens, somebody is trying the door; the audit trail has the address.", "countersign audit tail"),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIsImNyaXQiOlsiYjY0Il19.e30.AA",
        trace: "the header has the member crit, which changes how a token is read",
    },
    standard: Some("RFC 7515, section 4.1.11; RFC 8725, section 3.10; ASVS V9.1.3"),
    related: &[Cause::TokenPayloadUnencoded, Cause::AlgMismatch, Cause::TokenTampered, Cause::EncryptedSessionToken, Cause::TokenTypeUnexpected],
};
