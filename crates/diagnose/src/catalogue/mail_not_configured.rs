//! `mail-not-configured`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::MailNotConfigured,
    rule: None,
    title: "Nothing is set up to send mail",
    what: "Confirming addresses and resetting passwords need mail. In development mail is kept and shown at `/dev/mail`; production needs a mail server, or the plain word that there is none.",
    why: &[
        "The deployment is new, and `SMTP_URL` was forgotten.",
        "It is set for another environment, or in a file that is not read here.",
    ],
    fix: Fix {
        summary: "Set `SMTP_URL`, or `SMTP_URL=off`.",
        steps: &[
            run("Name the mail server, and the sender if it is not `countersign@` your public host. Special characters of the password are percent-encoded.", "SMTP_URL=smtps://user:password@mail.example.org:465\nMAIL_FROM=\"Example <no-reply@example.org>\""),
            run("To do without: nobody can then confirm an address or reset a password by mail, so make accounts with `countersign user create` and let addresses be unconfirmed.", "SMTP_URL=off\nEMAIL_VERIFICATION=optional"),
        ],
    },
    example: Example::StartUp {
        message: "neither SMTP_URL nor SMTP_URL=off is set",
        source: "the environment production",
        line: None,
    },
    standard: None,
    related: &[Cause::SmtpUnreachable, Cause::EmailUnverified],
};
