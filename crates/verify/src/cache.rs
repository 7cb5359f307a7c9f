//! The cache of verified tokens.

mod desk;

use crate::VerifiedToken;
use desk::Desks;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// How many places a token may take: few enough to look at each, enough to evict the oldest.
const WAYS: usize = 8;

/// Tokens whose signature and standing claims are known to be good, found by their full text.
///
/// Bounded and split into sets with a lock each. A token is found by a keyed hash of its signature, which
/// nobody can choose, and then compared whole. Times are checked at every use, so a token is never good
/// past its `exp`. A cache belongs to one verifier: keys and policy of another would judge otherwise.
///
/// A thread that sees a token for the third time keeps it at hand: from then on it writes nothing that another thread
/// reads, and so threads do not slow each other down.
pub struct VerifiedCache {
    sets: Box<[Mutex<Set>]>,
    desks: Desks,
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
    /// The desk of the thread that verified it, which need not copy it.
    home: usize,
}

impl VerifiedCache {
    /// A cache of about `capacity` tokens (some 1.5 KiB each, once used) under a random `seed`, and of half as many
    /// copies for the threads that use them most.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "the seed is cut in halves")]
    pub fn new(capacity: usize, seed: u128) -> Self {
        let sets = (capacity / WAYS).max(1).next_power_of_two();
        Self {
            sets: (0..sets).map(|_| Mutex::default()).collect(),
            desks: Desks::new(capacity),
            seed: [seed as u64, (seed >> 64) as u64],
        }
    }

    pub(crate) fn find(&self, token: &str) -> Option<Arc<VerifiedToken>> {
        let hash = self.hash(token);
        let mine = self.desks.mine();
        let mut desk = self.desks.open(mine, hash);
        if let Some(found) = desk.as_ref().and_then(|desk| desk.find(token)) {
            return Some(found);
        }
        let (found, home) = self.set(hash).find(hash, token)?;
        if let Some(desk) = &mut desk {
            desk.missed(|| {
                if home == mine {
                    Arc::clone(&found)
                } else {
                    Arc::new(VerifiedToken::clone(&found))
                }
            });
        }
        Some(found)
    }

    pub(crate) fn insert(&self, token: &Arc<VerifiedToken>) {
        let hash = self.hash(token.expose_token());
        let mut set = self.set(hash);
        set.uses += 1;
        let entry = Entry {
            hash,
            used: set.uses,
            token: Arc::clone(token),
            home: self.desks.mine(),
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

    /// How many tokens are held now, copies not counted.
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
    /// The token of this text, and whose desk it came from.
    fn find(&mut self, hash: u64, text: &str) -> Option<(Arc<VerifiedToken>, usize)> {
        self.uses += 1;
        let entry = self.entries.iter_mut().find(|entry| entry.hash == hash)?;
        if entry.token.expose_token() != text {
            return None;
        }
        entry.used = self.uses;
        Some((Arc::clone(&entry.token), entry.home))
    }

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
