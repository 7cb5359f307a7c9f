//! `env-key-duplicated`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::Finding;
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::EnvKeyDuplicated,
    rule: Some(find),
    title: "One file sets a name twice with different values",
    what: "The env file has the name on two lines, with different values. Loaders differ in which of them counts: most take the last, some the first. So two services that read the same file may disagree.",
    why: &[
        "A line was appended (`echo … >> .env`) while an older one stood further up.",
        "Two files were joined, or a merge kept both sides.",
    ],
    fix: Fix {
        summary: "Keep one of the two lines.",
        steps: &[
            run("Find both.", "grep -n '^\\(export \\)\\?AUTH_SECRET=' backend/.env"),
            say("Delete the one that is not wanted, and restart what reads the file."),
        ],
    },
    example: Example::StartUp {
        message: "AUTH_SECRET is set on line 3 and, with another value, on line 9",
        source: "backend/.env",
        line: Some((9, "AUTH_SECRET=sha256:c0ffee12", "AUTH_SECRET")),
    },
    standard: None,
    related: &[Cause::EnvFileShadowed, Cause::EnvFileMalformed, Cause::SecretMismatch],
};

/// One side's signing secret is not the other's, and this makes the difference.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.secret_faults_of(Cause::EnvKeyDuplicated));
    found.extend(situation.set_twice(Cause::EnvKeyDuplicated));
}
