//! Dates of `Expires` and `Date` headers (RFC 6265bis, section 5.1.1; RFC 9110, section 5.6.7).

const MONTHS: &[&str] = &[
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// Seconds since the epoch of a date in any of the forms that browsers take.
pub(crate) fn read(text: &str) -> Option<i64> {
    let (mut day, mut month, mut year, mut time) = (None, None, None, None);
    for word in text.split(|c: char| !(c.is_ascii_alphanumeric() || c == ':')) {
        if word.contains(':') {
            time = time.or_else(|| seconds(word));
        } else if let Ok(number) = word.parse::<i64>() {
            match (day, year) {
                (None, _) if word.len() <= 2 => day = Some(number),
                (_, None) => year = Some(full_year(number, word.len())),
                _ => {}
            }
        } else if month.is_none() && word.len() >= 3 {
            let start = word.get(..3).unwrap_or_default().to_ascii_lowercase();
            month = MONTHS.iter().position(|name| *name == start);
        }
    }
    let month = i64::try_from(month?).ok()? + 1;
    // RFC 6265bis, section 5.1.1: a day, a year or a time out of range is no date.
    let year = year.filter(|year| (1601..=9999).contains(year))?;
    let day = day.filter(|day| (1..=31).contains(day))?;
    Some(days(year, month, day) * 86_400 + time?)
}

fn full_year(year: i64, digits: usize) -> i64 {
    match (digits, year) {
        (2, 0..=69) => year + 2000,
        (2, _) => year + 1900,
        _ => year,
    }
}

fn seconds(word: &str) -> Option<i64> {
    let mut parts = word.split(':').map(str::parse::<i64>);
    let mut next = || {
        parts
            .next()?
            .ok()
            .filter(|part: &i64| (0..=60).contains(part))
    };
    Some(next()? * 3600 + next()? * 60 + next()?)
}

/// Days since the epoch of a date of the Gregorian calendar.
pub(super) fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let shifted = (month + 9) % 12;
    let in_year = (153 * shifted + 2) / 5 + day - 1;
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + in_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_all_forms() {
        for text in [
            "Wed, 21 Oct 2015 07:28:00 GMT",
            "Wednesday, 21-Oct-15 07:28:00 GMT",
            "Wed Oct 21 07:28:00 2015",
        ] {
            assert_eq!(read(text), Some(1_445_412_480), "{text}");
        }
        assert_eq!(read("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
        assert_eq!(read("soon"), None);
    }
}
