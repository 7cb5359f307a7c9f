//! `setting-invalid`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::SettingInvalid,
    rule: None,
    title: "A setting has a value that cannot be used",
    what: "The name is right, the value is not: no duration, no address, no number, not one of the allowed words, or not in agreement with another setting.",
    why: &[
        "The unit is missing or unknown: `1 hour` for `1h`.",
        "An address lacks its scheme (`localhost:8787`) or has a path too many.",
        "Quotes or blanks became part of the value.",
        "The value is of another program with the same name for its setting.",
    ],
    fix: Fix {
        summary: "Write the value in the form that the message asks for.",
        steps: &[
            say("Go to the file and line of the message, and change it there."),
            run("Check all settings before you start the server.", "countersign config check"),
        ],
    },
    example: Example::StartUp {
        message: "ACCESS_TOKEN_TTL is \"soon\", which is no duration",
        source: "backend/.env",
        line: Some((12, "ACCESS_TOKEN_TTL=soon", "soon")),
    },
    standard: None,
    related: &[Cause::SettingUnknown, Cause::EnvQuotesLiteral, Cause::ConfigValueWhitespace],
};
