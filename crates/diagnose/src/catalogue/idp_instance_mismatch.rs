//! `idp-instance-mismatch`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::evidence::Service;
use countersign_verify::Cause;
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use crate::evidence::Symptom;
use crate::situation::issuer::is_other_instance;
use crate::situation::kind::is_firebase;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::IdpInstanceMismatch,
    rule: Some(find),
    title: "The token is from another instance of the provider",
    what: "Token and verifier are set up for the same kind of provider, and for two different instances of it: another project, tenant or environment. Each instance has its own keys, so the signature cannot hold.",
    why: &[
        "The front end has the settings of the development instance, the back end those of production. Clerk's keys tell them apart: `pk_test_` and `pk_live_`.",
        "The project was made anew, and one side still has the old one.",
        "A preview deployment uses another instance than the API it calls.",
    ],
    fix: Fix {
        summary: "Set both sides up for the same instance.",
        steps: &[
            run("See which instance the token is from, and which is expected.", "countersign inspect \"$TOKEN\"\ncountersign config show"),
            say("Change the side that is wrong, all of its settings together: issuer, key set, client id, secret."),
            say("Sign in again."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/settings HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJSUzI1NiIs…",
        trace: "the token is of https://alert-otter-12.clerk.accounts.dev, this verifier is for https://clerk.example.org",
    },
    standard: Some("RFC 7519, section 4.1.1; RFC 8725, section 3.8"),
    related: &[Cause::KidNotInJwks, Cause::IssMismatch, Cause::JwksCacheStale, Cause::BaseUrlDrift],
};

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if !situation.token_may_be_refused() {
        return;
    }
    found.extend(of_secret_key(situation));
    found.extend(of_emulator(situation));
    for token in situation.tokens.iter().filter(|token| token.signature.fits.is_empty()) {
        let Some(wanted) = is_other_instance(token, situation) else {
            continue;
        };
        // Where the issuer was compared after the signature, the keys were those of the token's issuer.
        let only_issuer = situation.sighting(Symptom::IssuerRefused).is_some()
            && situation.sighting(Symptom::KeyUnknown).is_none()
            && situation.sighting(Symptom::SignatureRefused).is_none();
        if only_issuer && situation.has_held(crate::evidence::Check::Signature) {
            continue;
        }
        let iss = token.text_claim("iss").unwrap_or_default();
        let message = format!("the token is of {iss}, and the service verifies for {}, another instance of the same provider", wanted.value);
        let finding = Finding::new(Cause::IdpInstanceMismatch, Strength::Proved, message).weight(0.8);
        let finding = finding.at(wanted.spot.clone(), "this instance").at(token.claim_spot("iss"), "that instance");
        found.push(finding.explains(&[
            Cause::KidNotInJwks,
            Cause::JwksCacheStale,
            Cause::IssMismatch,
            Cause::IssHostMismatch,
            Cause::AudMismatch,
            Cause::SecretMismatch,
            Cause::TokenTampered,
            Cause::SecretReusedAcrossEnvironments,
        ]));
    }
}

/// A secret key of Clerk says whether it is of a development instance; the token's issuer says so too.
fn of_secret_key(situation: &Situation<'_>) -> Option<Finding> {
    let mut lines = situation.verifiers().into_iter().flat_map(Service::settings);
    let line = lines.find(|line| line.name.to_ascii_uppercase().contains("CLERK") && line.value.starts_with("sk_"))?;
    let testing = line.value.starts_with("sk_test_");
    let token = situation.tokens.iter().find(|token| token.text_claim("sid").is_some() && token.text_claim("iss").is_some())?;
    let iss = token.text_claim("iss")?;
    let development = iss.contains(".clerk.accounts.dev") || iss.contains(".accounts.lcl");
    if testing == development {
        return None;
    }
    let (own, other) = if testing { ("a development", "production") } else { ("the production", "development") };
    let message = format!("{} is of {own} instance, and the token is of {iss}, a {other} instance", line.name);
    let finding = Finding::new(Cause::IdpInstanceMismatch, Strength::Proved, message).weight(0.85);
    let finding = finding.at(line.spot.clone(), "this instance").at(token.claim_spot("iss"), "that instance");
    Some(finding.explains(&[Cause::KidNotInJwks, Cause::JwksCacheStale, Cause::IssMismatch]))
}

/// Firebase's emulator does not sign its tokens; only a server that is told of the emulator takes them.
fn of_emulator(situation: &Situation<'_>) -> Option<Finding> {
    let token = situation.tokens.iter().find(|token| is_firebase(token) && token.header_text("alg") == Some("none"))?;
    let mut lines = situation.verifiers().into_iter().flat_map(Service::settings);
    if lines.any(|line| line.name.to_ascii_uppercase().contains("EMULATOR")) {
        return None;
    }
    let message = "the token is of Firebase's emulator, which signs nothing, and the server verifies for the real project";
    let finding = Finding::new(Cause::IdpInstanceMismatch, Strength::Proved, message).weight(0.9);
    let finding = finding.at(token.header_spot("alg"), "of the emulator");
    let fix = "Set FIREBASE_AUTH_EMULATOR_HOST for the server too, or sign in at the real project.";
    Some(finding.fix(fix).explains(&[Cause::AlgMismatch, Cause::KidNotInJwks, Cause::TokenTampered, Cause::TokenMalformed]))
}
