//! `secret-placeholder`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::Finding;
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::SecretPlaceholder,
    rule: Some(find),
    title: "The secret is a sample value",
    what: "The value stands in documentation, templates and thousands of repositories. Everybody has it, so everybody can sign tokens with it. Staging and production refuse to start.",
    why: &[
        "`.env.example` was copied, and this line was left as it was.",
        "The value came from a tutorial, a container image's defaults, or an answer on the web.",
    ],
    fix: Fix {
        summary: "Make a secret of your own.",
        steps: &[
            run("Make one.", "countersign secret generate"),
            say("Put it in place of the sample value, on all services that share it."),
            run("In `.env.example` leave the value empty: a missing secret is noticed, a sample one is used.", "JWT_SECRET="),
        ],
    },
    example: Example::StartUp {
        message: "JWT_SECRET is a sample value from documentation",
        source: "backend/.env",
        line: Some((2, "JWT_SECRET=your-secret-key-change-me", "your-secret-key-change-me")),
    },
    standard: Some("ASVS V6.3.2"),
    related: &[Cause::SecretTooShort, Cause::SecretMissing],
};

/// One side's signing secret is not the other's, and this makes the difference.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.secret_faults_of(Cause::SecretPlaceholder));
    found.extend(situation.weak_secrets(Cause::SecretPlaceholder));
}
