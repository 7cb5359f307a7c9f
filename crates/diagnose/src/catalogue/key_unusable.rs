//! `key-unusable`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::KeyUnusable,
    rule: None,
    title: "A key cannot be used",
    what: "A key is there but cannot be read: not PKCS#8, not of a kind that is supported, damaged, or a public key where the private one is needed.",
    why: &[
        "The PEM lost its line breaks, or gained quotes, on its way through an environment variable.",
        "The key is for another algorithm: RSA, where EdDSA or ES256 is set.",
        "A JWK lacks a member (`x`, `y`, `crv`), or is not JSON.",
        "A row of the key table was changed by hand.",
    ],
    fix: Fix {
        summary: "Give a whole key of the right kind, or have the server make one.",
        steps: &[
            run("Check the key by itself.", "openssl pkey -in key.pem -noout -text"),
            run("Where the server keeps its own keys, make a new one; the old public key stays published until its tokens have run out.", "countersign key rotate"),
        ],
    },
    example: Example::StartUp {
        message: "the JWK has kty EC and crv P-256, but no y",
        source: "jwk.json",
        line: None,
    },
    standard: Some("RFC 7517, section 4; RFC 5958, section 2; RFC 8037, section 2"),
    related: &[Cause::PemDamagedInEnv, Cause::AlgMismatch, Cause::EncryptionKeyMismatch],
};
