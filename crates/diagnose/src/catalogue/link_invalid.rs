//! `link-invalid`

use crate::cause_doc::{CauseDoc, Example, Fix, say};
use crate::evidence::Symptom;
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::LinkInvalid,
    rule: Some(find),
    title: "This link is not good",
    what: "The link from the mail is not known, was used already, or was replaced by a newer one. Each link works once.",
    why: &[
        "It was opened twice: the first time by a mail scanner or a preview.",
        "A second mail was asked for; then only the link of the newest counts.",
        "The mail program broke the address into two lines.",
        "It belongs to another environment.",
    ],
    fix: Fix {
        summary: "Ask for a new mail, and open the link of that one.",
        steps: &[
            say("Ask again on the page that you came from (\"forgot password\", \"send again\")."),
            say("Open only the newest mail. If the link is broken into lines, copy the whole of it."),
            say("If scanners of your mail provider use links up: the page behind the link asks for a click, so opening alone does not count."),
        ],
    },
    example: Example::Refusal {
        request: "POST /api/v1/auth/email/verify HTTP/1.1\nContent-Type: application/json\n\n{\"token\": \"csl_…\"}",
        trace: "sha256:77aa01fe was used at 2026-02-03T09:00:00Z",
    },
    standard: Some("ASVS V6.4.1, V6.5.1"),
    related: &[Cause::LinkExpired, Cause::EmailUnverified],
};

/// A link that works once came twice: a mail scanner, a preview or a prefetch opened it before its reader.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let opened = situation.opened_before();
    let seen = situation.sighting(Symptom::LinkRefused);
    let (strength, message) = match (&opened, seen) {
        (Some(_), _) => (Strength::Proved, "something opened this link before its reader did, and it works once"),
        (None, Some(_)) => (Strength::Likely, "the link from the mail is used up, replaced by a newer one, or too old"),
        (None, None) => return,
    };
    let mut finding = Finding::new(Cause::LinkInvalid, strength, message)
        .why("Scanners of mail services, previews of messengers and prefetching browsers open every link that they see. A link that signs in when it is opened is used up by the first of them.")
        .fix("Let the page behind the link ask for a click that sends a POST, or mail a code to type in.")
        .explains(&[Cause::LinkExpired, Cause::OauthProviderError, Cause::TokenExpired]);
    if let Some(spot) = opened {
        finding = finding.at(spot, "opened here already");
    }
    if let Some(seen) = seen {
        finding = finding.at(seen.spot.clone(), "refused here");
    }
    found.push(finding);
}
