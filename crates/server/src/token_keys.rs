//! The keys that sign and verify tokens: assembled at start, and again after a rotation.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use countersign_domain::Timestamp;
use countersign_domain::keys::{OpenError, SealingKey};
use countersign_store::{KeyState, SigningKeyRow, StoreError};
use countersign_verify::{
    Alg, Claims, IssuerName, Jwk, JwkSet, KeyError, KeyRing, Policy, Secret, SigningError,
    SigningKey, VerifiedCache, Verifier, VerifyingKey, issue,
};
use rand::CryptoRng;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::settings::{Settings, Signing};

/// How many verified tokens are remembered.
const CACHED_TOKENS: usize = 10_000;

/// Why keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TokenKeysError {
    /// A key or secret that the library refuses.
    #[error("the key {label} cannot be used: {error}")]
    Key {
        /// What the key is called.
        label: String,
        /// What is wrong with it.
        error: KeyError,
    },
    /// No key of the store signs.
    #[error("the store has no active signing key; `countersign key rotate` makes one")]
    NoActiveKey,
    /// Sealing failed in the cryptographic library.
    #[error("the cryptographic library failed to seal a key")]
    Sealing,
    /// A key of the store does not open.
    #[error("the signing key {kid} does not open: {error}")]
    Sealed {
        /// The key.
        kid: String,
        /// Why.
        error: OpenError,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The row names an algorithm that does not sign here.
    #[error("the signing key {kid} is of the algorithm {alg}, which does not sign here")]
    UnknownAlg {
        /// The key.
        kid: String,
        /// Its algorithm.
        alg: String,
    },
}

/// What the keys are made from.
#[derive(Debug)]
pub struct Material<'a> {
    /// The settings.
    pub settings: &'a Settings,
    /// The signing secret and its name, if there is one.
    pub secret: Option<(&'a str, &'a Secret)>,
    /// The keys of the store.
    pub rows: &'a [SigningKeyRow],
    /// What opens them.
    pub sealing: &'a SealingKey,
    /// The time.
    pub now: Timestamp,
    /// Drawn once a process, so that nobody can aim at a slot of the cache.
    pub cache_seed: u128,
}

/// The keys in use.
pub struct TokenKeys {
    own: Arc<Own>,
    verifier: Verifier,
    cache_seed: u128,
}

/// Our own part, which stays when the keys of others change.
struct Own {
    signing: SigningKey,
    jwks: Value,
    /// Keys that verify no more; they tell whose an old token is.
    retired: Vec<VerifyingKey>,
}

impl TokenKeys {
    /// Puts the keys together.
    ///
    /// # Errors
    /// A key that cannot be used, by its name.
    pub fn assemble(material: &Material<'_>) -> Result<Self, TokenKeysError> {
        let settings = material.settings;
        let mut ring = KeyRing::new();
        let mut signing = None;
        let mut retired = Vec::new();
        if let Some((name, secret)) = material.secret {
            let key = SigningKey::hmac(name, secret).map_err(|error| refused(name, error))?;
            let verifying = key
                .verifying_key(name)
                .map_err(|error| refused(name, error))?;
            ring = ring.with(verifying);
            signing = (settings.signing == Signing::Secret).then_some(key);
        }
        for row in material.rows {
            if matches!(row.state, KeyState::Retiring { until } if until < material.now) {
                // One that cannot be read explains nothing, and is not needed either.
                let jwk = Jwk::parse(row.public_jwk.as_bytes()).ok();
                retired.extend(jwk.and_then(|jwk| jwk.verifying_key(&row.kid).ok()));
                continue;
            }
            let key = open(row, material.sealing)?;
            ring = match key.public_jwk() {
                Some(jwk) => ring.with_published(jwk, &row.kid),
                None => key.verifying_key(&row.kid).map(|key| ring.with(key)),
            }
            .map_err(|error| refused(&row.kid, error))?;
            if row.state == KeyState::Active && stored_alg(settings.signing) == Some(key.alg()) {
                signing = Some(key);
            }
        }
        let own = Own {
            signing: signing.ok_or(TokenKeysError::NoActiveKey)?,
            jwks: ring.public_set(),
            retired,
        };
        let policy = policy(settings);
        let mut verifier = Verifier::new(ring, policy.clone());
        for issuer in &settings.trusted_issuers {
            let made = issuer.issuer(&policy);
            let made = made.map_err(|error| refused(issuer.name.as_str(), error))?;
            verifier = verifier.trusting(made);
        }
        Ok(Self::new(Arc::new(own), verifier, material.cache_seed))
    }

    /// Keys with a new cache: what other keys verified is forgotten.
    fn new(own: Arc<Own>, verifier: Verifier, cache_seed: u128) -> Self {
        let cache = VerifiedCache::new(CACHED_TOKENS, cache_seed);
        Self {
            own,
            verifier: verifier.with_cache(cache),
            cache_seed,
        }
    }

    /// The same keys with another key set of the trusted issuer `name`; `None` if nobody is called so.
    ///
    /// # Errors
    /// A key of the set that is none.
    pub fn with_key_set(&self, name: &IssuerName, set: &JwkSet) -> Result<Option<Self>, KeyError> {
        let verifier = self.verifier.with_key_set(name, set)?;
        Ok(verifier.map(|verifier| Self::new(Arc::clone(&self.own), verifier, self.cache_seed)))
    }

    /// The same keys without the key set of the trusted issuer `name`.
    #[must_use]
    pub fn without_key_set(&self, name: &IssuerName) -> Self {
        let verifier = self.verifier.without_key_set(name);
        Self::new(Arc::clone(&self.own), verifier, self.cache_seed)
    }

    /// Our own keys of these, and the key sets of others of `before`.
    #[must_use]
    pub fn with_key_sets_of(&self, before: &Self) -> Self {
        let verifier = self.verifier.with_key_sets_of(&before.verifier);
        Self::new(Arc::clone(&self.own), verifier, self.cache_seed)
    }

    /// Signs an access token.
    ///
    /// # Errors
    /// When the library fails.
    pub fn issue(&self, claims: &Claims) -> Result<String, SigningError> {
        issue(&self.own.signing, claims)
    }

    /// What verifies tokens.
    #[must_use]
    pub const fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// Our own keys that verify no more.
    #[must_use]
    pub fn retired(&self) -> &[VerifyingKey] {
        &self.own.retired
    }

    /// The public keys as a JWK set (RFC 7517, section 5).
    #[must_use]
    pub fn jwks(&self) -> &Value {
        &self.own.jwks
    }

    /// The algorithm that signs.
    #[must_use]
    pub fn alg(&self) -> Alg {
        self.own.signing.alg()
    }
}

impl fmt::Debug for TokenKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenKeys")
            .field("alg", &self.alg())
            .finish_non_exhaustive()
    }
}

/// The algorithm of the key pair that the store holds; none when a secret signs.
#[must_use]
pub const fn stored_alg(signing: Signing) -> Option<Alg> {
    match signing {
        Signing::EdDsa => Some(Alg::EdDsa),
        Signing::Es256 => Some(Alg::Es256),
        Signing::Secret => None,
    }
}

/// A new key pair, sealed, as the active key of the store.
///
/// # Errors
/// When the cryptographic library fails.
pub fn new_row<R: CryptoRng + ?Sized>(
    alg: Alg,
    sealing: &SealingKey,
    now: Timestamp,
    rng: &mut R,
) -> Result<SigningKeyRow, TokenKeysError> {
    let failed = |error| refused("of a new pair", error);
    let key = drawn(alg, rng).map_err(failed)?;
    let pkcs8 = key.to_pkcs8().map_err(failed)?;
    let kid = key
        .kid()
        .map_or_else(String::new, |kid| kid.as_str().to_owned());
    let public_jwk = key.public_jwk().and_then(Jwk::public_json);
    let public_jwk = public_jwk.map_or_else(String::new, |jwk| jwk.to_string());
    let sealed = sealing.seal(&pkcs8, &place(&kid), rng);
    Ok(SigningKeyRow {
        alg: alg.as_str().to_owned(),
        state: KeyState::Active,
        sealed: sealed.map_err(|_| TokenKeysError::Sealing)?,
        public_jwk,
        created_at: now,
        kid,
    })
}

fn drawn<R: CryptoRng + ?Sized>(alg: Alg, rng: &mut R) -> Result<SigningKey, KeyError> {
    let mut seed = Zeroizing::new([0; 32]);
    loop {
        rng.fill_bytes(&mut *seed);
        match SigningKey::from_seed(alg, &seed) {
            // One seed in 2^32 is no scalar of P-256: draw again.
            Err(KeyError::PrivateKey(Alg::Es256)) => {}
            made => return made,
        }
    }
}

/// How long a key that no longer signs must still verify: the life of a token, and the leeway twice.
#[must_use]
pub fn overlap(settings: &Settings) -> Duration {
    settings.tokens.access_ttl + settings.tokens.leeway * 2
}

fn open(row: &SigningKeyRow, sealing: &SealingKey) -> Result<SigningKey, TokenKeysError> {
    let unknown = || TokenKeysError::UnknownAlg {
        kid: row.kid.clone(),
        alg: row.alg.clone(),
    };
    let alg = Alg::parse(&row.alg)
        .filter(|alg| !alg.is_symmetric())
        .ok_or_else(unknown)?;
    let opened = sealing.open(&row.sealed, &place(&row.kid));
    let pkcs8 = opened.map_err(|error| TokenKeysError::Sealed {
        kid: row.kid.clone(),
        error,
    })?;
    SigningKey::from_pkcs8(alg, &pkcs8).map_err(|error| refused(&row.kid, error))
}

/// What a sealed key is bound to, so that rows cannot be swapped.
fn place(kid: &str) -> String {
    format!("signing_keys/{kid}")
}

fn policy(settings: &Settings) -> Policy {
    Policy {
        issuer: settings.tokens.issuer.clone(),
        audiences: settings.tokens.audience.iter().cloned().collect(),
        accept_legacy: settings.tokens.accept_legacy,
        leeway: i64::try_from(settings.tokens.leeway.as_secs()).unwrap_or(i64::MAX),
        ..Policy::default()
    }
}

fn refused(label: &str, error: KeyError) -> TokenKeysError {
    TokenKeysError::Key {
        label: label.to_owned(),
        error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::Entropy;
    use crate::settings::{Inputs, TextFile, resolve};
    use countersign_domain::keys::RootKey;
    use countersign_verify::{Cause, Trace, TraceId};

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn settings(pairs: &[(&str, &str)]) -> Settings {
        let process = pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        let inputs = Inputs {
            process: process.collect(),
            ..Inputs::default()
        };
        resolve(&inputs).expect("good settings")
    }

    fn sealing(byte: u8) -> SealingKey {
        RootKey::from_bytes([byte; 32]).sealing_key().expect("key")
    }

    fn keys(
        settings: &Settings,
        secret: Option<&Secret>,
        rows: &[SigningKeyRow],
    ) -> Result<TokenKeys, TokenKeysError> {
        TokenKeys::assemble(&Material {
            settings,
            secret: secret.map(|secret| ("JWT_SECRET", secret)),
            rows,
            sealing: &sealing(1),
            now: NOW,
            cache_seed: 7,
        })
    }

    fn claims() -> Claims {
        let now = NOW.seconds();
        Claims {
            sub: "user".into(),
            sid: "session".into(),
            iat: now,
            nbf: now,
            exp: now + 60,
            ..Claims::default()
        }
    }

    fn verdict(keys: &TokenKeys, token: &str) -> Result<bool, Cause> {
        let mut trace = Trace::new(TraceId::from_bytes([0; 16]));
        let verified = keys.verifier().verify(token, NOW.seconds(), &mut trace);
        verified
            .map(|token| token.own())
            .map_err(|refusal| refusal.cause)
    }

    #[test]
    fn tokens_of_a_rotated_key_verify_until_the_overlap_is_over() {
        for (signing, alg) in [("eddsa", Alg::EdDsa), ("es256", Alg::Es256)] {
            let settings = settings(&[("SIGNING", signing)]);
            let mut rng = Entropy::seeded(3);
            let mut old = new_row(alg, &sealing(1), NOW, &mut rng).expect("row");
            let before = keys(&settings, None, std::slice::from_ref(&old)).expect("keys");
            let token = before.issue(&claims()).expect("token");
            let new = new_row(alg, &sealing(1), NOW, &mut rng).expect("row");
            old.state = KeyState::Retiring {
                until: NOW + overlap(&settings),
            };
            let during = keys(&settings, None, &[old.clone(), new.clone()]).expect("keys");
            assert_eq!(verdict(&during, &token), Ok(true), "{signing}");
            let fresh = during.issue(&claims()).expect("token");
            assert_eq!(
                verdict(&before, &fresh),
                Err(Cause::KidNotInJwks),
                "{signing}"
            );
            let jwks = during.jwks().to_string();
            assert!(jwks.contains(&new.kid) && jwks.contains(&old.kid));
            old.state = KeyState::Retiring {
                until: NOW - Duration::from_secs(1),
            };
            let after = keys(&settings, None, &[old, new]).expect("keys");
            assert_eq!(
                verdict(&after, &token),
                Err(Cause::KidNotInJwks),
                "{signing}"
            );
        }
    }

    #[test]
    fn a_trusted_issuer_cannot_speak_of_our_sessions() {
        let secret = Secret::from("0123456789abcdef0123456789abcdef");
        let theirs = Secret::from("fedcba9876543210fedcba9876543210");
        let text = "[[trusted_issuer]]\nkind = \"shared-secret\"\nsecret_env = \"THEIRS\"\n";
        let inputs = Inputs {
            process: vec![(
                "THEIRS".to_owned(),
                "fedcba9876543210fedcba9876543210".to_owned(),
            )],
            config: Some(TextFile::new("countersign.toml", text)),
            ..Inputs::default()
        };
        let settings = resolve(&inputs).expect("good settings");
        let keys = keys(&settings, Some(&secret), &[]).expect("keys");
        let ours = keys.issue(&claims()).expect("token");
        assert_eq!(verdict(&keys, &ours), Ok(true));
        let key = SigningKey::hmac("x", &theirs).expect("key");
        let forged = issue(&key, &claims()).expect("token");
        assert_eq!(verdict(&keys, &forged), Ok(false));
    }

    #[test]
    fn a_secret_alone_publishes_no_key_and_no_key_cannot_sign() {
        let secret = Secret::from("0123456789abcdef0123456789abcdef");
        let hmac = keys(&settings(&[]), Some(&secret), &[]).expect("keys");
        assert_eq!(hmac.jwks().to_string(), r#"{"keys":[]}"#);
        assert_eq!(hmac.alg(), Alg::Hs256);
        let none = keys(&settings(&[("SIGNING", "eddsa")]), Some(&secret), &[]);
        assert!(matches!(none, Err(TokenKeysError::NoActiveKey)));
    }

    #[test]
    fn a_key_sealed_under_another_root_is_named() {
        let row = new_row(Alg::EdDsa, &sealing(2), NOW, &mut Entropy::seeded(1)).expect("row");
        let error = keys(
            &settings(&[("SIGNING", "eddsa")]),
            None,
            std::slice::from_ref(&row),
        );
        let error = error.expect_err("sealed");
        assert!(error.to_string().contains(&row.kid), "{error}");
    }
}
