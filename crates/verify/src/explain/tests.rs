//! Tests of the explanations: each known damage is found, and nothing is shown.

use super::*;
use crate::{
    Claims, Environment, KeyRing, Policy, Secret, SigningKey, Source, Trace, TraceId, Verifier,
    VerifyingKey, base64url, issue,
};
use serde_json::{Value, json};

mod claims;
mod keys;
mod secrets;
mod times;

const NOW: i64 = 1_700_000_000;
const OURS: &str = "qL9v-Rx3_Tz7bNn1Kd8wYp4sHc6uJf2mGa5eZi0oXtE";

fn known(label: &str, secret: &[u8], role: SecretRole) -> KnownSecret {
    KnownSecret::new(label, Secret::new(secret.to_vec()), Source::Process, role)
}

fn ring(secret: &[u8]) -> KeyRing {
    KeyRing::new().with(VerifyingKey::hmac("JWT_SECRET", &Secret::new(secret.to_vec())).unwrap())
}

/// A token of `secret`, refused by a verifier of `held`, explained with `others` known besides.
fn explained(secret: &[u8], held: &[u8], others: &[KnownSecret]) -> Vec<Explained> {
    let claims = Claims {
        sub: "u".to_owned(),
        exp: NOW + 900,
        iat: NOW,
        nbf: NOW,
        ..Claims::default()
    };
    let token = if secret.is_empty() {
        by_hand(
            &json!({"alg": "HS256"}),
            &serde_json::to_value(&claims).unwrap(),
            secret,
        )
    } else {
        issue(
            &SigningKey::hmac("JWT_SECRET", &Secret::new(secret.to_vec())).unwrap(),
            &claims,
        )
        .unwrap()
    };
    explained_token(&token, held, others)
}

fn explained_token(token: &str, held: &[u8], others: &[KnownSecret]) -> Vec<Explained> {
    let policy = Policy {
        issuer: None,
        ..Policy::default()
    };
    let verifier = Verifier::new(ring(held), policy.clone());
    let mut trace = Trace::new(TraceId::from_bytes([0; 16]));
    let refusal = verifier.verify(token, NOW, &mut trace).unwrap_err();
    let mut all = vec![known("JWT_SECRET", held, SecretRole::Current)];
    all.extend_from_slice(others);
    let expected = Expected::from(&policy);
    let context = ExplainContext {
        expected: &expected,
        secrets: &all,
        now: NOW,
        ..ExplainContext::default()
    };
    let found = explain(token, Some(&refusal), &context);
    let shown = serde_json::to_string(&found).unwrap();
    assert!(!shown.contains(OURS), "{shown}");
    in_order(&found);
    let own = found.iter().any(|one| one.cause == refusal.cause);
    assert!(own || found[0].grade == Grade::Proved);
    found
}

/// Each within the bounds of its grade, better grades first, no cause twice.
fn in_order(found: &[Explained]) {
    for one in found {
        let (least, most) = one.grade.bounds();
        assert!((least..=most).contains(&one.confidence), "{one:?}");
    }
    assert!(found.is_sorted_by(|a, b| a.grade >= b.grade), "{found:?}");
    let causes: std::collections::BTreeSet<_> = found.iter().map(|one| one.cause).collect();
    assert_eq!(causes.len(), found.len(), "{found:?}");
}

/// A token with any header and claims, signed with HMAC-SHA256.
fn by_hand(header: &Value, claims: &Value, secret: &[u8]) -> String {
    let [header, payload] =
        [header, claims].map(|part| base64url::encode(part.to_string().as_bytes()));
    let input = format!("{header}.{payload}");
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret);
    let tag = aws_lc_rs::hmac::sign(&key, input.as_bytes());
    format!("{input}.{}", base64url::encode(tag.as_ref()))
}

#[test]
fn each_known_damage_of_a_secret_is_found_in_both_directions() {
    let decoded = base64url::decode(OURS).unwrap();
    let hex = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    let raw: Vec<u8> = (0..64)
        .step_by(2)
        .map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap())
        .collect();
    let pairs: Vec<(Vec<u8>, Vec<u8>, Cause)> = vec![
        (
            OURS.into(),
            format!("{OURS}\n").into(),
            Cause::SecretTrailingNewline,
        ),
        (
            OURS.into(),
            format!("{OURS}\r\n").into(),
            Cause::SecretTrailingNewline,
        ),
        (
            OURS.into(),
            format!("{OURS} ").into(),
            Cause::SecretTrailingNewline,
        ),
        (
            OURS.into(),
            format!("\"{OURS}\"").into(),
            Cause::EnvQuotesLiteral,
        ),
        (
            OURS.into(),
            format!("'{OURS}'").into(),
            Cause::EnvQuotesLiteral,
        ),
        (OURS.into(), decoded, Cause::SecretBase64VsRaw),
        (hex.into(), raw, Cause::SecretBase64VsRaw),
    ];
    for (one, two, cause) in pairs {
        for (signer, holder) in [(&one, &two), (&two, &one)] {
            let found = explained(signer, holder, &[]);
            assert_eq!(
                (found[0].cause, found[0].confidence),
                (cause, 0.99),
                "{}",
                found[0].text
            );
        }
    }
}

#[test]
fn damages_of_one_direction_are_found() {
    for (signer, holder, cause) in [
        (
            "abcdefghij",
            "abcdefghij#klmnop",
            Cause::EnvCommentTruncated,
        ),
        (
            "abcdefghij-x",
            "abcdefghij$klmnop-x",
            Cause::EnvDollarExpanded,
        ),
        ("", OURS, Cause::SecretMissing),
        ("undefined", OURS, Cause::SecretMissing),
        ("your-256-bit-secret", OURS, Cause::SecretPlaceholder),
    ] {
        let found = explained(signer.as_bytes(), holder.as_bytes(), &[]);
        assert_eq!(found[0].cause, cause, "{}", found[0].text);
    }
}

#[test]
fn other_known_secrets_are_named_with_their_part() {
    let role_and_cause = [
        (
            SecretRole::OtherEnvironment(Environment::Staging),
            Cause::SecretMismatch,
            "the secret of staging",
        ),
        (
            SecretRole::Previous,
            Cause::SecretRotatedStaleSession,
            "before the last change",
        ),
        (
            SecretRole::Lost,
            Cause::EnvVarNameMismatch,
            "does not count",
        ),
        (
            SecretRole::Sync,
            Cause::SecretReusedAcrossPurposes,
            "sync endpoint",
        ),
    ];
    for (role, cause, part) in role_and_cause {
        let other = [known(
            "JWT_SECRET_OTHER",
            b"another secret of thirty-two bytes",
            role,
        )];
        let found = explained(
            b"another secret of thirty-two bytes",
            OURS.as_bytes(),
            &other,
        );
        assert_eq!(found[0].cause, cause);
        assert!(
            found[0].text.contains(part) && found[0].text.contains("JWT_SECRET_OTHER"),
            "{}",
            found[0].text
        );
        assert!(!found[0].text.contains("thirty-two"), "{}", found[0].text);
    }
}

#[test]
fn an_unknown_secret_stays_unknown() {
    let found = explained(
        b"nobody here knows this secret at all",
        OURS.as_bytes(),
        &[],
    );
    assert_eq!((found.len(), found[0].cause), (1, Cause::SecretMismatch));
    assert!(found[0].confidence < 0.7);
}

#[test]
fn a_project_key_is_told_from_a_users_token() {
    let anon =
        json!({"iss": "supabase", "ref": "abc", "role": "anon", "iat": NOW, "exp": NOW + 900});
    let token = by_hand(
        &json!({"alg": "HS256", "typ": "JWT"}),
        &anon,
        b"the project's own secret",
    );
    assert_eq!(
        explained_token(&token, OURS.as_bytes(), &[])[0].cause,
        Cause::AnonKeyAsUserToken
    );
    // The same key set as the secret: field report 002.
    let other = by_hand(
        &json!({"alg": "HS256"}),
        &json!({"sub": "u", "exp": NOW + 9}),
        b"unknown",
    );
    assert_eq!(
        explained_token(&other, token.as_bytes(), &[])[0].cause,
        Cause::SupabaseApiKeyAsSecret
    );
}

#[test]
fn tokens_of_providers_and_other_kinds_are_told() {
    for (claims, cause) in [
        (
            json!({"iss": "https://accounts.google.com", "sub": "1"}),
            Cause::ProviderTokenInsteadOfAppToken,
        ),
        (
            json!({"iss": "https://id.example", "sub": "1", "at_hash": "x"}),
            Cause::IdTokenAsAccessToken,
        ),
        (
            json!({"iss": "https://id.example", "sub": "1", "typ": "Refresh"}),
            Cause::RefreshTokenAsAccessToken,
        ),
    ] {
        let token = by_hand(&json!({"alg": "RS256", "kid": "k"}), &claims, b"x");
        assert_eq!(
            explained_token(&token, OURS.as_bytes(), &[])[0].cause,
            cause,
            "{claims}"
        );
    }
}
