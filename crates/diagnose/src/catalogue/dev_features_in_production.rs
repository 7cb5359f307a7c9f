//! `dev-features-in-production`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::Finding;
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::DevFeaturesInProduction,
    rule: Some(find),
    title: "A switch for development is on in production",
    what: "`DEV_FEATURES` is on. It shows all mail at `/dev/mail`, with every link in it, and the whole explanation of each refusal in the answer. That helps while developing, and opens the server to everybody elsewhere. Staging and production do not start with it.",
    why: &[
        "The developer's env file was deployed.",
        "`ENVIRONMENT` was set to `production`, and the rest of the file was left as it was.",
        "A switch was turned on to look into a problem, and stayed.",
    ],
    fix: Fix {
        summary: "Switch it off.",
        steps: &[
            say("Remove the line `DEV_FEATURES=on`; outside development and test it is off by itself."),
            run("See what else differs from what production wants.", "countersign config check"),
        ],
    },
    example: Example::StartUp {
        message: "DEV_FEATURES is on in production",
        source: ".env",
        line: Some((6, "DEV_FEATURES=on", "on")),
    },
    standard: Some("ASVS V16.5.1"),
    related: &[Cause::EnvironmentMisdetected, Cause::EnvironmentUnset, Cause::MailNotConfigured],
};

/// A switch for development is on in production.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.development_switches());
}
