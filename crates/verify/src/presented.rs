//! Finding the credential that a request presents, and what was meant as one.

use crate::refusal::shown;
use crate::{Cause, Check, Refusal, Trace, cookies, form};
use http::HeaderMap;
use http::header::AUTHORIZATION;
use std::borrow::Cow;

/// The header that carries an API key.
const API_KEY: &str = "x-api-key";

/// Which credentials an endpoint honours.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Accepts {
    /// An API key in the header `X-API-Key`.
    pub api_key: bool,
    /// A bearer token in the Authorization header (RFC 6750, section 2.1).
    pub bearer: bool,
    /// The session cookie.
    pub cookie: bool,
}

impl Accepts {
    /// Bearer tokens alone.
    pub const BEARER: Self = Self {
        api_key: false,
        bearer: true,
        cookie: false,
    };
    /// Bearer tokens and the session cookie.
    pub const BEARER_OR_COOKIE: Self = Self {
        api_key: false,
        bearer: true,
        cookie: true,
    };
}

/// A credential as the request carries it. `Debug` does not show it.
#[derive(Clone, Copy, Eq, PartialEq)]
pub enum Credential<'a> {
    /// The value of `X-API-Key`.
    ApiKey(&'a str),
    /// What follows `Bearer` in the Authorization header.
    Bearer(&'a str),
    /// The value of the session cookie.
    SessionCookie(&'a str),
}

/// Something that was meant as a credential and is none.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NearMiss {
    /// What is wrong.
    pub cause: Cause,
    /// What was seen; no secret.
    pub detail: Cow<'static, str>,
}

/// What a request presents.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Presented<'a> {
    /// The credential, if there is one. The Authorization header comes first, then the session cookie,
    /// then the API key.
    pub credential: Option<Credential<'a>>,
    /// All that was meant as a credential but is none, or was passed over for another.
    pub near_misses: Vec<NearMiss>,
}

impl<'a> Presented<'a> {
    /// Looks through the headers of a request. `cookie_name` names the session cookie.
    ///
    /// An Authorization header that was meant for us but is damaged is not passed over for a cookie: the
    /// client would never learn of it. One of another scheme that proxies use (Basic) is.
    #[must_use]
    pub fn from_headers(headers: &'a HeaderMap, cookie_name: &str, accepts: Accepts) -> Self {
        let mut near_misses = Vec::new();
        let mut credential = None;
        let mut damaged = false;
        if accepts.bearer {
            match authorization(headers) {
                Authorization::Absent => {}
                Authorization::Bearer(token) => credential = Some(Credential::Bearer(token)),
                Authorization::Damaged(miss) => {
                    damaged = true;
                    near_misses.push(miss);
                }
                Authorization::Foreign(miss) => near_misses.push(miss),
            }
        }
        if credential.is_none() && !damaged {
            credential = session_cookie(headers, cookie_name, accepts, &mut near_misses);
        }
        if credential.is_none() && !damaged && accepts.api_key {
            let key = headers.get(API_KEY).and_then(|value| value.to_str().ok());
            credential = key.map(Credential::ApiKey);
        }
        Self {
            credential,
            near_misses,
        }
    }

    /// The refusal of a request without a credential: the first near miss, else `credential-missing`.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        self.near_misses.first().map_or_else(
            || {
                Refusal::new(
                    Cause::CredentialMissing,
                    "the request carries no credential that this endpoint honours",
                )
            },
            |miss| Refusal::new(miss.cause, miss.detail.clone()),
        )
    }

    /// The credential, with what was found written into `trace`.
    ///
    /// # Errors
    /// [`Presented::refusal`], if there is none.
    pub fn credential(&self, trace: &mut Trace) -> Result<Credential<'a>, Refusal> {
        let Some(credential) = self.credential else {
            for miss in self.near_misses.iter().skip(1) {
                trace.noted(Check::Presented, miss.noted());
            }
            return Err(trace.refused(Check::Presented, self.refusal()));
        };
        for miss in &self.near_misses {
            trace.noted(Check::Presented, miss.noted());
        }
        trace.passed(Check::Presented, credential.described());
        Ok(credential)
    }
}

impl NearMiss {
    fn new(cause: Cause, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            cause,
            detail: detail.into(),
        }
    }

    fn noted(&self) -> String {
        format!(
            "{} {}: {}",
            self.cause.code(),
            self.cause.slug(),
            self.detail
        )
    }
}

impl From<Refusal> for NearMiss {
    fn from(refusal: Refusal) -> Self {
        Self {
            cause: refusal.cause,
            detail: refusal.detail,
        }
    }
}

impl Credential<'_> {
    const fn described(self) -> &'static str {
        match self {
            Self::ApiKey(_) => "an API key in the header X-API-Key",
            Self::Bearer(_) => "a bearer token in the Authorization header",
            Self::SessionCookie(_) => "the session cookie",
        }
    }
}

impl std::fmt::Debug for Credential<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.described())
    }
}

enum Authorization<'a> {
    Absent,
    Bearer(&'a str),
    /// Meant for us, but unusable.
    Damaged(NearMiss),
    /// Meant for somebody else, such as a proxy.
    Foreign(NearMiss),
}

/// Reads the Authorization header (RFC 9110, section 11.6.2; RFC 6750, section 2.1).
fn authorization(headers: &HeaderMap) -> Authorization<'_> {
    let mut values = headers.get_all(AUTHORIZATION).into_iter();
    let Some(value) = values.next() else {
        return Authorization::Absent;
    };
    if values.next().is_some() {
        // A header of one value: two parsers may each pick another one (RFC 9110, section 5.3).
        return damaged(
            Cause::AuthorizationHeaderConflict,
            "the request has more than one Authorization header; only one is allowed",
        );
    }
    let Ok(value) = value.to_str() else {
        return damaged(
            Cause::TokenMalformed,
            "the Authorization header holds bytes that are no visible ASCII",
        );
    };
    let value = value.trim();
    match value.split_once([' ', '\t']) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("bearer") => bearer(rest.trim()),
        Some((scheme, rest)) => other_scheme(scheme, rest),
        None if value.eq_ignore_ascii_case("bearer") => bearer(""),
        None => bare(value),
    }
}

fn bearer(token: &str) -> Authorization<'_> {
    let mut words = token
        .split([' ', '\t', ','])
        .filter(|word| !word.is_empty());
    let first = words.next().unwrap_or_default();
    if first.eq_ignore_ascii_case("bearer") {
        return damaged(
            Cause::BearerPrefixDuplicated,
            "Bearer stands twice: the stored token has the word in it, or two layers add it",
        );
    }
    if words.any(is_proxy_scheme) {
        return damaged(
            Cause::AuthorizationHeaderConflict,
            "the Authorization header holds a bearer token and credentials of another scheme, joined",
        );
    }
    match form::placeholder(token).or_else(|| form::quoted(token)) {
        Some(refusal) => Authorization::Damaged(refusal.into()),
        None => Authorization::Bearer(token),
    }
}

fn other_scheme<'a>(scheme: &str, rest: &str) -> Authorization<'a> {
    if is_proxy_scheme(scheme) {
        let joined = rest
            .split([' ', '\t', ','])
            .any(|word| word.eq_ignore_ascii_case("bearer"));
        let detail = format!(
            "the Authorization header holds {scheme} credentials: a proxy's sign-in takes the token's place"
        );
        let miss = NearMiss::new(Cause::AuthorizationHeaderConflict, detail);
        return if joined {
            Authorization::Damaged(miss)
        } else {
            Authorization::Foreign(miss)
        };
    }
    if looks_like_token(scheme) {
        return damaged(
            Cause::BearerPrefixMissing,
            "the Authorization header starts with the token; write Bearer before it",
        );
    }
    damaged(
        Cause::AuthSchemeMismatch,
        format!(
            "the Authorization header uses the scheme {}; this server takes Bearer",
            shown(scheme)
        ),
    )
}

/// A header of one word.
fn bare<'a>(word: &str) -> Authorization<'a> {
    if let Some(refusal) = form::placeholder(word) {
        return Authorization::Damaged(refusal.into());
    }
    let glued = word
        .get(..6)
        .is_some_and(|start| start.eq_ignore_ascii_case("bearer"));
    if glued {
        return damaged(
            Cause::AuthSchemeMismatch,
            "Bearer and the token are not separated by a blank (RFC 6750, section 2.1)",
        );
    }
    if is_proxy_scheme(word) {
        let detail = "the Authorization header names a scheme of a proxy and nothing else";
        return Authorization::Foreign(NearMiss::new(Cause::AuthorizationHeaderConflict, detail));
    }
    damaged(
        Cause::BearerPrefixMissing,
        "the Authorization header holds the bare token; write Bearer before it",
    )
}

fn damaged<'a>(cause: Cause, detail: impl Into<Cow<'static, str>>) -> Authorization<'a> {
    Authorization::Damaged(NearMiss::new(cause, detail))
}

fn is_proxy_scheme(word: &str) -> bool {
    ["Basic", "Digest", "Negotiate", "NTLM"]
        .iter()
        .any(|scheme| scheme.eq_ignore_ascii_case(word))
}

fn looks_like_token(word: &str) -> bool {
    word.starts_with("eyJ") || word.split('.').count() == 3 || word.starts_with("csr_")
}

fn session_cookie<'a>(
    headers: &'a HeaderMap,
    name: &str,
    accepts: Accepts,
    near_misses: &mut Vec<NearMiss>,
) -> Option<Credential<'a>> {
    let mut found = None;
    let mut others = false;
    for (of_cookie, value) in cookies(headers) {
        if of_cookie == name {
            match found {
                None => found = Some(value),
                Some(first) => others |= first != value,
            }
        } else if found.is_none() && bare_name(of_cookie) == bare_name(name) && accepts.cookie {
            let detail = format!(
                "there is a cookie {}; the session cookie here is {name}",
                shown(of_cookie)
            );
            near_misses.push(NearMiss::new(Cause::CookieNameMismatch, detail));
        } else if !accepts.cookie && looks_like_token(value) {
            let detail = format!(
                "a token came in the cookie {}; this endpoint honours the Authorization header alone",
                shown(of_cookie)
            );
            near_misses.push(NearMiss::new(Cause::BearerMissingCookiePresent, detail));
        }
    }
    let value = found?;
    if !accepts.cookie {
        let detail =
            "the session cookie came along; this endpoint honours the Authorization header alone";
        near_misses.push(NearMiss::new(Cause::BearerMissingCookiePresent, detail));
        return None;
    }
    if others {
        let detail = format!(
            "the cookie {name} came more than once with different values (several paths or domains); the first counts"
        );
        near_misses.push(NearMiss::new(Cause::CookieDomainMismatch, detail));
    }
    Some(Credential::SessionCookie(value))
}

/// A cookie's name without the prefixes that browsers enforce (RFC 6265bis, section 4.1.3).
fn bare_name(name: &str) -> &str {
    name.strip_prefix("__Host-")
        .or_else(|| name.strip_prefix("__Secure-"))
        .unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TraceId;
    use http::{HeaderName, HeaderValue};
    use proptest::prelude::*;

    const COOKIE: &str = "__Host-countersign_session";
    const ALL: Accepts = Accepts {
        api_key: true,
        bearer: true,
        cookie: true,
    };

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(
                HeaderName::from_static(name),
                HeaderValue::from_bytes(value.as_bytes()).unwrap(),
            );
        }
        headers
    }

    fn causes(presented: &Presented<'_>) -> Vec<Cause> {
        presented
            .near_misses
            .iter()
            .map(|miss| miss.cause)
            .collect()
    }

    #[test]
    fn a_bearer_token_is_found_whatever_the_case_of_its_scheme() {
        for value in [
            "Bearer a.b.c",
            "bearer a.b.c",
            "BEARER   a.b.c ",
            "Bearer\ta.b.c",
        ] {
            let headers = headers(&[("authorization", value)]);
            let presented = Presented::from_headers(&headers, COOKIE, Accepts::BEARER);
            assert_eq!(
                presented.credential,
                Some(Credential::Bearer("a.b.c")),
                "{value}"
            );
            assert_eq!(causes(&presented), []);
        }
    }

    #[test]
    fn near_misses_of_the_authorization_header_are_named() {
        for (value, cause) in [
            ("Bearer", Cause::TokenNullOrUndefined),
            ("Bearer null", Cause::TokenNullOrUndefined),
            ("Bearer undefined", Cause::TokenNullOrUndefined),
            ("Bearer [object Object]", Cause::TokenNullOrUndefined),
            ("null", Cause::TokenNullOrUndefined),
            ("Bearer \"a.b.c\"", Cause::TokenJsonQuoted),
            ("Bearer Bearer a.b.c", Cause::BearerPrefixDuplicated),
            ("Bearer bearer", Cause::BearerPrefixDuplicated),
            ("a.b.c", Cause::BearerPrefixMissing),
            ("opaque", Cause::BearerPrefixMissing),
            ("Token a.b.c", Cause::AuthSchemeMismatch),
            ("JWT a.b.c", Cause::AuthSchemeMismatch),
            ("Bearer: a.b.c", Cause::AuthSchemeMismatch),
            ("Bearer=a.b.c", Cause::AuthSchemeMismatch),
            ("BearereyJ.b.c", Cause::AuthSchemeMismatch),
            ("Basic dXNlcjpwYXNz", Cause::AuthorizationHeaderConflict),
            (
                "Basic dXNlcjpwYXNz, Bearer a.b.c",
                Cause::AuthorizationHeaderConflict,
            ),
            (
                "Bearer a.b.c, Basic dXNlcjpwYXNz",
                Cause::AuthorizationHeaderConflict,
            ),
            ("Bearer é", Cause::TokenMalformed),
        ] {
            let headers = headers(&[("authorization", value)]);
            let presented = Presented::from_headers(&headers, COOKIE, Accepts::BEARER_OR_COOKIE);
            assert_eq!(presented.credential, None, "{value}");
            assert_eq!(presented.refusal().cause, cause, "{value}");
        }
    }

    #[test]
    fn two_authorization_headers_are_ambiguous() {
        let headers = headers(&[
            ("authorization", "Bearer a.b.c"),
            ("authorization", "Bearer d.e.f"),
        ]);
        let presented = Presented::from_headers(&headers, COOKIE, ALL);
        assert_eq!(presented.credential, None);
        assert_eq!(
            presented.refusal().cause,
            Cause::AuthorizationHeaderConflict
        );
    }

    #[test]
    fn the_header_comes_before_the_cookie_and_the_cookie_before_the_key() {
        let cookie = format!("{COOKIE}=css_1");
        let three = headers(&[
            ("authorization", "Bearer a.b.c"),
            ("cookie", &cookie),
            ("x-api-key", "k"),
        ]);
        assert_eq!(
            Presented::from_headers(&three, COOKIE, ALL).credential,
            Some(Credential::Bearer("a.b.c"))
        );
        let two = headers(&[("cookie", &cookie), ("x-api-key", "k")]);
        assert_eq!(
            Presented::from_headers(&two, COOKIE, ALL).credential,
            Some(Credential::SessionCookie("css_1"))
        );
        let one = headers(&[("x-api-key", "k")]);
        assert_eq!(
            Presented::from_headers(&one, COOKIE, ALL).credential,
            Some(Credential::ApiKey("k"))
        );
        assert_eq!(
            Presented::from_headers(&one, COOKIE, Accepts::BEARER).credential,
            None
        );
    }

    #[test]
    fn a_proxys_header_leaves_room_for_the_cookie_but_a_damaged_token_does_not() {
        let cookie = format!("{COOKIE}=css_1");
        let proxy = headers(&[("authorization", "Basic dXNlcjpwYXNz"), ("cookie", &cookie)]);
        let presented = Presented::from_headers(&proxy, COOKIE, ALL);
        assert_eq!(
            presented.credential,
            Some(Credential::SessionCookie("css_1"))
        );
        assert_eq!(causes(&presented), [Cause::AuthorizationHeaderConflict]);
        let damaged = headers(&[("authorization", "Bearer null"), ("cookie", &cookie)]);
        let presented = Presented::from_headers(&damaged, COOKIE, ALL);
        assert_eq!(
            (presented.credential, presented.refusal().cause),
            (None, Cause::TokenNullOrUndefined)
        );
    }

    #[test]
    fn a_cookie_where_only_bearer_counts_is_named() {
        for cookie in [format!("{COOKIE}=css_1"), "access_token=eyJ.b.c".to_owned()] {
            let headers = headers(&[("cookie", &cookie)]);
            let presented = Presented::from_headers(&headers, COOKIE, Accepts::BEARER);
            assert_eq!(presented.credential, None);
            assert_eq!(
                presented.refusal().cause,
                Cause::BearerMissingCookiePresent,
                "{cookie}"
            );
        }
        let other = headers(&[("cookie", "theme=dark")]);
        let presented = Presented::from_headers(&other, COOKIE, Accepts::BEARER);
        assert_eq!(presented.refusal().cause, Cause::CredentialMissing);
    }

    #[test]
    fn cookies_of_other_names_and_doubled_ones_are_noted() {
        let renamed = headers(&[("cookie", "countersign_session=css_1")]);
        let presented = Presented::from_headers(&renamed, COOKIE, ALL);
        assert_eq!(presented.refusal().cause, Cause::CookieNameMismatch);
        let doubled = headers(&[("cookie", &format!("{COOKIE}=css_1; {COOKIE}=css_2"))]);
        let presented = Presented::from_headers(&doubled, COOKIE, ALL);
        assert_eq!(
            presented.credential,
            Some(Credential::SessionCookie("css_1"))
        );
        assert_eq!(causes(&presented), [Cause::CookieDomainMismatch]);
        let same = headers(&[("cookie", &format!("{COOKIE}=css_1; {COOKIE}=css_1"))]);
        assert_eq!(causes(&Presented::from_headers(&same, COOKIE, ALL)), []);
    }

    #[test]
    fn the_trace_names_all_and_shows_no_credential() {
        let cookie = format!("{COOKIE}=css_secretsecret");
        let both = headers(&[
            ("authorization", "Basic c2VjcmV0c2VjcmV0"),
            ("cookie", &cookie),
        ]);
        let presented = Presented::from_headers(&both, COOKIE, ALL);
        let mut trace = Trace::new(TraceId::from_bytes([0; 16]));
        assert!(presented.credential(&mut trace).is_ok());
        let nothing = headers(&[]);
        assert!(
            Presented::from_headers(&nothing, COOKIE, ALL)
                .credential(&mut trace)
                .is_err()
        );
        let shown = format!("{presented:?} {trace:?}");
        assert!(
            !shown.contains("secretsecret") && !shown.contains("c2VjcmV0"),
            "{shown}"
        );
        assert!(
            shown.contains("the session cookie") && shown.contains("credential-missing"),
            "{shown}"
        );
    }

    proptest! {
        #[test]
        fn any_authorization_header_is_read_without_a_panic(
            prefix in "(Bearer|bearer|Basic|Token|)[ ,\t]{0,2}",
            bytes in proptest::collection::vec(32_u8..=255, 0..120),
        ) {
            let mut value = prefix.into_bytes();
            value.extend(bytes);
            if let Ok(value) = HeaderValue::from_bytes(&value) {
                let mut headers = HeaderMap::new();
                headers.insert(AUTHORIZATION, value);
                let presented = Presented::from_headers(&headers, COOKIE, ALL);
                prop_assert!(presented.credential.is_some() || !presented.near_misses.is_empty());
            }
        }
    }
}
