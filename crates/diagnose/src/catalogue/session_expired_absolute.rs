//! `session-expired-absolute`

use crate::cause_doc::{CauseDoc, Example, Fix, say};
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::SessionExpiredAbsolute,
    rule: Some(find),
    title: "The session has reached its longest life",
    what: "A session ends some time after the sign-in however much it is used (`SESSION_ABSOLUTE_TTL`, 90 days), so that a stolen one does not live for ever.",
    why: &[
        "The user has been signed in for that long.",
        "The setting was shortened, which counts for sessions that exist as well.",
    ],
    fix: Fix {
        summary: "Sign in again.",
        steps: &[
            say("In the client, forget both tokens and show the sign-in page."),
            say("Tell people before it happens: `session` in the answer of `/api/v1/auth/status` has the time."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nCookie: __Host-countersign_session=css_…",
        trace: "signed in 90 d 3 h ago; lives for 90 d",
    },
    standard: Some("ASVS V7.3.2; NIST SP 800-63B, section 5.2"),
    related: &[Cause::SessionExpiredIdle, Cause::SessionRevoked, Cause::RefreshTokenExpired],
};

/// Words by which programs say so.
const WORDS: &[&str] = &["maximum session lifetime", "absolute timeout", "absolute lifetime", "session max", "max session age", "maximum lifetime of the session", "session lifetime exceeded"];

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.kept_sessions_of(Cause::SessionExpiredAbsolute));
    let said = WORDS.iter().find_map(|words| situation.lines_with(words).into_iter().next());
    if let Some((_, spot)) = said {
        found.push(Finding::new(Cause::SessionExpiredAbsolute, Strength::Likely, "the session reached its longest life, whatever it was used for").at(spot, "said here"));
    }
}
