//! `environment-misdetected`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::Finding;
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::EnvironmentMisdetected,
    rule: Some(find),
    title: "The deployment takes itself for another environment",
    what: "Two sources disagree about which environment this is, such as a file `.env.staging` that says `ENVIRONMENT=production`. Secrets and switches follow the environment, so the server does not choose.",
    why: &[
        "A file was copied for a new environment, and this line was not changed.",
        "The environment is guessed from a host name, and a new domain is not in the list. A front end may then take its production for development.",
        "The process environment says one thing, the file another.",
    ],
    fix: Fix {
        summary: "Say it once, in the process environment, and take it out of the files.",
        steps: &[
            run("See which source says what.", "countersign config show"),
            run("Set it where the program is deployed, and remove the line from the file.", "ENVIRONMENT=staging"),
            say("In your own code do not guess from host names: read the variable, and refuse to start without it."),
        ],
    },
    example: Example::StartUp {
        message: "backend/.env.staging:1 is read because the environment is staging, and sets ENVIRONMENT to \"production\"",
        source: "backend/.env.staging",
        line: Some((1, "ENVIRONMENT=production", "production")),
    },
    standard: None,
    related: &[Cause::EnvironmentUnset, Cause::DevFeaturesInProduction, Cause::SecretReusedAcrossEnvironments, Cause::EnvFileShadowed],
};

/// A program takes its environment for another, and reads other names for it.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.secret_faults_of(Cause::EnvironmentMisdetected));
    found.extend(situation.mistaken_environment(Cause::EnvironmentMisdetected));
}
