//! `dev-features-in-production`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::DevFeaturesInProduction,
    title: "A switch for development is on in production",
    what: "Something that helps while developing, and opens the server to everybody, is switched on: mail that anybody can read at `/dev/mail`, whole explanations in answers, a public URL on loopback. Production does not start with it.",
    why: &[
        "The developer's env file was deployed.",
        "`ENVIRONMENT` was set to `production`, and the rest of the file was left as it was.",
        "A switch was turned on to look into a problem, and stayed.",
    ],
    fix: Fix {
        summary: "Switch it off.",
        steps: &[
            say("Remove the line, or set it to its default."),
            run("See what else differs from what production wants.", "countersign config check"),
        ],
    },
    example: Example::StartUp {
        message: "mail is kept for /dev/mail, which shows every sign-in link to everybody",
        source: ".env",
        line: Some((6, "MAIL=dev", "MAIL=dev")),
    },
    standard: Some("ASVS V16.5.1"),
    related: &[Cause::EnvironmentMisdetected, Cause::EnvironmentUnset, Cause::MailNotConfigured],
};
