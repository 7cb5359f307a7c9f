//! `aud-missing-in-token`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;
use crate::finding::{Finding, Strength};
use crate::situation::{PresentedToken, Situation};
use crate::evidence::Symptom;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::AudMissingInToken,
    rule: Some(find),
    title: "The token names no audience, and this server demands one",
    what: "`AUTH_JWT_AUDIENCE` is set, so a token has to say for whom it is meant. This one has no `aud`.",
    why: &[
        "The front end that signs tokens with the shared secret sets no `aud`.",
        "The provider's access tokens never have one: Cognito has `client_id` instead.",
    ],
    fix: Fix {
        summary: "Have the issuer set `aud`, or do not demand it.",
        steps: &[
            run("Set it where the token is made.", "new SignJWT({ email }).setAudience('https://api.example.org')"),
            say("If the issuer cannot, and signs for this API alone, take `AUTH_JWT_AUDIENCE` out of the settings and restart."),
            say("If several APIs share the issuer's key, do not do that: without `aud`, a token for one opens all."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/settings HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "no aud; expected https://api.example.org",
    },
    standard: Some("RFC 7519, section 4.1.3; ASVS V9.2.3, V9.2.4"),
    related: &[Cause::AudMismatch, Cause::AudNotConfigured, Cause::ClaimMissing],
};

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if !situation.token_may_be_refused() {
        return;
    }
    let seen = situation.sighting(Symptom::AudienceMissing).or_else(|| situation.sighting(Symptom::AudienceRefused));
    for token in situation.tokens.iter().filter(|token| token.is_signed_token()) {
        if !token.audiences().is_empty() {
            continue;
        }
        if takes_client_id(situation) && situation.expected.audiences.iter().any(|one| token.text_claim("client_id") == Some(&one.value)) {
            continue;
        }
        found.extend(refused_by_user_pool(token, situation));
        let wanted = situation.expected.audiences.first();
        let (strength, spot, who) = match (wanted, seen) {
            (Some(wanted), Some(_)) => (Strength::Proved, &wanted.spot, format!("{} demands {}", wanted.name, wanted.value)),
            (Some(wanted), None) => (Strength::Likely, &wanted.spot, format!("{} demands {}", wanted.name, wanted.value)),
            (None, Some(seen)) => (Strength::Likely, &seen.spot, "the verifier demands one".to_owned()),
            (None, None) => continue,
        };
        let message = format!("the token names no audience, and {who}");
        let finding = Finding::new(Cause::AudMissingInToken, strength, message);
        found.push(finding.at(spot.clone(), "demanded here").at(token.claim_spot("aud"), "the token has none"));
    }
}

/// Whether a gateway checks that takes `client_id` where a token has no `aud`: Amazon's HTTP APIs do.
fn takes_client_id(situation: &Situation<'_>) -> bool {
    situation.host().contains(".execute-api.") || situation.uses("api gateway") || situation.uses("apigateway")
}

/// A REST API's user-pool authorizer without scopes wants the ID token: it looks for `aud`, which access tokens lack.
fn refused_by_user_pool(token: &PresentedToken<'_>, situation: &Situation<'_>) -> Option<Finding> {
    let answer = situation.response().filter(|answer| answer.status == 401)?;
    let rest = answer.headers.first("x-amzn-errortype")?;
    let access = token.text_claim("token_use") == Some("access");
    let pool = token.text_claim("iss").is_some_and(|iss| iss.starts_with("https://cognito-idp."));
    let expired = token.time_claim("exp").zip(situation.clock.judging()).is_some_and(|(exp, now)| exp < now);
    let of_pool = takes_client_id(situation) && access && pool;
    if !of_pool || expired || !rest.value.contains("Unauthorized") {
        return None;
    }
    let message = "the token is an access token without aud, and the gateway's user-pool authorizer has no scopes to check it by";
    let finding = Finding::new(Cause::AudMissingInToken, Strength::Likely, message).weight(0.6);
    Some(
        finding
            .at(token.claim_spot("aud"), "the token has none")
            .at(answer.spot(rest), "refused by the gateway")
            .fix("Give the method the scopes that access tokens have, or send the ID token."),
    )
}
