//! `key-set-mixed`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::KeySetMixed,
    rule: None,
    title: "The key set mixes secrets with public keys",
    what: "A set holds shared secrets (`kty` is `oct`) beside public keys. A set of public keys is read by everybody, and a secret in it is none; and a verifier that holds both can be made to take the one for the other. None of its keys are used.",
    why: &[
        "A secret was added to the set that is published.",
        "The keys of several issuers were put into one file.",
    ],
    fix: Fix {
        summary: "Keep secrets and public keys apart.",
        steps: &[
            run("Find the secrets.", "jq '.keys[] | select(.kty == \"oct\") | .kid' issuer.jwks.json"),
            say("If the set was ever published, replace each secret: it is known."),
            say("Give the verifier the secrets as settings, such as `JWT_SECRET`, and the public keys as a set."),
        ],
    },
    example: Example::StartUp {
        message: "the set mixes secrets (kty oct) with public keys; keep them in files of their own",
        source: "issuer.jwks.json",
        line: None,
    },
    standard: Some("RFC 7517, section 9.2; RFC 8725, sections 2.1 and 3.1"),
    related: &[Cause::PrivateKeyPublished, Cause::KidDuplicated, Cause::AlgMismatch],
};
