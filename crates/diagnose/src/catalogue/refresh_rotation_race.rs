//! `refresh-rotation-race`

use crate::cause_doc::{CauseDoc, Example, Fix, say};
use crate::evidence::Symptom;
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::RefreshRotationRace,
    rule: Some(find),
    title: "One refresh token was used twice at the same time by an honest client",
    what: "The issuer gives each refresh token once: whoever comes with it a second time is taken for a thief, and the whole session may end. Two requests, tabs or processes of one honest client refreshed at the same moment with the same token.",
    why: &[
        "Several requests got 401 at once, and each of them refreshed.",
        "The middleware and the page, two tabs, or two replicas of a server each refresh; server components cannot store the new token, so the next request sends the old one again.",
        "The answer with the new token was lost on the way.",
    ],
    fix: Fix {
        summary: "Let one refresh run at a time, and let the others wait for its outcome.",
        steps: &[
            say("In the client: keep the promise of the running refresh, and give it to everybody who asks meanwhile. Across tabs use the Web Locks API."),
            say("On the server: refresh in one place alone (the middleware), store the new token before it answers, and share it between replicas."),
            say("At the issuer: allow a reuse interval of some seconds (Supabase: 10, Auth0: leeway, Keycloak: refresh token max reuse)."),
        ],
    },
    example: Example::Refusal {
        request: "POST /token HTTP/1.1\n\ngrant_type=refresh_token&refresh_token=…",
        trace: "Invalid Refresh Token: Already Used",
    },
    standard: Some("RFC 9700, section 4.14.2"),
    related: &[Cause::RefreshReused, Cause::RefreshTokenExpired],
};

/// A refresh token came back, and nothing speaks of a thief.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.kept_sessions_of(Cause::RefreshRotationRace));
    let seen = situation.seen_any(&[Symptom::RefreshReplayed]);
    let beside = situation.refused_beside_a_refresh();
    let twice = seen.and_then(|_| situation.refreshes_at_once()).or_else(|| beside.clone());
    let strength = match (seen, &twice) {
        (Some(_), Some(_)) => Strength::Proved,
        (None, None) => return,
        _ => Strength::Likely,
    };
    let message = "one refresh token was used more than once: parallel requests, tabs or processes refresh at the same time";
    let mut finding = Finding::new(Cause::RefreshRotationRace, strength, message).weight(0.7).explains(&[
        Cause::RefreshReused,
        Cause::RefreshTokenExpired,
        Cause::RefreshTokenUnknown,
        Cause::SessionRevoked,
        Cause::SessionUnknown,
        Cause::TokenExpired,
    ]);
    for spot in twice.into_iter().flatten() {
        finding = finding.at(spot, "a refresh");
    }
    if let Some(seen) = seen {
        finding = finding.at(seen.spot.clone(), "said here");
    }
    found.push(finding);
}
