//! `kid-duplicated`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::KidDuplicated,
    rule: None,
    title: "Two keys of the set have the same name",
    what: "A token names its key by `kid`. Two keys for signatures have the same one, so the name does not say which is meant; neither is used. Keys for encryption may share a name with one for signatures.",
    why: &[
        "A key was rotated and the new one was published under the old name.",
        "`kid` is a constant in the code that writes the set.",
        "Two sets were put together.",
    ],
    fix: Fix {
        summary: "Give every key a name of its own; its thumbprint (RFC 7638) is a good one.",
        steps: &[
            run("Find the name that stands twice.", "jq -r '.keys[].kid' issuer.jwks.json | sort | uniq -d"),
            say("Publish each key under a new name, and sign with that name in the header."),
        ],
    },
    example: Example::StartUp {
        message: "two keys of the set have the kid \"2024\"; which is meant cannot be told",
        source: "issuer.jwks.json",
        line: None,
    },
    standard: Some("RFC 7517, section 4.5"),
    related: &[Cause::KidNotInJwks, Cause::KeySetMixed, Cause::JwksCacheStale],
};
