//! `jwks-unavailable`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::evidence::Symptom;
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::JwksUnavailable,
    rule: Some(find),
    title: "The key set of a trusted issuer cannot be had",
    what: "A token names an issuer that is trusted, and the keys of that issuer are not here: the server asked for them and got no key set in time. Nothing can be said about the token, so the answer is 503 and not 401. Other issuers' tokens are not affected.",
    why: &[
        "The issuer is down, slow, or cannot be reached from this machine: a firewall, a proxy, no route to the internet.",
        "`issuer` or `jwks_url` in countersign.toml has a typing error, so the address answers with a page in place of keys.",
        "The issuer's certificate is not trusted by this machine.",
    ],
    fix: Fix {
        summary: "Make the issuer's discovery document and key set reachable from this server.",
        steps: &[
            run("See what the server saw last.", "curl -s http://localhost:8787/api/health/auth | jq .checks.trusted_issuers"),
            run("Ask for both from the same machine.", "curl -si https://ISSUER/.well-known/openid-configuration\ncurl -si \"$(curl -s https://ISSUER/.well-known/openid-configuration | jq -r .jwks_uri)\""),
            say("Correct `issuer`, or give `jwks_url` where the issuer has keys and no discovery document."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJSUzI1NiIsImtpZCI6…",
        trace: "the key set of the trusted issuer accounts is not held: https://id.example.com/.well-known/openid-configuration answered 502",
    },
    standard: Some("OpenID Connect Discovery 1.0, section 4; RFC 8414, section 3"),
    related: &[Cause::KidNotInJwks, Cause::JwksAddressRefused, Cause::DiscoveryIssuerMismatch, Cause::JwksCacheStale],
};

/// A message says that the keys could not be had. Why is for settings and addresses to say, where they are given.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let Some(seen) = situation.sighting(Symptom::KeySetUnreachable) else {
        return;
    };
    // `jsonwebtoken` puts the same words before whatever the lookup of a key failed by.
    if situation.sighting(Symptom::KeyUnknown).is_some_and(|unknown| unknown.text == seen.text) {
        return;
    }
    let message = "the verifier could not get the issuer's key set";
    let finding = Finding::new(Cause::JwksUnavailable, Strength::Suggested, message);
    found.push(finding.at(seen.spot.clone(), "said here"));
}
