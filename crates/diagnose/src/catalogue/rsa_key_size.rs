//! `rsa-key-size`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::RsaKeySize,
    rule: None,
    title: "The RSA key is too small to be safe, or too large to check",
    what: "An RSA key for signatures needs at least 2048 bits; 1024 bits are within reach of those who can pay. More than 8192 bits are refused as well, since each check would take long enough to be used against this server.",
    why: &[
        "The key is many years old.",
        "It was made for a test, with few bits, to be quick.",
        "The modulus was cut on its way.",
    ],
    fix: Fix {
        summary: "Make a key of 3072 bits, or change to ES256, whose keys are short and safe.",
        steps: &[
            run("Make a key.", "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out key.pem"),
            say("Publish its public half under a new `kid`, wait until verifiers have it, then sign with it."),
        ],
    },
    example: Example::StartUp {
        message: "the modulus has 1024 bits; 2048 to 8192 are taken (RFC 7518, section 3.3)",
        source: "issuer.jwk.json",
        line: None,
    },
    standard: Some("RFC 7518, sections 3.3 and 3.5; NIST SP 800-131A, section 3"),
    related: &[Cause::RsaExponentWeak, Cause::RsaModulusWeak, Cause::SecretTooShort],
};
