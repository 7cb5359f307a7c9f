//! `setting-unknown`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::SettingUnknown,
    rule: None,
    title: "There is no setting of that name",
    what: "The file `countersign.toml` or the command line has a name that no setting has. It would have been ignored, and you would have believed that it counts; so it is an error.",
    why: &[
        "A slip; the message names the nearest setting.",
        "The setting is of a newer version, or was renamed.",
        "A table header (`[…]`) above it makes it part of something else.",
    ],
    fix: Fix {
        summary: "Correct the name, or remove the line.",
        steps: &[
            run("Compare with the list of settings.", "countersign config show"),
            say("Names in `countersign.toml` are those of the environment in lower case: `public_url` for `PUBLIC_URL`."),
        ],
    },
    example: Example::StartUp {
        message: "there is no setting \"publc_url\"; did you mean \"public_url\"?",
        source: "countersign.toml",
        line: Some((2, "publc_url = \"https://auth.example.org\"", "publc_url")),
    },
    standard: None,
    related: &[Cause::SettingInvalid, Cause::EnvVarNameMismatch],
};
