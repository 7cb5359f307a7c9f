//! `token-header-unsupported`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::TokenHeaderUnsupported,
    title: "The token's header asks for something this server does not do",
    what: "The header names a critical extension that is not known here (`crit`), carries a key of its own (`jwk`, `jku`, `x5u`, `x5c`), or has `alg` `none`. A token may not say by which key it is to be trusted: that would let anybody sign for anybody.",
    why: &[
        "The token was made by hand, or by a tool that tries out attacks on verifiers.",
        "The issuer uses compression or an extension that only its own verifier knows.",
        "A library was told to leave the signature out, for a test.",
    ],
    fix: Fix {
        summary: "Issue tokens with a plain header: `alg`, `typ`, and `kid` if there is more than one key.",
        steps: &[
            run("Look at the header.", "countersign inspect \"$TOKEN\""),
            say("Take `crit`, `jwk`, `jku`, `x5u`, `x5c` and `zip` out where the token is made; give the verifier its keys by its own settings."),
            say("If nobody of yours makes such tokens, somebody is trying the door; the audit trail has the address."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.",
        trace: "alg is none: the token is not signed",
    },
    standard: Some("RFC 7515, section 4.1.11; RFC 8725, sections 3.1 and 3.10; ASVS V9.1.2, V9.1.3"),
    related: &[Cause::AlgMismatch, Cause::TokenTampered, Cause::TokenTypeUnexpected],
};
