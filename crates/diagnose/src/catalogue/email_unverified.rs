//! `email-unverified`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::EmailUnverified,
    rule: None,
    title: "The e-mail address has not been confirmed",
    what: "The password is right, but the account's address was never confirmed, and this server asks for that before the first sign-in (`EMAIL_VERIFICATION`).",
    why: &[
        "The mail was not opened yet, or lies in the spam folder.",
        "The link in it had expired: it works for 24 hours.",
        "The mail never left: see the mail settings.",
    ],
    fix: Fix {
        summary: "Open the link in the mail; ask for a new one if it is gone.",
        steps: &[
            run("Ask for the mail again.", "curl -X POST http://localhost:8787/api/v1/auth/email/resend \\\n  -H 'Content-Type: application/json' -d '{\"email\": \"ada@example.org\"}'"),
            say("In development all mail is at http://localhost:8787/dev/mail."),
            say("Accounts that an administrator makes with `countersign user create` count as confirmed."),
            say("A service that does not need confirmed addresses sets `EMAIL_VERIFICATION=optional`."),
        ],
    },
    example: Example::Refusal {
        request: "POST /api/v1/auth/jwt/login HTTP/1.1\nContent-Type: application/json\n\n{\"email\": \"ada@example.org\", \"password\": \"…\"}",
        trace: "the password is right; the address has not been confirmed",
    },
    standard: Some("ASVS V6.4.1"),
    related: &[Cause::LinkExpired, Cause::LinkInvalid, Cause::MailNotConfigured, Cause::SmtpUnreachable],
};
