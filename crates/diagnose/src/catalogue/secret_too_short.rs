//! `secret-too-short`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::Finding;
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::SecretTooShort,
    rule: Some(find),
    title: "The secret is too short or too easy to guess",
    what: "HS256 needs a secret of at least 32 bytes that nobody can guess. Whoever has one token can try secrets against it on a machine of their own, by the billion a second; with the right one they can be any user. Staging and production refuse to start.",
    why: &[
        "A word, a name or a sentence was used.",
        "The secret was drawn with 16 bytes, or shortened to fit a field.",
        "It is long, and repeats one pattern.",
    ],
    fix: Fix {
        summary: "Make a random secret of 32 bytes or more.",
        steps: &[
            run("Make one.", "countersign secret generate"),
            say("Set it on all services that share it, and restart them. Everybody signs in once more."),
        ],
    },
    example: Example::StartUp {
        message: "JWT_SECRET_PRODUCTION has 7 bytes; HS256 needs 32 or more",
        source: "backend/.env",
        line: Some((2, "JWT_SECRET_PRODUCTION=sha256:2bb80d53", "sha256:2bb80d53")),
    },
    standard: Some("RFC 7518, section 3.2; ASVS V11.2.3"),
    related: &[Cause::SecretPlaceholder, Cause::SecretMissing, Cause::SecretReusedAcrossPurposes],
};

/// A secret is shorter than the hash, or easy to guess.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.weak_secrets(Cause::SecretTooShort));
}
