//! Cookies, CSRF and origins.

use super::{Elsewhere, words};
use countersign_verify::Cause;

#[rustfmt::skip]
pub(super) const ALL: &[Elsewhere] = &[
    words(Cause::CookieDomainMismatch, "The cookie's Domain or Path does not fit the address in use", "A browser keeps a cookie only for the host that set it or a domain above that, and sends it only to hosts and paths that the cookie names.", "Set `Domain` to the host in use or a domain above it, or leave it out; set `Path=/`; sign in again."),
    words(Cause::CookieNameMismatch, "The cookie is written under one name and read under another", "Who writes the cookie and who reads it disagree about its name, often about the `__Secure-` prefix, which libraries derive from whether they think they run on https.", "Let both sides use one name: give both the same public https address, or set the name explicitly on both."),
    words(Cause::CsrfCookieDuplicatePath, "Two CSRF cookies of one name reach the server", "Cookies of one name with different paths or domains are sent together, and the server reads the one that was not meant.", "Set the cookie always with the same `Path=/` and `Domain`; delete the old ones in the browser."),
    words(Cause::CsrfOriginUntrusted, "The request's Origin is not among the trusted ones", "The server compares `Origin` (or `Referer`) with its own address and its list of trusted origins. A proxy that hides host or scheme makes them differ.", "Add the page's origin, with its scheme, to the trusted origins; let the proxy pass `Host` and `X-Forwarded-Proto` on, and the program believe them."),
    words(Cause::CsrfTokenMismatch, "The CSRF token in the request is not the one of the session", "The token in header or form and the one in cookie or session have to belong together. Here they do not: one is old, or of another session.", "Get the token anew after each sign-in, and send the present one."),
    words(Cause::CsrfTokenMissing, "The request carries no CSRF token", "An unsafe request (POST, PUT, PATCH, DELETE) that is authenticated by a cookie has to prove that it comes from the site's own page.", "Send the CSRF token in the header or field that the server reads."),
    words(Cause::OriginHostDrift, "One site is used under two host names", "`localhost` and `127.0.0.1`, or `www` and the bare domain, are different hosts to a browser: each has its own cookies, and each is an origin of its own. Who signs in under one is a stranger under the other.", "Choose one host, send all others to it, and name it in every setting (base URL, callback, allowed origins)."),
];
