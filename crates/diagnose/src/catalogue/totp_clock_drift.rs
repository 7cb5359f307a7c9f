//! `totp-clock-drift`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use crate::situation::totp::{self, Verdict};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::TotpClockDrift,
    rule: Some(find),
    title: "The code is right for another time",
    what: "The six digits are those of this account, for a time that is further away than the window allows: the clock of the server or of the device is wrong.",
    why: &[
        "The server, a virtual machine or a container that slept, has lost time and no time service corrects it.",
        "The phone's clock is set by hand.",
        "The code was typed long after it was shown.",
    ],
    fix: Fix {
        summary: "Set the wrong clock right.",
        steps: &[
            run("Compare the server's clock with one that is right.", "timedatectl status"),
            say("On the phone, switch the automatic time on."),
            say("A window of one step (30 seconds) before and after is enough; do not make it wider for a wrong clock."),
        ],
    },
    example: Example::Refusal {
        request: "POST /2fa/verify HTTP/1.1\n\n{\"code\":\"492039\"}",
        trace: "the code is that of 4 minutes ago",
    },
    standard: Some("RFC 6238, section 6"),
    related: &[Cause::TotpInvalid, Cause::TotpReplayed, Cause::ClockSkew],
};

/// A clock that is wrong shows itself elsewhere too, and a refused code looks like a refused form.
const EXPLAINED: &[Cause] = &[Cause::TotpInvalid, Cause::ClockSkew, Cause::FieldsInvalid, Cause::CredentialsInvalid, Cause::CsrfOriginUntrusted, Cause::CsrfTokenMissing, Cause::CsrfTokenMismatch];

/// The code is that of another time.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if let Some(Verdict::Apart(seconds)) = totp::verdict(situation).filter(|_| situation.is_refused()) {
        let (away, when) = (seconds.abs(), if seconds < 0 { "ago" } else { "ahead" });
        let message = format!("the code is right for {away} seconds {when}: the clocks of server and device are apart");
        let mut finding = Finding::new(Cause::TotpClockDrift, Strength::Proved, message).explains(EXPLAINED);
        if let Some(answer) = situation.response() {
            finding = finding.at(answer.status_spot(), "refused here");
        }
        found.push(finding);
        return;
    }
    let away = situation.clock.verifier_ahead().filter(|away| away.abs() > 30);
    if let Some((away, answer)) = away.zip(situation.response()).filter(|_| totp::is_asked(situation) && situation.is_refused()) {
        let message = format!("the server's clock is {} seconds {}, further than the window of the code", away.abs(), if away < 0 { "behind" } else { "ahead" });
        let spot = answer.headers.first("date").map_or_else(|| answer.status_spot(), |date| answer.spot(date));
        found.push(Finding::new(Cause::TotpClockDrift, Strength::Likely, message).weight(0.85).at(spot, "the server's clock").explains(&[Cause::TotpInvalid, Cause::FieldsInvalid]));
        return;
    }
    let words = ["clock drift", "out of sync", "clock skew", "time drift", "not synchronized", "time is not sync", "ntp", "clock is behind", "clock is ahead", "system clock synchronized: no"];
    let factor = totp::is_asked(situation);
    let said = words.iter().find_map(|word| situation.lines_with(word).into_iter().next());
    if let Some((_, spot)) = said.filter(|_| factor) {
        let message = "the clocks of server and device are further apart than the window of the code";
        found.push(Finding::new(Cause::TotpClockDrift, Strength::Likely, message).at(spot, "said here").explains(&[Cause::TotpInvalid]));
    }
}
