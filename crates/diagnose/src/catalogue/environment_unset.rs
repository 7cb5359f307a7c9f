//! `environment-unset`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use crate::finding::Finding;
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::EnvironmentUnset,
    rule: Some(find),
    title: "The environment is not set",
    what: "`ENVIRONMENT` is not set, and the public URL is not a loopback address, so it could be staging as well as production. They differ in secrets and in what is allowed, and a wrong guess is dangerous. The server does not guess.",
    why: &[
        "The deployment is new, and the variable was forgotten.",
        "It is set under another name: `NODE_ENV`, `APP_ENV`, `ENV`.",
        "It is set in a file that is not read here.",
    ],
    fix: Fix {
        summary: "Say which environment this is.",
        steps: &[
            run("Set one of `development`, `test`, `staging`, `production`.", "ENVIRONMENT=production"),
            run("Look at what follows from it, before you start.", "countersign config check"),
        ],
    },
    example: Example::StartUp {
        message: "ENVIRONMENT is not set, and https://auth.example.org is not a loopback address",
        source: "PUBLIC_URL=https://auth.example.org",
        line: None,
    },
    standard: Some("ASVS V16.5.3"),
    related: &[Cause::EnvironmentMisdetected, Cause::SecretMissing, Cause::DevFeaturesInProduction],
};

/// A program does not know which environment it runs in, and reads other names for it.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.secret_faults_of(Cause::EnvironmentUnset));
    found.extend(situation.mistaken_environment(Cause::EnvironmentUnset));
}
