//! `link-invalid`

use crate::cause_doc::{CauseDoc, Example, Fix, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::LinkInvalid,
    rule: None,
    title: "This link is not good",
    what: "The link from the mail is not known, was used already, or was replaced by a newer one. Each link works once.",
    why: &[
        "It was opened twice: the first time by a mail scanner or a preview.",
        "A second mail was asked for; then only the link of the newest counts.",
        "The mail program broke the address into two lines.",
        "It belongs to another environment.",
    ],
    fix: Fix {
        summary: "Ask for a new mail, and open the link of that one.",
        steps: &[
            say("Ask again on the page that you came from (\"forgot password\", \"send again\")."),
            say("Open only the newest mail. If the link is broken into lines, copy the whole of it."),
            say("If scanners of your mail provider use links up: the page behind the link asks for a click, so opening alone does not count."),
        ],
    },
    example: Example::Refusal {
        request: "POST /api/v1/auth/email/verify HTTP/1.1\nContent-Type: application/json\n\n{\"token\": \"csl_…\"}",
        trace: "sha256:77aa01fe was used at 2026-02-03T09:00:00Z",
    },
    standard: Some("ASVS V6.4.1, V6.5.1"),
    related: &[Cause::LinkExpired, Cause::EmailUnverified],
};
