//! `alg-mismatch`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::situation::kind::is_firebase;
use countersign_verify::Cause;
use crate::finding::{Finding, Strength};
use crate::situation::{PresentedToken, Situation};
use crate::contract::Purpose;
use crate::evidence::Symptom;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::AlgMismatch,
    rule: Some(find),
    title: "The token is signed with another algorithm than this server allows",
    what: "The key decides which algorithm counts, never the token. The token's header names one for which this server has no key, such as RS256 where only HS256 is set up; or it names `none`, which is no signature at all and never allowed.",
    why: &[
        "The issuer moved from a shared secret to key pairs (Supabase, Auth0 and others have done so), and the verifier still has the secret.",
        "The token is from another issuer than you think.",
        "A library was told to leave the signature out, for a test.",
        "Somebody tries a known attack: `none`, or an RS256 public key used as an HS256 secret. Both fail here.",
    ],
    fix: Fix {
        summary: "Set up the verifier for the algorithm that the issuer uses.",
        steps: &[
            run("See what the token says of itself: `alg`, `kid`, `iss`.", "countersign inspect \"$TOKEN\""),
            say("For EdDSA, ES*, PS* or RS*, give the verifier the issuer's key set (JWKS); for HS* the shared secret."),
            say("If the token is from an issuer that you do not know, find out which part of the client takes it from there."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.AA",
        trace: "the token's alg is \"none\"; known are EdDSA, ES256, ES384, ES512, HS256, HS384, HS512, PS256, PS384, PS512, RS256, RS384, RS512",
    },
    standard: Some("RFC 8725, sections 3.1 and 3.2; RFC 7515, section 10.7; ASVS V9.1.2"),
    related: &[Cause::TokenHeaderUnsupported, Cause::KidNotInJwks, Cause::SecretMismatch, Cause::TokenTampered],
};

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if !situation.token_may_be_refused() {
        return;
    }
    for token in situation.tokens.iter().filter(|token| token.is_signed_token()) {
        let Some(alg) = token.header_text("alg") else {
            continue;
        };
        let allowed = &situation.expected.algorithms;
        if alg.eq_ignore_ascii_case("none") && is_firebase(token) && knows_emulator(situation) {
            continue;
        }
        if alg.eq_ignore_ascii_case("none") {
            push(found, token, Strength::Proved, "the token is not signed (alg is none)".to_owned(), None);
        } else if !allowed.is_empty() && allowed.iter().all(|one| one.value != alg) {
            let names: Vec<&str> = allowed.iter().map(|one| one.value.as_str()).collect();
            let message = format!("the token is signed with {alg}, and {} allows {}", allowed[0].name, names.join(", "));
            push(found, token, Strength::Proved, message, Some(allowed[0].spot.clone()));
        } else if allowed.is_empty() {
            by_keys(situation, token, alg, found);
        }
    }
    if let (true, Some(seen)) = (situation.tokens.is_empty(), situation.sighting(Symptom::AlgorithmRefused)) {
        let message = "a message says that the algorithm of the token is not allowed";
        let finding = Finding::new(Cause::AlgMismatch, Strength::Suggested, message);
        found.push(finding.at(seen.spot.clone(), "said here"));
    }
}

/// Whether the server takes the unsigned tokens of Firebase's emulator.
fn knows_emulator(situation: &Situation<'_>) -> bool {
    let mut services = situation.evidence.services.iter();
    services.any(|service| service.setting("FIREBASE_AUTH_EMULATOR_HOST").is_some())
}

/// The refusal of the gateway in front of Supabase's functions, which `verify_jwt` has check with the old secret.
fn of_old_gateway<'e>(situation: &Situation<'e>) -> Option<&'e crate::evidence::Response> {
    let asked = situation.request().is_some_and(|request| request.target.contains("/functions/v1/"));
    let signed = situation.tokens.iter().any(|token| !token.signature.fits.is_empty());
    situation.response().filter(|answer| asked && signed && answer.status == 401 && answer.body.contains("Invalid JWT"))
}

/// The verifying side has only secrets and the token wants a public key, or the reverse.
fn by_keys(situation: &Situation<'_>, token: &PresentedToken<'_>, alg: &str, found: &mut Vec<Finding>) {
    let lines = |purpose| situation.verifier_settings(purpose);
    let secret = lines(Purpose::SigningSecret).into_iter().find(|(_, line)| !line.value.is_empty());
    let fetches = !lines(Purpose::JwksUrl).is_empty()
        || !lines(Purpose::PublicKey).is_empty()
        || !situation.evidence.key_sets.is_empty();
    let refused = situation.sighting(Symptom::AlgorithmRefused);
    let symmetric = alg.starts_with("HS");
    if let (false, Some(answer)) = (symmetric, of_old_gateway(situation)) {
        let message = format!("the token is signed with {alg}, and the gateway of the functions checks with the project's old secret");
        push(found, token, Strength::Likely, message, Some(answer.status_spot()));
        return;
    }
    if let (false, Some((_, line)), true) = (symmetric, secret, !fetches || refused.is_some()) {
        let message = format!("the token is signed with {alg}, a public-key algorithm, and the service verifies with the secret {}", line.name);
        push(found, token, Strength::Likely, message, Some(line.spot.clone()));
    } else if symmetric && fetches && secret.is_none() && token.signature.fits.is_empty() {
        let message = format!("the token is signed with {alg}, a shared secret, and the service verifies with public keys");
        push(found, token, Strength::Likely, message, None);
    } else if let Some(seen) = refused.filter(|_| token.signature.fits.is_empty() || symmetric) {
        let message = format!("the token is signed with {alg}, which the verifier does not allow");
        push(found, token, Strength::Likely, message, Some(seen.spot.clone()));
    }
}

fn push(
    found: &mut Vec<Finding>,
    token: &PresentedToken<'_>,
    strength: Strength,
    message: String,
    other: Option<crate::evidence::Spot>,
) {
    let mut finding = Finding::new(Cause::AlgMismatch, strength, message).weight(0.8);
    if let Some(spot) = other {
        finding = finding.at(spot, "the verifying side");
    }
    let finding = finding.at(token.header_spot("alg"), "the token's algorithm");
    found.push(finding.explains(&[Cause::SecretMismatch, Cause::KidNotInJwks, Cause::TokenTampered]));
}
