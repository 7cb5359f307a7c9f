//! `env-var-name-mismatch`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::Finding;
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::EnvVarNameMismatch,
    rule: Some(find),
    title: "The value is set under another name than the one that is read",
    what: "One value goes by several names, and the one that is set is not the one that counts here. For the signing secret that is the first of `JWT_SECRET_{ENVIRONMENT}`, `JWT_SECRET_KEY`, `JWT_SECRET`, `AUTH_SECRET` that has a value; the others lose, and a name that is not in this list is never read.",
    why: &[
        "Two services grew apart: one reads `JWT_SECRET_{ENVIRONMENT}`, the other only `JWT_SECRET_KEY`.",
        "Names with the environment in them were taken for duplicates, and removed.",
        "A new secret was set as `JWT_SECRET_KEY`, while an old `JWT_SECRET_STAGING` is still there and wins.",
        "A slip: `AUTH_SYNC_SECRETS`, `JWT_SECRET_STAGE`.",
    ],
    fix: Fix {
        summary: "Set the value under the name that is read.",
        steps: &[
            run("See which names are read here, and in which order.", "countersign config show"),
            say("Rename the variable, or set `ENVIRONMENT` right if that is what is wrong."),
            say("Do the same on the other services that share the value; the names have to be looked up in the same order everywhere."),
        ],
    },
    example: Example::StartUp {
        message: "JWT_SECRET_KEY (sha256:1f0c22ab) lost to JWT_SECRET_STAGING (sha256:c0ffee12): they hold different values",
        source: "config/staging.env",
        line: Some((3, "JWT_SECRET_KEY=sha256:1f0c22ab", "JWT_SECRET_KEY")),
    },
    standard: None,
    related: &[Cause::SecretMissing, Cause::EnvironmentUnset, Cause::EnvFileNotLoaded, Cause::SettingUnknown],
};

/// One side's signing secret is not the other's, and this makes the difference.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.secret_faults_of(Cause::EnvVarNameMismatch));
    found.extend(situation.flat_names());
    found.extend(situation.nearly_named());
    found.extend(situation.unset_client());
    found.extend(situation.undefined_addresses(Cause::EnvVarNameMismatch));
    found.extend(situation.unset_in_compose(Cause::EnvVarNameMismatch));
}
