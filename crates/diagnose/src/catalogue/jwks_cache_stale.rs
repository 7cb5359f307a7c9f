//! `jwks-cache-stale`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use crate::evidence::jwks::KeySetFile;
use crate::evidence::{Sighting, Spot, Symptom};
use crate::situation::{PresentedToken, issuer};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::JwksCacheStale,
    rule: Some(find),
    title: "The verifier's key set is older than the issuer's last rotation",
    what: "The issuer publishes the key that signed the token, and the verifier does not know it: it still works with the key set that it fetched before the issuer changed its keys.",
    why: &[
        "The key set is fetched once at start-up and never again.",
        "It is cached for longer than the issuer waits between publishing a key and using it.",
        "A proxy or a CDN between the two keeps the old document.",
        "The key set was copied into a file or a variable.",
    ],
    fix: Fix {
        summary: "Fetch the key set again when a token names an unknown key, with a pause between two fetches.",
        steps: &[
            say("Restart the verifier: if the token is good after that, this is the cause."),
            say("Let the library fetch: `createRemoteJWKSet` (jose), `PyJWKClient` with a `lifespan`, `jwks-rsa` with `cache` and `rateLimit`."),
            run("Compare what the issuer publishes with what the token names.", "countersign inspect \"$TOKEN\"\ncurl -s \"$JWKS_URL\" | jq '.keys[].kid'"),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/settings HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJSUzI1NiIsImtpZCI6…",
        trace: "kid k-2025 is in the issuer's set, and the verifier says that it knows no such key",
    },
    standard: Some("RFC 7517, section 5; OpenID Connect Core 1.0, section 10.1.1"),
    related: &[Cause::KidNotInJwks, Cause::SecretRotatedStaleSession, Cause::IdpInstanceMismatch],
};

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if !situation.token_may_be_refused() {
        return;
    }
    let unknown = situation.sighting(Symptom::KeyUnknown);
    let refused = situation.sighting(Symptom::SignatureRefused).or_else(|| situation.sighting(Symptom::TokenRefused));
    let cached = situation.evidence.logs.iter().any(|log| {
        let log = log.text.to_ascii_lowercase();
        ["cache", "fetched", "loaded", "rotat", "refresh", "restart"].iter().any(|word| log.contains(word)) && (log.contains("jwk") || log.contains("key"))
    });
    for token in &situation.tokens {
        let Some(kid) = token.header_text("kid") else {
            continue;
        };
        let Some(file) = situation.evidence.key_sets.iter().find(|file| file.has(kid)) else {
            continue;
        };
        let signed = !token.signature.fits.is_empty();
        let of_issuer = issuer::difference(token, situation).is_none();
        let said = situation.sighting(Symptom::SignatureRefused);
        if let (true, true, None, Some(seen)) = (of_issuer, signed, unknown, said) {
            found.push(other_key(token, kid, file, seen));
            continue;
        }
        let answered = situation.response().is_some_and(|response| response.status == 401);
        let held = held_others(situation, kid, file).filter(|_| answered);
        let old = held.is_some() || cached && (refused.is_some() || answered);
        if !(of_issuer && signed && (unknown.is_some() || old)) {
            continue;
        }
        let strength = if unknown.is_some() { Strength::Proved } else { Strength::Likely };
        let message = format!("the key {kid} is in the issuer's key set ({}), and the verifier does not know it", file.source);
        let finding = Finding::new(Cause::JwksCacheStale, strength, message).weight(0.7);
        let mut finding = finding.at(token.header_spot("kid"), "the key it names");
        if let Some(spot) = held {
            finding = finding.at(spot, "the keys that it holds");
        }
        if let Some(seen) = unknown.or(refused) {
            finding = finding.at(seen.spot.clone(), "not known here");
        }
        found.push(finding.explains(&[Cause::KidNotInJwks, Cause::SecretMismatch, Cause::TokenTampered]));
    }
}

/// Where the log names other keys of the set, and the token's nowhere: those that the verifier has read.
fn held_others(situation: &Situation<'_>, kid: &str, file: &KeySetFile) -> Option<Spot> {
    if situation.log_line(|line| line.contains(kid)).is_some() {
        return None;
    }
    let others: Vec<&str> = file.kids().filter(|other| *other != kid && other.len() > 5).collect();
    situation.log_line(|line| others.iter().any(|other| line.contains(other)))
}

/// The set's key made the signature, and the verifier says that it does not fit: it holds another one.
fn other_key(token: &PresentedToken<'_>, kid: &str, file: &KeySetFile, seen: &Sighting) -> Finding {
    let others: Vec<&str> = file.kids().filter(|other| *other != kid).collect();
    let message = format!("the key {kid} of the set made the signature, and the verifier tries another one");
    let finding = Finding::new(Cause::JwksCacheStale, Strength::Likely, message).weight(0.4);
    let finding = finding.at(token.header_spot("kid"), "the key it names").at(seen.spot.clone(), "does not fit the other");
    let finding = if others.is_empty() {
        finding
    } else {
        finding.fix("Take the key of the set that has the token's kid, and never the first one.")
    };
    finding.explains(&[Cause::KidNotInJwks, Cause::SecretMismatch, Cause::TokenTampered])
}
