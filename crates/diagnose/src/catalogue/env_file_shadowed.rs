//! `env-file-shadowed`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::EnvFileShadowed,
    title: "Another source has set this value already",
    what: "The setting stands in more than one place with different values, and the first in order has won: command line, process environment, `.env.{environment}.local`, `.env.local`, `.env.{environment}`, `.env`, `countersign.toml`. In the same way, the first name of the secret chain wins over the others.",
    why: &[
        "A value was changed in `.env`, but `.env.local` or the shell has an older one.",
        "Compose or the hosting service sets the variable, and the file cannot change it.",
        "`JWT_SECRET_KEY` was set anew, while `JWT_SECRET_STAGING` is still there.",
    ],
    fix: Fix {
        summary: "Keep the value in one place.",
        steps: &[
            run("See the value in use and those that lost, as fingerprints, with their places.", "countersign config show"),
            run("Remove the one that should not count; for the shell that is", "unset JWT_SECRET"),
        ],
    },
    example: Example::StartUp {
        message: "JWT_SECRET_KEY has another value than JWT_SECRET_STAGING, which comes first",
        source: "backend/.env",
        line: Some((2, "JWT_SECRET_KEY=sha256:c0ffee12", "JWT_SECRET_KEY")),
    },
    standard: None,
    related: &[Cause::EnvKeyDuplicated, Cause::EnvFileNotLoaded, Cause::SecretMismatch],
};
