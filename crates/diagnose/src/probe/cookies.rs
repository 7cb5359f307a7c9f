//! What a browser makes of a cookie that a running server sets.

use super::CookieHeader;
use crate::evidence::{Document, DocumentKind, Evidence, Spot};
use crate::situation::cookie::SetCookie;
use crate::situation::jar::{Obstacle, refused};
use crate::situation::wire::Trip;
use countersign_verify::Cause;
use std::sync::Arc;

/// Why the browser does not take it, if it does not.
pub(super) fn judge(
    url: &str,
    page: Option<&str>,
    header: &CookieHeader,
) -> Option<(Cause, String)> {
    let one_line = |text: &str| !text.contains(['\r', '\n']);
    if ![url, page.unwrap_or_default()].into_iter().all(one_line) {
        return None;
    }
    // A page of the server's own, where none is known.
    let page = page.unwrap_or(url);
    let request = format!(
        "GET {url} HTTP/1.1\nAccept: application/json\nUser-Agent: Mozilla/5.0\nOrigin: {page}\nSec-Fetch-Mode: cors\n\n"
    );
    let document = Document::new("probe", request).of_kind(DocumentKind::Exchange);
    let evidence = Evidence::read(vec![document]);
    let exchange = evidence.failing.iter().chain(&evidence.earlier).next()?;
    let trip = Trip::of(exchange, &[])?;
    let spot = Spot::line(&Arc::from(url), 0, "");
    let cookie = SetCookie::parse(&header.0, 0, spot)?;
    let name: String = cookie.name.chars().take(60).collect();
    let (cause, why) = meaning(refused(&cookie, &trip)?)?;
    Some((cause, format!("the cookie {name} that {url} sets {why}")))
}

fn meaning(obstacle: Obstacle) -> Option<(Cause, &'static str)> {
    match obstacle {
        Obstacle::DomainForeign => Some((
            Cause::CookieDomainMismatch,
            "names a Domain that is not the host nor above it, so browsers drop it",
        )),
        Obstacle::PrefixBroken => Some((
            Cause::CookieNameMismatch,
            "has a __Host- or __Secure- name without the attributes that the name demands, so browsers drop it",
        )),
        Obstacle::PublicSuffix => Some((
            Cause::CookiePublicSuffix,
            "names a public suffix as its Domain, so browsers drop it",
        )),
        Obstacle::SameSite(_) => Some((
            Cause::CookieSamesiteCrossSite,
            "is Lax or Strict, and the page is of another site, so browsers drop it",
        )),
        Obstacle::SameSiteNoneInsecure => Some((
            Cause::CookieSamesiteNoneWithoutSecure,
            "is SameSite=None without Secure, so browsers drop it",
        )),
        Obstacle::SecureOverHttp => Some((
            Cause::CookieSecureOverHttp,
            "is Secure, and the address is plain http, so browsers drop it",
        )),
        Obstacle::TooLarge => Some((
            Cause::CookieTooLarge,
            "is longer than the 4096 bytes that browsers keep",
        )),
        Obstacle::Ended
        | Obstacle::WithoutCredentials
        | Obstacle::WrongHost
        | Obstacle::ThirdParty
        | Obstacle::WrongPath => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cause(url: &str, page: Option<&str>, header: &str) -> Option<Cause> {
        let found = judge(url, page, &CookieHeader(header.to_owned()))?;
        assert!(!found.1.contains("hunter2"), "{}", found.1);
        Some(found.0)
    }

    #[test]
    fn cookies_are_judged_as_a_browser_does() {
        let api = "https://api.example.org/login";
        for (url, page, header, wanted) in [
            (
                api,
                None,
                "__Host-sid=hunter2; Path=/; Secure; HttpOnly; SameSite=Lax",
                None,
            ),
            (
                api,
                Some("https://app.example.org"),
                "sid=hunter2; SameSite=Lax",
                None,
            ),
            (
                api,
                Some("https://app.example.net"),
                "sid=hunter2; SameSite=Lax; Secure",
                Some(Cause::CookieSamesiteCrossSite),
            ),
            (
                api,
                None,
                "sid=hunter2; SameSite=None",
                Some(Cause::CookieSamesiteNoneWithoutSecure),
            ),
            (
                api,
                None,
                "sid=hunter2; Domain=example.net",
                Some(Cause::CookieDomainMismatch),
            ),
            (
                "https://a.fly.dev/",
                None,
                "sid=hunter2; Domain=fly.dev",
                Some(Cause::CookiePublicSuffix),
            ),
            (
                "http://api.example.org/",
                None,
                "sid=hunter2; Secure",
                Some(Cause::CookieSecureOverHttp),
            ),
            ("http://localhost:8787/", None, "sid=hunter2; Secure", None),
            (
                api,
                None,
                "__Host-sid=hunter2; Secure; Path=/x",
                Some(Cause::CookieNameMismatch),
            ),
        ] {
            assert_eq!(cause(url, page, header), wanted, "{url} {page:?} {header}");
        }
        let long = format!("sid={}", "x".repeat(5000));
        assert_eq!(cause(api, None, &long), Some(Cause::CookieTooLarge));
    }
}
