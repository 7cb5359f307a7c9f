//! `account-suspended`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use crate::evidence::Symptom;
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use crate::situation::account::suspended;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::AccountSuspended,
    rule: Some(find),
    title: "The account is suspended",
    what: "An administrator has suspended the account. Its sessions have ended, and it may not sign in until the suspension is lifted. The client sees only `credentials-invalid`.",
    why: &[
        "The account broke the rules of the service, or is being looked into.",
        "The person has left, and the account is kept for its data.",
    ],
    fix: Fix {
        summary: "Lift the suspension if it is no longer wanted.",
        steps: &[
            run("See the account, with when and why it was suspended.", "countersign user show ada@example.org"),
            run("Lift it. The person signs in again; old sessions stay ended.", "countersign user unlock ada@example.org"),
        ],
    },
    example: Example::Refusal {
        request: "POST /api/v1/auth/jwt/login HTTP/1.1\nContent-Type: application/json\n\n{\"email\": \"ada@example.org\", \"password\": \"…\"}",
        trace: "the password is right; the account is suspended since 2026-02-03T09:00:00Z",
    },
    standard: Some("ASVS V7.4.2"),
    related: &[Cause::AccountLocked, Cause::SessionRevoked, Cause::CredentialsInvalid],
};

/// The user's row says so, or a message does.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let seen = situation.seen_any(&[Symptom::AccountSuspended]);
    let column = situation.user_row().filter(|_| situation.is_refused()).and_then(|row| suspended(&row, situation.clock.judging()));
    let (strength, message) = match (&column, seen) {
        (Some(column), _) => (Strength::Proved, format!("the account is disabled: {column}")),
        (None, Some(_)) => (Strength::Likely, "the account is disabled".to_owned()),
        (None, None) => return,
    };
    let mut finding = Finding::new(Cause::AccountSuspended, strength, message).explains(&[Cause::CredentialsInvalid]);
    if let Some(seen) = seen {
        finding = finding.at(seen.spot.clone(), "said here");
    } else if let Some(answer) = situation.response() {
        finding = finding.at(answer.status_spot(), "refused here");
    }
    found.push(finding);
}
