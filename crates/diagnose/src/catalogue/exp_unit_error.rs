//! `exp-unit-error`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use countersign_verify::Cause;
use crate::finding::{Finding, Strength};
use crate::situation::cookie::is_session;
use crate::situation::{Obstacle, Outcome, PresentedToken, Situation};
use crate::situation::clock::length;
use crate::situation::lifetime;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::ExpUnitError,
    rule: Some(find),
    title: "A time in the token has the wrong unit",
    what: "Times in a token are seconds since 1970. This one has milliseconds (a year far beyond 50000), or a lifetime where a time belongs (`exp: 3600` is an hour past midnight, 1 January 1970).",
    why: &[
        "`Date.now()` gives milliseconds, and was not divided by 1000.",
        "`exp` was set to the lifetime, and not to now plus the lifetime.",
        "`expiresIn: '3600'` as text means milliseconds to some libraries, as a number it means seconds.",
    ],
    fix: Fix {
        summary: "Give `exp`, `iat` and `nbf` in whole seconds since 1970.",
        steps: &[
            run("Divide where you set them yourself.", "exp: Math.floor(Date.now() / 1000) + 15 * 60"),
            run("With a library, write the unit.", "jwt.sign(claims, secret, { expiresIn: '15m' })"),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/settings HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "exp is 3600: a lifetime, not a time",
    },
    standard: Some("RFC 7519, section 2 (NumericDate) and section 4.1.4"),
    related: &[Cause::TokenExpired, Cause::ExpTimezoneNaive, Cause::TokenLifetimeUnexpected],
};

/// Later than any time in seconds: the year 5138.
const MILLISECONDS: i64 = 100_000_000_000;

/// Earlier than any token: 2001.
const TOO_SMALL: i64 = 1_000_000_000;

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(of_cookie(situation));
    if !situation.token_may_be_refused() {
        return;
    }
    for token in situation.tokens.iter().filter(|token| token.is_signed_token()) {
        if let Some((strength, claim, message)) = mark(token, situation) {
            let finding = Finding::new(Cause::ExpUnitError, strength, message).weight(0.8);
            found.push(finding.at(token.claim_spot(claim), "the wrong unit").explains(&[
                Cause::TokenExpired,
                Cause::ClockSkew,
                Cause::ExpTimezoneNaive,
                Cause::TokenLifetimeUnexpected,
            ]));
        }
    }
}

fn mark(token: &PresentedToken<'_>, situation: &Situation<'_>) -> Option<(Strength, &'static str, String)> {
    for claim in ["exp", "iat", "nbf"] {
        let Some(time) = token.time_claim(claim) else {
            continue;
        };
        if time > MILLISECONDS {
            return Some((Strength::Proved, claim, format!("{claim} is {time}: milliseconds, where seconds count")));
        }
        if time < TOO_SMALL && claim == "exp" {
            return Some((Strength::Proved, claim, format!("exp is {time}: a length of time, where a time counts")));
        }
    }
    let exp = token.time_claim("exp")?;
    let lives = exp - token.time_claim("iat")?;
    for one in lifetime::declared(situation).iter().filter(|one| one.seconds != lives && lives >= 0) {
        let (seconds, number) = (one.seconds, one.number);
        let unit = if lives == number {
            "seconds"
        } else if lives == number * 60 {
            "minutes"
        } else if lives == number * 3_600 {
            "hours"
        } else if seconds >= 1_000 && (lives - seconds / 1_000).abs() <= 1 {
            "milliseconds"
        } else {
            continue;
        };
        let message = format!(
            "the token lives {}, where {} = {} stands for {}: the number was taken for {unit}",
            length(lives), one.name, one.written, length(seconds),
        );
        return Some((Strength::Proved, "exp", message));
    }
    let over = situation.clock.judging().is_some_and(|now| exp < now);
    (over && (0..=60).contains(&lives)).then(|| {
        let message = format!("the token lives {lives} s: minutes were probably meant");
        (Strength::Proved, "exp", message)
    })
}

/// A session cookie that was over seconds after it was set: a lifetime in seconds where milliseconds are read.
fn of_cookie(situation: &Situation<'_>) -> Option<Finding> {
    if situation.outcome() != Outcome::Bad {
        return None;
    }
    let jar = situation.browsing.jar.iter();
    let mut over = jar.filter(|stored| stored.is_missing() && stored.obstacle() == Some(Obstacle::Ended) && is_session(stored.cookie.name));
    let (stored, lifetime) = over.find_map(|stored| {
        let lifetime = stored.cookie.ends? - stored.set_at?;
        (1..=SHORT).contains(&lifetime).then_some((stored, lifetime))
    })?;
    let settings = situation.evidence.services.iter().flat_map(crate::evidence::Service::settings);
    let mut meant = settings.filter(|line| line.value.trim().parse::<i64>().is_ok_and(|value| (value / 1000 - lifetime).abs() <= 1 && value >= 1000));
    let meant = meant.next();
    if meant.is_none() && lifetime > SHORTEST {
        return None;
    }
    let message = format!("the cookie {} lives {lifetime} seconds: its lifetime was given in seconds where milliseconds are read", stored.cookie.name);
    let finding = Finding::new(Cause::ExpUnitError, Strength::Likely, message).weight(0.8);
    let finding = match meant {
        Some(line) => finding.at(line.spot.clone(), "meant in seconds").at(stored.cookie.spot.clone(), "over at once"),
        None => finding.at(stored.cookie.spot.clone(), "over at once"),
    };
    Some(finding.fix("Multiply by 1000: `maxAge` of express-session and `res.cookie` is in milliseconds.").explains(&[Cause::CredentialMissing, Cause::SessionExpiredIdle]))
}

/// A short session, in seconds: one that a setting explains.
const SHORT: i64 = 300;

/// Nobody means a session to be as short as this, in seconds.
const SHORTEST: i64 = 15;
