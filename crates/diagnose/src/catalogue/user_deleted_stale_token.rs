//! `user-deleted-stale-token`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use crate::evidence::Symptom;
use crate::situation::account::is_on;
use crate::situation::users::{self, Lookup, Row};

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::UserDeletedStaleToken,
    rule: Some(find),
    title: "The token's user has been deleted",
    what: "The token is genuine and current, but its account was deleted after it was issued. Deleting an account ends all its sessions within a second, on every node.",
    why: &[
        "An administrator or the user deleted the account, and a tab is still open.",
        "A test cleans up its users while another one still works.",
        "The same person was registered again; that is a new account, with a new id.",
    ],
    fix: Fix {
        summary: "Sign in again, with an account that exists.",
        steps: &[
            run("See when it was deleted, and by whom.", "countersign audit tail"),
            say("In the client, take this as the end of the session: forget the tokens, and show the sign-in page."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "user 0190d2c3-… was deleted at 2026-02-03T09:00:00Z",
    },
    standard: Some("ASVS V7.4.2"),
    related: &[Cause::UserNotProvisioned, Cause::SessionRevoked, Cause::AccountSuspended],
};

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    for (token, lookup) in users::lookups(situation) {
        let Lookup::Absent { deleted: Some(why), .. } = lookup else {
            continue;
        };
        let who = token.text_claim("email").or_else(|| token.text_claim("sub")).unwrap_or("the subject");
        let message = format!("the token is of {who}, who is not there any more: {why}");
        let finding = Finding::new(Cause::UserDeletedStaleToken, Strength::Likely, message).weight(0.8);
        found.push(finding.at(token.claim_spot("sub"), "no row has this").explains(&[Cause::UserNotProvisioned]));
    }
    let gone = situation.user_row().filter(|_| situation.token_may_be_refused()).and_then(|row| deleted(&row));
    if let Some((column, token)) = gone.zip(situation.tokens.iter().find(|token| token.is_signed_token())) {
        let message = format!("the account was deleted ({column}), and the token is from before");
        let finding = Finding::new(Cause::UserDeletedStaleToken, Strength::Likely, message).weight(0.85);
        found.push(finding.at(token.claim_spot("sub"), "of this account").explains(&[Cause::UserNotProvisioned, Cause::CredentialsInvalid]));
    }
    let rows = users::rows(situation).is_empty();
    if let (true, Some(seen)) = (rows, situation.sighting(Symptom::SubjectGone)) {
        let message = "a message says that the user of the token does not exist";
        let finding = Finding::new(Cause::UserDeletedStaleToken, Strength::Likely, message).weight(0.5);
        found.push(finding.at(seen.spot.clone(), "said here").explains(&[Cause::UserNotProvisioned]));
    }
}

/// The column by which a row is deleted and still there.
fn deleted(row: &Row) -> Option<String> {
    let at = ["deleted_at", "removed_at", "archived_at"].into_iter().find(|name| row.get(*name).is_some_and(|at| !at.is_null() && at.as_str() != Some("")));
    let set = ["is_deleted", "deleted", "soft_deleted"].into_iter().find(|name| is_on(row, name));
    at.or(set).map(str::to_owned)
}
