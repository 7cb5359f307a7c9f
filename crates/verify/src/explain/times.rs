//! Times that are wrong by their unit, their zone or their clock.

use super::Explained;
use crate::Cause;
use crate::claims::ReadClaims;
use crate::moment::span;

/// What the token's times tell beyond the refusal.
pub(super) fn mistakes(claims: &ReadClaims, cause: Option<Cause>, now: i64) -> Option<Explained> {
    if cause == Some(Cause::TokenExpired) {
        let exp = claims.exp?;
        return lifetime_as_time(exp).or_else(|| claims.iat.and_then(|iat| from_birth(exp, iat)));
    }
    let ahead = claims.iat.max(claims.nbf)?.saturating_sub(now);
    (cause == Some(Cause::ClockSkew) && whole_hours(ahead)).then(|| {
        let text = format!(
            "iat or nbf is {} ahead, a whole number of half hours: local time was taken for UTC",
            span(ahead)
        );
        Explained::new(Cause::ExpTimezoneNaive, 0.92, text)
    })
}

/// An `exp` before 2001 is a number of seconds to live, or was divided by a thousand.
fn lifetime_as_time(exp: i64) -> Option<Explained> {
    (exp < 1_000_000_000).then(|| {
        let text =
            format!("exp is {exp}: that is a lifetime, not a time; add it to the time of issue");
        Explained::new(Cause::ExpUnitError, 0.95, text)
    })
}

/// A token that was over when it was made, or lives for seconds where minutes were meant.
fn from_birth(exp: i64, iat: i64) -> Option<Explained> {
    let lifetime = exp.saturating_sub(iat);
    if lifetime <= 0 {
        if whole_hours(lifetime) {
            let text = format!(
                "exp lies {} before iat, a whole number of half hours: a local time was taken for UTC",
                span(lifetime)
            );
            return Some(Explained::new(Cause::ExpTimezoneNaive, 0.95, text));
        }
        let text = format!(
            "exp lies {} before iat: the token was over when it was made",
            span(lifetime)
        );
        return Some(Explained::new(Cause::ExpUnitError, 0.6, text));
    }
    [5, 10, 15, 30, 60].contains(&lifetime).then(|| {
        let text = format!("the token lives for {lifetime} s: minutes were probably meant");
        Explained::new(Cause::ExpUnitError, 0.8, text)
    })
}

/// Whether a span is a whole number of half hours, within a minute, and at least one of them.
fn whole_hours(seconds: i64) -> bool {
    let seconds = seconds.unsigned_abs();
    let rest = seconds % 1_800;
    (1_740..=15 * 3_600).contains(&seconds) && (rest <= 60 || rest >= 1_740)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_700_000_000;

    fn times(exp: i64, iat: i64, cause: Cause) -> Option<Cause> {
        let json = format!(r#"{{"exp":{exp},"iat":{iat}}}"#);
        let claims = ReadClaims::read(json.into_bytes()).unwrap();
        mistakes(&claims, Some(cause), NOW).map(|explained| explained.cause)
    }

    #[test]
    fn expired_tokens_are_looked_into() {
        for (exp, iat, cause) in [
            (3_600, NOW, Some(Cause::ExpUnitError)),
            (NOW - 2 * 3_600, NOW, Some(Cause::ExpTimezoneNaive)),
            (
                NOW - 5 * 3_600 - 1_800 + 900 - 900,
                NOW,
                Some(Cause::ExpTimezoneNaive),
            ),
            (NOW - 700, NOW, Some(Cause::ExpUnitError)),
            (NOW - 985, NOW - 1_000, Some(Cause::ExpUnitError)),
            (NOW - 100, NOW - 1_000, None),
            (i64::MIN, i64::MAX, Some(Cause::ExpUnitError)),
        ] {
            assert_eq!(times(exp, iat, Cause::TokenExpired), cause, "{exp} {iat}");
        }
    }

    #[test]
    fn a_clock_that_is_hours_ahead_is_a_time_zone() {
        assert_eq!(
            times(NOW, NOW + 3_600, Cause::ClockSkew),
            Some(Cause::ExpTimezoneNaive)
        );
        assert_eq!(
            times(NOW, NOW + 19_800, Cause::ClockSkew),
            Some(Cause::ExpTimezoneNaive)
        );
        for ahead in [300, 1_000, 2_700, 16 * 3_600] {
            assert_eq!(times(NOW, NOW + ahead, Cause::ClockSkew), None, "{ahead}");
        }
    }
}
