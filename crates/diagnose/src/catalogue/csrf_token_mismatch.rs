//! `csrf-token-mismatch`

use crate::cause_doc::{CauseDoc, Example, Fix, say};
use crate::finding::{Finding, Strength};
use crate::evidence::Request;
use crate::evidence::percent::decoded;
use crate::situation::csrf::{self, Comparison, CsrfToken};
use crate::situation::{Carried, Situation, is_csrf};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::CsrfTokenMismatch,
    rule: Some(find),
    title: "The CSRF token is not the one of this session",
    what: "There is a header and a cookie, but they differ, or they were made for another session. A CSRF token is bound to the session that it was fetched in.",
    why: &[
        "The user signed in or out in another tab, so this page has the token of the session before.",
        "The token was fetched before signing in, and used after.",
        "The client keeps the token for good, and not as long as the session.",
        "The header was encoded or cut on its way.",
    ],
    fix: Fix {
        summary: "Fetch a new CSRF token, and repeat the request once.",
        steps: &[
            say("In the client: on a 403 with slug `csrf-token-mismatch`, fetch `/api/v1/auth/csrf-token` again and repeat once."),
            say("Fetch a token after each sign-in and sign-out."),
            say("If it never fits, compare the header with the cookie, character by character, in the network panel."),
        ],
    },
    example: Example::Refusal {
        request: "POST /api/v1/auth/logout HTTP/1.1\nCookie: __Host-countersign_session=css_…; __Host-countersign_csrf=Rk1x…\nX-CSRF-Token: 8Qzw…",
        trace: "the header and the cookie differ",
    },
    standard: Some("ASVS V3.5.1"),
    related: &[Cause::CsrfTokenMissing, Cause::CsrfCookieDuplicatePath, Cause::SessionRevoked],
};

/// The token that was sent is not that of the cookie.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let Some(request) = situation.request().filter(|_| csrf::is_refused(situation)) else { return };
    let cookies = csrf::cookies(request);
    let Some(sent) = csrf::sent(request) else { return };
    let pair = cookies.iter().find(|cookie| goes_with(&sent, cookie));
    let Some(cookie) = pair else {
        let other = || of_session_before(situation, request, &sent).or_else(|| as_told(situation, request, &sent));
        found.extend(without_cookie(situation, request, &sent).or_else(other));
        return;
    };
    let fits = cookies.iter().any(|cookie| csrf::compare(&sent.value, &cookie.value) == Comparison::Fit);
    let message = match csrf::compare(&sent.value, &cookie.value) {
        _ if fits => masked_by_spring(situation, cookie),
        Comparison::Differ => Some(format!("the token in {} is not that of the cookie {}", sent.name, cookie.name)),
        Comparison::Incomparable if is_still_encoded(&sent, cookie) => Some(format!("{} carries the cookie's value still percent-encoded", sent.name)),
        Comparison::Fit | Comparison::Incomparable => None,
    };
    let Some(message) = message else {
        found.extend(of_session_before(situation, request, &sent).or_else(|| as_told(situation, request, &sent)));
        return;
    };
    let finding = Finding::new(Cause::CsrfTokenMismatch, Strength::Proved, message);
    found.push(finding.at(sent.spot.clone(), "sent").at(cookie.spot.clone(), "kept"));
}

/// The token was seen before the sign-in that gave the browser another session.
fn of_session_before(situation: &Situation<'_>, request: &Request, sent: &CsrfToken<'_>) -> Option<Finding> {
    let holds = |text: &str| sent.value.len() > 15 && decoded(text).contains(&sent.value);
    let seen = situation.evidence.earlier.iter().position(|exchange| {
        let asked = exchange.request.as_ref().is_some_and(|asked| holds(&asked.body) || asked.headers.0.iter().any(|header| holds(&header.value)));
        asked || exchange.response.as_ref().is_some_and(|answer| holds(&answer.body) || answer.headers.0.iter().any(|header| holds(&header.value)))
    })?;
    let renewed = situation.browsing.jar.iter().find(|stored| {
        let name = stored.cookie.name;
        let held = situation.evidence.earlier.iter().skip(seen).filter_map(|exchange| exchange.request.as_ref());
        let mut before = held.flat_map(Request::cookies).filter(|(other, _)| *other == name);
        stored.carried == Carried::Same && !is_csrf(name) && before.any(|(_, value)| value != stored.cookie.value)
    })?;
    let message = format!("the token is of the session before: signing in gave the browser another {}", renewed.cookie.name);
    let finding = Finding::new(Cause::CsrfTokenMismatch, Strength::Proved, message);
    let finding = finding.at(sent.spot.clone(), "sent").at(renewed.cookie.spot.clone(), "a new session");
    Some(finding.at(request.start_spot(), "with the old token"))
}

/// A message says that the token which came is not the one that is expected, and nothing shows why.
fn as_told(situation: &Situation<'_>, request: &Request, sent: &CsrfToken<'_>) -> Option<Finding> {
    let says = |text: &str| {
        let text = text.to_ascii_lowercase();
        let about = text.contains("csrf") || text.contains("xsrf") || text.contains("authenticity") || text.contains("antiforgery") || text.contains("cookie_invalid_nonce");
        about && ["invalid", "mismatch", "match", "expired", "can't verify", "could not be decrypted", "different claims-based user", "incorrect"].iter().any(|word| text.contains(word))
    };
    // Laravel has a status of its own for it.
    let answer = situation.response().filter(|answer| answer.status == 419 || says(&answer.body)).map(crate::evidence::Response::status_spot);
    let spot = answer.or_else(|| situation.log_line(says))?;
    request.headers.first("cookie")?;
    let message = format!("the token in {} came, and it is not the one that is expected of this session", sent.name);
    let finding = Finding::new(Cause::CsrfTokenMismatch, Strength::Likely, message).weight(0.1);
    Some(finding.at(sent.spot.clone(), "sent").at(spot, "refused"))
}

/// X-XSRF-TOKEN answers XSRF-TOKEN; Laravel's X-CSRF-TOKEN is a token of the session, no cookie's.
fn goes_with(sent: &CsrfToken<'_>, cookie: &CsrfToken<'_>) -> bool {
    let xsrf = |name: &str| name.to_ascii_lowercase().contains("xsrf");
    let from_session = !xsrf(sent.name) && xsrf(cookie.name) && cookie.value.len() > 100;
    // csurf's `_csrf` cookie is a secret of which the tokens are hashes.
    let secret_of_hashes = cookie.name == "_csrf" && sent.value.len() == 36;
    !from_session && !secret_of_hashes
}

fn is_still_encoded(sent: &CsrfToken<'_>, cookie: &CsrfToken<'_>) -> bool {
    sent.value.contains('%') && decoded(&sent.value) == cookie.value
}

/// Spring Security 6 wants the masked token of the page, not the cookie's own value.
fn masked_by_spring(situation: &Situation<'_>, cookie: &CsrfToken<'_>) -> Option<String> {
    let spring = situation.uses("spring security 6") || situation.uses("spring boot 3");
    let uuid = cookie.value.len() == 36 && cookie.value.matches('-').count() == 4;
    (spring && uuid && cookie.name == "XSRF-TOKEN").then(|| {
        "the cookie's value is sent as it is, and Spring Security 6 expects the masked token unless told otherwise".to_owned()
    })
}

/// The token came and its cookie did not, though one was set before with another value.
fn without_cookie(situation: &Situation<'_>, request: &Request, sent: &CsrfToken<'_>) -> Option<Finding> {
    let carried = request.headers.first("cookie");
    let stored = situation.browsing.jar.iter().find(|stored| is_csrf(stored.cookie.name));
    let message = match stored {
        Some(stored) if stored.carried == Carried::Nothing => format!("the token in {} came without its cookie {}", sent.name, stored.cookie.name),
        None if csrf::says_csrf(situation) && carried.is_none() => format!("the token in {} came without any cookie to compare it with", sent.name),
        Some(_) | None => return None,
    };
    let finding = Finding::new(Cause::CsrfTokenMismatch, Strength::Likely, message);
    Some(finding.at(sent.spot.clone(), "sent without a cookie"))
}
