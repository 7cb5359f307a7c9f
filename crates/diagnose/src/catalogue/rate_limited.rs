//! `rate-limited`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::evidence::Symptom;
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::RateLimited,
    rule: Some(find),
    title: "Too many attempts",
    what: "There were too many failed sign-ins for this account, or from this address, in a short time; or too many mails were asked for. `Retry-After` says in how many seconds the next one is looked at. The account is not locked, and sessions that exist are not touched.",
    why: &[
        "Somebody mistyped a password again and again, or a saved one is old.",
        "A script or a mail program goes on trying with an old password.",
        "Somebody tries passwords out.",
        "A proxy hides its clients: if `TRUSTED_PROXIES` does not name it, all of them count as one address.",
    ],
    fix: Fix {
        summary: "Wait for the seconds of `Retry-After`; then use \"forgot password\" if you are not sure.",
        steps: &[
            say("In a client: honour `Retry-After`, and do not repeat a refused password by yourself."),
            run("As an operator, see who is trying what.", "countersign audit tail"),
            run("If everybody is limited at once, name your proxy.", "TRUSTED_PROXIES=10.0.0.0/8"),
        ],
    },
    example: Example::Refusal {
        request: "POST /api/v1/auth/jwt/login HTTP/1.1\nContent-Type: application/json\n\n{\"email\": \"ada@example.org\", \"password\": \"…\"}",
        trace: "too many failures for this account in the window; next attempt in 30 s",
    },
    standard: Some("RFC 6585, section 4; ASVS V6.1.1, V6.3.1"),
    related: &[Cause::Overloaded, Cause::CredentialsInvalid, Cause::AccountLocked],
};

/// The answer is 429, or a message speaks of too many attempts.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let seen = situation.seen_any(&[Symptom::RateLimited]);
    let answer = situation.response().filter(|answer| answer.status == 429);
    let wait = answer.and_then(|answer| answer.headers.value("retry-after"));
    let message = match wait {
        Some(wait) => format!("too many attempts; the server says to come back in {wait} (Retry-After)"),
        None => "too many attempts in a short time".to_owned(),
    };
    let strength = if answer.is_some() { Strength::Proved } else { Strength::Likely };
    let mut finding = Finding::new(Cause::RateLimited, strength, message);
    match (answer, seen) {
        (None, None) => return,
        (Some(answer), _) => finding = finding.at(answer.status_spot(), "answered here"),
        (None, Some(seen)) => finding = finding.at(seen.spot.clone(), "said here"),
    }
    found.push(finding);
}
