//! Times that are wrong by their unit, their zone or their clock, and times that are merely over.

use super::unverified::Unverified;
use super::{ClockOwner, ExplainContext, Explained};
use crate::Cause;
use crate::moment::{span, utc};
use serde_json::Value;

/// What a token says about time.
struct Times {
    exp: Option<i64>,
    iat: Option<i64>,
    nbf: Option<i64>,
    now: i64,
    leeway: i64,
}

/// What is wrong with a token's times, if anything.
pub(super) fn mistakes(token: &Unverified<'_>, context: &ExplainContext<'_>) -> Vec<Explained> {
    if let Some(wrong) = unreadable(token) {
        return vec![wrong];
    }
    let times = Times {
        exp: token.time("exp"),
        iat: token.time("iat"),
        nbf: token.time("nbf"),
        now: context.now,
        leeway: context.expected.leeway,
    };
    if let Some(wrong) = times.in_another_unit() {
        return vec![wrong];
    }
    let mut found = Vec::new();
    if times.is_ahead() {
        found.extend(times.ahead(context));
    } else if times.is_over() {
        found.extend(times.over(context));
    }
    found.extend(times.lifetime(context));
    found
}

/// A time that is a text, such as a date.
fn unreadable(token: &Unverified<'_>) -> Option<Explained> {
    let name = ["exp", "iat", "nbf"]
        .into_iter()
        .find(|name| matches!(token.claims.get(*name), Some(Value::String(_))))?;
    let text = format!(
        "{name} is a text; it must be a number of seconds since 1970 (RFC 7519, section 2)"
    );
    let fix = format!(
        "write {name} as a number: int(time.time()) in Python, Math.floor(Date.now() / 1000) in JavaScript"
    );
    Some(Explained::new(Cause::TokenMalformed, 0.97, text).fix(fix))
}

/// The first count that can only be one of milliseconds: as seconds, it is the year 5138.
const MILLISECONDS: i64 = 100_000_000_000;
/// A time before 2001 is none of a token.
const EARLIEST: i64 = 1_000_000_000;
const DAY: i64 = 86_400;

impl Times {
    fn is_ahead(&self) -> bool {
        let latest = self.now.saturating_add(self.leeway);
        self.iat.max(self.nbf).is_some_and(|time| time > latest)
    }

    fn is_over(&self) -> bool {
        self.exp
            .is_some_and(|exp| exp <= self.now.saturating_sub(self.leeway))
    }

    fn in_another_unit(&self) -> Option<Explained> {
        let one = |text: String, fix: &str| {
            Some(Explained::new(Cause::ExpUnitError, 0.98, text).fix(fix))
        };
        let named = [("exp", self.exp), ("nbf", self.nbf), ("iat", self.iat)];
        let far = named
            .iter()
            .find_map(|(name, time)| Some((name, time.filter(|time| *time >= MILLISECONDS)?)));
        if let Some((name, time)) = far {
            let unit = match time {
                ..100_000_000_000_000 => "milliseconds",
                100_000_000_000_000..100_000_000_000_000_000 => "microseconds",
                _ => "a unit far smaller than seconds",
            };
            let text =
                format!("{name} is {time}: that is a time in {unit}, and tokens count in seconds");
            return one(
                text,
                "divide by 1000 and drop the fraction: Math.floor(Date.now() / 1000)",
            );
        }
        let exp = self.exp.filter(|exp| *exp < EARLIEST)?;
        let near = |count: i64| (exp - count).abs() <= count / 50;
        if exp > 0 && near(self.now / 1_000) {
            let text =
                format!("exp is {exp}: that is the time divided by a thousand once too often");
            return one(text, "do not divide a time that is in seconds already");
        }
        if exp > 0 && near(self.now / 60) {
            let text = format!(
                "exp is {exp}: that is a count of minutes since 1970, and tokens count in seconds"
            );
            return one(text, "multiply by 60");
        }
        let text = format!(
            "exp is {exp}: that is a lifetime ({}), not a time",
            span(exp)
        );
        one(
            text,
            "add the lifetime to the time of issue: exp = now + lifetime, both in seconds",
        )
    }

    /// `iat` or `nbf` lies in the future.
    fn ahead(&self, context: &ExplainContext<'_>) -> Vec<Explained> {
        let (name, time) = match (self.iat, self.nbf) {
            (Some(iat), Some(nbf)) if nbf > iat => ("nbf", nbf),
            (Some(iat), _) => ("iat", iat),
            (None, nbf) => ("nbf", nbf.unwrap_or_default()),
        };
        let gap = time.saturating_sub(self.now);
        let ahead = span(gap);
        if let Some(told) = by_clocks(gap, name, context) {
            return vec![told];
        }
        let issuer_right = context.clocks.iter().find(|clock| {
            clock.owner == ClockOwner::Issuer && clock.ahead.abs() <= self.leeway.max(5)
        });
        let zone = is_zone(gap, 60);
        let naive = |confidence, more: &str| {
            let text = format!(
                "{name} is {ahead} ahead of this clock{more}: local time was taken for UTC"
            );
            Explained::new(Cause::ExpTimezoneNaive, confidence, text).fix(ZONE_FIX)
        };
        if let (Some(clock), true) = (issuer_right, zone) {
            let more = format!(", while the clock of {} agrees with it", clock.name);
            return vec![naive(0.97, &more)];
        }
        let text = format!(
            "{name} {} is {ahead} ahead of this clock, {}: the issuer's clock is fast, or this one is slow",
            utc(time),
            utc(self.now)
        );
        let skew =
            |confidence| Explained::new(Cause::ClockSkew, confidence, text.as_str()).fix(CLOCK_FIX);
        if zone {
            return vec![naive(0.9, ", a multiple of a quarter hour"), skew(0.5)];
        }
        vec![skew(0.93)]
    }

    /// `exp` has passed.
    fn over(&self, context: &ExplainContext<'_>) -> Vec<Explained> {
        let exp = self.exp.unwrap_or_default();
        let late = self.now.saturating_sub(exp);
        if let Some(told) = fast_clock(late, self.leeway, context) {
            return vec![told];
        }
        if let Some(iat) = self.iat {
            let lifetime = exp.saturating_sub(iat);
            if lifetime <= 0 {
                return vec![Self::over_at_birth(lifetime, context)];
            }
            let meant = context
                .expected
                .lifetime
                .as_ref()
                .map(|meant| meant.seconds);
            if meant == Some(lifetime.saturating_mul(60))
                || [5, 10, 15, 20, 30, 45, 60, 90].contains(&lifetime)
            {
                let sure = meant == Some(lifetime.saturating_mul(60));
                let text = format!("the token lives for {lifetime} s: minutes were probably meant");
                let fix = "give the lifetime in the library's unit: a number is seconds to most, and \"15m\" says it";
                return vec![
                    Explained::new(Cause::ExpUnitError, if sure { 0.98 } else { 0.8 }, text)
                        .fix(fix),
                    self.expired(exp, late, 0.6),
                ];
            }
        }
        vec![self.expired(exp, late, 0.97)]
    }

    fn expired(&self, exp: i64, late: i64, confidence: f32) -> Explained {
        let lived = self
            .iat
            .map(|iat| exp.saturating_sub(iat))
            .filter(|lived| *lived > 0);
        let lived = lived.map_or_else(String::new, |lived| {
            format!(" after a life of {}", span(lived))
        });
        let text = format!(
            "the token ended {} ago{lived}, at {}, and nothing renewed it",
            span(late),
            utc(exp)
        );
        let fix = "let the client get a new access token before the old one ends, with its refresh token, and again when it is refused with 401";
        Explained::new(Cause::TokenExpired, confidence, text).fix(fix)
    }

    /// `exp` lies before `iat`.
    fn over_at_birth(lifetime: i64, context: &ExplainContext<'_>) -> Explained {
        let before = span(lifetime);
        let meant = context.expected.lifetime.as_ref();
        let offset = meant.map(|meant| (meant, meant.seconds.saturating_sub(lifetime)));
        if let Some((meant, offset)) = offset.filter(|(_, offset)| is_zone(*offset, 5)) {
            let text = format!(
                "exp lies {before} before iat: that is the life of {} ({}) less {}, the offset of a time zone",
                span(meant.seconds),
                meant.name,
                span(offset)
            );
            return Explained::new(Cause::ExpTimezoneNaive, 0.98, text)
                .fix(ZONE_FIX)
                .about(&meant.name, &meant.source, meant.seconds.to_string());
        }
        if is_zone(lifetime, 5)
            || (lifetime != 0
                && lifetime.saturating_abs() % 300 == 0
                && lifetime.saturating_abs() <= 14 * 3_600)
        {
            let confidence = if is_zone(lifetime, 5) { 0.95 } else { 0.8 };
            let text = format!(
                "exp lies {before} before iat, as far as time zones are apart: a local time was taken for UTC, or the reverse"
            );
            return Explained::new(Cause::ExpTimezoneNaive, confidence, text).fix(ZONE_FIX);
        }
        let text = format!("exp lies {before} before iat: the token was over when it was made");
        Explained::new(Cause::ExpUnitError, 0.6, text)
    }

    /// A lifetime that is not the one that this side counts on.
    fn lifetime(&self, context: &ExplainContext<'_>) -> Option<Explained> {
        let meant = context.expected.lifetime.as_ref()?;
        let lifetime = self
            .exp?
            .checked_sub(self.iat?)
            .filter(|lifetime| *lifetime > 0)?;
        let (long, short) = (
            lifetime.max(meant.seconds),
            lifetime.min(meant.seconds).max(1),
        );
        // Rounding and leeway are no disagreement.
        if long - short <= 60.max(short / 20) {
            return None;
        }
        let about =
            |one: Explained| one.about(&meant.name, &meant.source, meant.seconds.to_string());
        let factor = lifetime
            .checked_div(meant.seconds)
            .filter(|_| lifetime % meant.seconds.max(1) == 0);
        if let Some(factor @ (60 | 1_000 | 60_000)) = factor {
            let text = format!(
                "the token lives for {}, {factor} times as long as {} says ({}): the lifetime was given in another unit",
                span(lifetime),
                meant.name,
                span(meant.seconds)
            );
            return Some(about(Explained::new(Cause::ExpUnitError, 0.9, text)));
        }
        if lifetime.saturating_mul(60) == meant.seconds {
            return None; // minutes for seconds, which is told of where the token is over
        }
        let text = format!(
            "the token lives for {}, and {} says {}",
            span(lifetime),
            meant.name,
            span(meant.seconds)
        );
        let fix = format!(
            "let the issuer and {} ({}) agree on one lifetime",
            meant.name, meant.source
        );
        Some(about(
            Explained::new(Cause::TokenLifetimeUnexpected, 0.5, text).fix(fix),
        ))
    }
}

const ZONE_FIX: &str = "compute the time from one that knows its zone: datetime.now(timezone.utc) in Python, Date.now() in JavaScript, or seconds since 1970";
const CLOCK_FIX: &str = "set both clocks by NTP (timedatectl set-ntp true; in virtual machines after sleep, chronyc makestep)";

/// Whose clock made a time lie `gap` ahead, if the clocks that were read say so.
fn by_clocks(gap: i64, name: &str, context: &ExplainContext<'_>) -> Option<Explained> {
    let leeway = context.expected.leeway.max(5);
    let fits = |ahead: i64| ahead > leeway && ahead >= gap.saturating_sub(leeway);
    let reference = context
        .clocks
        .iter()
        .find(|clock| clock.owner == ClockOwner::Reference);
    let issuer = context
        .clocks
        .iter()
        .find(|clock| clock.owner == ClockOwner::Issuer);
    let proved = |text: String| Some(Explained::new(Cause::ClockSkew, 0.99, text).fix(CLOCK_FIX));
    if let Some(clock) = reference.filter(|clock| fits(clock.ahead)) {
        return proved(format!(
            "{name} lies {} ahead because the verifier's clock is slow: it is {} behind {}",
            span(gap),
            span(clock.ahead),
            clock.name
        ));
    }
    let clock = issuer.filter(|clock| fits(clock.ahead))?;
    let right = reference.filter(|reference| reference.ahead.abs() <= leeway);
    proved(match right {
        Some(right) => format!(
            "{name} lies {} ahead because the clock of {} is fast by {}; the verifier's agrees with {}",
            span(gap),
            clock.name,
            span(clock.ahead),
            right.name
        ),
        None => format!(
            "{name} lies {} ahead because the clocks of {} and the verifier are {} apart",
            span(gap),
            clock.name,
            span(clock.ahead)
        ),
    })
}

/// Whether the token ended only by a clock of the verifier's that is fast.
fn fast_clock(late: i64, leeway: i64, context: &ExplainContext<'_>) -> Option<Explained> {
    let clock = context
        .clocks
        .iter()
        .find(|clock| clock.ahead < -leeway.max(5) && late.saturating_add(clock.ahead) < leeway)?;
    let text = format!(
        "the token has not ended yet by the clock of {}: the verifier's is {} ahead of it",
        clock.name,
        span(clock.ahead)
    );
    Some(Explained::new(Cause::ClockSkew, 0.98, text).fix(CLOCK_FIX))
}

/// Whether a span is as far as a time zone is from UTC: a multiple of a quarter hour, half an hour at least
/// and 14 hours at most, within `tolerance` seconds.
fn is_zone(seconds: i64, tolerance: i64) -> bool {
    let seconds = seconds.saturating_abs();
    let rest = seconds % 900;
    let near = rest <= tolerance || rest >= 900 - tolerance;
    near && seconds >= 1_800 - tolerance && seconds <= 14 * 3_600 + tolerance && seconds < DAY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_zones_are_multiples_of_a_quarter_hour() {
        for seconds in [1_800, -3_600, 20_700, 19_800, 45_900, 50_400, 3_603, 7_196] {
            assert!(is_zone(seconds, 5), "{seconds}");
        }
        for seconds in [0, 900, 1_000, 3_700, 60_000, 86_400, i64::MIN, i64::MAX] {
            assert!(!is_zone(seconds, 5), "{seconds}");
        }
    }
}
