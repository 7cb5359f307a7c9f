//! Tests of explanations by times and clocks.

use super::claims::{first, of};
use super::*;

/// `exp`, `iat`, the lifetime of the settings, and what is found.
#[rustfmt::skip]
const TIMES: &[(i64, i64, Option<i64>, Cause, Grade)] = &[
    (NOW - 3_000, NOW - 3_900, None, Cause::TokenExpired, Grade::Proved),
    (NOW * 1_000, NOW, None, Cause::ExpUnitError, Grade::Proved),
    (NOW + 900, NOW * 1_000, None, Cause::ExpUnitError, Grade::Proved),
    (NOW * 1_000_000, NOW, None, Cause::ExpUnitError, Grade::Proved),
    (900, NOW, None, Cause::ExpUnitError, Grade::Proved),
    (NOW / 1_000 + 900, NOW, None, Cause::ExpUnitError, Grade::Proved),
    (NOW / 60 + 15, NOW, None, Cause::ExpUnitError, Grade::Proved),
    (NOW - 85, NOW - 100, None, Cause::ExpUnitError, Grade::Derived),
    (NOW - 85, NOW - 100, Some(900), Cause::ExpUnitError, Grade::Proved),
    (NOW - 7_200, NOW, None, Cause::ExpTimezoneNaive, Grade::Derived),
    (NOW + 900 - 7_200, NOW, Some(900), Cause::ExpTimezoneNaive, Grade::Proved),
    (NOW + 900 - 19_800, NOW - 1, None, Cause::ExpTimezoneNaive, Grade::Derived),
    (NOW + 900 - 20_700, NOW, Some(900), Cause::ExpTimezoneNaive, Grade::Proved),
    (NOW + 9_000, NOW + 7_200, None, Cause::ExpTimezoneNaive, Grade::Derived),
    (NOW + 900, NOW + 130, None, Cause::ClockSkew, Grade::Derived),
    (NOW + 99_999, NOW + 90_000, None, Cause::ClockSkew, Grade::Derived),
    (NOW + 900, NOW, Some(3_600), Cause::TokenLifetimeUnexpected, Grade::Suggested),
    (NOW + 900_000, NOW, Some(900), Cause::ExpUnitError, Grade::Derived),
];

fn lifetime(seconds: Option<i64>) -> Expected {
    let name = "ACCESS_TTL".to_owned();
    let of = |seconds| ExpectedLifetime {
        seconds,
        name,
        source: Source::Default,
    };
    Expected {
        lifetime: seconds.map(of),
        ..Expected::nothing()
    }
}

#[test]
fn times_are_told_apart() {
    for (exp, iat, meant, cause, grade) in TIMES {
        let claims = json!({"sub": "u", "exp": exp, "iat": iat});
        assert_eq!(
            first(&claims, &lifetime(*meant)),
            Some((*cause, *grade)),
            "{claims}"
        );
    }
}

#[test]
fn the_farthest_times_are_survived() {
    for (exp, iat) in [
        (i64::MAX, i64::MIN),
        (i64::MIN, i64::MAX),
        (0, 0),
        (-1, 1),
        (1, -1),
    ] {
        let claims = json!({"sub": "u", "exp": exp, "iat": iat, "nbf": exp});
        assert!(first(&claims, &lifetime(Some(900))).is_some(), "{claims}");
    }
}

#[test]
fn a_date_as_text_is_malformed() {
    let claims = json!({"sub": "u", "exp": "2026-01-01T00:00:00Z"});
    let found = of(&claims, &Expected::nothing(), &[]);
    assert_eq!(found[0].cause, Cause::TokenMalformed);
    assert!(found[0].text.contains("exp is a text"), "{}", found[0].text);
}

type Clocks = &'static [(ClockOwner, i64)];

/// How far `iat` and `exp` are from now, the clocks that were read, and what is found.
#[rustfmt::skip]
const CLOCKS: &[(i64, Clocks, Cause, Grade, &str)] = &[
    (600, &[(ClockOwner::Reference, 610)], Cause::ClockSkew, Grade::Proved, "verifier's clock is slow"),
    (600, &[(ClockOwner::Issuer, 605)], Cause::ClockSkew, Grade::Proved, "apart"),
    (600, &[(ClockOwner::Issuer, 605), (ClockOwner::Reference, 1)], Cause::ClockSkew, Grade::Proved, "is fast"),
    (600, &[(ClockOwner::Issuer, 0)], Cause::ClockSkew, Grade::Derived, "fast, or this one is slow"),
    (7_200, &[(ClockOwner::Issuer, 0)], Cause::ExpTimezoneNaive, Grade::Proved, "agrees"),
    (7_200, &[(ClockOwner::Issuer, 7_201)], Cause::ClockSkew, Grade::Proved, "apart"),
    (-1_000, &[(ClockOwner::Reference, -600)], Cause::ClockSkew, Grade::Proved, "has not ended yet"),
    (-1_000, &[(ClockOwner::Reference, 2)], Cause::TokenExpired, Grade::Proved, "nothing renewed it"),
];

#[test]
fn clocks_say_whose_is_wrong() {
    for (ahead, clocks, cause, grade, part) in CLOCKS {
        let claims = json!({"sub": "u", "iat": NOW + ahead, "exp": NOW + ahead + 900});
        let clocks: Vec<_> = clocks
            .iter()
            .map(|(owner, ahead)| ClockReading {
                name: "id.example".to_owned(),
                owner: *owner,
                ahead: *ahead,
            })
            .collect();
        let found = of(&claims, &Expected::nothing(), &clocks);
        assert_eq!(
            (found[0].cause, found[0].grade),
            (*cause, *grade),
            "{claims} {clocks:?}"
        );
        assert!(found[0].text.contains(part), "{}", found[0].text);
    }
}
