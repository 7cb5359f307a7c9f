//! `session-expired-idle`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::{Finding, Strength};
use crate::evidence::{EnvLine, Service};
use crate::situation::Situation;
use crate::situation::clock::{length, time_in};
use crate::situation::http_date;
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
    found.extend(situation.kept_sessions_of(Cause::SessionExpiredIdle));
    found.extend(rested_too_long(situation));
    let said = WORDS.iter().find_map(|words| situation.lines_with(words).into_iter().next());
    if let Some((_, spot)) = said {
        found.push(Finding::new(Cause::SessionExpiredIdle, Strength::Likely, "the session ended because it was not used for too long").at(spot, "said here"));
    }
}

/// How long a session may rest, where a framework's setting says so, in seconds.
fn may_rest<'e>(situation: &Situation<'e>) -> Option<(i64, &'e EnvLine)> {
    let of_laravel = situation.evidence.stack.iter().any(|product| product.to_ascii_lowercase().starts_with("laravel"));
    let mut lines = situation.evidence.services.iter().flat_map(Service::settings);
    lines.find_map(|line| {
        let value = line.value.trim();
        let seconds = match line.name.as_str() {
            // Laravel counts minutes.
            "SESSION_LIFETIME" if of_laravel => value.parse::<i64>().ok()?.checked_mul(60)?,
            // Spring takes a plain number for seconds.
            "SERVER_SERVLET_SESSION_TIMEOUT" | "SPRING_SESSION_TIMEOUT" => match value.strip_suffix('m') {
                Some(minutes) => minutes.parse::<i64>().ok()?.checked_mul(60)?,
                None => value.trim_end_matches('s').parse().ok()?,
            },
            _ => return None,
        };
        (seconds > 0).then_some((seconds, line))
    })
}

/// Nothing was heard of the session between the sign-in, or the last request that went well, and the refusal.
fn rested_too_long(situation: &Situation<'_>) -> Option<Finding> {
    let refused = situation.response().is_some_and(|answer| matches!(answer.status, 401 | 403 | 419)) || situation.browsing.is_turned_away();
    let (lifetime, line) = may_rest(situation).filter(|_| refused && situation.browsing.carries_session())?;
    let now = situation.clock.judging()?;
    let started = situation.evidence.earlier.iter().filter_map(|one| http_date::read(one.response.as_ref()?.headers.value("date")?)).max()?;
    let went_well = situation.logged.iter().filter(|one| one.status < 400).filter_map(|one| time_in(&one.spot.shown));
    let last = went_well.filter(|time| *time < now).fold(started, i64::max);
    let rest = now.checked_sub(last).filter(|rest| *rest > lifetime)?;
    let message = format!("the session was last used {} ago, and may rest for {}", length(rest), length(lifetime));
    let finding = Finding::new(Cause::SessionExpiredIdle, Strength::Likely, message).weight(0.7);
    Some(finding.at(line.spot.clone(), "may rest so long").explains(&[Cause::CsrfTokenMismatch, Cause::CsrfTokenMissing, Cause::SessionUnknown]))
}
