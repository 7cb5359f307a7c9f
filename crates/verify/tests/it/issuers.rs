//! Tokens of several issuers: whose keys count for whose tokens, and what is asked for when keys lack.

use crate::making::{NOW, SECRET, encode, ring, signed, token_of, trace};
use countersign_testkit::jose::TestKey;
use countersign_verify::{
    Alg, Cause, Issuer, IssuerKind, IssuerName, JwkSet, KeyRing, Policy, Refusal, Secret,
    VerifiedCache, VerifiedToken, Verifier, VerifyingKey,
};
use serde_json::{Value, json};
use std::sync::Arc;

const ACCOUNTS: &str = "https://id.example/";
const PROJECT: &str = "https://abcd.supabase.co/auth/v1";
const PARTNER_SECRET: &str = "Rr3_Tz7bNn1Kd8wYp4sHc6uJf2mGa5eZi0oXtEqL9v-";

fn pair(alg: Alg, seed: u8) -> Pair {
    let key = match alg {
        Alg::EdDsa => TestKey::ed25519_of(seed),
        _ => TestKey::es256_of(seed),
    };
    Pair {
        alg,
        key: key.with_kid(format!("{alg}-{seed}")),
    }
}

struct Pair {
    alg: Alg,
    key: TestKey,
}

fn set(keys: &[&Pair]) -> JwkSet {
    let keys: Vec<Value> = keys.iter().map(|pair| pair.key.public_jwk()).collect();
    JwkSet::parse(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
}

/// A token of `claims`, signed by a key pair with its kid.
fn by(pair: &Pair, claims: &Value) -> String {
    pair.key.token(pair.alg.as_str(), claims)
}

fn claims(iss: &str) -> Value {
    json!({"iss": iss, "sub": "u1", "aud": "api", "exp": NOW + 60})
}

fn policy(issuer: Option<&str>) -> Policy {
    Policy {
        issuer: issuer.map(str::to_owned),
        ..Policy::default()
    }
}

fn accounts() -> Issuer {
    let name = IssuerName::new("accounts");
    let policy = Policy {
        audiences: vec!["other".to_owned(), "api".to_owned()],
        ..policy(Some(ACCOUNTS))
    };
    Issuer::new(IssuerKind::Oidc, name, KeyRing::new(), policy)
}

fn project(secret: Option<&str>) -> Issuer {
    let ring = secret.map_or_else(KeyRing::new, |secret| {
        KeyRing::new()
            .with(VerifyingKey::hmac("SUPABASE_JWT_SECRET", &Secret::from(secret)).unwrap())
    });
    Issuer::new(
        IssuerKind::Supabase,
        IssuerName::new("supabase"),
        ring,
        policy(Some(PROJECT)),
    )
}

fn partner(issuer: Option<&str>) -> Issuer {
    let key = VerifyingKey::hmac("PARTNER_SECRET", &Secret::from(PARTNER_SECRET)).unwrap();
    let ring = KeyRing::new().with(key);
    Issuer::new(
        IssuerKind::SharedSecret,
        IssuerName::new("partner"),
        ring,
        policy(issuer),
    )
}

fn verify(verifier: &Verifier, token: &str) -> Result<Arc<VerifiedToken>, Refusal> {
    verifier.verify(token, NOW, &mut trace())
}

fn by_secret(secret: &str, claims: &Value) -> String {
    TestKey::hs(secret).token("HS256", claims)
}

fn needs(refusal: &Refusal) -> Option<&str> {
    refusal.needs.as_ref().map(IssuerName::as_str)
}

#[test]
fn a_key_set_that_is_not_held_is_asked_for_and_then_decides() {
    let key = pair(Alg::Es256, 1);
    let token = by(&key, &claims(ACCOUNTS));
    let verifier = Verifier::new(ring(), Policy::default()).trusting(accounts());
    let refusal = verify(&verifier, &token).unwrap_err();
    assert_eq!(
        (refusal.cause, needs(&refusal)),
        (Cause::JwksUnavailable, Some("accounts"))
    );

    let name = IssuerName::new("accounts");
    let verifier = verifier
        .with_key_set(&name, &set(&[&key]))
        .unwrap()
        .unwrap();
    let good = verify(&verifier, &token).unwrap();
    assert_eq!(good.issuer().kind(), IssuerKind::Oidc);
    assert!(!good.own());

    let rotated = by(&pair(Alg::Es256, 2), &claims(ACCOUNTS));
    let refusal = verify(&verifier, &rotated).unwrap_err();
    assert_eq!(
        (refusal.cause, needs(&refusal)),
        (Cause::KidNotInJwks, Some("accounts"))
    );
    let other = by(&pair(Alg::EdDsa, 2), &claims(ACCOUNTS));
    let refusal = verify(&verifier, &other).unwrap_err();
    assert_eq!(
        (refusal.cause, needs(&refusal)),
        (Cause::AlgMismatch, Some("accounts"))
    );
    let unknown = IssuerName::new("nobody");
    assert!(
        verifier
            .with_key_set(&unknown, &set(&[&key]))
            .unwrap()
            .is_none()
    );
}

#[test]
fn keys_count_for_the_tokens_of_their_issuer_alone() {
    let (theirs, ours) = (pair(Alg::EdDsa, 1), pair(Alg::EdDsa, 2));
    let own = set(&[&ours]).keys[0].verifying_key("ours").unwrap();
    let own = ring().with(own);
    let verifier = Verifier::new(own, policy(Some("https://us.example")))
        .trusting(accounts().with_key_set(&set(&[&theirs])).unwrap())
        .trusting(project(Some(PARTNER_SECRET)))
        .trusting(partner(Some("partner")));
    let ours_is = "https://us.example";
    let pairs = [
        ("theirs as theirs", &theirs, ACCOUNTS, None),
        ("ours as ours", &ours, ours_is, None),
        (
            "theirs as ours",
            &theirs,
            ours_is,
            Some(Cause::KidNotInJwks),
        ),
        ("ours as theirs", &ours, ACCOUNTS, Some(Cause::KidNotInJwks)),
        (
            "theirs as the project's",
            &theirs,
            PROJECT,
            Some(Cause::JwksUnavailable),
        ),
    ];
    for (what, key, iss, expected) in pairs {
        let got = verify(&verifier, &by(key, &claims(iss))).err();
        assert_eq!(got.map(|refusal| refusal.cause), expected, "{what}");
    }
    let mismatch = Some(Cause::SecretMismatch);
    let secrets = [
        ("partner's as partner's", PARTNER_SECRET, "partner", None),
        (
            "our secret as theirs",
            SECRET,
            ACCOUNTS,
            Some(Cause::AlgMismatch),
        ),
        ("our secret as the project's", SECRET, PROJECT, mismatch),
        ("our secret as partner's", SECRET, "partner", mismatch),
        ("partner's as ours", PARTNER_SECRET, ours_is, mismatch),
    ];
    for (what, secret, iss, expected) in secrets {
        let got = verify(&verifier, &by_secret(secret, &claims(iss))).err();
        assert_eq!(got.map(|refusal| refusal.cause), expected, "{what}");
    }
}

#[test]
fn a_public_key_never_serves_as_a_secret_nor_the_reverse() {
    // RFC 8725, section 3.1: a published symmetric key, and an HMAC under the published key's bytes.
    let key = pair(Alg::Es256, 1);
    let jwk = key.key.public_jwk();
    let k = encode(PARTNER_SECRET.as_bytes());
    let oct = json!({"kty": "oct", "k": k, "alg": "HS256", "kid": "oct"});
    let mixed = json!({"keys": [oct, jwk]}).to_string();
    assert!(JwkSet::parse(mixed.as_bytes()).is_err());
    let published = |key: &Value| JwkSet::parse(json!({"keys": [key]}).to_string().as_bytes());
    let issuer = accounts().with_key_set(&published(&oct).unwrap()).unwrap();
    assert!(issuer.ring().keys().is_empty());
    let issuer = issuer.with_key_set(&published(&jwk).unwrap()).unwrap();
    assert!(
        issuer
            .ring()
            .keys()
            .iter()
            .all(|key| !key.algs().iter().any(Alg::is_symmetric))
    );
    let verifier = Verifier::new(ring(), Policy::default()).trusting(issuer);
    for secret in [PARTNER_SECRET, jwk["x"].as_str().unwrap(), &jwk.to_string()] {
        let refusal = verify(&verifier, &by_secret(secret, &claims(ACCOUNTS))).unwrap_err();
        assert_eq!(refusal.cause, Cause::AlgMismatch);
        assert_eq!(needs(&refusal), None, "no key set can change it");
    }
}

#[test]
fn algorithms_that_settings_leave_out_bring_no_key() {
    let (es, ed) = (pair(Alg::Es256, 1), pair(Alg::EdDsa, 1));
    let issuer = accounts().with_algorithms(vec![Alg::Es256]);
    let issuer = issuer.with_key_set(&set(&[&es, &ed])).unwrap();
    let verifier = Verifier::new(ring(), Policy::default()).trusting(issuer);
    assert!(verify(&verifier, &by(&es, &claims(ACCOUNTS))).is_ok());
    assert!(verify(&verifier, &by(&ed, &claims(ACCOUNTS))).is_err());
}

#[test]
fn a_project_takes_its_secret_and_its_key_set() {
    let key = pair(Alg::Es256, 1);
    let verifier = Verifier::new(ring(), Policy::default()).trusting(project(Some(PARTNER_SECRET)));
    let token = by_secret(PARTNER_SECRET, &claims(PROJECT));
    assert!(
        verify(&verifier, &token).is_ok(),
        "the secret needs no key set"
    );
    let published = by(&key, &claims(PROJECT));
    let refusal = verify(&verifier, &published).unwrap_err();
    assert_eq!(
        (refusal.cause, needs(&refusal)),
        (Cause::JwksUnavailable, Some("supabase"))
    );
    let name = IssuerName::new("supabase");
    let verifier = verifier
        .with_key_set(&name, &set(&[&key]))
        .unwrap()
        .unwrap();
    assert!(verify(&verifier, &published).is_ok());
    assert!(
        verify(&verifier, &token).is_ok(),
        "the secret is kept beside it"
    );
}

#[test]
fn project_keys_are_told_from_user_tokens() {
    let verifier = Verifier::new(ring(), Policy::default()).trusting(project(Some(PARTNER_SECRET)));
    for (iss, role) in [
        ("supabase", "anon"),
        ("supabase", "service_role"),
        ("supabase-demo", "anon"),
        (PROJECT, "service_role"),
    ] {
        let claims = json!({"iss": iss, "role": role, "ref": "abcd", "sub": "x", "exp": NOW + 60});
        let refusal = verify(&verifier, &by_secret(PARTNER_SECRET, &claims)).unwrap_err();
        assert_eq!(refusal.cause, Cause::AnonKeyAsUserToken, "{iss} {role}");
    }
}

#[test]
fn near_misses_of_a_trusted_issuer_are_told() {
    let verifier = Verifier::new(ring(), Policy::default())
        .trusting(accounts())
        .trusting(project(None));
    let entra = Policy {
        issuer: Some("https://login.microsoftonline.com/tenant/v2.0".to_owned()),
        ..Policy::default()
    };
    let verifier = verifier.trusting(Issuer::new(
        IssuerKind::Oidc,
        IssuerName::new("entra"),
        KeyRing::new(),
        entra,
    ));
    let key = pair(Alg::Es256, 1);
    for (iss, cause) in [
        ("https://id.example", Cause::IssTrailingSlash),
        ("https://id.example/ ", Cause::ConfigValueWhitespace),
        ("https://sts.windows.net/tenant/", Cause::IssVersionMismatch),
        (
            "https://other.supabase.co/auth/v1",
            Cause::IdpInstanceMismatch,
        ),
        ("https://nobody.example", Cause::IssMismatch),
    ] {
        let refusal = verify(&verifier, &by(&key, &claims(iss))).unwrap_err();
        assert_eq!(refusal.cause, cause, "{iss}: {}", refusal.detail);
        assert_eq!(needs(&refusal), None, "{iss}");
    }
}

#[test]
fn a_token_without_issuer_is_ours_or_of_a_shared_secret() {
    let verifier = Verifier::new(ring(), Policy::default())
        .trusting(
            accounts()
                .with_key_set(&set(&[&pair(Alg::Es256, 1)]))
                .unwrap(),
        )
        .trusting(partner(None));
    let nameless = json!({"sub": "u1", "exp": NOW + 60});
    let good = verify(&verifier, &token_of(&nameless)).unwrap();
    assert_eq!(good.issuer().kind(), IssuerKind::Own);
    let good = verify(&verifier, &by_secret(PARTNER_SECRET, &nameless)).unwrap();
    assert_eq!(good.issuer().name().as_str(), "partner");
    // Whoever publishes keys names itself.
    let refusal = verify(&verifier, &by(&pair(Alg::Es256, 1), &nameless)).unwrap_err();
    assert_eq!(refusal.cause, Cause::AlgMismatch);
    let refusal = verify(
        &verifier,
        &by_secret("neither of these two secrets here", &nameless),
    );
    assert_eq!(refusal.unwrap_err().cause, Cause::SecretMismatch);
    let strict = Verifier::new(ring(), Policy::default()).trusting(partner(Some("partner")));
    let refusal = verify(&strict, &by_secret(PARTNER_SECRET, &nameless)).unwrap_err();
    assert_eq!(refusal.cause, Cause::ClaimMissing);
}

#[test]
fn each_issuer_has_its_own_rules() {
    let key = pair(Alg::Es256, 1);
    let with = |change: fn(&mut Policy)| {
        let mut policy = accounts().policy().clone();
        change(&mut policy);
        let issuer = Issuer::new(
            IssuerKind::Oidc,
            IssuerName::new("a"),
            KeyRing::new(),
            policy,
        );
        let issuer = issuer.with_key_set(&set(&[&key])).unwrap();
        Verifier::new(ring(), Policy::default()).trusting(issuer)
    };
    let claims = |add: Value| {
        let mut claims = claims(ACCOUNTS);
        claims
            .as_object_mut()
            .unwrap()
            .extend(add.as_object().unwrap().clone());
        by(&key, &claims)
    };
    let cause = |verifier: &Verifier, add| verify(verifier, &claims(add)).err().map(|r| r.cause);
    let plain = with(|_| {});
    assert_eq!(
        cause(&plain, json!({"aud": "third"})),
        Some(Cause::AudMismatch)
    );
    assert_eq!(cause(&plain, json!({"aud": ["x", "other"]})), None);
    assert_eq!(
        cause(&plain, json!({"exp": NOW - 70})),
        Some(Cause::TokenExpired)
    );
    let lenient = with(|policy| policy.leeway = 120);
    assert_eq!(cause(&lenient, json!({"exp": NOW - 70})), None);
    let clients = with(|policy| policy.clients = vec!["spa".to_owned()]);
    assert_eq!(cause(&clients, json!({"azp": "spa"})), None);
    assert_eq!(cause(&clients, json!({"client_id": "spa"})), None);
    assert_eq!(
        cause(&clients, json!({"azp": "other"})),
        Some(Cause::ClientMismatch)
    );
    assert_eq!(cause(&clients, json!({})), Some(Cause::ClaimMissing));
    let typed = with(|policy| policy.accept_types = vec!["at+jwt".to_owned()]);
    assert_eq!(cause(&typed, json!({})), Some(Cause::TokenTypeUnexpected));
    assert_eq!(
        cause(&plain, json!({"at_hash": "x"})),
        Some(Cause::IdTokenAsAccessToken)
    );
}

#[test]
fn the_legacy_form_is_refused_unless_it_is_asked_for() {
    let legacy = token_of(&json!({"sub": "ada@example.com", "id": "u1", "exp": NOW + 60}));
    let plain = Verifier::new(ring(), Policy::default());
    assert_eq!(
        verify(&plain, &legacy).unwrap_err().cause,
        Cause::TokenFormatLegacy
    );
    let lenient = Policy {
        accept_legacy: true,
        ..Policy::default()
    };
    let mut trace = trace();
    let lenient = Verifier::new(ring(), lenient);
    assert!(
        lenient
            .verify(&legacy, NOW, &mut trace)
            .unwrap()
            .is_legacy()
    );
    let warned = trace
        .steps
        .iter()
        .any(|step| step.detail.contains("token-format-legacy"));
    assert!(warned, "{trace:?}");
    for other in [
        json!({"sub": "ada@example.com"}),
        json!({"sub": "u1", "id": "x"}),
    ] {
        let mut claims = other;
        claims["exp"] = json!(NOW + 60);
        assert!(verify(&plain, &token_of(&claims)).is_ok(), "{claims}");
    }
}

#[test]
fn a_replaced_key_set_forgets_what_it_verified() {
    let (old, new) = (pair(Alg::Es256, 1), pair(Alg::Es256, 2));
    let issuer = accounts().with_key_set(&set(&[&old])).unwrap();
    let verifier = Verifier::new(ring(), Policy::default()).trusting(issuer);
    let verifier = verifier.with_cache(VerifiedCache::new(64, 7));
    let token = by(&old, &claims(ACCOUNTS));
    assert!(verify(&verifier, &token).is_ok() && verify(&verifier, &token).is_ok());
    let name = IssuerName::new("accounts");
    let rotated = verifier
        .with_key_set(&name, &set(&[&new]))
        .unwrap()
        .unwrap();
    let rotated = rotated.with_cache(VerifiedCache::new(64, 7));
    assert_eq!(
        verify(&rotated, &token).unwrap_err().cause,
        Cause::KidNotInJwks
    );
}

#[test]
fn claims_that_cannot_be_read_are_refused_after_the_signature() {
    let verifier = Verifier::new(ring(), Policy::default()).trusting(accounts());
    let bad = signed(r#"{"alg":"HS256"}"#, r#"{"iss":5}"#);
    assert_eq!(
        verify(&verifier, &bad).unwrap_err().cause,
        Cause::TokenMalformed
    );
    let (input, _) = bad.rsplit_once('.').unwrap();
    let forged = format!("{input}.{}", encode(&[0; 32]));
    assert_eq!(
        verify(&verifier, &forged).unwrap_err().cause,
        Cause::SecretMismatch
    );
}
