//! How long tokens live: as settings say, and as the tokens themselves do.

use super::clock::time_in;
use super::{Carrier, PresentedToken, Situation};
use crate::contract::Purpose;
use crate::evidence::{Service, Spot};

/// A lifetime that a setting declares.
#[derive(Clone, Debug)]
pub(crate) struct Declared<'e> {
    /// The service.
    pub(crate) service: &'e Service,
    /// The setting.
    pub(crate) name: &'e str,
    /// Its value.
    pub(crate) written: &'e str,
    /// The number in it.
    pub(crate) number: i64,
    /// What it stands for, in seconds.
    pub(crate) seconds: i64,
    /// Where.
    pub(crate) spot: Spot,
}

/// The lifetimes of access tokens that settings declare.
pub(crate) fn declared<'e>(situation: &Situation<'e>) -> Vec<Declared<'e>> {
    let lines = situation.settings(Purpose::TokenLifetime);
    lines
        .filter(|(_, line)| !line.name.to_ascii_uppercase().contains("REFRESH"))
        .filter_map(|(service, line)| {
            let written = line.value.trim();
            let (number, mut seconds) = seconds(&line.name, written)?;
            if counts_minutes(&line.name, situation) && number.to_string() == written {
                seconds = number.checked_mul(60)?;
            }
            Some(Declared {
                service,
                name: &line.name,
                written,
                number,
                seconds,
                spot: line.spot.clone(),
            })
        })
        .collect()
}

/// Whether a setting whose name has no unit is in minutes: `JWT_TTL` of Laravel's jwt-auth.
fn counts_minutes(name: &str, situation: &Situation<'_>) -> bool {
    let products = ["laravel", "tymon", "jwt-auth", "lumen"];
    let mut stack = situation.evidence.stack.iter();
    name.eq_ignore_ascii_case("JWT_TTL")
        && stack.any(|name| {
            let name = name.to_ascii_lowercase();
            products.iter().any(|product| name.contains(product))
        })
}

/// The number of a value and what it stands for in seconds: `15m`, `1h`, `3600`, `30` of a name in minutes.
pub(crate) fn seconds(name: &str, value: &str) -> Option<(i64, i64)> {
    let digits = value
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(value.len());
    let number: i64 = value.get(..digits)?.parse().ok()?;
    // Thirty thousand years are no lifetime, and products of the number have to fit.
    let number = Some(number).filter(|number| *number <= 1_000_000_000_000)?;
    let name = name.to_ascii_uppercase();
    let unit = match value.get(digits..)?.trim().to_ascii_lowercase().as_str() {
        "ms" => return Some((number, number / 1_000)),
        "m" | "min" | "mins" | "minute" | "minutes" => 60,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3_600,
        "d" | "day" | "days" => 86_400,
        "" if name.contains("MINUTE") || name.ends_with("_MIN") => 60,
        "" if name.contains("HOUR") => 3_600,
        "" if name.contains("DAY") => 86_400,
        "" if name.ends_with("_MS") => return Some((number, number / 1_000)),
        "" | "s" | "sec" | "secs" | "second" | "seconds" => 1,
        _ => return None,
    };
    Some((number, number.checked_mul(unit)?))
}

/// Whether the token is the one that the known sign-in answered with, so that the sign-in's time is its birth.
pub(crate) fn is_issued(token: &PresentedToken<'_>, situation: &Situation<'_>) -> bool {
    matches!(token.carrier, Carrier::Body(_))
        || situation
            .other_tokens
            .iter()
            .any(|other| matches!(other.carrier, Carrier::Body(_)) && other.text == token.text)
}

/// When the token was made: by `iat`, by the sign-in that answered with it, else by the last sign-in of a log.
pub(crate) fn birth(token: &PresentedToken<'_>, situation: &Situation<'_>) -> Option<i64> {
    let answered = || {
        situation
            .clock
            .issuer
            .filter(|_| is_issued(token, situation))
    };
    token
        .time_claim("iat")
        .or_else(answered)
        .or_else(|| logged_sign_in(situation))
}

/// The time of the last line of a log that tells of a sign-in that went well.
fn logged_sign_in(situation: &Situation<'_>) -> Option<i64> {
    let lines = situation
        .evidence
        .logs
        .iter()
        .flat_map(|log| log.text.lines());
    let sign_ins = lines.filter(|line| {
        let line = line.to_ascii_lowercase();
        let paths = [
            "/login",
            "/token",
            "/signin",
            "/sign-in",
            "/auth/jwt",
            "/sessions",
        ];
        let asked = line.contains("post ") && paths.iter().any(|path| line.contains(path));
        let told = [
            "token issued",
            "issued token",
            "logged in",
            "login ok",
            "login succe",
            "signed in",
        ];
        let good = [" 200", " 201", "status=200"]
            .iter()
            .any(|status| line.contains(status));
        asked && good || told.iter().any(|words| line.contains(words))
    });
    sign_ins.filter_map(time_in).next_back()
}

/// Whether a span is a whole number of half hours within two minutes, and not more than time zones are apart.
pub(crate) fn whole_half_hours(seconds: i64) -> bool {
    let seconds = seconds.abs();
    let rest = seconds % 1_800;
    (3_480..=15 * 3_600).contains(&seconds) && !(120..=1_680).contains(&rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_are_read_in_their_unit() {
        for (name, value, wanted) in [
            ("ACCESS_TOKEN_EXPIRE_MINUTES", "30", Some((30, 1_800))),
            ("JWT_EXPIRES_IN", "15m", Some((15, 900))),
            ("JWT_EXPIRES_IN", "3600", Some((3_600, 3_600))),
            ("TOKEN_TTL_HOURS", "2", Some((2, 7_200))),
            ("JWT_EXPIRES_IN", "7 days", Some((7, 604_800))),
            ("JWT_EXPIRES_IN", "soon", None),
            ("JWT_EXPIRES_IN", "", None),
        ] {
            assert_eq!(seconds(name, value), wanted, "{name}={value}");
        }
    }

    #[test]
    fn zones_are_whole_half_hours_apart() {
        for span in [3_600, -7_200, 19_800, 3_590, 18_060] {
            assert!(whole_half_hours(span), "{span}");
        }
        for span in [0, 60, 300, 1_800, 2_700, 400_000] {
            assert!(!whole_half_hours(span), "{span}");
        }
    }
}
