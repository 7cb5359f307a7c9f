//! `secret-missing`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::Finding;
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::SecretMissing,
    rule: Some(find),
    title: "There is no signing secret",
    what: "No name of the secret chain has a value: `JWT_SECRET_{ENVIRONMENT}`, `JWT_SECRET_KEY`, `JWT_SECRET`, `AUTH_SECRET`. Development makes a secret by itself; staging and production refuse to start, because a secret that changes with every restart, or a known one, is worse than none.",
    why: &[
        "The secret is set in the developer's `.env.local`, but not where the program is deployed.",
        "It is set under a name that is not in the chain, or for another environment: `JWT_SECRET_STAGING` while `ENVIRONMENT` is `production`.",
        "It is set to nothing (`JWT_SECRET=`), which counts as not set.",
        "The env file is not found from the working directory.",
    ],
    fix: Fix {
        summary: "Make a secret and set it, in this deployment's own secrets store.",
        steps: &[
            run("Make one: 48 random bytes, as text.", "countersign secret generate"),
            run("Set it under the name for this environment, in the same way on every service that checks these tokens.", "fly secrets set JWT_SECRET_PRODUCTION=<secret>    # or your host's way"),
            run("See which names were looked at, and in which files.", "countersign config show"),
            say("Or work without a shared secret: `SIGNING=asymmetric` keeps a key pair in the database and publishes the public key."),
        ],
    },
    example: Example::StartUp {
        message: "none of JWT_SECRET_PRODUCTION, JWT_SECRET_KEY, JWT_SECRET, AUTH_SECRET is set",
        source: "the environment production",
        line: None,
    },
    standard: Some("NIST SP 800-57 part 1, section 5; ASVS V11.1.1"),
    related: &[Cause::EnvVarNameMismatch, Cause::EnvFileNotLoaded, Cause::SecretTooShort, Cause::SyncSecretMissing],
};

/// One side's signing secret is not the other's, and this makes the difference.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.secret_faults_of(Cause::SecretMissing));
}
