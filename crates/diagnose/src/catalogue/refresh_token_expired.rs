//! `refresh-token-expired`

use crate::cause_doc::{CauseDoc, Example, Fix, say};
use crate::evidence::Symptom;
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use crate::situation::clock::{length, time_in};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::RefreshTokenExpired,
    rule: Some(find),
    title: "The refresh token has expired",
    what: "A refresh token is good for some time (`REFRESH_TOKEN_TTL`, 30 days), and never longer than its session. This one was not used in that time.",
    why: &[
        "The user was away.",
        "The client refreshes, but keeps the old refresh token in place of the new one.",
    ],
    fix: Fix {
        summary: "Sign in again.",
        steps: &[
            say("In the client, forget both tokens and show the sign-in page; repeating cannot help."),
            say("Make sure that after each refresh both tokens of the answer are stored."),
        ],
    },
    example: Example::Refusal {
        request: "POST /api/v1/auth/refresh HTTP/1.1\nContent-Type: application/json\n\n{\"refresh_token\": \"csr_…\"}",
        trace: "issued 31 d ago; good for 30 d",
    },
    standard: Some("RFC 6749, section 5.2; RFC 9700, section 4.14.2"),
    related: &[Cause::TokenExpired, Cause::SessionExpiredIdle, Cause::RefreshReused],
};

/// The refresh token's own `exp` has passed, or a message says so.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.kept_sessions_of(Cause::RefreshTokenExpired));
    found.extend(of_a_refresh(situation));
    found.extend(logged_end(situation));
    let seen = situation.seen_any(&[Symptom::RefreshExpired]);
    let Some(seen) = seen else { return };
    let message = "the refresh token has run out, so nothing renews the session";
    let finding = Finding::new(Cause::RefreshTokenExpired, Strength::Likely, message).explains(&[Cause::TokenExpired]);
    found.push(finding.at(seen.spot.clone(), "said here"));
}

/// A request that refreshes is told that its token has run out: that is the refresh token.
fn of_a_refresh(situation: &Situation<'_>) -> Option<Finding> {
    let request = situation.request()?;
    let refreshes = request.body.contains("grant_type=refresh_token") || request.target.contains("grant_type=refresh_token") || request.path().to_ascii_lowercase().contains("refresh");
    let seen = situation.sighting(Symptom::TokenExpired).filter(|_| refreshes && situation.tokens.iter().all(|token| !token.is_signed_token()))?;
    Some(
        Finding::new(Cause::RefreshTokenExpired, Strength::Likely, "the refresh token itself has run out")
            .weight(0.7)
            .at(request.start_spot(), "refreshes")
            .at(seen.spot.clone(), "said here")
            .explains(&[Cause::TokenExpired]),
    )
}

/// The log told until when the refresh token would live, and that time is over.
fn logged_end(situation: &Situation<'_>) -> Option<Finding> {
    let request = situation.request().filter(|request| request.body.contains("grant_type=refresh_token"))?;
    situation.response().filter(|answer| answer.status >= 400 && answer.body.contains("invalid_grant"))?;
    let now = situation.clock.judging()?;
    let ends = |line: &str| {
        let line = line.to_ascii_lowercase();
        let (_, end) = ["valid until", "expires at", "expires on", "expires_at", "expiry"].iter().find_map(|words| line.split_once(words))?;
        line.contains("refresh").then(|| time_in(&end.to_ascii_uppercase())).flatten()
    };
    // The last renewal counts.
    let lines = situation.evidence.logs.iter().flat_map(|log| log.text.lines());
    let end = lines.filter_map(ends).max().filter(|end| *end < now)?;
    let spot = situation.log_line(|line| ends(line) == Some(end))?;
    let message = format!("the refresh token ran out {} ago", length(now - end));
    let finding = Finding::new(Cause::RefreshTokenExpired, Strength::Likely, message).weight(0.8);
    Some(finding.at(spot, "until when it lived").at(request.start_spot(), "refreshes").explains(&[Cause::TokenExpired]))
}
