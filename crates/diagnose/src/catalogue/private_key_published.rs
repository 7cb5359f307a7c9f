//! `private-key-published`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::PrivateKeyPublished,
    rule: None,
    title: "The private half of a key stands among public keys",
    what: "A set of public keys holds a key with private members (`d`, and for RSA `p`, `q` and others). Whoever has read the set can sign as its owner. The key is not used.",
    why: &[
        "The set was written from the key pairs, without taking the public half.",
        "A file of private keys was put where the public ones belong.",
    ],
    fix: Fix {
        summary: "Replace the key: it is no secret any more.",
        steps: &[
            say("Take the key out of the set, and make a new pair."),
            run("Publish the public half alone.", "jq '.keys |= map(del(.d, .p, .q, .dp, .dq, .qi, .oth))' private.jwks.json > public.jwks.json"),
            say("Distrust what was signed with the old key since it was published."),
        ],
    },
    example: Example::StartUp {
        message: "the key's private part (d) stands in a set of public keys: whoever read it can sign",
        source: "issuer.jwks.json",
        line: None,
    },
    standard: Some("RFC 7517, section 9.2; RFC 7518, sections 6.2.2 and 6.3.2"),
    related: &[Cause::KeySetMixed, Cause::SecretFileInGit, Cause::RsaModulusWeak],
};
