//! `aud-mismatch`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::{Finding, Strength};
use crate::situation::{PresentedToken, Situation, expected};
use countersign_verify::Cause;
use crate::evidence::Symptom;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::AudMismatch,
    rule: Some(find),
    title: "The token is for another audience",
    what: "`aud` names those for whom the token is meant, and this server (`AUTH_JWT_AUDIENCE`) is not among them. A token for one API must not open another.",
    why: &[
        "The setting has a sample value, a client id, or the address with or without a final slash.",
        "The client asked the provider for another audience, or for none, and got the provider's default.",
        "Supabase writes `authenticated`; the setting has the project's address.",
    ],
    fix: Fix {
        summary: "Let both sides name this API in the same way.",
        steps: &[
            run("See both.", "countersign inspect \"$TOKEN\"\ncountersign config show"),
            run("If the token is meant for this API, set what it has.", "AUTH_JWT_AUDIENCE=https://api.example.org"),
            say("If it is not, have the client ask for a token for this API."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/settings HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "aud is [\"https://billing.example.org\"], expected https://api.example.org",
    },
    standard: Some("RFC 7519, section 4.1.3; RFC 9068, section 4; ASVS V9.2.3"),
    related: &[Cause::AudMissingInToken, Cause::AudNotConfigured, Cause::TokenForOtherResource, Cause::IdTokenAsAccessToken, Cause::IssMismatch],
};

/// The token names audiences, and the verifier demands another.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if !situation.token_may_be_refused() {
        return;
    }
    let wanted = &situation.expected.audiences;
    for token in situation.judged() {
        let named = token.audiences();
        if named.is_empty() {
            continue;
        }
        let Some(first) = wanted.first() else {
            found.extend(unknown(token, situation));
            continue;
        };
        if wanted.iter().any(|one| named.contains(&one.value.as_str())) {
            continue;
        }
        let message = format!("the token is for {}, and {} demands {}", named.join(", "), first.name, first.value);
        let finding = Finding::new(Cause::AudMismatch, Strength::Proved, message);
        let finding = finding.at(first.spot.clone(), "demanded here").at(token.claim_spot("aud"), "presented here");
        found.push(finding.later(situation.is_to_come(token)));
    }
    if let (true, Some(seen)) = (situation.tokens.is_empty(), situation.sighting(Symptom::AudienceRefused)) {
        let message = "a message says that the token is for another audience";
        let finding = Finding::new(Cause::AudMismatch, Strength::Suggested, message);
        found.push(finding.at(seen.spot.clone(), "said here"));
    }
}

/// Nothing says which audience is expected, and the library that refuses would take any if it had been given none.
fn unknown(token: &PresentedToken<'_>, situation: &Situation<'_>) -> Option<Finding> {
    let seen = situation.sighting(Symptom::AudienceRefused)?;
    if expected::refuses_any_audience(seen, situation) {
        return None;
    }
    let named = token.audiences().join(", ");
    let message = format!("the token is for {named}, and the verifier demands another audience");
    let finding = Finding::new(Cause::AudMismatch, Strength::Likely, message);
    Some(finding.at(seen.spot.clone(), "refused here").at(token.claim_spot("aud"), "presented here"))
}
