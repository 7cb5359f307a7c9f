//! `env-file-shadowed`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use crate::finding::Finding;
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::EnvFileShadowed,
    rule: Some(find),
    title: "Another source has set this value already",
    what: "The setting stands in more than one place with different values, and the first in order has won: command line, process environment, `.env.{environment}.local`, `.env.local`, `.env.{environment}`, `.env`, `countersign.toml`.",
    why: &[
        "A value was changed in `.env`, but `.env.local` or the shell has an older one.",
        "Compose or the hosting service sets the variable, and the file cannot change it.",
        "The shell still has a value that an earlier experiment exported.",
    ],
    fix: Fix {
        summary: "Keep the value in one place.",
        steps: &[
            run("See the value in use and those that lost, as fingerprints, with their places.", "countersign config show"),
            run("Remove the one that should not count; for the shell that is", "unset JWT_SECRET"),
        ],
    },
    example: Example::StartUp {
        message: "JWT_SECRET of backend/.env:2 does not count: the process environment has another value (sha256:1f0c22ab)",
        source: "backend/.env",
        line: Some((2, "JWT_SECRET=sha256:c0ffee12", "sha256:c0ffee12")),
    },
    standard: None,
    related: &[Cause::EnvKeyDuplicated, Cause::EnvFileNotLoaded, Cause::SecretMismatch],
};

/// One side's signing secret is not the other's, and this makes the difference.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.secret_faults_of(Cause::EnvFileShadowed));
    found.extend(situation.set_twice(Cause::EnvFileShadowed));
    found.extend(situation.kept_environment());
}
