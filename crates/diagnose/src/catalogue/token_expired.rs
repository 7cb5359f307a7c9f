//! `token-expired`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use crate::evidence::Symptom;
use crate::situation::clock::length;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::TokenExpired,
    rule: Some(find),
    title: "The token has expired",
    what: "The token was good once, but its `exp` has passed, and the leeway with it (60 seconds unless `AUTH_JWT_LEEWAY` says otherwise). Everything else about it was in order.",
    why: &[
        "The page was left open for longer than the access token lives (`ACCESS_TOKEN_TTL`, 60 minutes), and the client did not renew it.",
        "The client renews only on a timer; the laptop slept through it.",
        "A token was copied into a script, a test or an environment variable and stayed there.",
        "The verifier's clock runs ahead. The trace gives both times, so compare them.",
    ],
    fix: Fix {
        summary: "Renew the access token with the refresh token, then repeat the request once.",
        steps: &[
            run(
                "Exchange the refresh token; keep both tokens of the answer, since the old refresh token is used up.",
                "curl -X POST http://localhost:8787/api/v1/auth/refresh \\\n  -H 'Content-Type: application/json' \\\n  -d '{\"refresh_token\": \"csr_…\"}'",
            ),
            say(
                "Make the client do this by itself: on a 401 with slug `token-expired`, refresh once, repeat the request once, and send the user to the sign-in page if the refresh is refused too.",
            ),
            say(
                "If tokens expire too early to work with, raise `ACCESS_TOKEN_TTL` on the server that issues them. Do not raise the leeway for it: that is for clocks that differ.",
            ),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "exp was 2026-02-03T09:00:00Z, 14 min 20 s ago; leeway 60 s",
    },
    standard: Some("RFC 7519, section 4.1.4"),
    related: &[
        Cause::ClockSkew,
        Cause::ExpTimezoneNaive,
        Cause::ExpUnitError,
        Cause::RefreshTokenExpired,
    ],
};

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.kept_sessions_of(Cause::TokenExpired));
    if !situation.token_may_be_refused() {
        return;
    }
    if let Some(now) = situation.clock.judging() {
        for token in situation.judged() {
            let Some(over) = token.time_claim("exp").map(|exp| now - exp) else {
                continue;
            };
            let seen = situation.sighting(Symptom::TokenExpired).is_some();
            let leeway = if seen { situation.expected.leeway() } else { situation.expected.quiet_leeway() };
            if over <= leeway || over > MOST {
                continue;
            }
            let (strength, message) = if situation.clock.is_present {
                (Strength::Likely, format!("the token ran out {} ago, by the clock of this machine", length(over)))
            } else {
                (Strength::Proved, format!("the token ran out {} before it was presented", length(over)))
            };
            let finding = Finding::new(Cause::TokenExpired, strength, message);
            found.push(finding.at(token.claim_spot("exp"), "over").later(situation.is_to_come(token)));
        }
    }
    if let (true, Some(seen)) = (situation.tokens.is_empty(), situation.sighting(Symptom::TokenExpired)) {
        let message = "a message says that the token has run out";
        let finding = Finding::new(Cause::TokenExpired, Strength::Likely, message).weight(0.2);
        found.push(finding.at(seen.spot.clone(), "said here"));
    }
}

/// No token is older than this; what seems to be has no time in `exp`.
const MOST: i64 = 20 * 365 * 86_400;
