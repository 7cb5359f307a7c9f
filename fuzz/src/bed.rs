//! The keys and verifiers that the targets share.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_verify::{
    Alg, Issuer, IssuerKind, IssuerName, JwkSet, KeyRing, KnownSecret, Policy, Secret, SecretRole,
    SigningKey, Source, VerifiedCache, Verifier,
};
use std::sync::LazyLock;

pub(crate) const NOW: i64 = 1_700_000_000;
pub(crate) const SECRET: &str = "qL9v-Rx3_Tz7bNn1Kd8wYp4sHc6uJf2mGa5eZi0oXtE";

pub(crate) struct Fixture {
    pub(crate) cached: Verifier,
    pub(crate) plain: Verifier,
    /// Every issuer has the same secret.
    pub(crate) trusting: Verifier,
    pub(crate) known: Vec<KnownSecret>,
    pub(crate) keys: KeyRing,
    /// The secret as a key set.
    pub(crate) secrets: KeyRing,
}

/// The algorithms that the fixture signs with.
pub(crate) const SIGNING: [Alg; 3] = [Alg::EdDsa, Alg::Es256, Alg::Hs256];

pub(crate) fn signing(alg: Alg) -> SigningKey {
    match alg {
        Alg::Hs256 => SigningKey::hmac("JWT_SECRET", &Secret::from(SECRET)),
        pair => SigningKey::from_seed(pair, &[7; 32]),
    }
    .expect("the keys of the fixture are good")
}

pub(crate) static FIXTURE: LazyLock<Fixture> = LazyLock::new(|| {
    let verifying = |alg| {
        signing(alg)
            .verifying_key("fixture")
            .expect("the key is good")
    };
    let ring = || {
        SIGNING
            .into_iter()
            .fold(KeyRing::new(), |ring, alg| ring.with(verifying(alg)))
    };
    let known = KnownSecret::new(
        "JWT_SECRET",
        Secret::from(SECRET),
        Source::Process,
        SecretRole::Current,
    );
    let secret = format!(
        r#"{{"kty":"oct","k":"{}"}}"#,
        URL_SAFE_NO_PAD.encode(SECRET)
    );
    let public = [Alg::EdDsa, Alg::Es256].map(|alg| signing(alg).public_jwk().cloned());
    let policy = |issuer: &str| Policy {
        issuer: Some(issuer.to_owned()),
        accept_legacy: true,
        ..Policy::default()
    };
    let trusted = |kind: IssuerKind, iss: &str| {
        let keys = KeyRing::new().with(verifying(Alg::Hs256));
        Issuer::new(kind, IssuerName::new(kind.as_str()), keys, policy(iss))
    };
    Fixture {
        cached: Verifier::new(ring(), Policy::default()).with_cache(VerifiedCache::new(64, 7)),
        plain: Verifier::new(ring(), Policy::default()),
        trusting: Verifier::new(ring(), policy("own"))
            .trusting(trusted(IssuerKind::Oidc, "oidc"))
            .trusting(trusted(IssuerKind::SharedSecret, "shared"))
            .trusting(trusted(IssuerKind::Supabase, "supabase")),
        known: vec![known],
        keys: JwkSet {
            keys: public.into_iter().flatten().collect(),
            ignored: Vec::new(),
        }
        .ring("fixture")
        .expect("the keys of the fixture are good"),
        secrets: JwkSet::parse(secret.as_bytes())
            .and_then(|set| Ok(set.ring("fixture")?))
            .expect("the secret is a key"),
    }
});
