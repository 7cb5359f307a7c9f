//! The refusals of the last day, by cause and by hour.

use std::collections::BTreeMap;

use countersign_diagnose::title;
use countersign_domain::Timestamp;
use countersign_store::{RefusalCount, Store, StoreError};
use countersign_verify::Cause;

/// Refusals that are counted at most: as many as are kept.
const COUNTED: u32 = 10_000;
/// Causes that are shown at once; the others unfold.
const AT_ONCE: usize = 6;
/// The height of the chart of hours, in units of its own.
const HEIGHT: i64 = 40;
/// The width of a column and of the gap behind it.
const COLUMN: i64 = 10;

/// The refusals of the last day.
pub(super) struct Tally {
    /// How many.
    pub total: i64,
    /// How many, as it is written.
    pub figure: String,
    /// Whether there were more than are counted.
    pub is_full: bool,
    /// The most common causes, the most common first.
    pub common: Vec<Share>,
    /// The other causes.
    pub rare: Vec<Share>,
    /// The hours, the one that ends now last.
    pub hours: Vec<Column>,
}

/// How often one cause came.
pub(super) struct Share {
    pub cause: Cause,
    pub title: &'static str,
    pub refusals: i64,
    /// How often, as it is written.
    pub figure: String,
    /// Of the most common cause's refusals, in percent; one at least, so that it is seen.
    pub percent: i64,
}

/// One hour, as a column of the chart.
pub(super) struct Column {
    /// From the left.
    pub x: i64,
    /// From the top.
    pub y: i64,
    pub height: i64,
    /// What it stands for, in words.
    pub text: String,
}

impl Tally {
    /// Counts the refusals of the 24 hours before `now`.
    ///
    /// # Errors
    /// As every read of the store.
    pub(super) async fn read(store: &Store, now: Timestamp) -> Result<Self, StoreError> {
        let counts = store.refusals_of_last_day(now, COUNTED).await?;
        Ok(Self::of(&counts))
    }

    fn of(counts: &[RefusalCount]) -> Self {
        let total = counts.iter().map(|count| count.refusals).sum();
        let mut common = shares(counts);
        let rare = common.split_off(AT_ONCE.min(common.len()));
        Self {
            total,
            figure: grouped(total),
            is_full: total >= i64::from(COUNTED),
            common,
            rare,
            hours: columns(counts),
        }
    }
}

fn shares(counts: &[RefusalCount]) -> Vec<Share> {
    let mut by_cause = BTreeMap::<_, i64>::new();
    for count in counts {
        *by_cause.entry(count.cause.code()).or_default() += count.refusals;
    }
    let most = by_cause.values().copied().max().unwrap_or(1).max(1);
    let share = |(code, refusals): (&str, i64)| {
        let cause = Cause::find(code)?;
        Some(Share {
            cause,
            title: title(cause),
            refusals,
            figure: grouped(refusals),
            percent: (refusals * 100 / most).max(1),
        })
    };
    let mut shares: Vec<_> = by_cause.into_iter().filter_map(share).collect();
    shares.sort_by_key(|share| std::cmp::Reverse(share.refusals));
    shares
}

fn columns(counts: &[RefusalCount]) -> Vec<Column> {
    let mut hours = [0; 24];
    for count in counts {
        let ago = usize::try_from(count.hours_ago).unwrap_or_default();
        if let Some(hour) = hours.get_mut(ago) {
            *hour += count.refusals;
        }
    }
    let most = hours.iter().copied().max().unwrap_or(1).max(1);
    let column = |(place, (ago, refusals)): (i64, (usize, i64))| {
        // An hour with a single refusal is seen beside one with thousands.
        let height = (refusals * HEIGHT / most).max(i64::from(refusals > 0) * 2);
        let when = match ago {
            0 => "the last hour".to_owned(),
            1 => "1 hour before".to_owned(),
            _ => format!("{ago} hours before"),
        };
        Column {
            x: place * COLUMN,
            y: HEIGHT - height,
            height,
            text: format!("{when}: {}", grouped(refusals)),
        }
    };
    let oldest_first = hours.into_iter().enumerate().rev();
    (0..).zip(oldest_first).map(column).collect()
}

/// A count with a comma between thousands.
fn grouped(count: i64) -> String {
    let digits = count.to_string();
    let mut out = String::with_capacity(digits.len() + 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(cause: Cause, hours_ago: i64, refusals: i64) -> RefusalCount {
        RefusalCount {
            cause,
            hours_ago,
            refusals,
        }
    }

    #[test]
    fn causes_are_added_up_and_the_most_common_comes_first() {
        let tally = Tally::of(&[
            count(Cause::TokenExpired, 0, 300),
            count(Cause::SecretMismatch, 3, 1),
            count(Cause::TokenExpired, 23, 100),
        ]);
        assert_eq!((tally.total, tally.is_full), (401, false));
        let shown = |share: &Share| (share.cause.slug(), share.refusals, share.percent);
        let shown: Vec<_> = tally.common.iter().map(shown).collect();
        assert_eq!(
            shown,
            [("token-expired", 400, 100), ("secret-mismatch", 1, 1)]
        );
        assert!(tally.rare.is_empty());
    }

    #[test]
    fn the_last_hour_stands_on_the_right_and_every_refusal_is_seen() {
        let hours = Tally::of(&[
            count(Cause::TokenExpired, 0, 4000),
            count(Cause::TokenExpired, 23, 1),
        ])
        .hours;
        let column = |hour: &Column| (hour.x, hour.y, hour.height);
        assert_eq!(hours.len(), 24);
        assert_eq!(column(&hours[0]), (0, 38, 2));
        assert_eq!(column(&hours[1]), (10, 40, 0));
        assert_eq!(column(&hours[23]), (230, 0, 40));
        assert_eq!(hours[23].text, "the last hour: 4,000");
        assert_eq!(hours[0].text, "23 hours before: 1");
    }

    #[test]
    fn a_day_without_a_refusal_is_a_tally_too() {
        let tally = Tally::of(&[]);
        assert_eq!((tally.total, tally.hours.len()), (0, 24));
        assert!(tally.hours.iter().all(|hour| hour.height == 0));
    }

    #[test]
    fn thousands_are_set_apart() {
        for (count, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (10_000, "10,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(grouped(count), text);
        }
    }

    #[test]
    fn many_causes_unfold() {
        let counts: Vec<_> = Cause::ALL
            .iter()
            .take(AT_ONCE + 2)
            .map(|cause| count(*cause, 0, 1))
            .collect();
        let tally = Tally::of(&counts);
        assert_eq!((tally.common.len(), tally.rare.len()), (AT_ONCE, 2));
    }
}
