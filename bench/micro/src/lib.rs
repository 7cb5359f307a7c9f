//! One access token, checked in full by each verifier: what the programs in `bin/` measure.
#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a bench that cannot be set up has to stop"
)]

pub mod bed;
pub mod floors;
pub mod ours;
pub mod peers;

use std::time::{Duration, Instant};

/// Something to measure.
pub struct Subject {
    /// Who checks, as the tables call it.
    pub name: &'static str,
    /// The algorithm, or what else varies.
    pub variant: String,
    /// One check; it stops the program if the token is refused.
    pub run: Box<dyn Fn() + Send + Sync>,
}

impl Subject {
    /// A subject.
    pub fn new(
        name: &'static str,
        variant: impl Into<String>,
        run: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        Self {
            name,
            variant: variant.into(),
            run: Box::new(run),
        }
    }

    /// How often to run it so that it takes about `target`.
    #[must_use]
    pub fn times(&self, target: Duration) -> u64 {
        let mut times = 1;
        loop {
            let taken = self.timed(times);
            if taken * 4 > target {
                let each = taken.as_secs_f64() / as_f64(times);
                return 1 + as_u64(target.as_secs_f64() / each);
            }
            times *= 2;
        }
    }

    /// How long it takes to run `times` times.
    #[must_use]
    pub fn timed(&self, times: u64) -> Duration {
        let began = Instant::now();
        for _ in 0..times {
            (self.run)();
        }
        began.elapsed()
    }
}

/// For counts far below 2^53.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "see above")]
pub const fn as_f64(count: u64) -> f64 {
    count as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a positive count"
)]
const fn as_u64(count: f64) -> u64 {
    count as u64
}
