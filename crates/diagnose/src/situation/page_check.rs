//! Checks that compare the page's origin with the program's own address or a list, against forged requests.

use super::allowed_origins::AllowList;
use super::{Membership, Origin, Situation, forwarded_https};
use crate::evidence::{Request, Response, Spot};

/// What messages say of the origin rather than of a token, in lower case.
const SAID: &[&str] = &[
    "origin checking failed",
    "referer checking failed",
    "cross-site post form submissions are forbidden",
    "does not match any trusted origins",
    "didn't match request.base_url",
    "header does not match `origin`",
    "does not match `origin` header",
    "invalid origin",
    "invalid_origin",
    "untrusted origin",
    "untrusted_origin",
    "missing_or_null_origin",
    "missing or null origin",
    "origin not trusted",
    "origin is not trusted",
    "cross-origin request forbidden",
    "cross-origin request detected",
    "cross-site request forbidden",
    "origin invalid",
    "referer invalid",
    "host must match origin",
    "forbidden - origin",
    "forbidden - referer",
    "invalid server actions request",
    "csrf origin mismatch",
    "csrf: origin",
    "origin does not match",
    "origin header does not match",
    "request blocked by csrf",
    "could not check origin for phoenix.socket",
    "check_origin",
    "origin checks failed",
];

/// Whether a text speaks of a refused origin. Passkeys and CORS have words of their own for it.
fn is_said(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let other = [
        "cors",
        "webauthn",
        "clientdata",
        "passkey",
        "access-control",
    ];
    SAID.iter().any(|words| text.contains(words)) && !other.iter().any(|word| text.contains(word))
}

/// A message that speaks of the origin rather than of a token. Where a list of CORS is set, words that fit both
/// checks are of that one.
pub(crate) fn says_origin(situation: &Situation<'_>) -> Option<Spot> {
    let of_cors = situation.allowed_origins.iter().any(|list| !list.is_csrf);
    let changes = situation.request().is_none_or(|request| !request.is_safe());
    let both = |text: &str| !of_cors && text.to_ascii_lowercase().contains("origin not allowed");
    let says = |text: &str| is_said(text) || both(text);
    let answer = situation.response().filter(|answer| says(&answer.body));
    answer
        .map(Response::status_spot)
        .or_else(|| situation.log_line(says))
        .filter(|_| changes)
}

/// The origin that the program works out for itself: the host it is given, and the scheme it is told.
pub(crate) fn seen_by_program(request: &Request) -> Option<Origin> {
    let headers = &request.headers;
    let host = headers
        .value("x-forwarded-host")
        .or_else(|| headers.value("host"))?;
    let private = Origin::of_host(false, host)?;
    let https = forwarded_https(request).unwrap_or(private.port == 443);
    Origin::of_host(https, host)
}

/// Whether a product is in use that compares the Origin with its own address.
pub(crate) fn checks_origin(situation: &Situation<'_>) -> bool {
    let products = [
        "sveltekit",
        "django",
        "rails",
        "remix",
        "server actions",
        "astro",
        "better-auth",
        "better auth",
        "next.js 14",
        "next.js 15",
        "next.js 16",
        "lucia",
        "qwik",
        "solidstart",
        "gorilla/csrf",
    ];
    products.iter().any(|product| situation.uses(product))
}

/// Next.js runs a Server Action only where `Origin` and the forwarded host are one, port included: the host
/// that the program sees, if it is another and no list has the page.
pub(crate) fn refused_action(situation: &Situation<'_>) -> Option<(Origin, String)> {
    let request = situation.request()?;
    request.headers.first("next-action")?;
    let page = Origin::parse(request.headers.value("origin")?)?;
    let host = request
        .headers
        .value("x-forwarded-host")
        .or_else(|| request.headers.value("host"))?
        .trim()
        .to_ascii_lowercase();
    let listed = situation
        .allowed_origins
        .iter()
        .any(|list| list.membership(&page) != Membership::Unlisted);
    (host != page.authority() && !listed).then_some((page, host))
}

/// Sanctum takes a front end for its own by a list of hosts with their ports; to others it gives no session.
pub(crate) fn stranger_to_sanctum<'s>(
    situation: &'s Situation<'_>,
) -> Option<(Origin, &'s AllowList)> {
    let request = situation.request()?;
    let status = situation.response().map_or(401, |response| response.status);
    let headers = &request.headers;
    let page = headers.value("referer").or_else(|| headers.value("origin"));
    let page = Origin::parse(page?)?;
    let list = situation
        .allowed_origins
        .iter()
        .find(|list| list.name.to_ascii_uppercase().contains("STATEFUL"))?;
    let carried = situation.browsing.carries_session() && headers.first("authorization").is_none();
    (status == 401 && carried && list.membership(&page) == Membership::Unlisted)
        .then_some((page, list))
}
