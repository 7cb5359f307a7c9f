//! `clock-skew`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;
use crate::finding::{Finding, Strength};
use crate::situation::{PresentedToken, Situation};
use crate::evidence::{Spot, Symptom, without_secrets};
use crate::situation::clock::{length, time_in};
use crate::situation::http_date;
use crate::situation::lifetime::whole_half_hours;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::ClockSkew,
    rule: Some(find),
    title: "The token comes from the future",
    what: "`iat` or `nbf` is later than this server's time by more than the leeway (60 seconds unless set otherwise). One of two clocks is wrong, and the trace says by how much.",
    why: &[
        "The machine that issues tokens has a clock that runs ahead, or the one that checks runs behind: no time service, a virtual machine that slept, a container host after suspend.",
        "`iat` was computed from local time as if it were UTC, and is whole hours off.",
        "`nbf` was set to a later time on purpose.",
    ],
    fix: Fix {
        summary: "Set the clocks right: run a time service on both machines.",
        steps: &[
            run("Compare both clocks with a third.", "date -u; curl -sI https://www.example.org | grep -i '^date'"),
            run("Turn time synchronisation on, on the machine that is off.", "timedatectl set-ntp true && timedatectl"),
            run("If the difference is whole hours, compute `iat` from UTC.", "datetime.now(timezone.utc)        # not datetime.utcnow().timestamp()"),
            say("A leeway of up to some minutes (`AUTH_JWT_LEEWAY`) helps until then."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/settings HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "iat is 4 min 10 s ahead of this server's clock; leeway 60 s",
    },
    standard: Some("RFC 7519, sections 4.1.5 and 4.1.6"),
    related: &[Cause::TokenExpired, Cause::ExpTimezoneNaive, Cause::TotpClockDrift],
};

/// What no network and no rounding explains, in seconds.
const APART: i64 = 30;

/// What nobody notices, in seconds, even where a library is known to bear with nothing.
const NEGLIGIBLE: i64 = 10;

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if !situation.token_may_be_refused() {
        return;
    }
    for token in situation.tokens.iter().filter(|token| token.is_signed_token()) {
        if let Some(finding) = of_verifier(token, situation).or_else(|| of_issuer(token, situation)) {
            found.push(finding.explains(&[Cause::TokenExpired]));
        }
    }
    found.extend(of_two_clocks(situation));
    if let (true, Some(seen)) = (situation.tokens.is_empty(), situation.sighting(Symptom::TokenNotYetValid)) {
        let message = "a message says that the token is of the future: the clocks of issuer and verifier differ";
        let finding = Finding::new(Cause::ClockSkew, Strength::Likely, message).weight(0.2);
        found.push(finding.at(seen.spot.clone(), "said here"));
    }
}

/// Somebody asked two machines for the time, one after the other, and they do not agree.
fn of_two_clocks(situation: &Situation<'_>) -> Option<Finding> {
    for log in &situation.evidence.logs {
        let mut asked = false;
        let mut before: Option<i64> = None;
        for (at, line) in log.text.lines().enumerate() {
            let command = line.trim_start().starts_with(['$', '#', '>']);
            if command {
                asked = line.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == "date");
                before = before.filter(|_| asked);
                continue;
            }
            let told = time_in(line).or_else(|| http_date::read(line)).filter(|_| asked && line.len() < 60);
            let Some(time) = told else {
                continue;
            };
            let apart = before.map_or(0, |other| time - other);
            if apart.abs() > 4 * APART {
                let message = format!("two clocks are {} apart", length(apart));
                let finding = Finding::new(Cause::ClockSkew, Strength::Likely, message).weight(0.85);
                let spot = Spot::line(&log.source(), at + 1, without_secrets(line));
                return Some(finding.at(spot, "not the other's time").explains(&[Cause::TokenExpired]));
            }
            before = Some(time);
        }
    }
    None
}

/// The verifier's clock is off, by its own `Date`, and the token is refused by that clock alone.
fn of_verifier(token: &PresentedToken<'_>, situation: &Situation<'_>) -> Option<Finding> {
    let ahead = situation.clock.verifier_ahead().filter(|ahead| ahead.abs() > APART)?;
    let (now, verifier) = (situation.clock.now?, situation.clock.verifier?);
    let leeway = situation.expected.leeway();
    let starts = token.time_claim("nbf").max(token.time_claim("iat"));
    let over = token.time_claim("exp").is_some_and(|exp| exp + leeway < verifier && exp + leeway >= now);
    let early = starts.is_some_and(|start| start > verifier + leeway && start <= now + leeway);
    if !over && !early {
        return None;
    }
    let way = if ahead > 0 { "ahead" } else { "behind" };
    let message = format!("the verifier's clock is {} {way}, by the Date of its answer", length(ahead));
    let date = situation.response().and_then(|response| Some(response.spot(response.headers.first("date")?)))?;
    let finding = Finding::new(Cause::ClockSkew, Strength::Proved, message).weight(0.8);
    let claim = if over { "exp" } else { "iat" };
    Some(finding.at(date, "the verifier's time").at(token.claim_spot(claim), "the token's time"))
}

/// The token is of the future: its issuer's clock is ahead.
fn of_issuer(token: &PresentedToken<'_>, situation: &Situation<'_>) -> Option<Finding> {
    let now = situation.clock.judging()?;
    let seen = situation.sighting(Symptom::TokenNotYetValid).is_some();
    let name = ["nbf", "iat"].into_iter().max_by_key(|name| token.time_claim(name))?;
    let ahead = token.time_claim(name)? - now;
    // Without a message, a token of the next minute is within what libraries bear with.
    let most = match situation.expected.usual_leeway {
        _ if seen => situation.expected.leeway(),
        Some(_) => situation.expected.quiet_leeway().max(NEGLIGIBLE),
        None => situation.expected.leeway().max(60),
    };
    if ahead <= most || ahead > 10 * 86_400 || whole_half_hours(ahead) {
        return None;
    }
    let whose = match situation.clock.issuer.zip(token.time_claim("iat")) {
        Some((issuer, iat)) if (issuer - iat).abs() > APART => "the issuer's clock is ahead of its own answers",
        _ => "the issuer's clock is ahead, or the verifier's behind",
    };
    let message = format!("the token begins {} after it was presented: {whose}", length(ahead));
    let finding = Finding::new(Cause::ClockSkew, Strength::Proved, message).weight(0.6);
    Some(finding.at(token.claim_spot(name), "in the future"))
}
