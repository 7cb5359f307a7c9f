//! `session-evicted-by-limit`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::SessionEvictedByLimit,
    rule: Some(find),
    title: "Too many sessions: the oldest was ended",
    what: "An account may have a number of sessions at a time (`SESSION_LIMIT`, 10). When one more was opened, this one, the oldest, was ended.",
    why: &[
        "The same account is signed in on many devices or browsers.",
        "A script or a test signs in for each request, and pushes everybody else out.",
        "Several people share one account.",
    ],
    fix: Fix {
        summary: "Sign in again, and end the sessions that you do not need.",
        steps: &[
            run("See them, in the account pages or here.", "curl -H \"Authorization: Bearer $TOKEN\" http://localhost:8787/api/v1/sessions"),
            say("Let scripts sign in once, keep the tokens, and refresh them."),
            say("If people do need more, raise `SESSION_LIMIT`."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "session 0190d2c4-… ended at 2026-02-03T09:00:00Z: an eleventh was opened",
    },
    standard: Some("ASVS V7.1.2"),
    related: &[Cause::SessionRevoked, Cause::SessionExpiredIdle],
};

/// Words by which programs say so.
const WORDS: &[&str] = &["too many active sessions", "maximum sessions of", "maximum number of sessions", "session limit", "concurrent session", "max sessions exceeded", "single session per user", "multiple concurrent logins being attempted as the same user", "used in another browser", "signed in from another device", "logged in from another device", "signed in on another device", "logged in on another device", "signed in elsewhere", "logged in elsewhere", "limit of active sessions", "session_limit"];

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.kept_sessions_of(Cause::SessionEvictedByLimit));
    let said = WORDS.iter().find_map(|words| situation.lines_with(words).into_iter().next());
    if let Some((_, spot)) = said {
        found.push(Finding::new(Cause::SessionEvictedByLimit, Strength::Likely, "a newer sign-in pushed this session out: the number of sessions is limited").at(spot, "said here"));
    }
}
