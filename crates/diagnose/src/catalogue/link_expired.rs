//! `link-expired`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::LinkExpired,
    rule: None,
    title: "This link has expired",
    what: "The link from the mail was good, for 24 hours to confirm an address and for 10 minutes to set a new password. That time is over.",
    why: &[
        "The mail came late, or was read late.",
        "The mail waited in the outbox, because the mail server did not answer.",
    ],
    fix: Fix {
        summary: "Ask for a new mail, and open its link soon.",
        steps: &[
            say("Ask again on the page that you came from."),
            run("If mails come late, look at the outbox.", "curl -s http://localhost:8787/api/health"),
        ],
    },
    example: Example::Refusal {
        request: "POST /api/v1/auth/password/reset HTTP/1.1\nContent-Type: application/json\n\n{\"token\": \"csl_…\", \"password\": \"…\"}",
        trace: "made 25 min ago; good for 10 min",
    },
    standard: Some("ASVS V6.4.1, V6.5.5"),
    related: &[Cause::LinkInvalid, Cause::SmtpUnreachable, Cause::EmailUnverified],
};
