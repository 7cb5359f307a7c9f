//! `totp-replayed`

use crate::cause_doc::{CauseDoc, Example, Fix, say};
use crate::evidence::Symptom;
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use crate::situation::totp::{self, Verdict};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::TotpReplayed,
    rule: Some(find),
    title: "The code was used already",
    what: "The code is right, and it was used before. Each code counts once, so that nobody who looked over a shoulder can use it again.",
    why: &[
        "The form was sent twice: a double click, a retry of the client, a proxy that repeats the request.",
        "Two devices signed in within the same 30 seconds.",
    ],
    fix: Fix {
        summary: "Wait for the next code.",
        steps: &[
            say("Switch the button off while the request runs, and do not repeat it in the client."),
        ],
    },
    example: Example::Refusal {
        request: "POST /2fa/verify HTTP/1.1\n\n{\"code\":\"492039\"}",
        trace: "this code was accepted 8 seconds ago",
    },
    standard: Some("RFC 6238, section 5.2"),
    related: &[Cause::TotpInvalid, Cause::TotpClockDrift],
};

/// The same code was accepted just before.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let twice = totp::sent_before(situation) || totp::verdict(situation) == Some(Verdict::Used);
    let seen = situation.seen_any(&[Symptom::TotpReplayed]);
    let message = "this code was used already";
    if twice && situation.is_refused() {
        let mut finding = Finding::new(Cause::TotpReplayed, Strength::Proved, message).explains(&[Cause::TotpInvalid, Cause::FieldsInvalid, Cause::CsrfOriginUntrusted, Cause::CsrfTokenMissing, Cause::CsrfTokenMismatch]);
        if let Some(answer) = situation.response() {
            finding = finding.at(answer.status_spot(), "refused here");
        }
        found.push(finding);
    } else if let Some(seen) = seen {
        found.push(Finding::new(Cause::TotpReplayed, Strength::Likely, message).at(seen.spot.clone(), "said here").explains(&[Cause::TotpInvalid]));
    }
}
