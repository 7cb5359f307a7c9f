//! `account-locked`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use crate::evidence::Symptom;
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use crate::situation::account::locked;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::AccountLocked,
    rule: Some(find),
    title: "The account is locked",
    what: "The account may not sign in until it is unlocked. Wrong passwords alone never lock an account here, since anybody could then lock anybody out; they slow the attempts down instead. Somebody locked this one. The client sees only `credentials-invalid`.",
    why: &[
        "An administrator locked it, for instance because its password had leaked.",
        "It was imported as locked.",
    ],
    fix: Fix {
        summary: "Find out why, then unlock it.",
        steps: &[
            run("See the account, with when and why it was locked.", "countersign user show ada@example.org"),
            run("Unlock it. If its password may have leaked, let the owner set a new one first, by the \"forgot password\" page.", "countersign user unlock ada@example.org"),
        ],
    },
    example: Example::Refusal {
        request: "POST /api/v1/auth/jwt/login HTTP/1.1\nContent-Type: application/json\n\n{\"email\": \"ada@example.org\", \"password\": \"…\"}",
        trace: "the password is right; the account is locked since 2026-02-03T09:00:00Z",
    },
    standard: Some("ASVS V6.1.1"),
    related: &[Cause::AccountSuspended, Cause::RateLimited, Cause::CredentialsInvalid],
};

/// The user's row says so, or a message does.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let seen = situation.seen_any(&[Symptom::AccountLocked]);
    let column = situation.user_row().filter(|_| situation.is_refused()).and_then(|row| locked(&row, situation.clock.judging()));
    let (strength, message) = match (&column, seen) {
        (Some(column), _) => (Strength::Proved, format!("the account is locked: {column}")),
        (None, Some(_)) => (Strength::Likely, "the account is locked".to_owned()),
        (None, None) => return,
    };
    let mut finding = Finding::new(Cause::AccountLocked, strength, message).explains(&[Cause::CredentialsInvalid]);
    if let Some(seen) = seen {
        finding = finding.at(seen.spot.clone(), "said here");
    } else if let Some(answer) = situation.response() {
        finding = finding.at(answer.status_spot(), "refused here");
    }
    found.push(finding);
}
