//! Bare signatures against mixed and damaged key sets.

use crate::making::{SECRET, encode, hs256, session_claims, signed};
use countersign_verify::{Alg, Cause, JwkSet, SigningKey, issue, jws};
use serde_json::{Value, json};

fn oct(kid: Option<&str>) -> Value {
    let mut key = json!({"kty": "oct", "alg": "HS256", "k": encode(SECRET.as_bytes())});
    if let Some(kid) = kid {
        key["kid"] = kid.into();
    }
    key
}

fn pair(alg: Alg, seed: u8) -> (SigningKey, Value) {
    let key = SigningKey::from_seed(alg, &[seed; 32]).unwrap();
    let jwk = key.public_jwk().unwrap().public_json().unwrap();
    (key, jwk)
}

fn set(keys: &[Value]) -> JwkSet {
    JwkSet::parse(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
}

fn cause(token: &str, keys: &JwkSet, alg: Option<Alg>) -> Option<Cause> {
    jws::verify_compact(token, keys, alg)
        .err()
        .map(|refusal| refusal.cause)
}

#[test]
fn a_mixed_set_finds_the_key_of_the_algorithm() {
    let (ed, ed_jwk) = pair(Alg::EdDsa, 1);
    let (ec, of_ec) = pair(Alg::Es256, 2);
    let keys = set(&[oct(None), ed_jwk, of_ec]);
    for key in [&ed, &ec, &hs256()] {
        let token = issue(key, &session_claims()).unwrap();
        assert_eq!(cause(&token, &keys, None), None, "{}", key.alg());
        assert_eq!(cause(&token, &keys, Some(key.alg())), None);
        let other = if key.alg() == Alg::Hs256 {
            Alg::EdDsa
        } else {
            Alg::Hs256
        };
        assert_eq!(cause(&token, &keys, Some(other)), Some(Cause::AlgMismatch));
    }
}

#[test]
fn one_kid_over_two_types_does_not_confuse_them() {
    let (ed, mut ed_jwk) = pair(Alg::EdDsa, 1);
    ed_jwk["kid"] = "same".into();
    let keys = set(&[oct(Some("same")), ed_jwk]);
    let hmac = signed(r#"{"alg":"HS256","kid":"same"}"#, "x");
    assert_eq!(cause(&hmac, &keys, None), None);
    let eddsa = signed(r#"{"alg":"EdDSA","kid":"same"}"#, "x");
    assert_eq!(cause(&eddsa, &keys, None), Some(Cause::TokenTampered));
    assert_eq!(ed.alg(), Alg::EdDsa);
}

#[test]
fn an_unknown_kid_is_named_unless_a_key_has_none() {
    let token = signed(r#"{"alg":"HS256","kid":"other"}"#, "x");
    assert_eq!(
        cause(&token, &set(&[oct(Some("one"))]), None),
        Some(Cause::KidNotInJwks)
    );
    assert_eq!(cause(&token, &set(&[oct(None)]), None), None);
    assert_eq!(
        cause(
            &signed(r#"{"alg":"HS256"}"#, "x"),
            &set(&[oct(Some("one"))]),
            None
        ),
        None
    );
}

#[test]
fn the_key_pins_the_algorithm() {
    let (_, ed_jwk) = pair(Alg::EdDsa, 1);
    let token = signed(r#"{"alg":"HS256"}"#, "x");
    assert_eq!(
        cause(&token, &set(&[ed_jwk]), None),
        Some(Cause::AlgMismatch)
    );
    for alg in ["none", "RS256", "HS384", "hs256"] {
        let token = signed(&format!(r#"{{"alg":"{alg}"}}"#), "x");
        assert_eq!(
            cause(&token, &set(&[oct(None)]), None),
            Some(Cause::AlgMismatch),
            "{alg}"
        );
    }
}

#[test]
fn extensions_and_repeated_names_are_refused() {
    let keys = set(&[oct(None)]);
    for (header, expected) in [
        (
            r#"{"alg":"HS256","crit":["b64"],"b64":false}"#,
            Cause::TokenHeaderUnsupported,
        ),
        (
            r#"{"alg":"HS256","b64":true}"#,
            Cause::TokenHeaderUnsupported,
        ),
        (
            r#"{"alg":"HS256","crit":[]}"#,
            Cause::TokenHeaderUnsupported,
        ),
        (r#"{"alg":"none","alg":"HS256"}"#, Cause::TokenMalformed),
        (r#"{"alg":"HS256","a":1,"a":1}"#, Cause::TokenMalformed),
    ] {
        assert_eq!(
            cause(&signed(header, "x"), &keys, None),
            Some(expected),
            "{header}"
        );
    }
}

#[test]
fn lax_base64_is_refused_in_every_part() {
    let keys = set(&[oct(None)]);
    let good = signed(r#"{"alg":"HS256"}"#, "any payload, not only JSON");
    assert_eq!(
        jws::verify_compact(&good, &keys, None).unwrap(),
        b"any payload, not only JSON"
    );
    let tail = good.chars().last().unwrap();
    // A tag of 32 bytes ends in a character of which two bits mean nothing; they must be zero.
    let next = char::from(u8::try_from(tail).unwrap() + 1);
    for token in [
        format!("{good}="),
        format!("{good} "),
        format!("{good}\n"),
        format!(" {good}"),
        format!("{}{next}", &good[..good.len() - 1]),
        good.replacen('.', "=.", 1),
        good.replace(['-', '_'], "+"),
    ] {
        if token != good {
            assert!(cause(&token, &keys, None).is_some(), "{token}");
        }
    }
}

#[test]
fn a_short_or_misused_secret_is_no_key() {
    let short = json!({"kty": "oct", "k": encode(b"short")});
    let keys = set(std::slice::from_ref(&short));
    let token = signed(r#"{"alg":"HS256"}"#, "x");
    assert_eq!(cause(&token, &keys, None), Some(Cause::KeyUnusable));
    assert!(
        jws::verify_compact(&token, &keys, None)
            .unwrap_err()
            .detail
            .contains("32")
    );
    assert_eq!(
        cause(&token, &JwkSet::default(), None),
        Some(Cause::KeyUnusable)
    );
    // One bad key does not spoil a set, RFC 7517, section 5.
    assert_eq!(cause(&token, &set(&[short, oct(None)]), None), None);
}

#[test]
fn a_token_of_another_key_is_refused_by_its_kind() {
    let (other, _) = pair(Alg::EdDsa, 9);
    let (_, ours) = pair(Alg::EdDsa, 1);
    let token = issue(&other, &session_claims()).unwrap();
    assert_eq!(
        cause(&token, &set(std::slice::from_ref(&ours)), None),
        Some(Cause::KidNotInJwks)
    );
    let mut unnamed = ours;
    unnamed.as_object_mut().unwrap().remove("kid");
    assert_eq!(
        cause(&token, &set(&[unnamed]), None),
        Some(Cause::TokenTampered)
    );
}
