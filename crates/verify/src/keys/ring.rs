//! The keys a verifier trusts.

use super::{Jwk, VerifyingKey};
use crate::Alg;
use serde_json::{Value, json};

/// How many keys without `kid` are tried for one token: each costs a signature check.
const MOST_UNNAMED: usize = 8;

/// The keys a verifier trusts, found by `kid` and algorithm. Immutable: to rotate, build another.
#[derive(Clone, Debug, Default)]
pub struct KeyRing {
    keys: Vec<VerifyingKey>,
    published: Vec<Jwk>,
}

/// Why no key of a ring may check a token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum NoKey {
    /// Keys of that name, or of any name, are for other algorithms.
    Alg,
    /// The ring has no key at all.
    Empty,
    /// No key of that name.
    Kid,
}

impl KeyRing {
    /// A ring without keys: it trusts nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            keys: Vec::new(),
            published: Vec::new(),
        }
    }

    /// Trusts `key`. Keys without `kid` are tried in the order they were added, eight at most.
    #[must_use]
    pub fn with(mut self, key: VerifyingKey) -> Self {
        self.keys.push(key);
        self
    }

    /// Trusts a public key of our own and lists it in [`KeyRing::public_set`].
    ///
    /// # Errors
    /// [`super::KeyError`] if `jwk` holds no valid point.
    pub fn with_published(mut self, jwk: &Jwk, label: &str) -> Result<Self, super::KeyError> {
        self.keys.push(jwk.verifying_key(label)?);
        self.published.push(jwk.clone());
        Ok(self)
    }

    /// Every key.
    #[must_use]
    pub fn keys(&self) -> &[VerifyingKey] {
        &self.keys
    }

    /// The published keys as a JWK set (RFC 7517, section 5); never a secret.
    #[must_use]
    pub fn public_set(&self) -> Value {
        let keys: Vec<Value> = self.published.iter().filter_map(Jwk::public_json).collect();
        json!({ "keys": keys })
    }

    /// The keys that may have signed a token with this header: those of its `kid`, otherwise those
    /// without a name; of its algorithm in either case, for the key pins the algorithm.
    pub(crate) fn candidates(
        &self,
        kid: Option<&str>,
        alg: Alg,
    ) -> Result<impl Iterator<Item = &VerifyingKey> + Clone, NoKey> {
        let named = kid.filter(|kid| {
            self.keys
                .iter()
                .any(|key| key.kid().map(super::Kid::as_str) == Some(kid))
        });
        let fits = move |key: &&VerifyingKey| match (named, key.kid()) {
            (Some(kid), Some(of_key)) => of_key.as_str() == kid && key.alg() == alg,
            (Some(_), None) => false,
            // A token without kid may be from any key; one with an unknown kid only from unnamed ones.
            (None, of_key) => key.alg() == alg && (kid.is_none() || of_key.is_none()),
        };
        let found = self.keys.iter().filter(fits).take(MOST_UNNAMED);
        if found.clone().next().is_some() {
            return Ok(found);
        }
        if self.keys.is_empty() {
            Err(NoKey::Empty)
        } else if named.is_some() || self.keys.iter().all(|key| key.alg() != alg) {
            Err(NoKey::Alg)
        } else {
            Err(NoKey::Kid)
        }
    }
}
