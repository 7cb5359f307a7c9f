//! Points in time, as people read them.

use countersign_domain::Timestamp;

/// A point in time in every form that a page shows.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Moment {
    /// For machines (RFC 3339, UTC).
    pub machine: String,
    /// The day: `15 January 2027`.
    pub date: String,
    /// Day and minute: `15 January 2027, 08:00 UTC`.
    pub full: String,
    /// Seen from now: `3 minutes ago`.
    pub ago: String,
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Moment {
    /// The point `at`, seen from `now`.
    pub(super) fn new(at: Timestamp, now: Timestamp) -> Self {
        let text = at.to_string();
        let (day, clock) = text.split_once('T').unwrap_or((&text, ""));
        let date = words(day).unwrap_or_else(|| day.to_owned());
        let minute = clock.get(..5).unwrap_or(clock);
        Self {
            full: format!("{date}, {minute} UTC"),
            date,
            ago: ago(now.since(at).as_secs()),
            machine: text,
        }
    }
}

/// `2027-01-15` as `15 January 2027`.
fn words(day: &str) -> Option<String> {
    let mut parts = day.rsplitn(3, '-');
    let day: u32 = parts.next()?.parse().ok()?;
    let month: usize = parts.next()?.parse().ok()?;
    let year = parts.next()?;
    Some(format!(
        "{day} {} {year}",
        MONTHS.get(month.checked_sub(1)?)?
    ))
}

fn ago(seconds: u64) -> String {
    let (count, unit) = match seconds {
        ..60 => return "just now".into(),
        60..3_600 => (seconds / 60, "minute"),
        3_600..86_400 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural} ago")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn days_have_names() {
        let cases = [
            (0, "1 January 1970"),
            (951_782_400, "29 February 2000"),
            (1_800_000_000, "15 January 2027"),
            (4_102_444_799, "31 December 2099"),
        ];
        for (seconds, date) in cases {
            assert_eq!(Moment::new(at(seconds), at(seconds)).date, date);
        }
        let moment = Moment::new(at(1_800_000_000), at(1_800_000_000));
        assert_eq!(moment.full, "15 January 2027, 08:00 UTC");
        assert_eq!(moment.machine, "2027-01-15T08:00:00.000000Z");
    }

    #[test]
    fn how_long_ago() {
        let cases = [
            (-5, "just now"),
            (59, "just now"),
            (60, "1 minute ago"),
            (3_599, "59 minutes ago"),
            (3_600, "1 hour ago"),
            (86_399, "23 hours ago"),
            (200_000, "2 days ago"),
        ];
        for (seconds, text) in cases {
            assert_eq!(Moment::new(at(0), at(seconds)).ago, text);
        }
    }
}
