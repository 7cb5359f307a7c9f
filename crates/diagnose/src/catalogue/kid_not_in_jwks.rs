//! `kid-not-in-jwks`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use crate::evidence::Symptom;
use crate::evidence::jwks::KeySetFile;
use crate::situation::issuer::is_other_instance;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::KidNotInJwks,
    rule: Some(find),
    title: "The token names a key that this server does not have",
    what: "The token's `kid` is not among the keys of this server: not the present one, not one that is being retired, not one that was replaced before.",
    why: &[
        "The token is from another deployment or environment, which has keys of its own.",
        "The database was made anew, and with it the keys; the token is from before.",
        "The token is from another issuer.",
    ],
    fix: Fix {
        summary: "Send the token to the server that issued it, or get one from this server.",
        steps: &[
            run("Compare `kid` and `iss` of the token with the keys here.", "countersign inspect \"$TOKEN\"\ncurl -s http://localhost:8787/.well-known/jwks.json | jq '.keys[].kid'"),
            say("If the database is new, sign in again."),
            say("If the token is from elsewhere, look at which address the client signs in at, and which it calls."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJFZERTQSIsImtpZCI6…",
        trace: "kid NzbLs… is not among the 2 keys of this server",
    },
    standard: Some("RFC 7515, section 4.1.4; RFC 7517, section 4.5"),
    related: &[Cause::SecretRotatedStaleSession, Cause::JwksCacheStale, Cause::IdpInstanceMismatch, Cause::BaseUrlDrift],
};

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if !situation.token_may_be_refused() {
        return;
    }
    let sets = &situation.evidence.key_sets;
    for token in &situation.tokens {
        let Some(kid) = token.header_text("kid") else {
            continue;
        };
        let known = sets.iter().any(|file| file.has(kid));
        if known || sets.is_empty() || is_other_instance(token, situation).is_some() {
            continue;
        }
        let names: Vec<&str> = sets.iter().flat_map(KeySetFile::kids).collect();
        let message = format!("the token names the key {kid}, and the key set has {}", names.join(", "));
        let finding = Finding::new(Cause::KidNotInJwks, Strength::Proved, message);
        let finding = finding.at(token.header_spot("kid"), "the key it names");
        found.push(finding.explains(&[Cause::SecretMismatch, Cause::TokenTampered, Cause::JwksCacheStale]));
    }
    if let (true, Some(seen)) = (sets.is_empty(), situation.sighting(Symptom::KeyUnknown)) {
        let message = "a message says that no key of the set has the token's kid";
        let finding = Finding::new(Cause::KidNotInJwks, Strength::Suggested, message);
        found.push(finding.at(seen.spot.clone(), "said here"));
    }
}
