//! When it happened, and by whose clock.

use super::http_date;
use crate::evidence::Evidence;

/// The times that the evidence gives.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Clock {
    /// The true time of the failure: as given, else by the verifier's clock, else by the last line of a log.
    pub(crate) now: Option<i64>,
    /// The verifier's clock: the `Date` of its answer (RFC 9110, section 6.6.1).
    pub(crate) verifier: Option<i64>,
    /// The issuer's clock when it answered the sign-in.
    pub(crate) issuer: Option<i64>,
    /// Whether nothing says when it failed, so that the time at which somebody asks stands in for it.
    pub(crate) is_present: bool,
}

impl Clock {
    pub(super) fn of(evidence: &Evidence) -> Self {
        let date = |exchange: &crate::evidence::Exchange| {
            let response = exchange.response.as_ref()?;
            http_date::read(response.headers.value("date")?)
        };
        let verifier = evidence.failing.iter().find_map(date);
        let logged = || evidence.logs.iter().filter_map(last_time).max();
        let known = evidence.now.or(verifier).or_else(logged);
        Self {
            now: known.or(evidence.present).map(within_reach),
            is_present: known.is_none(),
            verifier: verifier.map(within_reach),
            issuer: evidence
                .earlier
                .iter()
                .rev()
                .find_map(date)
                .map(within_reach),
        }
    }

    /// The time by which the verifier judges: its own clock, else the true time.
    pub(crate) fn judging(&self) -> Option<i64> {
        self.verifier.or(self.now)
    }

    /// How far the verifier's clock is ahead of the true time, in seconds; none where one is not known.
    pub(crate) fn verifier_ahead(&self) -> Option<i64> {
        Some(self.verifier? - self.now?)
    }
}

/// Brings a time within the years that differences can be taken of.
fn within_reach(seconds: i64) -> i64 {
    seconds.clamp(0, 1_000_000_000_000)
}

/// Finds `2027-05-11T00:04:15Z`, `2027-05-11 00:04:15,123`, `2027-05-11T02:04:15+02:00`, Go's `2027/05/11 00:04:15`
/// or the `11/May/2027:00:04:15 +0000` of web servers in a line. A time without a zone is taken for UTC.
pub(crate) fn time_in(line: &str) -> Option<i64> {
    let bytes = line.as_bytes();
    (0..bytes.len().saturating_sub(18).min(200)).find_map(|at| {
        let from = bytes.get(at..)?;
        iso(from).or_else(|| common_log(from))
    })
}

/// The time of NCSA's common log format: `11/May/2027:00:04:15 +0000`.
fn common_log(bytes: &[u8]) -> Option<i64> {
    if bytes.get(2) != Some(&b'/') || bytes.get(6) != Some(&b'/') || bytes.get(11) != Some(&b':') {
        return None;
    }
    let text = std::str::from_utf8(bytes.get(..20)?).ok()?;
    let (day, rest) = text.split_once('/')?;
    let (month, rest) = rest.split_once('/')?;
    let (year, time) = rest.split_once(':')?;
    let seconds = http_date::read(&format!("Mon, {day} {month} {year} {time} GMT"))?;
    let zone = bytes
        .get(21..26)
        .and_then(|zone| std::str::from_utf8(zone).ok());
    let minutes = zone.and_then(|zone| {
        let (hours, minutes) = zone.get(1..)?.split_at_checked(2)?;
        let minutes = hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?;
        match zone.get(..1)? {
            "+" => Some(minutes),
            "-" => Some(-minutes),
            _ => None,
        }
    });
    Some(seconds - minutes.unwrap_or_default() * 60)
}

fn last_time(log: &crate::evidence::Document) -> Option<i64> {
    log.text.lines().rev().take(200).find_map(time_in)
}

fn iso(bytes: &[u8]) -> Option<i64> {
    let number = |from: usize, length: usize| -> Option<i64> {
        let digits = bytes.get(from..from + length)?;
        if !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        std::str::from_utf8(digits).ok()?.parse().ok()
    };
    let sign = |at: usize, wanted: &[u8]| bytes.get(at).is_some_and(|byte| wanted.contains(byte));
    if !(sign(4, b"-/") && sign(7, b"-/") && sign(10, b"T ") && sign(13, b":") && sign(16, b":")) {
        return None;
    }
    let (month, day) = (number(5, 2)?, number(8, 2)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let day = http_date::days(number(0, 4)?, month, day);
    let seconds = number(11, 2)? * 3_600 + number(14, 2)? * 60 + number(17, 2)?;
    let fraction = bytes.get(19..)?;
    let after = fraction
        .iter()
        .position(|byte| !(byte.is_ascii_digit() || matches!(byte, b'.' | b',')))
        .map_or(bytes.len(), |at| 19 + at);
    let offset = match bytes.get(after) {
        Some(b'+' | b'-') => {
            let minutes_at = if sign(after + 3, b":") {
                after + 4
            } else {
                after + 3
            };
            let minutes = number(after + 1, 2)? * 60 + number(minutes_at, 2)?;
            if sign(after, b"+") { minutes } else { -minutes }
        }
        _ => 0,
    };
    Some(day * 86_400 + seconds - offset * 60)
}

/// A length of time, in words: `14 min`, `2 h 5 min`, `3 days`.
pub(crate) fn length(seconds: i64) -> String {
    let seconds = seconds.abs();
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7_199 => format!("{} min", seconds / 60),
        7_200..=172_799 if seconds % 3_600 < 60 => format!("{} h", seconds / 3_600),
        7_200..=172_799 => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
        _ => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_logs_are_read_with_their_zones() {
        for (line, time) in [
            ("2027-05-11T00:04:15Z WARN", 1_809_993_855),
            ("[2027-05-11 00:04:15,123] ERROR", 1_809_993_855),
            ("at 2027-05-11T02:04:15.5+02:00", 1_809_993_855),
            ("2027-05-10T17:04:15-0700 x", 1_809_993_855),
            ("2024-02-29T00:00:00Z", 1_709_164_800),
            ("2027/05/11 00:04:15 login", 1_809_993_855),
            (
                "10.0.0.1 - - [11/May/2027:02:04:15 +0200] \"GET /\"",
                1_809_993_855,
            ),
        ] {
            assert_eq!(time_in(line), Some(time), "{line}");
        }
        assert_eq!(time_in("no time é here, nor 2027-05-11"), None);
    }

    #[test]
    fn lengths_are_told_in_the_unit_that_fits() {
        assert_eq!(length(-90), "90 s");
        assert_eq!(length(860), "14 min");
        assert_eq!(length(7_200), "2 h");
        assert_eq!(length(7_500), "2 h 5 min");
        assert_eq!(length(400_000), "4 days");
    }
}
