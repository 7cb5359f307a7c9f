//! Tests of explanations by key pairs and algorithms.

use super::*;
use crate::Jwk;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};

/// A key pair whose seed is one byte, repeated.
fn pair(seed: u8) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap()
}

fn key(seed: u8, kid: &str) -> VerifyingKey {
    let x = base64url::encode(pair(seed).public_key().as_ref());
    let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": x, "kid": kid}).to_string();
    Jwk::parse(jwk.as_bytes())
        .unwrap()
        .verifying_key(kid)
        .unwrap()
}

fn token(seed: u8, kid: Option<&str>, iss: &str) -> String {
    let mut header = json!({"alg": "EdDSA"});
    if let Some(kid) = kid {
        header["kid"] = kid.into();
    }
    let claims = json!({"iss": iss, "sub": "u", "iat": NOW, "exp": NOW + 900});
    let [header, payload] =
        [header, claims].map(|part| base64url::encode(part.to_string().as_bytes()));
    let input = format!("{header}.{payload}");
    let signature = base64url::encode(pair(seed).sign(input.as_bytes()).as_ref());
    format!("{input}.{signature}")
}

fn set<'a>(name: &'a str, keys: &'a [VerifyingKey], role: KeySetRole) -> KnownKeySet<'a> {
    KnownKeySet {
        name,
        keys,
        role,
        fetched_at: None,
    }
}

fn causes(token: &str, key_sets: &[KnownKeySet<'_>]) -> Vec<Cause> {
    let context = ExplainContext {
        key_sets,
        now: NOW,
        ..ExplainContext::default()
    };
    let found = explain(token, None, &context);
    in_order(&found);
    found.into_iter().map(|one| one.cause).collect()
}

#[test]
fn a_key_of_the_verifiers_set_is_in_order() {
    let keys = [key(1, "a"), key(2, "b")];
    let sets = [set("the set", &keys, KeySetRole::Current)];
    assert_eq!(causes(&token(1, Some("a"), "x"), &sets), []);
    assert_eq!(causes(&token(2, None, "x"), &sets), []);
}

#[test]
fn a_key_under_another_name_is_found() {
    let keys = [key(1, "a"), key(2, "b")];
    let sets = [set("the set", &keys, KeySetRole::Current)];
    assert_eq!(
        causes(&token(1, Some("c"), "x"), &sets),
        [Cause::KidNotInJwks]
    );
    assert_eq!(
        causes(&token(1, Some("b"), "x"), &sets),
        [Cause::KidNotInJwks]
    );
}

#[test]
fn a_set_from_before_the_rotation_is_stale() {
    let (old, new) = ([key(1, "a")], [key(1, "a"), key(2, "b")]);
    let mut current = set("the set", &old, KeySetRole::Current);
    current.fetched_at = Some(NOW - 86_400);
    let sets = [
        current,
        set("https://id.example/jwks", &new, KeySetRole::Fresh),
    ];
    let context = ExplainContext {
        key_sets: &sets,
        now: NOW,
        ..ExplainContext::default()
    };
    let found = explain(&token(2, Some("b"), "x"), None, &context);
    assert_eq!(
        (found[0].cause, found[0].grade),
        (Cause::JwksCacheStale, Grade::Proved)
    );
    assert!(
        found[0].text.contains("fetched 24 h ago"),
        "{}",
        found[0].text
    );
    // The age alone is a hint.
    let alone = causes(&token(2, Some("b"), "x"), &sets[..1]);
    assert_eq!(alone, [Cause::JwksCacheStale]);
}

#[test]
fn a_kid_that_a_fresh_set_lacks_is_not_there() {
    let keys = [key(1, "a")];
    let sets = [
        set("the set", &keys, KeySetRole::Current),
        set("fresh", &keys, KeySetRole::Fresh),
    ];
    let found = causes(&token(3, Some("z"), "x"), &sets);
    assert_eq!(found[0], Cause::KidNotInJwks);
    assert_eq!(found[1], Cause::SecretRotatedStaleSession);
}

#[test]
fn keys_of_another_instance_are_told() {
    let (ours, theirs) = ([key(1, "a")], [key(2, "b")]);
    let sets = [
        set(
            "https://clerk.shop.example/.well-known/jwks.json",
            &ours,
            KeySetRole::Current,
        ),
        set(
            "https://x.clerk.accounts.dev/.well-known/jwks.json",
            &theirs,
            KeySetRole::OtherInstance,
        ),
    ];
    assert_eq!(
        causes(&token(2, Some("b"), "x"), &sets),
        [Cause::IdpInstanceMismatch]
    );
    let dev = token(3, Some("c"), "https://x.clerk.accounts.dev");
    assert_eq!(causes(&dev, &sets[..1]), [Cause::IdpInstanceMismatch]);
}

#[test]
fn a_changed_token_fails_under_its_own_key() {
    let keys = [key(1, "a")];
    let sets = [set("the set", &keys, KeySetRole::Current)];
    assert_eq!(
        causes(&token(2, Some("a"), "x"), &sets),
        [Cause::TokenTampered]
    );
}

fn first(token: &str, context: ExplainContext<'_>) -> Explained {
    let context = ExplainContext {
        now: NOW,
        ..context
    };
    let found = explain(token, None, &context);
    in_order(&found);
    found.into_iter().next().unwrap()
}

#[test]
fn a_secret_cannot_check_a_key_pairs_signature() {
    let secrets = [known(
        "SUPABASE_JWT_SECRET",
        OURS.as_bytes(),
        SecretRole::Current,
    )];
    let supabase = token(1, Some("a"), "https://abc.supabase.co/auth/v1");
    let context = ExplainContext {
        secrets: &secrets,
        ..ExplainContext::default()
    };
    let found = first(&supabase, context);
    assert_eq!(
        (found.cause, found.grade),
        (Cause::AlgMismatch, Grade::Proved)
    );
    assert!(found.text.contains("signing keys"), "{}", found.text);
}

#[test]
fn algorithms_that_do_not_fit_are_named() {
    let hmac = by_hand(&json!({"alg": "HS256"}), &json!({"sub": "u"}), b"x");
    let keys = [key(1, "a")];
    let sets = [set("the set", &keys, KeySetRole::Current)];
    let context = ExplainContext {
        key_sets: &sets,
        ..ExplainContext::default()
    };
    assert_eq!(first(&hmac, context).cause, Cause::AlgMismatch);
    let none = by_hand(&json!({"alg": "none"}), &json!({"sub": "u"}), b"x");
    let found = first(&none, ExplainContext::default());
    assert_eq!(
        (found.cause, found.grade),
        (Cause::AlgMismatch, Grade::Proved)
    );
    let expected = Expected {
        algs: vec![ExpectedValue::new(
            "RS256",
            "JWT_ALGORITHM",
            Source::Process,
        )],
        ..Expected::nothing()
    };
    let context = ExplainContext {
        expected: &expected,
        ..ExplainContext::default()
    };
    let found = first(&hmac, context);
    assert_eq!(
        (found.cause, found.about[0].name.as_str()),
        (Cause::AlgMismatch, "JWT_ALGORITHM")
    );
}

#[test]
fn a_key_from_before_the_change_tells_an_old_token() {
    let (old, new) = ([key(1, "a")], [key(2, "b")]);
    let sets = [
        set("the set", &new, KeySetRole::Current),
        set("the set", &old, KeySetRole::Previous),
    ];
    let of_old = token(1, Some("a"), "x");
    assert_eq!(causes(&of_old, &sets), [Cause::SecretRotatedStaleSession]);
    assert_eq!(causes(&token(2, Some("b"), "x"), &sets), []);
    let context = ExplainContext {
        key_sets: &sets,
        now: NOW,
        ..ExplainContext::default()
    };
    let text = first(&of_old, context).text;
    assert!(
        text.contains("\"a\", which the set no longer has"),
        "{text}"
    );
}

#[test]
fn who_could_not_have_the_keys_is_told_nothing_of_algorithms() {
    let secret = KnownSecret::new(
        "JWT_SECRET",
        Secret::from("a secret of our own tokens"),
        Source::Process,
        SecretRole::Current,
    );
    let context = ExplainContext {
        secrets: std::slice::from_ref(&secret),
        now: NOW,
        ..ExplainContext::default()
    };
    let token = token(1, Some("a"), "x");
    for (cause, told) in [
        (Cause::JwksUnavailable, Cause::JwksUnavailable),
        (Cause::KidNotInJwks, Cause::AlgMismatch),
    ] {
        let refusal = Refusal::new(cause, "of the verifier");
        let found = explain(&token, Some(&refusal), &context);
        assert_eq!(found[0].cause, told, "{found:?}");
    }
}

#[test]
fn few_signatures_are_checked_however_many_keys_there_are() {
    let keys: Vec<_> = (0..60).map(|seed| key(seed, &format!("k{seed}"))).collect();
    let sets = [set("the set", &keys, KeySetRole::Current)];
    let context = ExplainContext {
        key_sets: &sets,
        now: NOW,
        ..ExplainContext::default()
    };
    let last = token(59, Some("k59"), "x");
    let Form::Jws(unverified) = Form::of(&last) else {
        panic!("a signed token")
    };
    let mut checks = 0;
    let _ = key_sets::who_signed(&unverified, &context, &mut checks);
    assert_eq!(checks, 1, "the key of that name comes first");
    let unknown = token(99, Some("z"), "x");
    let Form::Jws(unverified) = Form::of(&unknown) else {
        panic!("a signed token")
    };
    let _ = key_sets::who_signed(&unverified, &context, &mut checks);
    assert!(
        checks > key_sets::MOST_CHECKS,
        "every key is asked, and few check"
    );
}
