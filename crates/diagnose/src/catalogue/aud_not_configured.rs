//! `aud-not-configured`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use crate::finding::{Finding, Strength};
use crate::situation::{Situation, expected};
use crate::contract::Purpose;
use crate::evidence::{Spot, Symptom};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::AudNotConfigured,
    rule: Some(find),
    title: "The token has an audience, and the verifier was given none",
    what: "The token names an `aud`, and the verifying library refuses such a token unless it is told which audience it is: a token that is addressed to somebody is not for everybody.",
    why: &[
        "The verifier was written without an audience, and the issuer began to set one.",
        "The library began to insist: `jsonwebtoken` of Rust does since version 9.",
        "The setting for it is empty or has another name.",
    ],
    fix: Fix {
        summary: "Tell the verifier its audience; do not switch the check off.",
        steps: &[
            run("Give the library the audience.", "jwt.decode(token, key, algorithms=[\"RS256\"], audience=\"https://api.example.org\")\nvalidation.set_audience(&[\"https://api.example.org\"]);"),
            run("Look up in the token what the issuer puts there.", "countersign inspect \"$TOKEN\""),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/settings HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJSUzI1NiIs…",
        trace: "aud is \"https://api.example.org\"; the verifier was given no audience",
    },
    standard: Some("RFC 7519, section 4.1.3"),
    related: &[Cause::AudMismatch, Cause::AudMissingInToken, Cause::IdTokenAsAccessToken],
};

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let refused = situation.sighting(Symptom::AudienceRefused).filter(|seen| expected::refuses_any_audience(seen, situation));
    if !situation.token_may_be_refused() || !situation.expected.audiences.is_empty() {
        return;
    }
    let empty = situation.verifier_settings(Purpose::Audience).into_iter().next();
    // These refuse every token with an audience while they are given none; with no message, that is what they do here.
    let strict = ["PyJWT", "python-jose", "jsonwebtoken (Rust)"].iter().any(|library| situation.uses(library));
    let called = call_without_audience(situation);
    let silent = situation.sightings().is_empty()
        && situation.response().is_some_and(|response| response.status == 401);
    for token in situation.tokens.iter().filter(|token| token.is_signed_token()) {
        let named = token.audiences();
        if named.is_empty() {
            continue;
        }
        let strength = match (refused, empty) {
            (Some(_), _) => Strength::Proved,
            (None, Some(_)) if situation.sighting(Symptom::AudienceRefused).is_none() => Strength::Likely,
            (None, None) if silent && strict || called.is_some() => Strength::Likely,
            (None, _) => continue,
        };
        let message = format!("the token is for {}, and the verifier was given no audience", named.join(", "));
        let mut finding = Finding::new(Cause::AudNotConfigured, strength, message);
        if let Some((_, line)) = empty {
            finding = finding.at(line.spot.clone(), "nothing is set here");
        }
        if let Some(seen) = refused {
            finding = finding.at(seen.spot.clone(), "refused here");
        }
        if let Some(spot) = called.clone().filter(|_| refused.is_none()) {
            // What refuses it so far is another check, which comes before this one.
            finding = finding.at(spot, "checks without an audience").later(!silent);
        }
        found.push(finding.at(token.claim_spot("aud"), "the token's audience"));
    }
}

/// A quoted call of `PyJWT` or `python-jose` that checks tokens, whole in its line, and gives no audience.
fn call_without_audience(situation: &Situation<'_>) -> Option<Spot> {
    situation.log_line(|line| {
        let Some((_, call)) = line.split_once("jwt.decode(") else { return false };
        let whole = call.matches('(').count() < call.matches(')').count();
        whole && call.contains("algorithms") && !call.contains("audience") && !call.contains("aud") && !call.contains("**") && !call.contains("options")
    })
}
