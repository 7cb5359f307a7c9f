//! Keys: reading, writing, naming and rotating them.

use crate::making::{NOW, SECRET, encode, hs256, session_claims, trace};
use aws_lc_rs::rand::SystemRandom;
use countersign_verify::{
    Alg, Cause, Jwk, JwkError, JwkSet, KeyError, KeyRing, Policy, SigningKey, Verifier,
    VerifyingKey, issue,
};
use serde_json::{Value, json};
use std::sync::Arc;

const PAIRS: [Alg; 2] = [Alg::EdDsa, Alg::Es256];

fn ec() -> Value {
    SigningKey::from_seed(Alg::Es256, &[2; 32])
        .unwrap()
        .public_jwk()
        .unwrap()
        .public_json()
        .unwrap()
}

fn with(mut key: Value, name: &str, value: Value) -> Value {
    key[name] = value;
    key
}

fn error(key: &Value) -> JwkError {
    Jwk::parse(key.to_string().as_bytes()).unwrap_err()
}

#[test]
fn a_pair_survives_its_storage() {
    for alg in PAIRS {
        let key = SigningKey::generate(alg, &SystemRandom::new()).unwrap();
        let stored = key.to_pkcs8().unwrap();
        let read = SigningKey::from_pkcs8(alg, &stored).unwrap();
        assert_eq!(read.kid(), key.kid());
        let verifying = key.verifying_key("k").unwrap();
        let ring = KeyRing::new().with(verifying);
        let token = issue(&read, &session_claims()).unwrap();
        assert!(
            Verifier::new(ring, Policy::default())
                .verify(&token, NOW, &mut trace())
                .is_ok()
        );
        let other = if alg == Alg::EdDsa {
            Alg::Es256
        } else {
            Alg::EdDsa
        };
        assert_eq!(
            SigningKey::from_pkcs8(other, &stored).unwrap_err(),
            KeyError::PrivateKey(other)
        );
    }
}

#[test]
fn pairs_of_one_seed_are_equal_and_of_the_system_differ() {
    for alg in PAIRS {
        let of_seed = |seed| {
            SigningKey::from_seed(alg, &[seed; 32])
                .unwrap()
                .kid()
                .cloned()
        };
        assert_eq!(of_seed(7), of_seed(7));
        assert_ne!(of_seed(7), of_seed(8));
        let drawn = || {
            SigningKey::generate(alg, &SystemRandom::new())
                .unwrap()
                .kid()
                .cloned()
        };
        assert_ne!(drawn(), drawn());
    }
}

#[test]
fn a_scalar_out_of_range_and_a_damaged_file_are_no_keys() {
    for seed in [[0; 32], [0xff; 32]] {
        assert_eq!(
            SigningKey::from_seed(Alg::Es256, &seed).unwrap_err(),
            KeyError::PrivateKey(Alg::Es256)
        );
    }
    for alg in PAIRS {
        for der in [&b""[..], b"-----BEGIN PRIVATE KEY-----", &[0x30; 48]] {
            assert_eq!(
                SigningKey::from_pkcs8(alg, der).unwrap_err(),
                KeyError::PrivateKey(alg)
            );
        }
    }
    assert_eq!(
        hs256().to_pkcs8().unwrap_err(),
        KeyError::Symmetric(Alg::Hs256)
    );
    let generated = SigningKey::generate(Alg::Hs256, &SystemRandom::new());
    assert_eq!(generated.unwrap_err(), KeyError::Symmetric(Alg::Hs256));
}

#[test]
fn the_kid_is_the_thumbprint_and_hs256_has_none() {
    for alg in PAIRS {
        let key = SigningKey::from_seed(alg, &[3; 32]).unwrap();
        let jwk = key.public_jwk().unwrap();
        assert_eq!(key.kid().unwrap().as_str(), jwk.thumbprint().unwrap());
        assert_eq!(key.kid(), jwk.kid());
    }
    assert!(hs256().kid().is_none() && hs256().public_jwk().is_none());
}

#[test]
fn debug_of_a_signing_key_shows_no_key() {
    let shown = format!(
        "{:?} {:?}",
        hs256(),
        SigningKey::from_seed(Alg::EdDsa, &[3; 32]).unwrap()
    );
    assert!(
        !shown.contains(SECRET) && !shown.contains("3, 3"),
        "{shown}"
    );
}

#[test]
fn the_published_set_holds_public_keys_alone() {
    let key = SigningKey::from_seed(Alg::EdDsa, &[3; 32]).unwrap();
    let ring = KeyRing::new()
        .with(hs256().verifying_key("JWT_SECRET").unwrap())
        .with_published(key.public_jwk().unwrap(), "signing key")
        .unwrap();
    let set = ring.public_set();
    let keys = set["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 1);
    assert_eq!(
        (keys[0]["kty"].as_str(), keys[0]["use"].as_str()),
        (Some("OKP"), Some("sig"))
    );
    assert!(keys[0].get("d").is_none() && keys[0].get("k").is_none());
    assert_eq!(
        JwkSet::parse(set.to_string().as_bytes())
            .unwrap()
            .keys
            .len(),
        1
    );
}

#[test]
fn rotation_is_a_new_verifier_and_the_old_key_overlaps() {
    let old = SigningKey::from_seed(Alg::EdDsa, &[1; 32]).unwrap();
    let new = SigningKey::from_seed(Alg::EdDsa, &[2; 32]).unwrap();
    let ring = |keys: &[&SigningKey]| {
        keys.iter().fold(KeyRing::new(), |ring, key| {
            ring.with(key.verifying_key("k").unwrap())
        })
    };
    let tokens = [&old, &new].map(|key| issue(key, &session_claims()).unwrap());
    let mut shared = Arc::new(Verifier::new(ring(&[&old]), Policy::default()));
    let verdicts = |verifier: &Arc<Verifier>| {
        tokens.each_ref().map(|token| {
            verifier
                .verify(token, NOW, &mut trace())
                .err()
                .map(|refusal| refusal.cause)
        })
    };
    assert_eq!(verdicts(&shared), [None, Some(Cause::KidNotInJwks)]);
    shared = Arc::new(Verifier::new(ring(&[&new, &old]), Policy::default()));
    assert_eq!(verdicts(&shared), [None, None]);
    shared = Arc::new(Verifier::new(ring(&[&new]), Policy::default()));
    assert_eq!(verdicts(&shared), [Some(Cause::KidNotInJwks), None]);
}

#[test]
fn a_verifier_is_shared_between_threads() {
    fn shareable<T: Send + Sync>() {}
    shareable::<Verifier>();
    shareable::<VerifyingKey>();
    shareable::<SigningKey>();
}

fn oct() -> Value {
    json!({"kty": "oct", "k": encode(SECRET.as_bytes())})
}

fn member(member: &'static str, wanted: &'static str) -> JwkError {
    JwkError::Member { member, wanted }
}

#[test]
fn each_fault_of_a_keys_material_has_its_reason() {
    let coordinate = "32 bytes in base64url without padding";
    let encoded = "base64url without padding";
    for (key, wanted) in [
        (json!({}), JwkError::Missing("kty")),
        (json!({"kty": "AKP"}), JwkError::Type("\"AKP\"".to_owned())),
        (json!({"kty": "RSA"}), JwkError::Missing("n")),
        (json!({"kty": 1}), member("kty", "a string")),
        (
            with(ec(), "crv", "secp256k1".into()),
            JwkError::Curve("\"secp256k1\"".to_owned()),
        ),
        (
            json!({"kty": "OKP", "crv": "X25519", "x": "AA"}),
            JwkError::Curve("\"X25519\"".to_owned()),
        ),
        (json!({"kty": "EC", "crv": "P-256"}), JwkError::Missing("x")),
        (
            with(ec(), "x", encode(&[1; 31]).into()),
            member("x", coordinate),
        ),
        (
            with(ec(), "y", encode(&[1; 32]).into()),
            JwkError::Key(KeyError::PublicKey(Alg::Es256)),
        ),
        (
            json!({"kty": "oct", "k": "c2hvcnQ"}),
            JwkError::TooShort {
                bytes: 5,
                alg: Alg::Hs256,
            },
        ),
        (with(oct(), "k", "a+/=".into()), member("k", encoded)),
    ] {
        assert_eq!(error(&key), wanted, "{key}");
    }
}

#[test]
fn each_fault_of_a_keys_purpose_has_its_reason() {
    let alg = |alg: &str, key| JwkError::Alg {
        alg: alg.to_owned(),
        key,
    };
    for (key, wanted) in [
        (
            with(ec(), "use", "enc".into()),
            JwkError::Use("\"enc\"".to_owned()),
        ),
        (
            with(ec(), "alg", "HS256".into()),
            alg("\"HS256\"", "kty EC, crv P-256"),
        ),
        (
            with(oct(), "alg", "RS256".into()),
            alg("\"RS256\"", "kty oct"),
        ),
        (
            with(oct(), "alg", "none".into()),
            JwkError::AlgUnsupported("\"none\"".to_owned()),
        ),
        (
            with(ec(), "alg", "ES256K".into()),
            JwkError::AlgUnsupported("\"ES256K\"".to_owned()),
        ),
        (with(ec(), "key_ops", json!(["sign"])), JwkError::KeyOps),
        (
            with(ec(), "key_ops", json!(["verify", "verify"])),
            JwkError::KeyOps,
        ),
        (
            with(ec(), "key_ops", json!(["verify", "encrypt"])),
            JwkError::KeyOps,
        ),
        (with(ec(), "key_ops", json!([])), JwkError::KeyOps),
        (
            with(ec(), "key_ops", json!("verify")),
            member("key_ops", "an array of strings"),
        ),
        (with(ec(), "kid", Value::Null), member("kid", "a string")),
    ] {
        assert_eq!(error(&key), wanted, "{key}");
    }
    let both = with(oct(), "key_ops", json!(["sign", "verify"]));
    assert!(Jwk::parse(both.to_string().as_bytes()).is_ok());
}

#[test]
fn two_members_of_one_name_are_no_key() {
    let text = format!(
        r#"{{"kty":"oct","k":"{0}","k":"{0}"}}"#,
        encode(SECRET.as_bytes())
    );
    assert!(matches!(
        Jwk::parse(text.as_bytes()),
        Err(JwkError::Json(_))
    ));
}

#[test]
fn a_set_keeps_what_can_be_used_and_says_why_not() {
    let text =
        json!({"keys": [ec(), {"kty": "RSA", "kid": "r"}, 7, {"kty": "EC", "crv": "P-256"}]})
            .to_string();
    let set = JwkSet::parse(text.as_bytes()).unwrap();
    assert_eq!(set.keys.len(), 1);
    let ignored: Vec<_> = set
        .ignored
        .iter()
        .map(|key| (key.index, key.kid.as_deref()))
        .collect();
    assert_eq!(ignored, [(1, Some("r")), (2, None), (3, None)]);
    for text in ["", "[]", "{\"keys\":{}}", "{\"keys\":1}"] {
        assert!(JwkSet::parse(text.as_bytes()).is_err(), "{text}");
    }
}

#[test]
fn an_unnamed_secret_is_tried_for_a_named_token_but_a_named_key_never_for_another_name() {
    let named = SigningKey::from_seed(Alg::EdDsa, &[1; 32]).unwrap();
    let ring = KeyRing::new()
        .with(hs256().verifying_key("JWT_SECRET").unwrap())
        .with(named.verifying_key("k").unwrap());
    let verifier = Verifier::new(ring, Policy::default());
    let claims = json!({"sub": "u", "exp": NOW + 9}).to_string();
    let hmac = crate::making::signed(r#"{"alg":"HS256","kid":"theirs"}"#, &claims);
    assert!(verifier.verify(&hmac, NOW, &mut trace()).is_ok());
    let other = SigningKey::from_seed(Alg::EdDsa, &[2; 32]).unwrap();
    let token = issue(&other, &session_claims()).unwrap();
    assert_eq!(
        verifier
            .verify(&token, NOW, &mut trace())
            .unwrap_err()
            .cause,
        Cause::KidNotInJwks
    );
}

#[test]
fn the_kid_never_lends_a_key_to_another_algorithm() {
    let pair = SigningKey::from_seed(Alg::EdDsa, &[1; 32]).unwrap();
    let kid = pair.kid().unwrap().as_str().to_owned();
    let ring = KeyRing::new()
        .with(pair.verifying_key("k").unwrap())
        .with(hs256().verifying_key("JWT_SECRET").unwrap());
    let verifier = Verifier::new(ring, Policy::default());
    let claims = json!({"sub": "u", "exp": NOW + 9}).to_string();
    for alg in ["HS256", "ES256"] {
        let header = json!({"alg": alg, "kid": kid}).to_string();
        let token = crate::making::signed(&header, &claims);
        let refusal = verifier.verify(&token, NOW, &mut trace()).unwrap_err();
        assert_eq!(refusal.cause, Cause::AlgMismatch, "{alg}");
    }
}

#[test]
fn only_eight_unnamed_keys_are_tried() {
    let key = |text: String| VerifyingKey::hmac("k", &text.into()).unwrap();
    let mut ring = (0..8).fold(KeyRing::new(), |ring, i| {
        ring.with(key(format!("a wrong secret, number {i}")))
    });
    let token = issue(&hs256(), &session_claims()).unwrap();
    ring = ring.with(key(SECRET.to_owned()));
    let refusal = Verifier::new(ring, Policy::default())
        .verify(&token, NOW, &mut trace())
        .unwrap_err();
    assert_eq!(refusal.cause, Cause::SecretMismatch);
}
