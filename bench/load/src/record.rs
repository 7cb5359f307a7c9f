//! What a run measured, and its JSON.

use std::collections::BTreeMap;
use std::time::Duration;

use hdrhistogram::Histogram;
use serde_json::{Value, json};

/// Latencies by status code, and what went wrong.
#[derive(Default)]
pub struct Record {
    latencies: BTreeMap<u16, Histogram<u64>>,
    /// Responses that came inside the measured span.
    pub completed: u64,
    /// Of those, the ones with a status of 200 to 299.
    pub good: u64,
    /// Connections that ended with a request on its way.
    pub broken: u64,
    /// Connections opened anew, for whatever reason.
    pub reconnected: u64,
    /// 503 and 429 without a `Retry-After`.
    pub no_retry_after: u64,
    /// The first body of every status that is not good, for the reader.
    pub samples: BTreeMap<u16, String>,
}

/// Stands for requests that no answer came to.
pub const UNANSWERED: u16 = 0;

impl Record {
    /// Notes one latency.
    ///
    /// # Errors
    /// When the histogram cannot be made.
    pub fn note(
        &mut self,
        status: u16,
        latency: Duration,
    ) -> Result<(), hdrhistogram::CreationError> {
        let nanoseconds = u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX);
        if let Some(histogram) = self.latencies.get_mut(&status) {
            histogram.saturating_record(nanoseconds);
        } else {
            let mut histogram = Histogram::new_with_bounds(1_000, 600_000_000_000, 3)?;
            histogram.saturating_record(nanoseconds);
            self.latencies.insert(status, histogram);
        }
        Ok(())
    }

    /// Counts and quantiles in milliseconds, one entry a status.
    pub fn latencies(&self) -> Value {
        self.latencies
            .iter()
            .map(|(status, histogram)| {
                let name = if *status == UNANSWERED {
                    "unanswered".to_owned()
                } else {
                    status.to_string()
                };
                let quantile = |q| milliseconds(histogram.value_at_quantile(q));
                let entry = json!({
                    "count": histogram.len(),
                    "p50_ms": quantile(0.5),
                    "p90_ms": quantile(0.9),
                    "p99_ms": quantile(0.99),
                    "p999_ms": quantile(0.999),
                    "max_ms": milliseconds(histogram.max()),
                });
                (name, entry)
            })
            .collect::<serde_json::Map<_, _>>()
            .into()
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a latency has far fewer than 52 bits"
)]
fn milliseconds(nanoseconds: u64) -> f64 {
    (nanoseconds as f64 / 1e3).round() / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_statuses_apart() {
        let mut record = Record::default();
        for n in 1..=100 {
            record.note(200, Duration::from_millis(n)).unwrap();
        }
        record.note(503, Duration::from_micros(10)).unwrap();
        record.note(UNANSWERED, Duration::from_secs(9)).unwrap();
        let latencies = record.latencies();
        assert_eq!(latencies["200"]["count"], 100);
        let p99 = latencies["200"]["p99_ms"].as_f64().unwrap();
        assert!((99.0..99.2).contains(&p99), "{p99}");
        assert_eq!(latencies["503"]["count"], 1);
        assert!(latencies["unanswered"]["max_ms"].as_f64().unwrap() >= 9000.0);
    }
}
