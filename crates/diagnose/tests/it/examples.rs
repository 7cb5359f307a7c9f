//! The examples at work: a request of the catalogue is refused for the cause that it illustrates.

use countersign_diagnose::{Example, answer, explain};
use countersign_verify::{
    Accepts, Cause, Credential, KeyRing, Policy, Presented, Refusal, Secret, SigningKey, Trace,
    TraceId, Verifier,
};
use http::{HeaderMap, HeaderName, HeaderValue};

const COOKIE: &str = "__Host-countersign_session";

/// The headers of a request as the examples write it. A token that is cut short with `…` stands for
/// one in due form, signed with some other secret.
fn headers(request: &str) -> HeaderMap {
    let whole = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1IiwiZXhwIjo0MTAyNDQ0ODAwfQ.AAAA";
    let head = request.split("\n\n").next().unwrap_or_default();
    let mut headers = HeaderMap::new();
    for line in head.lines().skip(1) {
        let (name, value) = line.split_once(": ").expect("a header");
        let value = value
            .replace("eyJhbGciOiJIUzI1NiIs…", whole)
            .replace('…', "x");
        headers.append(
            HeaderName::try_from(name).expect("a name"),
            HeaderValue::try_from(value).expect("a value"),
        );
    }
    headers
}

fn refusal(cause: Cause, accepts: Accepts) -> Refusal {
    let Example::Refusal { request, .. } = explain(cause).example else {
        panic!("{} has no request as example", cause.slug());
    };
    let secret = Secret::from("0123456789abcdef0123456789abcdef");
    let key = SigningKey::hmac("JWT_SECRET", &secret).expect("a key");
    let ring = KeyRing::new().with(key.verifying_key("JWT_SECRET").expect("a key"));
    let verifier = Verifier::new(ring, Policy::default());
    let mut trace = Trace::new(TraceId::from_bytes([0; 16]));
    let headers = headers(request);
    let presented = Presented::from_headers(&headers, COOKIE, accepts);
    match presented.credential(&mut trace) {
        Ok(Credential::Bearer(token)) => verifier
            .verify(token, 1_700_000_000, &mut trace)
            .expect_err(cause.slug()),
        Ok(other) => panic!("{}: {other:?}", cause.slug()),
        Err(refusal) => refusal,
    }
}

#[test]
fn the_request_of_an_example_is_refused_for_its_cause() {
    for cause in [
        Cause::AlgMismatch,
        Cause::ApiKeyAsBearerToken,
        Cause::AuthSchemeMismatch,
        Cause::AuthorizationHeaderConflict,
        Cause::BearerPrefixDuplicated,
        Cause::BearerPrefixMissing,
        Cause::CookieNameMismatch,
        Cause::CredentialMissing,
        Cause::ProviderTokenInsteadOfAppToken,
        Cause::RefreshTokenAsAccessToken,
        Cause::SecretMismatch,
        Cause::TokenHeaderUnsupported,
        Cause::TokenJsonQuoted,
        Cause::TokenMalformed,
        Cause::TokenNullOrUndefined,
    ] {
        let refusal = refusal(cause, Accepts::BEARER_OR_COOKIE);
        assert_eq!(refusal.cause.slug(), cause.slug(), "{}", refusal.detail);
    }
}

#[test]
fn a_token_in_a_cookie_is_seen_where_only_the_header_counts() {
    let cause = Cause::BearerMissingCookiePresent;
    assert_eq!(refusal(cause, Accepts::BEARER).cause, cause);
}

#[test]
fn the_answer_of_a_secret_cause_is_that_of_any_other() {
    let of = |cause| answer(cause, "https://auth.example.org");
    assert_eq!(of(Cause::SecretMismatch), of(Cause::CredentialsInvalid));
    assert_eq!(of(Cause::DbRefused), of(Cause::Unavailable));
}
