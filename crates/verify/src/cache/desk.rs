//! What each thread keeps at hand of the cache.

use crate::VerifiedToken;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, TryLockError};

/// As many as threads that verify at the same time, on most machines. What is more shares.
const MOST: usize = 32;

/// The tokens that one thread sees again and again, each in a copy of its own.
///
/// A lock and a count of references are written at every use. Processors hand such a line from one to the other, and
/// so two that write the same take longer than one alone. Two lines of 64 bytes, since they are fetched in pairs.
#[derive(Default)]
#[repr(align(128))]
pub(super) struct Desk(Mutex<Vec<Place>>);

/// A place for one token of those whose hashes lead here.
#[derive(Clone, Default)]
struct Place {
    hash: u64,
    token: Option<Arc<VerifiedToken>>,
    /// The hash of the token that was asked for in vain the last time: when it comes again it gets the place. So
    /// tokens that are seen once push none out.
    wanted: u64,
}

/// The desks of a cache.
pub(super) struct Desks {
    desks: Box<[Desk]>,
    /// How many places each has, a power of two.
    places: usize,
}

impl Desks {
    /// With about half as many places as the cache has.
    pub(super) fn new(capacity: usize) -> Self {
        let most = (capacity / 2).max(1);
        let desks = 1 << most.min(MOST).ilog2();
        Self {
            desks: (0..desks).map(|_| Desk::default()).collect(),
            places: 1 << (most / desks).ilog2(),
        }
    }

    /// The number of this thread's desk.
    pub(super) fn mine(&self) -> usize {
        static THREADS: AtomicUsize = AtomicUsize::new(0);
        thread_local! {
            static THREAD: usize = THREADS.fetch_add(1, Ordering::Relaxed);
        }
        THREAD.with(|thread| thread & (self.desks.len() - 1)) // a power of two
    }

    /// The desk of that number. `None` if another thread is at it, which is not waited for.
    pub(super) fn open(&self, number: usize, hash: u64) -> Option<Open<'_>> {
        let places = match self.desks.get(number)?.0.try_lock() {
            Ok(places) => places,
            // A panic elsewhere leaves no half-written place behind, so poison means nothing here.
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        Some(Open {
            places,
            count: self.places,
            hash,
        })
    }
}

/// A desk, open at the place of one hash.
pub(super) struct Open<'a> {
    places: MutexGuard<'a, Vec<Place>>,
    count: usize,
    hash: u64,
}

impl Open<'_> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the lowest bits are as good as any"
    )]
    const fn place(&self) -> usize {
        self.hash as usize & (self.count - 1) // a power of two
    }

    /// The token of this text, if it lies here.
    #[inline]
    pub(super) fn find(&self, text: &str) -> Option<Arc<VerifiedToken>> {
        let place = self.places.get(self.place())?;
        let token = place.token.as_ref()?;
        let same = place.hash == self.hash && token.expose_token() == text;
        same.then(|| Arc::clone(token))
    }

    /// Notes that a token was looked for here and found elsewhere; the second time in a row, keeps `copy` of it.
    pub(super) fn missed(&mut self, copy: impl FnOnce() -> Arc<VerifiedToken>) {
        if self.places.is_empty() {
            let count = self.count;
            self.places.resize(count, Place::default());
        }
        let (hash, place) = (self.hash, self.place());
        let Some(place) = self.places.get_mut(place) else {
            return;
        };
        if place.wanted == hash {
            place.hash = hash;
            place.token = Some(copy());
        } else {
            place.wanted = hash;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_half_as_many_places_as_in_the_cache() {
        for capacity in [0, 1, 2, 3, 8, 63, 64, 100, 1_024, 10_000] {
            let desks = Desks::new(capacity);
            let all = desks.desks.len() * desks.places;
            assert!(all <= (capacity / 2).max(1), "{capacity}");
            assert!(4 * all >= capacity / 2, "{capacity}");
            assert!(desks.desks.len().is_power_of_two() && desks.places.is_power_of_two());
            assert!(desks.mine() < desks.desks.len());
        }
    }

    #[test]
    fn nobody_waits_for_a_desk() {
        let desks = Desks::new(64);
        let open = desks.open(3, 7);
        assert!(open.is_some() && desks.open(3, 8).is_none() && desks.open(4, 7).is_some());
        drop(open);
        assert!(desks.open(3, 8).is_some());
    }
}
