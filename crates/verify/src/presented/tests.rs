//! Tests of finding the credential: near misses are told apart, nothing is shown, nothing panics.

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

#[test]
fn a_token_in_brackets_or_in_the_place_of_the_scheme_is_not_shown() {
    let refresh = "csr_d6xSKTzsI0rkSRzIDVcGFL3Y8saUSvoAPcrg-stPaNE";
    for value in [
        format!("Bearer <{refresh}>"),
        format!("Bearer ${{{refresh}}}"),
        "Bearer <0123456789abcdef0123456789abcdef>".to_owned(),
        format!("<{refresh}>"),
        "sk_live_d6xSKTzsI0rkSRzIDVcG for you".to_owned(),
        "0123456789abcdef x".to_owned(),
    ] {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, value.parse().expect("a header"));
        let presented = Presented::from_headers(&headers, "session", Accepts::BEARER);
        let mut trace = Trace::new(TraceId::from_bytes([0; 16]));
        let said = format!("{:?} {trace:?}", presented.credential(&mut trace));
        for secret in ["d6xSK", "0123456789"] {
            assert!(!said.contains(secret), "{value}: {said}");
        }
    }
}
