//! The clock of a server, read off the Date header (RFC 9110, section 6.6.1).

use countersign_diagnose::{Probe, ProbeFact, http_date};

/// Clocks that are apart by less than this are one.
const TOLERATED_MS: i64 = 5_000;

/// Between which values the server's clock is ahead of ours, in milliseconds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Sample {
    low: i64,
    high: i64,
}

impl Sample {
    /// From a Date header and the times at which the request went out and the answer came in, in
    /// microseconds. The header was written in between, and has whole seconds alone.
    pub(super) fn new(date: &str, sent: i64, received: i64) -> Option<Self> {
        let server = http_date(date)?.checked_mul(1_000)?;
        Some(Self {
            low: server
                .checked_sub(received.div_euclid(1_000))?
                .checked_sub(1)?,
            high: server
                .checked_add(1_000)?
                .checked_sub(sent.div_euclid(1_000))?,
        })
    }

    /// What both samples allow; the later one if the clock moved between them.
    fn and(self, other: Self) -> Self {
        let both = Self {
            low: self.low.max(other.low),
            high: self.high.min(other.high),
        };
        if both.low <= both.high { both } else { other }
    }
}

/// Compares the clocks by all samples together.
pub(super) fn judge(target: &str, samples: &[Sample]) -> Probe {
    let Some(all) = samples.iter().copied().reduce(Sample::and) else {
        return Probe::skipped("clock", target, "no answer has a Date header");
    };
    let (ahead_ms, error_ms) = (i64::midpoint(all.low, all.high), (all.high - all.low) / 2);
    let why = format!(
        "{} answers: {ahead_ms:+} ms against the clock here, ± {error_ms} ms",
        samples.len()
    );
    if ahead_ms.abs() <= TOLERATED_MS + error_ms {
        return Probe::ok("clock", target, why);
    }
    Probe::failed("clock", target, why).with(ProbeFact::ClockOff { ahead_ms, error_ms })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATE: &str = "Wed, 21 Oct 2015 07:28:00 GMT";
    const AT: i64 = 1_445_412_480_000_000;

    fn sample(sent: i64, received: i64) -> Sample {
        Sample::new(DATE, AT + sent * 1_000, AT + received * 1_000).expect("a date")
    }

    #[test]
    fn the_error_is_half_the_round_trip_and_half_a_second() {
        let one = sample(0, 200);
        assert_eq!((one.low, one.high), (-201, 1_000));
        let probe = judge("t", &[one]);
        assert!(probe.why.contains("± 600 ms"), "{}", probe.why);
        assert!(probe.facts.is_empty());
    }

    #[test]
    fn more_samples_are_more_exact() {
        let probe = judge("t", &[sample(0, 200), sample(700, 900)]);
        assert!(probe.why.contains("± 250 ms"), "{}", probe.why);
    }

    #[test]
    fn a_clock_that_is_off_is_told_with_its_sign() {
        for (moved, wanted) in [(90_000, -90_000), (-3_600_000, 3_600_000)] {
            let probe = judge("t", &[sample(moved, moved + 100)]);
            let Some(ProbeFact::ClockOff { ahead_ms, .. }) = probe.facts.first() else {
                panic!("{probe:?}");
            };
            assert!((ahead_ms - wanted).abs() < 600, "{ahead_ms}");
        }
        assert!(judge("t", &[sample(3_000, 3_100)]).facts.is_empty());
        assert_eq!(Sample::new("yesterday", 0, 0), None);
        assert!(judge("t", &[]).facts.is_empty());
    }
}
