//! Bare signatures against mixed and damaged key sets.

use crate::making::{SECRET, encode, session_claims, signed};
use countersign_verify::{Alg, Cause, JwkError, JwkSet, KeyRing, SigningKey, issue, jws};
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

fn set(keys: &[Value]) -> KeyRing {
    let set = JwkSet::parse(json!({ "keys": keys }).to_string().as_bytes());
    set.unwrap().ring("jwk").unwrap()
}

fn cause(token: &str, keys: &KeyRing, alg: Option<Alg>) -> Option<Cause> {
    jws::verify_compact(token, keys, alg)
        .err()
        .map(|refusal| refusal.cause)
}

#[test]
fn a_set_of_several_types_finds_the_key_of_the_algorithm() {
    let (ed, ed_jwk) = pair(Alg::EdDsa, 1);
    let (ec, of_ec) = pair(Alg::Es256, 2);
    let keys = set(&[ed_jwk, of_ec]);
    for (key, other) in [(&ed, Alg::Es256), (&ec, Alg::EdDsa)] {
        let token = issue(key, &session_claims()).unwrap();
        assert_eq!(cause(&token, &keys, None), None, "{}", key.alg());
        assert_eq!(cause(&token, &keys, Some(key.alg())), None);
        assert_eq!(cause(&token, &keys, Some(other)), Some(Cause::AlgMismatch));
    }
}

#[test]
fn secrets_beside_public_keys_are_refused_with_all_of_the_set() {
    let (_, public) = pair(Alg::EdDsa, 1);
    let unusable = json!({"kty": "oct", "use": "enc", "k": "AA"});
    for keys in [
        [oct(None), public.clone()],
        [public.clone(), oct(Some("k"))],
        [public, unusable],
    ] {
        let text = json!({ "keys": keys }).to_string();
        let error = JwkSet::parse(text.as_bytes()).unwrap_err();
        assert_eq!(
            (&error, error.cause()),
            (&JwkError::Mixed, Cause::KeySetMixed)
        );
    }
    assert_eq!(set(&[oct(Some("a")), oct(Some("b"))]).keys().len(), 2);
}

#[test]
fn a_name_that_stands_twice_means_no_key() {
    let named = |mut jwk: Value| {
        jwk["kid"] = "same".into();
        jwk
    };
    let (ed, ed_jwk) = pair(Alg::EdDsa, 1);
    let (_, of_ec) = pair(Alg::Es256, 2);
    let (third, third_jwk) = pair(Alg::EdDsa, 3);
    let keys = set(&[named(ed_jwk.clone()), named(of_ec), third_jwk]);
    let token = format!("{}.e30.AAAA", encode(br#"{"alg":"EdDSA","kid":"same"}"#));
    assert_eq!(cause(&token, &keys, None), Some(Cause::KidDuplicated));
    // The other keys of the set are not concerned.
    let token = issue(&third, &session_claims()).unwrap();
    assert_eq!(cause(&token, &keys, None), None);
    // Nor does a key for encryption, which checks no token, take a name away.
    let mut encrypting = ed_jwk.clone();
    encrypting["use"] = "enc".into();
    let token = issue(&ed, &session_claims()).unwrap();
    assert_eq!(cause(&token, &set(&[ed_jwk, encrypting]), None), None);
}

#[test]
fn a_private_key_that_was_published_is_not_used() {
    let (ed, mut jwk) = pair(Alg::EdDsa, 1);
    jwk["d"] = encode(&[1; 32]).into();
    let token = issue(&ed, &session_claims()).unwrap();
    let keys = set(std::slice::from_ref(&jwk));
    assert_eq!(cause(&token, &keys, None), Some(Cause::PrivateKeyPublished));
    // One's own key, in a file by itself, is not published.
    let own = JwkSet::parse(jwk.to_string().as_bytes()).unwrap();
    assert_eq!(cause(&token, &own.ring("own").unwrap(), None), None);
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
            Cause::TokenPayloadUnencoded,
        ),
        (
            r#"{"alg":"HS256","b64":true}"#,
            Cause::TokenPayloadUnencoded,
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
    assert_eq!(cause(&token, &keys, None), Some(Cause::SecretTooShort));
    assert!(
        jws::verify_compact(&token, &keys, None)
            .unwrap_err()
            .detail
            .contains("32")
    );
    assert_eq!(
        cause(&token, &KeyRing::new(), None),
        Some(Cause::SecretMissing)
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
