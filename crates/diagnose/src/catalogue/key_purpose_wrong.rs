//! `key-purpose-wrong`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::KeyPurposeWrong,
    rule: None,
    title: "The key is not there to verify signatures",
    what: "A key says what it is for: `use` is `sig` or `enc`, `key_ops` lists operations. This one does not list `verify`, is for encryption, lists an operation twice, or one that has nothing to do with signatures. A key that serves two purposes can be turned from the one against the other, so it is not used.",
    why: &[
        "The issuer publishes one key for signatures and one for encryption, and the wrong one was copied.",
        "`key_ops` was copied from the private key, which says `sign`.",
        "The JWK was written by hand.",
    ],
    fix: Fix {
        summary: "Give the key that is for signatures, with `use: sig` or `key_ops: [verify]`.",
        steps: &[
            run("Look at the members of each key of the set.", "curl https://issuer.example/.well-known/jwks.json"),
            say("Take the one whose `use` is `sig`, or have the issuer publish one."),
            say("In a JWK of your own, write `\"use\": \"sig\"` and leave `key_ops` out."),
        ],
    },
    example: Example::StartUp {
        message: "use is \"enc\", so the key is not for signatures",
        source: "issuer.jwk.json",
        line: None,
    },
    standard: Some("RFC 7517, sections 4.2 and 4.3"),
    related: &[Cause::KeyUnusable, Cause::KeyTypeUnsupported, Cause::KidNotInJwks],
};
