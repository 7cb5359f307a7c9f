//! The cache of verified tokens.

use crate::VerifiedToken;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// How many places a token may take: few enough to look at each, enough to evict the oldest.
const WAYS: usize = 8;

/// Tokens whose signature and standing claims are known to be good, found by their full text.
///
/// Bounded and split into sets with a lock each. A token is found by a keyed hash of its signature, which
/// nobody can choose, and then compared whole. Times are checked at every use, so a token is never good
/// past its `exp`. A cache belongs to one verifier: keys and policy of another would judge otherwise.
pub struct VerifiedCache {
    sets: Box<[Mutex<Set>]>,
    seed: [u64; 2],
}

#[derive(Default)]
struct Set {
    /// Counts uses, to know which entry was used longest ago.
    uses: u64,
    entries: Vec<Entry>,
}

struct Entry {
    hash: u64,
    used: u64,
    token: Arc<VerifiedToken>,
}

impl VerifiedCache {
    /// A cache of about `capacity` tokens (some 1.5 KiB each, once used) under a random `seed`.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "the seed is cut in halves")]
    pub fn new(capacity: usize, seed: u128) -> Self {
        let sets = (capacity / WAYS).max(1).next_power_of_two();
        Self {
            sets: (0..sets).map(|_| Mutex::default()).collect(),
            seed: [seed as u64, (seed >> 64) as u64],
        }
    }

    pub(crate) fn find(&self, token: &str) -> Option<Arc<VerifiedToken>> {
        let hash = self.hash(token);
        let mut set = self.set(hash);
        set.uses += 1;
        let uses = set.uses;
        let entry = set.entries.iter_mut().find(|entry| entry.hash == hash)?;
        if entry.token.expose_token() != token {
            return None;
        }
        entry.used = uses;
        Some(Arc::clone(&entry.token))
    }

    pub(crate) fn insert(&self, token: &Arc<VerifiedToken>) {
        let hash = self.hash(token.expose_token());
        let mut set = self.set(hash);
        set.uses += 1;
        let entry = Entry {
            hash,
            used: set.uses,
            token: Arc::clone(token),
        };
        let same = set.entries.iter().position(|old| old.hash == hash);
        let place = same.or_else(|| {
            if set.entries.len() < WAYS {
                None
            } else {
                set.oldest()
            }
        });
        match place.and_then(|place| set.entries.get_mut(place)) {
            Some(old) => *old = entry,
            None => set.entries.push(entry),
        }
    }

    /// How many tokens are held now.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sets
            .iter()
            .map(|set| {
                set.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .entries
                    .len()
            })
            .sum()
    }

    /// Whether no token is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn set(&self, hash: u64) -> std::sync::MutexGuard<'_, Set> {
        let mask = self.sets.len() - 1; // a power of two
        let place = (hash >> 32) as usize & mask;
        // A panic elsewhere leaves no half-written entry behind, so poison means nothing here.
        self.sets[place]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// A keyed hash of the token's last bytes, which are its signature, by folded multiplication.
    fn hash(&self, token: &str) -> u64 {
        let bytes = token.as_bytes();
        let tail = &bytes[bytes.len().saturating_sub(40)..];
        let mut hash = self.seed[0] ^ bytes.len() as u64;
        for chunk in tail.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            hash = fold(hash ^ u64::from_le_bytes(word), self.seed[1] | 1);
        }
        fold(hash, 0x9e37_79b9_7f4a_7c15)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "both halves of the product are used"
)]
const fn fold(a: u64, b: u64) -> u64 {
    let product = a as u128 * b as u128;
    (product as u64) ^ (product >> 64) as u64
}

impl Set {
    fn oldest(&self) -> Option<usize> {
        let oldest = self
            .entries
            .iter()
            .enumerate()
            .min_by_key(|(_, entry)| entry.used);
        oldest.map(|(place, _)| place)
    }
}

impl fmt::Debug for VerifiedCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedCache")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}
