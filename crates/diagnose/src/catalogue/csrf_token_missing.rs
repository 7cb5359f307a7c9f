//! `csrf-token-missing`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::{Finding, Strength};
use crate::situation::{Situation, csrf, page_check};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::CsrfTokenMissing,
    rule: Some(find),
    title: "The request has a session cookie, but no CSRF token",
    what: "Cookies travel by themselves, also with a request that another website caused. So a request that changes something, and is known by its cookie, has to prove that it comes from your own pages: with the header `X-CSRF-Token`. This one has no such header, or no CSRF cookie to compare it with. Requests with a bearer token need none of this.",
    why: &[
        "The client never fetched a token, or does not send it back.",
        "A library reads another cookie or sends another header: axios wants `XSRF-TOKEN` and `X-XSRF-TOKEN` unless told otherwise.",
        "The page calls another origin, and there the library leaves the header out.",
        "The CSRF cookie has been deleted, while the session cookie has not.",
    ],
    fix: Fix {
        summary: "Send the value of the CSRF cookie in `X-CSRF-Token`.",
        steps: &[
            run("Fetch a token; the answer sets the cookie as well.", "const answer = await fetch('/api/v1/auth/csrf-token', { credentials: 'include' })\nconst { csrf_token } = await answer.json()"),
            run("Send it with each POST, PUT, PATCH and DELETE.", "fetch(url, { method: 'POST', credentials: 'include',\n             headers: { 'X-CSRF-Token': csrf_token } })"),
            say("With axios, set `xsrfCookieName`, `xsrfHeaderName` and, for another origin, `withXSRFToken: true`."),
        ],
    },
    example: Example::Refusal {
        request: "POST /api/v1/auth/logout HTTP/1.1\nCookie: __Host-countersign_session=css_…",
        trace: "session cookie, POST, no X-CSRF-Token",
    },
    standard: Some("ASVS V3.5.1"),
    related: &[Cause::CsrfTokenMismatch, Cause::CsrfOriginUntrusted, Cause::CsrfHeaderNotSentCrossOrigin, Cause::BearerMissingCookiePresent],
};

/// An unsafe request with cookies carries no token, where one is looked for.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let unnamed = situation.request().filter(|request| csrf::lacks_nonce(request));
    let refused = situation.response().is_some_and(|response| matches!(response.status, 401 | 403));
    if let Some(request) = unnamed.filter(|_| refused) {
        let message = "the request carries WordPress' sign-in cookie and no X-WP-Nonce, so WordPress takes it for a stranger's";
        let finding = Finding::new(Cause::CsrfTokenMissing, Strength::Likely, message);
        let finding = finding.fix("Send the nonce of `wp_create_nonce('wp_rest')` as `X-WP-Nonce` with each call.");
        found.push(finding.at(request.start_spot(), "without the nonce"));
        return;
    }
    let Some(request) = situation.request().filter(|_| csrf::is_refused(situation)) else { return };
    if csrf::sent(request).is_some() || !csrf::is_checked(situation) || request.headers.first("cookie").is_none() {
        return;
    }
    // The origin is checked first, and the message says that it was this check that failed. Where a cookie shows
    // that a token is asked for too, it is the next to fail.
    if page_check::says_origin(situation).is_some() && csrf::cookies(request).is_empty() {
        return;
    }
    let message = format!("{} {} carries cookies and no CSRF token, neither in a header nor in the body", request.method, request.path());
    let strength = if csrf::says_csrf(situation) { Strength::Proved } else { Strength::Likely };
    let mut finding = Finding::new(Cause::CsrfTokenMissing, strength, message).at(request.start_spot(), "without the token");
    if let Some(cookie) = csrf::cookies(request).first() {
        finding = finding.at(cookie.spot.clone(), "the cookie is there");
    }
    found.push(finding.explains(&[Cause::CredentialMissing]));
}
