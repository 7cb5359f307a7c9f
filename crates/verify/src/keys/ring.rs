//! The keys a verifier trusts.

use super::{IgnoredJwk, Jwk, JwkSet, KeyError, Kid, VerifyingKey};
use crate::{Alg, Algs};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::BuildHasherDefault;

/// How many keys are tried for a token that names none: each costs a signature check.
const MOST_TRIED: usize = 8;

/// The keys a verifier trusts, found by `kid` and algorithm in a time that does not grow with their
/// number. Immutable: to rotate, build another.
#[derive(Clone, Debug, Default)]
pub struct KeyRing {
    keys: Vec<VerifyingKey>,
    /// Where in `keys` the keys of each name stand. The names are ours or a trusted issuer's, so the
    /// hash needs no secret; and this crate draws no random numbers.
    by_kid: HashMap<Kid, Vec<usize>, BuildHasherDefault<DefaultHasher>>,
    /// For each algorithm, the first keys of it, and the first of these that have no name.
    by_alg: [OfAlg; Alg::ALL.len()],
    algs: Algs,
    published: Vec<Jwk>,
    unusable: Vec<IgnoredJwk>,
}

#[derive(Clone, Debug, Default)]
struct OfAlg {
    any: First,
    unnamed: First,
}

/// The first keys of a kind, and how many there are.
#[derive(Clone, Debug, Default)]
struct First {
    places: Vec<usize>,
    count: usize,
}

impl First {
    fn add(&mut self, place: usize) {
        if self.places.len() < MOST_TRIED {
            self.places.push(place);
        }
        self.count += 1;
    }
}

/// Why no key of a ring may check a token.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum NoKey<'r> {
    /// Keys of that name, or of any name, are for these other algorithms.
    Alg {
        held: Algs,
        /// Whether the token names one of them.
        named: bool,
    },
    /// The ring has no key at all.
    Empty,
    /// No key of that name.
    Kid,
    /// The key of that name, or the only ones there are, cannot be used.
    Unusable(&'r IgnoredJwk),
}

/// The keys that may have signed a token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidates<'r> {
    keys: &'r [VerifyingKey],
    places: &'r [usize],
    alg: Alg,
    /// How many more there are than are tried.
    pub(crate) untried: usize,
}

impl<'r> Candidates<'r> {
    pub(crate) fn iter(self) -> impl Iterator<Item = &'r VerifyingKey> {
        self.placed().map(|(_, key)| key)
    }

    /// The same, each with its place among the ring's keys.
    pub(crate) fn placed(self) -> impl Iterator<Item = (usize, &'r VerifyingKey)> {
        let found = self
            .places
            .iter()
            .filter_map(|place| Some((*place, self.keys.get(*place)?)));
        found
            .filter(move |(_, key)| key.algs().contains(self.alg))
            .take(MOST_TRIED)
    }
}

impl KeyRing {
    /// A ring without keys: it trusts nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Trusts `key`. For a token without `kid`, keys are tried in the order they were added, eight at most.
    #[must_use]
    pub fn with(mut self, key: VerifyingKey) -> Self {
        let place = self.keys.len();
        for alg in key.algs().iter() {
            // The index of Alg::ALL is the discriminant.
            let of_alg = &mut self.by_alg[alg as usize];
            of_alg.any.add(place);
            if key.kid().is_none() {
                of_alg.unnamed.add(place);
            }
        }
        if let Some(kid) = key.kid() {
            self.by_kid.entry(kid.clone()).or_default().push(place);
        }
        self.algs = self.algs.union(key.algs());
        self.keys.push(key);
        self
    }

    /// Trusts the usable keys of `set`, and remembers the others, to say why a token of theirs is refused.
    ///
    /// # Errors
    /// [`KeyError`] if a key of the set is damaged, which [`JwkSet::parse`] would have found.
    pub fn with_set(mut self, set: &JwkSet, label: &str) -> Result<Self, KeyError> {
        for jwk in &set.keys {
            self = self.with(jwk.verifying_key(label)?);
        }
        self.unusable.extend(set.ignored.iter().cloned());
        Ok(self)
    }

    /// Trusts a public key of our own and lists it in [`KeyRing::public_set`].
    ///
    /// # Errors
    /// [`KeyError`] if `jwk` holds no valid point.
    pub fn with_published(mut self, jwk: &Jwk, label: &str) -> Result<Self, KeyError> {
        self = self.with(jwk.verifying_key(label)?);
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
    ) -> Result<Candidates<'_>, NoKey<'_>> {
        let OfAlg { any, unnamed } = &self.by_alg[alg as usize];
        let named = kid.and_then(|kid| self.by_kid.get(kid));
        let (places, untried) = match (named, kid) {
            (Some(places), _) => (places.as_slice(), 0),
            // One with an unknown kid may only be from a key without a name.
            (None, Some(_)) => (unnamed.places.as_slice(), unnamed.left()),
            // A token without kid may be from any key.
            (None, None) => (any.places.as_slice(), any.left()),
        };
        let candidates = Candidates {
            keys: &self.keys,
            places,
            alg,
            untried,
        };
        match candidates.iter().next() {
            Some(_) => Ok(candidates),
            None => Err(self.why_none(kid, named.map(Vec::as_slice), alg)),
        }
    }

    #[cold]
    fn why_none(&self, kid: Option<&str>, named: Option<&[usize]>, alg: Alg) -> NoKey<'_> {
        if let Some(places) = named {
            let of_name = places.iter().filter_map(|place| self.keys.get(*place));
            let held = of_name.fold(Algs::default(), |algs, key| algs.union(key.algs()));
            return NoKey::Alg { held, named: true };
        }
        let unusable = match kid {
            Some(kid) => self
                .unusable
                .iter()
                .find(|key| key.kid.as_deref() == Some(kid)),
            None if self.keys.is_empty() => self.unusable.first(),
            None => None,
        };
        if let Some(unusable) = unusable {
            NoKey::Unusable(unusable)
        } else if self.keys.is_empty() {
            self.unusable.first().map_or(NoKey::Empty, NoKey::Unusable)
        } else if self.algs.contains(alg) {
            NoKey::Kid
        } else {
            NoKey::Alg {
                held: self.algs,
                named: false,
            }
        }
    }
}

impl First {
    const fn left(&self) -> usize {
        self.count - self.places.len()
    }
}
