//! `token-lifetime-unexpected`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use crate::situation::clock::length;
use crate::situation::lifetime;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::TokenLifetimeUnexpected,
    rule: Some(find),
    title: "Two parts of the system disagree about how long a token lives",
    what: "One side counts on one lifetime and the other issues another, so tokens are renewed too late, and requests fail in between, or too often.",
    why: &[
        "The lifetime is set on both sides, with different values.",
        "The client renews after a fixed time in place of reading `expires_in` or `exp`.",
        "A library has a lifetime of its own for the session around the token.",
    ],
    fix: Fix {
        summary: "Set the lifetime at the issuer alone, and let every other part read it from the token.",
        steps: &[
            say("Renew by `exp` or `expires_in`, a minute early, and not by a number in the client."),
            run("Compare the settings of all parts.", "grep -rniE '(expire|ttl|lifetime|max_age)' --include='*.env*' ."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/settings HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "the token lives 15 min; the client renews after 60 min",
    },
    standard: Some("RFC 6749, section 5.1"),
    related: &[Cause::TokenExpired, Cause::ExpUnitError, Cause::RefreshTokenExpired],
};

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if !situation.token_may_be_refused() {
        return;
    }
    let declared = lifetime::declared(situation);
    let expired = |token: &crate::situation::PresentedToken<'_>| {
        let now = situation.clock.judging();
        now.zip(token.time_claim("exp")).is_some_and(|(now, exp)| exp < now)
    };
    for token in situation.tokens.iter().filter(|token| expired(token)) {
        let Some(lives) = token.time_claim("exp").zip(token.time_claim("iat")).map(|(exp, iat)| exp - iat) else {
            continue;
        };
        // The part that believes in a longer life is the one that goes on with the token.
        let longer = declared.iter().find(|one| one.seconds > lives && lives > 0 && one.service.is_front_end());
        let agrees = declared.iter().find(|one| one.seconds == lives);
        let Some(longer) = longer else {
            continue;
        };
        let message = format!("the token lives {}, and {} counts on {}", length(lives), longer.name, length(longer.seconds));
        let mut finding = Finding::new(Cause::TokenLifetimeUnexpected, Strength::Likely, message).weight(0.8);
        finding = finding.at(longer.spot.clone(), "counted on here");
        if let Some(agrees) = agrees {
            finding = finding.at(agrees.spot.clone(), "set here");
        }
        found.push(finding.at(token.claim_spot("exp"), "the token's life").explains(&[Cause::TokenExpired]));
    }
}
