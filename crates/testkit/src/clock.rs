//! A clock that stands still.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// A time that moves only when the test says so, in microseconds since the epoch.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// A clock that stands at so many microseconds since the epoch.
    #[must_use]
    pub const fn at(micros: i64) -> Self {
        Self(AtomicI64::new(micros))
    }

    /// The time, in microseconds since the epoch.
    #[must_use]
    pub fn micros(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    /// Moves the time forward.
    pub fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
        self.0.fetch_add(by, Ordering::SeqCst);
    }

    /// Sets the time, backwards too.
    pub fn set(&self, micros: i64) {
        self.0.store(micros, Ordering::SeqCst);
    }
}

impl Default for FixedClock {
    /// Noon of 1 July 2026, UTC.
    fn default() -> Self {
        Self::at(1_782_907_200_000_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_moves_only_when_told() {
        let clock = FixedClock::default();
        assert_eq!(clock.micros(), 1_782_907_200_000_000);
        clock.advance(Duration::from_millis(1500));
        assert_eq!(clock.micros(), 1_782_907_201_500_000);
        clock.set(5);
        assert_eq!(clock.micros(), 5);
    }
}
