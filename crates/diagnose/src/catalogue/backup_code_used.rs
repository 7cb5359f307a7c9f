//! `backup-code-used`

use crate::cause_doc::{CauseDoc, Example, Fix, say};
use crate::evidence::Symptom;
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::BackupCodeUsed,
    rule: Some(find),
    title: "This backup code was used already",
    what: "Each backup code works once, and this one has worked.",
    why: &[
        "The list is old: codes were crossed out on paper, or new ones were made since.",
        "The request was sent twice.",
    ],
    fix: Fix {
        summary: "Take the next code of the newest list.",
        steps: &[
            say("When few are left, make new ones; the old ones then count no more."),
        ],
    },
    example: Example::Refusal {
        request: "POST /2fa/backup-codes/verify HTTP/1.1\n\n{\"code\":\"k7f2-9qm4\"}",
        trace: "the code was used on 3 November",
    },
    standard: None,
    related: &[Cause::TotpInvalid, Cause::TotpReplayed],
};

/// A message says so.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if let Some(seen) = situation.seen_any(&[Symptom::BackupCodeRefused]) {
        let message = "this backup code was used already, or replaced by newer ones";
        found.push(Finding::new(Cause::BackupCodeUsed, Strength::Likely, message).at(seen.spot.clone(), "said here"));
    }
}
