//! `totp-invalid`

use crate::cause_doc::{CauseDoc, Example, Fix, say};
use crate::evidence::Symptom;
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use crate::situation::totp::{self, Verdict};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::TotpInvalid,
    rule: Some(find),
    title: "The code is wrong",
    what: "The six digits are not those of this account's authenticator, now or near now.",
    why: &[
        "A digit was mistyped, or the code is that of another account in the same app.",
        "The secret was enrolled anew, and the app still has the old one.",
        "The secret was read as text where it is base32, or the other way round.",
    ],
    fix: Fix {
        summary: "Type the code that the app shows for this account now.",
        steps: &[
            say("Look at the account's name in the app; remove entries of earlier enrolments."),
            say("If every code is refused, compare the clocks first, then enrol anew."),
        ],
    },
    example: Example::Refusal {
        request: "POST /2fa/verify HTTP/1.1\n\n{\"code\":\"000000\"}",
        trace: "the code is of no time within ten minutes",
    },
    standard: Some("RFC 6238, section 5.2"),
    related: &[Cause::TotpClockDrift, Cause::TotpReplayed],
};

/// The code is that of no time near, or a message says so and nothing better explains it.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let foreign = totp::verdict(situation) == Some(Verdict::OfNoTime) && situation.is_refused();
    if let Some(answer) = situation.response().filter(|_| foreign) {
        let message = "the code is that of no time near, by the secret in the account's row";
        let finding = Finding::new(Cause::TotpInvalid, Strength::Likely, message).weight(0.7);
        found.push(finding.at(answer.status_spot(), "refused here").explains(&[Cause::FieldsInvalid, Cause::CsrfOriginUntrusted, Cause::CsrfTokenMissing, Cause::CsrfTokenMismatch]));
        return;
    }
    if let Some(seen) = situation.seen_any(&[Symptom::TotpRefused]) {
        let message = "the code of the second factor is wrong";
        found.push(Finding::new(Cause::TotpInvalid, Strength::Likely, message).weight(0.1).at(seen.spot.clone(), "said here"));
    }
}
