//! The one place where the server reads the time.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use countersign_domain::Timestamp;

/// Where the server's time comes from. Cloned handles share one clock.
#[derive(Clone, Debug, Default)]
pub struct Clock(Source);

#[derive(Clone, Debug, Default)]
enum Source {
    Fixed(Arc<AtomicI64>),
    #[default]
    System,
}

impl Clock {
    /// The system's clock.
    #[must_use]
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still at `micros` (µs since the epoch) until it is set.
    #[must_use]
    pub fn fixed(micros: i64) -> Self {
        Self(Source::Fixed(Arc::new(AtomicI64::new(micros))))
    }

    /// Microseconds since the epoch; 0 for a system clock set before 1970.
    #[must_use]
    pub fn micros(&self) -> i64 {
        match &self.0 {
            Source::Fixed(micros) => micros.load(Ordering::Relaxed),
            Source::System => system_micros(),
        }
    }

    /// The time since some fixed moment, which setting the system's clock does not change.
    #[must_use]
    pub fn monotonic(&self) -> Duration {
        match &self.0 {
            Source::Fixed(_) => Duration::from_micros(u64::try_from(self.micros()).unwrap_or(0)),
            Source::System => system_monotonic(),
        }
    }

    /// The present time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.micros())
    }

    /// Whole seconds since the epoch.
    #[must_use]
    pub fn seconds(&self) -> i64 {
        self.micros().div_euclid(1_000_000)
    }

    /// Moves a fixed clock by `seconds`, which may be negative. A system clock stays as it is.
    pub fn advance(&self, seconds: i64) {
        if let Source::Fixed(micros) = &self.0 {
            micros.fetch_add(seconds.saturating_mul(1_000_000), Ordering::Relaxed);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the clock")]
fn system_micros() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| {
            i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
        })
}

#[expect(clippy::disallowed_methods, reason = "this is the clock")]
fn system_monotonic() -> Duration {
    static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
    BEGAN.elapsed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_clock_moves_only_when_told_and_for_all_its_handles() {
        let clock = Clock::fixed(1_700_000_000_500_000);
        let handle = clock.clone();
        assert_eq!(handle.seconds(), 1_700_000_000);
        clock.advance(-3600);
        assert_eq!(handle.micros(), 1_699_996_400_500_000);
    }

    #[test]
    fn the_system_clock_cannot_be_moved() {
        let clock = Clock::system();
        let before = clock.seconds();
        clock.advance(1_000_000);
        assert!(clock.seconds() - before < 1000, "{before}");
        assert!(before > 1_700_000_000, "{before}");
    }
}
