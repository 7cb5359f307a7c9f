//! What a policy demands of claims, and what is read from a token that passed.

use crate::making::{
    NOW, cause, hs256, ring, session_claims, signed, token_of, trace, verdict, verifier,
};
use countersign_verify::{
    Alg, Cause, Check, KeyRing, Outcome, Policy, SigningKey, Verifier, issue,
};
use serde_json::{Value, json};

fn with_policy(policy: Policy, claims: &Value) -> Option<Cause> {
    verifier(policy)
        .verify(&token_of(claims), NOW, &mut trace())
        .err()
        .map(|refusal| refusal.cause)
}

fn issuer(wanted: &str, named: &Value) -> Option<Cause> {
    let policy = Policy {
        issuer: Some(wanted.to_owned()),
        ..Policy::default()
    };
    with_policy(policy, &json!({"sub": "u", "exp": NOW + 9, "iss": named}))
}

fn audience(wanted: &str, named: &Value) -> Option<Cause> {
    let policy = Policy {
        audiences: vec![wanted.to_owned()],
        ..Policy::default()
    };
    with_policy(policy, &json!({"sub": "u", "exp": NOW + 9, "aud": named}))
}

#[test]
fn every_claim_of_an_own_token_is_read_back_for_every_algorithm() {
    for key in [hs256(), pair(Alg::EdDsa), pair(Alg::Es256)] {
        let ring = KeyRing::new().with(key.verifying_key("ours").unwrap());
        let policy = Policy {
            issuer: Some("https://auth.example".to_owned()),
            audiences: vec!["api".to_owned()],
            ..Policy::default()
        };
        let token = issue(&key, &session_claims()).unwrap();
        let verified = Verifier::new(ring, policy)
            .verify(&token, NOW, &mut trace())
            .unwrap();
        let claims = session_claims();
        assert_eq!(verified.sub(), claims.sub);
        assert_eq!(verified.sid(), Some(claims.sid.as_str()));
        assert_eq!(verified.jti(), Some(claims.jti.as_str()));
        assert_eq!(verified.iss(), claims.iss.as_deref());
        assert_eq!(verified.aud().collect::<Vec<_>>(), ["api"]);
        assert_eq!(
            (verified.exp(), verified.iat(), verified.nbf()),
            (claims.exp, Some(claims.iat), Some(claims.nbf))
        );
        assert_eq!(verified.auth_time(), Some(claims.auth_time));
        assert_eq!(
            (verified.email(), verified.role()),
            (claims.email.as_deref(), claims.role.as_deref())
        );
        assert!(verified.has_scope("profile") && !verified.has_scope("prof"));
        assert_eq!(verified.amr().collect::<Vec<_>>(), ["pwd"]);
        assert_eq!(
            (verified.alg(), &**verified.key_label()),
            (key.alg(), "ours")
        );
        assert!(verified.own());
        assert_eq!(verified.raw()["email"], "ada@example.com");
    }
}

fn pair(alg: Alg) -> SigningKey {
    SigningKey::from_seed(alg, &[5; 32]).unwrap()
}

#[test]
fn a_foreign_token_is_not_own() {
    let verified = verdict(&token_of(&json!({"sub": "42", "exp": NOW + 9, "sid": "s"}))).unwrap();
    assert!(!verified.own(), "no typ at+jwt");
    let typed = signed(
        r#"{"alg":"HS256","typ":"application/at+jwt"}"#,
        &json!({"sub": "42", "exp": NOW + 9}).to_string(),
    );
    assert!(!verdict(&typed).unwrap().own(), "no sid");
}

#[test]
fn the_times_are_checked_to_the_second() {
    for (claims, expected) in [
        (json!({"exp": NOW - 59}), None),
        (json!({"exp": NOW - 60}), Some(Cause::TokenExpired)),
        (json!({"exp": NOW + 9, "nbf": NOW + 60}), None),
        (
            json!({"exp": NOW + 9, "nbf": NOW + 61}),
            Some(Cause::ClockSkew),
        ),
        (json!({"exp": NOW + 9, "iat": NOW + 60}), None),
        (
            json!({"exp": NOW + 9, "iat": NOW + 61}),
            Some(Cause::ClockSkew),
        ),
        (json!({"exp": 9_999_999_999_i64}), None),
        (json!({"exp": NOW * 1000}), Some(Cause::ExpUnitError)),
        (
            json!({"exp": NOW + 9, "iat": NOW * 1000}),
            Some(Cause::ExpUnitError),
        ),
        (json!({"exp": i64::MIN}), Some(Cause::TokenExpired)),
        (json!({"exp": 1.8e9}), None),
        (json!({"exp": "1800000000"}), Some(Cause::TokenMalformed)),
        (json!({}), Some(Cause::ClaimMissing)),
    ] {
        let mut claims = claims;
        claims["sub"] = "u".into();
        assert_eq!(cause(&token_of(&claims)), expected, "{claims}");
    }
}

#[test]
fn the_refusal_says_whose_clock_and_by_how_much() {
    let refusal = verdict(&token_of(&json!({"sub": "u", "exp": NOW - 7_200}))).unwrap_err();
    assert!(
        refusal.detail.contains("2 h ago") && refusal.detail.contains("2023-11-14T22:13:20Z"),
        "{refusal}"
    );
    let refusal = verdict(&token_of(
        &json!({"sub": "u", "exp": NOW + 999, "iat": NOW + 300}),
    ))
    .unwrap_err();
    assert!(
        refusal.detail.contains("5 min ahead") && refusal.detail.contains("leeway is 60 s"),
        "{refusal}"
    );
}

#[test]
fn the_leeway_is_the_policys() {
    let strict = Policy {
        leeway: 0,
        ..Policy::default()
    };
    assert_eq!(
        with_policy(strict.clone(), &json!({"sub": "u", "exp": NOW})),
        Some(Cause::TokenExpired)
    );
    assert_eq!(
        with_policy(strict, &json!({"sub": "u", "exp": NOW + 1})),
        None
    );
}

#[test]
fn near_misses_of_the_issuer_are_told_apart() {
    let ours = "https://auth.example/realms/app";
    for (named, expected) in [
        (json!(ours), None),
        (
            json!("https://auth.example/realms/app/"),
            Some(Cause::IssTrailingSlash),
        ),
        (
            json!("https://auth.example/realms/app\n"),
            Some(Cause::ConfigValueWhitespace),
        ),
        (
            json!("http://localhost:8080/realms/app"),
            Some(Cause::IssHostMismatch),
        ),
        (
            json!("https://auth.example/realms/other"),
            Some(Cause::IssMismatch),
        ),
        (
            json!("HTTPS://AUTH.EXAMPLE/realms/app"),
            Some(Cause::IssHostMismatch),
        ),
        (json!(""), Some(Cause::IssMismatch)),
        (json!(7), Some(Cause::TokenMalformed)),
    ] {
        assert_eq!(issuer(ours, &named), expected, "{named}");
    }
    assert_eq!(
        issuer(
            "https://sts.windows.net/t1/",
            &json!("https://login.microsoftonline.com/t1/v2.0")
        ),
        Some(Cause::IssVersionMismatch)
    );
    assert_eq!(
        issuer(
            "https://sts.windows.net/t1/",
            &json!("https://login.microsoftonline.com/t2/v2.0")
        ),
        Some(Cause::IssMismatch)
    );
    assert_eq!(
        issuer("https://a.example", &json!("https://b.example")),
        Some(Cause::IssMismatch)
    );
    let none = Policy {
        issuer: Some(ours.to_owned()),
        ..Policy::default()
    };
    assert_eq!(
        with_policy(none, &json!({"sub": "u", "exp": NOW + 9})),
        Some(Cause::ClaimMissing)
    );
}

#[test]
fn the_audience_may_be_one_of_several() {
    for (named, expected) in [
        (json!("api"), None),
        (json!(["web", "api"]), None),
        (json!(["web"]), Some(Cause::AudMismatch)),
        (json!("API"), Some(Cause::AudMismatch)),
        (json!("api "), Some(Cause::ConfigValueWhitespace)),
        (json!([]), Some(Cause::AudMissingInToken)),
        (json!(["api", 7]), Some(Cause::TokenMalformed)),
    ] {
        assert_eq!(audience("api", &named), expected, "{named}");
    }
}

#[test]
fn what_is_not_checked_is_written_into_the_trace() {
    let token = token_of(&json!({"sub": "u", "exp": NOW + 9, "iss": "i", "aud": "a"}));
    let mut trace = trace();
    verifier(Policy::default())
        .verify(&token, NOW, &mut trace)
        .unwrap();
    let notes: Vec<_> = trace
        .steps
        .iter()
        .filter(|step| step.outcome == Outcome::Noted)
        .map(|step| &*step.detail)
        .collect();
    assert_eq!(notes.len(), 2);
    assert!(notes[0].contains("AUTH_JWT_ISSUER") && notes[1].contains("AUTH_JWT_AUDIENCE"));
}

#[test]
fn the_trace_holds_every_check_in_order_and_ends_with_the_failing_one() {
    let mut trace = trace();
    verifier(Policy::default())
        .verify(
            &token_of(&json!({"sub": "u", "exp": NOW + 9})),
            NOW,
            &mut trace,
        )
        .unwrap();
    let checks: Vec<_> = trace
        .steps
        .iter()
        .map(|step| (step.check, step.outcome))
        .collect();
    let passed = Outcome::Passed;
    assert_eq!(
        checks,
        [
            (Check::Form, passed),
            (Check::Key, passed),
            (Check::Signature, passed),
            (Check::Claims, passed)
        ]
    );
    let mut refused = crate::making::trace();
    verifier(Policy::default())
        .verify(&token_of(&json!({"sub": "u", "exp": 1})), NOW, &mut refused)
        .unwrap_err();
    let last = refused.steps.last().unwrap();
    assert_eq!((last.check, last.outcome), (Check::Claims, Outcome::Failed));
    assert!(last.detail.starts_with("CSN4001 token-expired: "));
}

#[test]
fn a_token_must_speak_for_somebody() {
    for (sub, expected) in [
        (json!("u"), None),
        (json!(42), Some(Cause::SubNotString)),
        (json!(null), Some(Cause::SubNotString)),
        (json!(""), Some(Cause::ClaimMissing)),
    ] {
        assert_eq!(
            cause(&token_of(&json!({"sub": sub, "exp": NOW + 9}))),
            expected,
            "{sub}"
        );
    }
    assert_eq!(
        cause(&token_of(&json!({"exp": NOW + 9}))),
        Some(Cause::ClaimMissing)
    );
    for role in ["anon", "service_role"] {
        assert_eq!(
            cause(&token_of(&json!({"role": role, "exp": NOW + 9}))),
            Some(Cause::AnonKeyAsUserToken)
        );
    }
}

#[test]
fn tokens_of_other_types_are_refused_though_well_signed() {
    let claims = json!({"sub": "u", "exp": NOW + 9}).to_string();
    for (typ, expected) in [
        ("at+jwt", None),
        ("AT+JWT", None),
        ("application/jwt", None),
        ("JWT", None),
        ("logout+jwt", Some(Cause::TokenTypeUnexpected)),
        ("dpop+jwt", Some(Cause::TokenTypeUnexpected)),
        ("", Some(Cause::TokenTypeUnexpected)),
    ] {
        let token = signed(&json!({"alg": "HS256", "typ": typ}).to_string(), &claims);
        assert_eq!(cause(&token), expected, "{typ}");
    }
    for (mark, expected) in [
        (json!({"at_hash": "x"}), Cause::IdTokenAsAccessToken),
        (json!({"token_use": "id"}), Cause::IdTokenAsAccessToken),
        (json!({"type": "refresh"}), Cause::RefreshTokenAsAccessToken),
    ] {
        let mut claims = mark;
        claims["sub"] = "u".into();
        claims["exp"] = (NOW + 9).into();
        assert_eq!(cause(&token_of(&claims)), Some(expected), "{claims}");
    }
}

#[test]
fn a_ring_without_keys_trusts_nobody() {
    let token = token_of(&json!({"sub": "u", "exp": NOW + 9}));
    let empty = Verifier::new(KeyRing::new(), Policy::default());
    assert_eq!(
        empty.verify(&token, NOW, &mut trace()).unwrap_err().cause,
        Cause::SecretMissing
    );
    assert!(
        Verifier::new(ring(), Policy::default())
            .verify(&token, NOW, &mut trace())
            .is_ok()
    );
}
