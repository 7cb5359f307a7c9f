//! `oauth-state-mismatch`

use crate::cause_doc::{CauseDoc, Example, Fix, say};
use crate::finding::{Finding, Strength};
use crate::evidence::percent::decoded;
use crate::evidence::{Exchange, Request};
use crate::situation::oauth::{begun_states, place_of, refuses_state};
use crate::situation::{Outcome, Situation, is_sign_in_state};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::OauthStateMismatch,
    rule: Some(find),
    title: "The sign-in came back to another browser session than it left",
    what: "When the sign-in begins, a random `state` is put into a cookie and into the address of the provider. The callback has to bring both back. Here they differ, or the cookie is not there.",
    why: &[
        "The sign-in began under another host name (`localhost` and `127.0.0.1`, `www` and bare), so the cookie belongs there.",
        "Two sign-ins were begun in two tabs, or the back button brought an old one back.",
        "The cookie is `SameSite=Strict`, was lost behind a proxy, or ran out while the user was at the provider.",
        "The callback was called twice; the state counts once.",
        "Somebody else's callback address was opened: an attack.",
    ],
    fix: Fix {
        summary: "Begin and end the sign-in under one host, with a Lax cookie, and start again.",
        steps: &[
            say("Open the page under the host that the callback address has, and sign in again in one tab."),
            say("Look at the answer that begins the sign-in: the cookie with the state needs `SameSite=Lax` and, over https, `Secure`."),
            say("Behind several instances, keep the state in the cookie or in a shared store, not in one process."),
        ],
    },
    example: Example::Refusal {
        request: "GET /auth/callback?code=…&state=A… HTTP/1.1\nHost: app.example.org\nCookie: oauth_state=B…",
        trace: "the state of the address is not that of the cookie oauth_state",
    },
    standard: Some("RFC 6749, section 10.12; RFC 9700, section 4.7"),
    related: &[Cause::OriginHostDrift, Cause::CookieSamesiteStrictOauth, Cause::OauthProviderError],
};

/// The callback's state is not the cookie's, or a message says so.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if situation.outcome() == Outcome::Good {
        return;
    }
    let said = place_of(situation, refuses_state);
    let Some(request) = situation.request() else {
        if let Some(spot) = said {
            let finding = Finding::new(Cause::OauthStateMismatch, Strength::Suggested, "the state of the sign-in was not the one that was expected");
            found.push(finding.at(spot, "says so"));
        }
        return;
    };
    let state = request.query("state").map(decoded).filter(|_| request.query("code").is_some() || said.is_some());
    let cookie = request.cookies().find(|(name, _)| name.to_ascii_lowercase().contains("state"));
    if let (Some(state), Some((name, value))) = (&state, cookie) {
        let value = decoded(value);
        // A signed or encrypted cookie cannot be compared.
        let comparable = value.len() == state.len() && value != *state && !value.starts_with("eyJ");
        if comparable {
            let message = format!("the state of the address is not that of the cookie {name}");
            let mut finding = Finding::new(Cause::OauthStateMismatch, Strength::Proved, message).at(request.start_spot(), "brings another state");
            if let Some(header) = request.headers.first("cookie") {
                finding = finding.at(request.spot(header).mark(name), "the state that was kept");
            }
            found.push(finding);
            return;
        }
    }
    if let Some(finding) = state.as_deref().and_then(|state| of_another_start(situation, state)) {
        found.push(finding);
        return;
    }
    let Some(spot) = said else { return };
    let kept = request.cookies().any(|(name, _)| is_sign_in_state(name));
    let message = if kept {
        "the state of the sign-in was not the one that was expected"
    } else {
        "the callback came without the cookie that holds the state of the sign-in"
    };
    let strength = if situation.browsing.is_callback() { Strength::Likely } else { Strength::Suggested };
    let finding = Finding::new(Cause::OauthStateMismatch, strength, message);
    found.push(finding.at(request.start_spot(), "the way back").at(spot, "says so").explains(&[Cause::CredentialMissing, Cause::OauthProviderError]));
}

/// The callback brings the state of another start than the last: most programs keep one a session.
fn of_another_start(situation: &Situation<'_>, state: &str) -> Option<Finding> {
    let request = situation.request().filter(|request| request.query("error").is_none())?;
    let begun = begun_states(situation);
    let (last, begun_again) = begun.last().filter(|(last, _)| last != state)?;
    let known = begun.iter().find(|(one, _)| one == state);
    // A state that no start has may be of a start that the evidence does not show.
    let same_browser = situation.evidence.earlier.iter().any(|one| set_by(one, request));
    let message = match known {
        Some(_) => "the sign-in was begun again before this one came back: the session keeps the state of the last start",
        None if same_browser && last.len() == state.len() => "the state is not the one with which this session began the sign-in",
        None => return None,
    };
    let mut finding = Finding::new(Cause::OauthStateMismatch, Strength::Likely, message).weight(0.8).at(request.start_spot(), "brings another state");
    if let Some((_, spot)) = known {
        finding = finding.at(spot.clone(), "the start it belongs to");
    }
    Some(finding.at(begun_again.clone(), "the last start").explains(&[Cause::CredentialMissing, Cause::OauthProviderError]))
}

/// Whether an earlier answer set a cookie that the callback brings back unchanged.
fn set_by(exchange: &Exchange, request: &Request) -> bool {
    let set = exchange.response.iter().flat_map(|answer| answer.headers.all("set-cookie"));
    let mut pairs = set.filter_map(|header| header.value.split(';').next()?.split_once('='));
    pairs.any(|(name, value)| request.cookies().any(|(sent, kept)| sent == name.trim() && kept == value))
}
