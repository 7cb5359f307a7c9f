//! `smtp-unreachable`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use crate::evidence::{Dialect, Symptom};
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::SmtpUnreachable,
    rule: Some(find),
    title: "The mail server does not answer",
    what: "Mail could not be handed over. Nothing is lost: it waits in the outbox and is tried again, at growing intervals. Links in it may expire before it arrives.",
    why: &[
        "Host or port of `SMTP_URL` are wrong: 465 is TLS from the start (`smtps://`), 587 begins in plain text (`smtp://…?tls=required`).",
        "The hosting service blocks outgoing mail ports.",
        "User or password are refused; special characters have to be percent-encoded.",
        "The mail server's certificate is not trusted.",
    ],
    fix: Fix {
        summary: "Correct `SMTP_URL`, or ask the hosting service to open the port.",
        steps: &[
            run("Try the connection from this machine.", "openssl s_client -connect mail.example.org:465 -quiet"),
            run("Correct the setting, and restart. The mail that waits is sent then.", "SMTP_URL=smtps://user:password@mail.example.org:465"),
        ],
    },
    example: Example::StartUp {
        message: "mail.example.org:587: connection timed out; 3 mails wait",
        source: "SMTP_URL",
        line: None,
    },
    standard: Some("RFC 5321, section 4.5.4.1; RFC 8314, section 3.3"),
    related: &[Cause::MailNotConfigured, Cause::EmailUnverified, Cause::LinkExpired],
};

/// The mail server does not answer.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let Some(seen) = situation.seen_any(&[Symptom::SmtpFailed]).or_else(|| situation.seen_of_server(Dialect::Smtp)) else {
        return;
    };
    let message = "the mail server does not answer, or does not let this program in";
    let mut finding = Finding::new(Cause::SmtpUnreachable, Strength::Likely, message);
    if let Some(url) = situation.databases_of(Dialect::Smtp).next() {
        finding = finding.at(url.spot.clone(), "");
    }
    found.push(finding.at(seen.spot.clone(), "said here"));
}
