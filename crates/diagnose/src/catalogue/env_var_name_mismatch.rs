//! `env-var-name-mismatch`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::EnvVarNameMismatch,
    title: "The value is set under another name than the one that is read",
    what: "A setting that this environment needs has no value, but another name that looks like it has one: `JWT_SECRET_STAGING` is set and the environment is `production`, or `JWT_KEY` is set and `JWT_SECRET_KEY` is read.",
    why: &[
        "Two services grew apart: one reads `JWT_SECRET_{ENVIRONMENT}`, the other only `JWT_SECRET_KEY`.",
        "Names with the environment in them were taken for duplicates, and removed.",
        "A slip: `AUTH_SYNC_SECRETS`, `DATABSE_URL`.",
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
        message: "JWT_SECRET_STAGE is set, but JWT_SECRET_STAGING is what staging reads",
        source: "config/staging.env",
        line: Some((3, "JWT_SECRET_STAGE=sha256:1f0c22ab", "JWT_SECRET_STAGE")),
    },
    standard: None,
    related: &[Cause::SecretMissing, Cause::EnvironmentUnset, Cause::EnvFileNotLoaded, Cause::SettingUnknown],
};
