//! `key-point-invalid`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::KeyPointInvalid,
    rule: None,
    title: "The public key is no point on its curve",
    what: "The coordinates of the key do not solve the curve's equation. Such a key is damaged, or was made to break a library that does not look; no signature can be good under it.",
    why: &[
        "`x` and `y` were swapped, cut, or come from two keys.",
        "The key is of another curve than `crv` says.",
        "Somebody tries an invalid-curve attack.",
    ],
    fix: Fix {
        summary: "Take the public key from its source once more.",
        steps: &[
            run("Fetch the set again and compare.", "curl https://issuer.example/.well-known/jwks.json"),
            say("Or write the JWK anew from the PEM with a library; do not convert it by hand."),
        ],
    },
    example: Example::StartUp {
        message: "the public key is no point on the curve of ES256",
        source: "issuer.jwk.json",
        line: None,
    },
    standard: Some("RFC 7518, section 6.2.1; RFC 8725, section 3.4; SEC 1, section 3.2.2"),
    related: &[Cause::KeyUnusable, Cause::KeyTypeUnsupported, Cause::PemDamagedInEnv],
};
