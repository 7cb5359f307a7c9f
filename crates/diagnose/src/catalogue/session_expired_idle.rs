//! `session-expired-idle`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::SessionExpiredIdle,
    rule: Some(find),
    title: "The session was not used for too long",
    what: "Nothing was heard of the session for longer than it may rest (`SESSION_IDLE_TTL`, 14 days). Every use moves the end, at most once a minute.",
    why: &[
        "The user was away.",
        "The client has tokens, and did not call the server with them.",
        "The setting is shorter than people's pauses.",
    ],
    fix: Fix {
        summary: "Sign in again.",
        steps: &[
            say("In the client, forget both tokens and show the sign-in page."),
            run("If people complain, give sessions a longer rest, and weigh that against lost and shared devices.", "SESSION_IDLE_TTL=30d"),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nCookie: __Host-countersign_session=css_…",
        trace: "last used 15 d 2 h ago; may rest for 14 d",
    },
    standard: Some("ASVS V7.3.1; NIST SP 800-63B, section 5.2"),
    related: &[Cause::SessionExpiredAbsolute, Cause::SessionRevoked, Cause::RefreshTokenExpired],
};

/// Words by which programs say so.
const WORDS: &[&str] = &["due to inactivity", "idle timeout", "idle for", "inactivity timeout", "sso session idle", "inactivity_timeout"];

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let said = WORDS.iter().find_map(|words| situation.lines_with(words).into_iter().next());
    if let Some((_, spot)) = said {
        found.push(Finding::new(Cause::SessionExpiredIdle, Strength::Likely, "the session ended because it was not used for too long").at(spot, "said here"));
    }
}
