//! `exp-timezone-naive`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;
use crate::finding::{Finding, Strength};
use crate::situation::{PresentedToken, Situation};
use crate::situation::clock::length;
use crate::situation::lifetime::{self, whole_half_hours};

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::ExpTimezoneNaive,
    rule: Some(find),
    title: "The expiry is off by whole hours",
    what: "The token had expired when it was made, or is good for hours too long, and the difference is a whole number of hours (or half hours): `exp` was computed from a time without its zone.",
    why: &[
        "Python's `datetime.utcnow().timestamp()` takes UTC for local time. East of Greenwich the token is old at once; west of it, it lives too long.",
        "`datetime.now()` without a zone was handed to a library that expects UTC.",
        "It works in the cloud, where machines run on UTC, and fails on a laptop; or the reverse.",
    ],
    fix: Fix {
        summary: "Compute `exp` from a time that knows its zone.",
        steps: &[
            run("Change the line that sets `exp`.", "exp = datetime.now(timezone.utc) + timedelta(minutes=15)"),
            run("Or give seconds since 1970, which have no zone.", "exp = int(time.time()) + 15 * 60"),
            say("Restart the service that issues the tokens, and sign in again."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/settings HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "exp lies 2 h before iat, a whole number of half hours: a local time was taken for UTC",
    },
    standard: Some("RFC 7519, section 2 (NumericDate)"),
    related: &[Cause::TokenExpired, Cause::ClockSkew, Cause::ExpUnitError],
};

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if !situation.token_may_be_refused() {
        return;
    }
    for token in situation.tokens.iter().chain(&situation.other_tokens).filter(|token| token.is_signed_token()) {
        if let Some((strength, claim, message)) = mark(token, situation) {
            let finding = Finding::new(Cause::ExpTimezoneNaive, strength, message).weight(0.9);
            found.push(finding.at(token.claim_spot(claim), "whole hours off").explains(&[
                Cause::TokenExpired,
                Cause::ClockSkew,
                Cause::TokenLifetimeUnexpected,
            ]));
        }
    }
}

fn mark(token: &PresentedToken<'_>, situation: &Situation<'_>) -> Option<(Strength, &'static str, String)> {
    let iat = token.time_claim("iat");
    // iat itself lies in the future by whole hours, or is hours off from the sign-in that made it.
    let born = situation.clock.issuer.or(situation.clock.now);
    if let Some(off) = iat.zip(born).map(|(iat, born)| iat - born) {
        let known = situation.clock.issuer.is_some() && lifetime::is_issued(token, situation);
        if whole_half_hours(off) && (off > 0 || known) {
            let way = if off > 0 { "after" } else { "before" };
            let message = format!("iat lies {} {way} the token was made, to the minute: local time was taken for UTC", length(off));
            return Some((Strength::Proved, "iat", message));
        }
    }
    let exp = token.time_claim("exp")?;
    let birth = lifetime::birth(token, situation)?;
    let lives = exp - birth;
    let declared: Vec<i64> = lifetime::declared(situation).into_iter().map(|one| one.seconds).collect();
    if declared.contains(&lives) {
        return None;
    }
    if let Some(off) = declared.iter().map(|one| lives - one).find(|off| is_exact(*off, iat.is_some())) {
        let way = if off > 0 { "longer" } else { "shorter" };
        let message = format!("the token lives {} {way} than it is configured to, to the minute: local time was taken for UTC", length(off));
        return Some((Strength::Proved, "exp", message));
    }
    let born_with_it = iat.is_some() || lifetime::is_issued(token, situation);
    if born_with_it && lives < 0 && lives > -15 * 3_600 {
        let message = format!("exp lies {} before the token was made: local time was taken for UTC", length(lives));
        return Some((Strength::Proved, "exp", message));
    }
    None
}

/// Whether it is whole half hours: to the second where one program made both times, within some of a sign-in.
fn is_exact(off: i64, one_program: bool) -> bool {
    let rest = off.abs() % 1_800;
    let most = if one_program { 2 } else { 15 };
    whole_half_hours(off) && (rest <= most || rest >= 1_800 - most)
}
