//! `step-up-required`

use crate::cause_doc::{CauseDoc, Example, Fix, say};
use crate::evidence::Symptom;
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::StepUpRequired,
    rule: Some(find),
    title: "This needs a fresh sign-in",
    what: "What you are about to do is worth a second look, such as changing the address, so a sign-in from this morning is not enough. Sign in again and repeat it.",
    why: &[
        "The last sign-in was longer ago than this act allows.",
        "The token was made by another service, with the shared secret: it has no session of this server, and only a session may change a password.",
    ],
    fix: Fix {
        summary: "Sign in again, then repeat the request with the new token.",
        steps: &[
            say("In the client: on a 401 with slug `step-up-required`, ask for the password and sign in; keep what the user has typed."),
            say("`max_age` in `WWW-Authenticate` says how fresh the sign-in has to be."),
        ],
    },
    example: Example::Refusal {
        request: "PATCH /api/v1/auth/me HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "auth_time 5 h ago; at most 10 min for this",
    },
    standard: Some("RFC 9470, section 3; ASVS V7.5.1"),
    related: &[Cause::RoleMissing, Cause::ScopeMissing, Cause::TokenExpired],
};

/// A message says so.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if let Some(seen) = situation.seen_any(&[Symptom::StepUpAsked]) {
        let finding = Finding::new(Cause::StepUpRequired, Strength::Likely, "a stronger or fresher sign-in is asked for");
        found.push(finding.at(seen.spot.clone(), "said here"));
    }
}
