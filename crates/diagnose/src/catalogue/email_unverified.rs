//! `email-unverified`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::evidence::Symptom;
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use crate::situation::account::unverified;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::EmailUnverified,
    rule: Some(find),
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

/// The user's row says so, or a message does.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let seen = situation.seen_any(&[Symptom::EmailUnverified]);
    let column = situation.user_row().filter(|_| situation.is_refused()).and_then(|row| unverified(&row, situation.clock.judging()));
    let (strength, message) = match (&column, seen) {
        (Some(column), _) => (Strength::Proved, format!("the address of the account is not confirmed: {column}")),
        (None, Some(_)) => (Strength::Likely, "the address of the account is not confirmed".to_owned()),
        (None, None) => return,
    };
    let mut finding = Finding::new(Cause::EmailUnverified, strength, message).explains(&[Cause::CredentialsInvalid]);
    if let Some(seen) = seen {
        finding = finding.at(seen.spot.clone(), "said here");
    } else if let Some(answer) = situation.response() {
        finding = finding.at(answer.status_spot(), "refused here");
    }
    found.push(finding);
}
