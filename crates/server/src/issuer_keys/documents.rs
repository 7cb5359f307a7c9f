//! What issuers answer: discovery documents and key sets, read as data.

use std::time::Duration;

use countersign_verify::{Cause, JwkSet};
use serde::Deserialize;
use url::Url;

use super::{KeysError, MOST_KEYS};

/// Where an issuer's discovery document is (`OpenID` Connect Discovery 1.0, section 4).
pub(super) fn discovery_of(issuer: &Url) -> Result<Url, KeysError> {
    let address = format!(
        "{}/.well-known/openid-configuration",
        issuer.as_str().trim_end_matches('/')
    );
    address
        .parse()
        .map_err(|_| KeysError::unavailable(format!("{address} is no URL")))
}

#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

/// The address of the key set, from a discovery document that is this issuer's (section 4.3).
pub(super) fn jwks_uri(configured: &str, document: &[u8]) -> Result<Url, KeysError> {
    let read: Discovery = serde_json::from_slice(document).map_err(|_| {
        KeysError::unavailable("the discovery document is no JSON with `issuer` and `jwks_uri`")
    })?;
    if read.issuer != configured {
        let named: String = read.issuer.chars().take(200).collect();
        return Err(KeysError {
            cause: Cause::DiscoveryIssuerMismatch,
            text: format!(
                "the discovery document names the issuer {named:?}; {configured:?} is configured"
            ),
        });
    }
    read.jwks_uri
        .parse()
        .map_err(|_| KeysError::unavailable("the discovery document's jwks_uri is no URL"))
}

/// A key set, of a size that can be searched.
pub(super) fn key_set(address: &Url, body: &[u8]) -> Result<JwkSet, KeysError> {
    let set = JwkSet::parse(body).map_err(|error| {
        KeysError::unavailable(format!("{address} answered with no key set: {error}"))
    })?;
    let count = set.keys.len() + set.ignored.len();
    if count > MOST_KEYS {
        let text = format!("{address} answered with {count} keys; at most {MOST_KEYS} are read");
        return Err(KeysError::unavailable(text));
    }
    Ok(set)
}

/// How long an answer may be kept (`max-age`, RFC 9111, section 5.2.2.1); none for `no-store`.
pub(super) fn max_age(cache_control: &str) -> Option<Duration> {
    let mut directives = cache_control.split(',').map(str::trim);
    if directives.clone().any(|directive| {
        ["no-store", "no-cache"]
            .iter()
            .any(|no| directive.eq_ignore_ascii_case(no))
    }) {
        return Some(Duration::ZERO);
    }
    directives.find_map(|directive| {
        let (name, seconds) = directive.split_once('=')?;
        let seconds = seconds.trim_matches('"').parse().ok()?;
        name.eq_ignore_ascii_case("max-age")
            .then(|| Duration::from_secs(seconds))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn discovery_stands_below_the_issuer() {
        for (issuer, wanted) in [
            (
                "https://a.example",
                "https://a.example/.well-known/openid-configuration",
            ),
            (
                "https://a.example/",
                "https://a.example/.well-known/openid-configuration",
            ),
            (
                "https://a.example/realms/x",
                "https://a.example/realms/x/.well-known/openid-configuration",
            ),
        ] {
            let url = issuer.parse().expect("a URL");
            assert_eq!(discovery_of(&url).expect("a URL").as_str(), wanted);
        }
    }

    #[test]
    fn the_issuer_must_be_the_very_one() {
        let document = br#"{"issuer":"https://a.example","jwks_uri":"https://a.example/keys"}"#;
        let uri = jwks_uri("https://a.example", document).expect("a URL");
        assert_eq!(uri.as_str(), "https://a.example/keys");
        for other in [
            "https://a.example/",
            "https://b.example",
            "http://a.example",
            "",
        ] {
            let error = jwks_uri(other, document).expect_err("another issuer");
            assert_eq!(error.cause, Cause::DiscoveryIssuerMismatch, "{other}");
        }
        for bad in [
            "<html>",
            "{}",
            r#"{"issuer":"https://a.example"}"#,
            "[]",
            "",
        ] {
            let error = jwks_uri("https://a.example", bad.as_bytes()).expect_err("no document");
            assert_eq!(error.cause, Cause::JwksUnavailable, "{bad}");
        }
    }

    #[test]
    fn a_key_set_has_a_bounded_number_of_keys() {
        let address = "https://a.example/keys".parse().expect("a URL");
        let set = |count: usize| format!("{{\"keys\":[{}]}}", vec!["{}"; count].join(","));
        assert!(key_set(&address, set(MOST_KEYS).as_bytes()).is_ok());
        assert!(key_set(&address, set(MOST_KEYS + 1).as_bytes()).is_err());
        assert!(key_set(&address, b"<html>").is_err());
    }

    #[test]
    fn max_age_is_read_and_nothing_else() {
        for (text, wanted) in [
            ("max-age=60", Some(60)),
            ("public, Max-Age=5, must-revalidate", Some(5)),
            ("max-age=\"7\"", Some(7)),
            ("no-store, max-age=60", Some(0)),
            ("NO-CACHE", Some(0)),
            ("s-maxage=60", None),
            ("max-age=-1", None),
            ("max-age=1e9", None),
            ("", None),
        ] {
            assert_eq!(max_age(text).map(|age| age.as_secs()), wanted, "{text}");
        }
    }
}
