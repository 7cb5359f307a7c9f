//! What two programs are told of one thing and must be told alike: how long tokens live, how far clocks may be apart.

use super::Program;
use super::tokens::{Used, uses};
use crate::contract::environment_of;
use crate::evidence::EnvLine;
use crate::evidence::source::policy::Act;
use crate::finding::{Finding, Strength};
use crate::situation::clock::length;
use crate::situation::lifetime::seconds;
use countersign_verify::Cause;

pub(super) fn judge(programs: &[Program<'_>], found: &mut Vec<Finding>) {
    found.extend(lifetimes(programs));
    found.extend(leeways(programs));
}

/// Units at the end of a name: without one, and without one in the value, the number may count anything.
const UNITS: &[&str] = &[
    "MINUTE", "MINUTES", "MIN", "MINS", "HOUR", "HOURS", "DAY", "DAYS", "SECONDS", "SECS", "MS",
];

/// Words that make a name one of a lifetime.
const LIVES: &[&str] = &[
    "TTL",
    "LIFETIME",
    "EXPIRE",
    "EXPIRES",
    "EXPIRATION",
    "EXP",
    "EXPIRY",
    "AGE",
    "DURATION",
    "VALID",
    "VALIDITY",
];

/// Whose lifetime a setting gives, and how long it is in seconds; none where its unit is not said.
fn life(line: &EnvLine) -> Option<(&'static str, i64)> {
    let name = line.name.to_ascii_uppercase();
    let words: Vec<&str> = name.split('_').collect();
    let has = |word: &str| words.contains(&word);
    let of = ["ACCESS", "REFRESH"].into_iter().find(|kind| has(kind))?;
    let by_unit = words.iter().any(|word| UNITS.contains(word));
    let by_word = words.iter().any(|word| LIVES.contains(word));
    let others = [
        "MARGIN",
        "BEFORE",
        "LEEWAY",
        "EARLY",
        "SKEW",
        "THRESHOLD",
        "BUFFER",
        "GRACE",
        "INTERVAL",
        "EVERY",
        "ROTATE",
    ];
    if others.iter().any(|word| has(word))
        || !(by_unit || by_word)
        || !(has("TOKEN") || has("JWT") || by_word)
    {
        return None;
    }
    let value = line.value.trim();
    let has_unit = value.ends_with(|c: char| c.is_ascii_alphabetic());
    let (_, seconds) = seconds(&name, value).filter(|_| by_unit || has_unit)?;
    Some((of, seconds))
}

/// The lifetimes that a program is told, each with whose it is.
fn lives<'e>(program: &Program<'e>) -> Vec<(&'e EnvLine, &'static str, i64)> {
    let own = program.own_lines().filter_map(|line| {
        let (of, seconds) = life(line)?;
        Some((line, of, seconds))
    });
    own.collect()
}

/// A program that is shown tokens believes that they live longer than the one that makes them lets them.
fn lifetimes(programs: &[Program<'_>]) -> Option<Finding> {
    let signs = |program: &Program<'_>| {
        program
            .sources
            .iter()
            .flat_map(|file| &file.facts.tokens)
            .any(|token| token.act == Act::Sign)
    };
    let makers: Vec<&Program<'_>> = programs
        .iter()
        .filter(|program| signs(program) && !program.is_front())
        .collect();
    let [maker] = makers.as_slice() else {
        return None;
    };
    for reader in programs.iter().filter(|program| program.is_front()) {
        for (believed, of, long) in lives(reader) {
            let made = lives(maker);
            let mut same = made.iter().filter(|(line, kind, _)| {
                *kind == of && environment_of(&line.name) == environment_of(&believed.name)
            });
            let (Some((line, _, lives)), None) = (same.next(), same.next()) else {
                continue;
            };
            // Who renews too early loses nothing.
            if long <= *lives {
                continue;
            }
            let message = format!(
                "{} lets {} tokens live for {}, and {} takes them for good for {}",
                maker.name,
                of.to_ascii_lowercase(),
                length(*lives),
                reader.name,
                length(long)
            );
            let finding =
                Finding::new(Cause::TokenLifetimeUnexpected, Strength::Likely, message).weight(0.7);
            return Some(
                finding
                    .at(believed.spot.clone(), length(long))
                    .at(line.spot.clone(), length(*lives))
                    .explains(&[Cause::TokenExpired])
                    .fix(format!(
                        "Give {} the lifetime of {}, or take it from `expires_in` of the sign-in.",
                        believed.name, line.name
                    )),
            );
        }
    }
    None
}

/// What is as good as no leeway between two machines, in seconds.
const NONE: i64 = 5;

/// What somebody sets who knows of clocks that are apart, in seconds.
const MEANT: i64 = 30;

/// Of two that check the same tokens, one allows for clocks that are apart, and the other was told to allow nothing.
fn leeways(programs: &[Program<'_>]) -> Option<Finding> {
    let verifiers = uses(programs, Act::Verify);
    let told: Vec<(&Used<'_, '_>, i64)> = verifiers
        .iter()
        .filter_map(|used| Some((used, used.leeway()?)))
        .collect();
    let (strict, least) = told.iter().min_by_key(|(_, leeway)| *leeway)?;
    let (lax, most) = told.iter().find(|(other, leeway)| {
        *leeway >= MEANT && !std::ptr::eq(other.program, strict.program) && other.shares_key(strict)
    })?;
    if *least > NONE {
        return None;
    }
    let message = format!(
        "{} bears with clocks that are {most} s apart, and {} with {least} s: of one token they say two things",
        lax.program.name, strict.program.name
    );
    let finding = Finding::new(Cause::ClockSkew, Strength::Risk, message).weight(0.6);
    let spot = |used: &Used<'_, '_>| used.leeway_spot();
    Some(
        finding
            .at(spot(strict), format!("{least} s"))
            .at(spot(lax), format!("{most} s"))
            .why("A token of an issuer whose clock is a little ahead is refused here as one of the future, and taken there.")
            .fix(format!("Give all that check these tokens one leeway: {most} s.")),
    )
}
