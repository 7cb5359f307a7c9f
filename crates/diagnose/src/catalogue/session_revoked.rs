//! `session-revoked`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use crate::situation::clock::{length, time_in};
use countersign_verify::Cause;
use serde_json::Value;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::SessionRevoked,
    rule: Some(find),
    title: "The session was ended",
    what: "The token is genuine and current, but its session has been ended: by signing out, from the list of sessions, by an administrator, or because the password was changed. The trace says by which.",
    why: &[
        "The user signed out in another tab, or chose \"sign out everywhere\".",
        "The password was changed or reset, which ends all other sessions.",
        "An administrator ended it.",
        "A refresh token of this session was used twice; then the session ends as a whole.",
    ],
    fix: Fix {
        summary: "Sign in again.",
        steps: &[
            say("In the client, take this as the end of the session: forget both tokens, do not refresh, show the sign-in page."),
            run("To know why it ended, ask the trace.", "countersign why TRACE_ID"),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "session 0190d2c4-… ended at 2026-02-03T09:00:00Z: signed out",
    },
    standard: Some("ASVS V7.4.1"),
    related: &[Cause::SessionExpiredIdle, Cause::SessionExpiredAbsolute, Cause::SessionEvictedByLimit, Cause::RefreshReused],
};

/// Words by which programs say so.
const WORDS: &[&str] = &["session_not_found", "session from session_id claim in jwt does not exist", "session revoked", "session has been revoked", "session was revoked", "session terminated", "session has been terminated", "sessionrevoked", "logged out from another device", "logged out everywhere", "token_version mismatch", "token has been revoked", "token_revoked", "jwt revoked", "session invalidated"];

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.kept_sessions_of(Cause::SessionRevoked));
    found.extend(ended_in_the_row(situation));
    let said = WORDS.iter().find_map(|words| situation.lines_with(words).into_iter().next());
    if let Some((_, spot)) = said {
        found.push(Finding::new(Cause::SessionRevoked, Strength::Likely, "the session was ended: signed out, revoked, or its password changed").at(spot, "said here"));
    }
}

/// Columns with the time before which a user's tokens do not count.
const SINCE: &[&str] = &["tokens_valid_after_time", "tokens_valid_after", "token_valid_after", "valid_since", "tokens_invalid_before", "tokens_revoked_at", "sessions_revoked_at", "revoked_before", "logged_out_at"];

/// The user's row says that tokens as old as this one do not count any more.
fn ended_in_the_row(situation: &Situation<'_>) -> Option<Finding> {
    situation.response().filter(|answer| matches!(answer.status, 401 | 403))?;
    let row = situation.user_row()?;
    let token = situation.tokens.iter().find(|token| token.is_signed_token())?;
    let made = token.claim("auth_time").or_else(|| token.claim("iat"))?.as_i64()?;
    let (name, since) = SINCE.iter().find_map(|name| {
        let since = match row.get(*name)? {
            Value::String(text) => time_in(text).or_else(|| text.parse().ok()),
            value => value.as_i64(),
        };
        since.map(|since| (*name, since))
    })?;
    let earlier = since.checked_sub(made).filter(|earlier| *earlier > 0)?;
    let message = format!("the token's sign-in is {} older than {name} in the user's row: the sessions of before were ended", length(earlier));
    let claim = if token.claim("auth_time").is_some() { "auth_time" } else { "iat" };
    let finding = Finding::new(Cause::SessionRevoked, Strength::Likely, message).weight(0.8);
    Some(finding.at(token.claim_spot(claim), "signed in before").explains(&[Cause::SubIdentifierMismatch]))
}
