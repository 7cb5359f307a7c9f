//! `secret-reused-across-environments`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::Finding;
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::SecretReusedAcrossEnvironments,
    rule: Some(find),
    title: "Two environments share a secret",
    what: "The secret of this environment is also that of another. A token from there is good here: whoever can make themselves any user of staging can be that user in production.",
    why: &[
        "A new environment was made by copying the settings of an old one.",
        "One name without the environment's suffix (`JWT_SECRET`) was set everywhere.",
        "The two were taken for duplicates and \"cleaned up\". They are not duplicates.",
    ],
    fix: Fix {
        summary: "Give each environment a secret of its own.",
        steps: &[
            run("Make a new one for the less important environment, so that production's users notice nothing.", "countersign secret generate"),
            say("Set it under the environment's own name, such as `JWT_SECRET_STAGING`, on all services of that environment."),
            say("If staging is open to more people than production, replace the production secret too."),
        ],
    },
    example: Example::StartUp {
        message: "JWT_SECRET_PRODUCTION and JWT_SECRET_STAGING have the same value",
        source: "config/production.env",
        line: Some((3, "JWT_SECRET_PRODUCTION=sha256:1f0c22ab", "sha256:1f0c22ab")),
    },
    standard: Some("NIST SP 800-57 part 1, section 5.2; ASVS V9.2.4"),
    related: &[Cause::SecretReusedAcrossPurposes, Cause::EnvVarNameMismatch],
};

/// Two environments share a secret.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.shared_by_environments());
}
