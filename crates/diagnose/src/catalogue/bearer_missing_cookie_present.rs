//! `bearer-missing-cookie-present`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::{Finding, Strength};
use crate::situation::header_way::{challenges, is_authorized, is_jwt};
use crate::situation::{Outcome, Situation};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::BearerMissingCookiePresent,
    rule: Some(find),
    title: "The token came as a cookie, this endpoint reads the Authorization header",
    what: "There is no `Authorization` header, but a cookie of the request holds a token. This endpoint honours bearer tokens only where they belong: in the header. Cookies travel by themselves, also with requests that another site caused, so a token from a cookie of your own is not taken.",
    why: &[
        "One page calls `fetch(url, {credentials: 'include'})` while the others use a shared client that adds the header. Only that page fails.",
        "The sign-in code put the access token into a cookie (`access_token`) and counts on the API to read it.",
        "A server-side page has the cookie and forwards it, but does not turn it into a header.",
    ],
    fix: Fix {
        summary: "Send the token in the `Authorization` header: use the client that the working pages use.",
        steps: &[
            run("Find the call: it is the one that does not go through your shared client.", "grep -rn \"fetch(\" src/ | grep -v authorisedFetch"),
            run("Replace it by the shared client, or add the header.", "fetch(url, { headers: { Authorization: `Bearer ${token}` } })"),
            say("If script cannot read the cookie (HttpOnly, as it should be), call the API from your own server, and set the header there."),
        ],
    },
    example: Example::Refusal {
        request: "POST /api/v1/sessions HTTP/1.1\nCookie: access_token=eyJhbGciOiJIUzI1NiIs…",
        trace: "no Authorization header; the cookie access_token holds what looks like a token",
    },
    standard: Some("RFC 6750, section 2.1"),
    related: &[Cause::CredentialMissing, Cause::RawFetchBypassesClient, Cause::CookieNameMismatch],
};

/// A token comes as a cookie where the header is asked for.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let Some(request) = situation.request().filter(|_| situation.outcome() == Outcome::Bad) else { return };
    if is_authorized(request) || situation.response().is_some_and(|response| !matches!(response.status, 401 | 403)) {
        return;
    }
    let names = ["access_token", "accesstoken", "token", "jwt", "auth_token", "authtoken", "client_token", "id_token", "bearer"];
    let Some((name, _)) = request.cookies().find(|(name, value)| {
        let bare = name.to_ascii_lowercase().replace("__host-", "").replace("__secure-", "").replace('-', "_");
        (names.contains(&bare.as_str()) && value.len() > 8) || (is_jwt(value) && value.split('.').count() == 3)
    }) else {
        return;
    };
    let asked = challenges(situation.response()).iter().any(|scheme| scheme == "bearer");
    let unseen = situation.is_seen(Cause::BearerMissingCookiePresent);
    let header_elsewhere = !situation.browsing.snippets.sets_bearer.is_empty();
    if !asked && !unseen && !header_elsewhere {
        return;
    }
    let message = format!("the token comes as the cookie {name}, and the endpoint reads the Authorization header alone");
    let mut finding = Finding::new(Cause::BearerMissingCookiePresent, Strength::Likely, message);
    finding = finding.weight(if asked { 0.9 } else { 0.6 });
    if let Some(header) = request.headers.first("cookie") {
        finding = finding.at(request.spot(header).mark(name), "here instead");
    }
    if let Some(response) = situation.response() {
        let spot = response.headers.first("www-authenticate").map_or_else(|| response.status_spot(), |header| response.spot(header));
        finding = finding.at(spot, "asks for the header");
    }
    for spot in &situation.browsing.snippets.sets_bearer {
        finding = finding.at(spot.clone(), "other calls set it");
    }
    found.push(finding.explains(&[Cause::CredentialMissing, Cause::RawFetchBypassesClient, Cause::CsrfTokenMissing]));
}
