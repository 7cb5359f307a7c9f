//! `encrypted-session-token`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;
use crate::finding::{Finding, Strength};
use crate::situation::{Carrier, Situation};
use crate::evidence::Symptom;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::EncryptedSessionToken,
    rule: Some(find),
    title: "An encrypted session was sent in place of a signed token",
    what: "The token has five parts: it is encrypted (JWE), not signed (JWS). Only the program that made it can read it. Auth.js keeps its session in such a token, and it is not meant for anybody else.",
    why: &[
        "The back end was given the cookie `authjs.session-token` or `next-auth.session-token`.",
        "`getToken({ raw: true })` was sent to the API; raw means still encrypted.",
        "The back end decodes with the same `AUTH_SECRET` and finds no signature to check: the secret is the same, the kind of token is not.",
    ],
    fix: Fix {
        summary: "Have the front end make a signed token for the API, and send that.",
        steps: &[
            run("In the front end's server code, sign a short-lived token with the shared secret, with `sub`, `email`, `iat` and `exp`.", "const token = await new SignJWT({ email })\n  .setProtectedHeader({ alg: 'HS256' })\n  .setSubject(userId).setIssuedAt().setExpirationTime('15m')\n  .sign(new TextEncoder().encode(process.env.AUTH_SECRET))"),
            say("Send that as `Authorization: Bearer …`, and leave the session cookie between browser and front end."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/settings HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJkaXIiLCJlbmMi…",
        trace: "5 parts with alg dir and enc A256CBC-HS512: an encrypted token",
    },
    standard: Some("RFC 7516, section 3.1"),
    related: &[Cause::TokenMalformed, Cause::SessionStrategyDatabase, Cause::BearerMissingCookiePresent],
};

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if !situation.token_may_be_refused() {
        return;
    }
    let taken_for_signed = situation.sighting(Symptom::TokenMalformed).is_some()
        || situation.sighting(Symptom::AlgorithmRefused).is_some()
        || situation.sighting(Symptom::SignatureRefused).is_some();
    for token in situation.tokens.iter().filter(|token| token.is_encrypted()) {
        // With an issuer in its header it is a provider's access token.
        if token.header_text("iss").is_some() {
            continue;
        }
        // Whoever sets such a cookie reads it; only a message says that somebody else tried.
        if matches!(token.carrier, Carrier::Cookie(_)) && !taken_for_signed {
            continue;
        }
        let message = format!(
            "the token is encrypted (five parts, alg {}, enc {}), and the service verifies signed tokens",
            token.header_text("alg").unwrap_or("?"),
            token.header_text("enc").unwrap_or("?"),
        );
        let finding = Finding::new(Cause::EncryptedSessionToken, Strength::Proved, message);
        found.push(finding.at(token.header_spot("enc"), "encrypted").weight(0.9).explains(&[
            Cause::TokenMalformed,
            Cause::AlgMismatch,
            Cause::SecretMismatch,
            Cause::EnvVarNameMismatch,
        ]));
    }
}
