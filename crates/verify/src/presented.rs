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
    damaged: bool,
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
            damaged,
        }
    }

    /// Whether nothing was meant for us: no credential, and no Authorization header that would be
    /// one if it were not damaged.
    #[must_use]
    pub const fn is_anonymous(&self) -> bool {
        self.credential.is_none() && !self.damaged
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
            "the Authorization header uses {}; this server takes Bearer",
            described_scheme(scheme)
        ),
    )
}

/// A scheme by its name, unless it may be a secret in the place of one.
fn described_scheme(scheme: &str) -> Cow<'static, str> {
    let is_name = scheme.len() <= 16
        && scheme
            .chars()
            .all(|character| character.is_ascii_alphabetic() || character == '-');
    if is_name {
        format!("the scheme {}", shown(scheme)).into()
    } else {
        "an unknown scheme".into()
    }
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
mod tests;
