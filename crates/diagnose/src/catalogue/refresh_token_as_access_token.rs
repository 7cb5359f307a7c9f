//! `refresh-token-as-access-token`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;
use crate::finding::{Finding, Strength};
use crate::situation::{Carrier, Situation};
use crate::situation::kind::{refresh_token_mark, said_kind};

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::RefreshTokenAsAccessToken,
    rule: Some(find),
    title: "A refresh token was sent to an API",
    what: "The token begins with `csr_`, or says of itself that it is for refreshing. It is good for one thing: to be exchanged for a new access token.",
    why: &[
        "The client saved `refresh_token` under the name of the access token, or the two arguments changed places.",
        "After a refresh the client kept the wrong one of the two new tokens.",
    ],
    fix: Fix {
        summary: "Send the access token to APIs, and the refresh token to `/api/v1/auth/refresh` alone.",
        steps: &[
            run("Exchange it; the answer has both tokens.", "curl -X POST http://localhost:8787/api/v1/auth/refresh \\\n  -H 'Content-Type: application/json' -d '{\"refresh_token\": \"csr_…\"}'"),
            say("Keep `access_token` for the header and `refresh_token` for the next exchange."),
            say("It has now been in the logs of whatever it passed on its way; the exchange above has replaced it."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAuthorization: Bearer csr_Vq3…",
        trace: "prefix csr_: a refresh token of this server",
    },
    standard: Some("RFC 6749, section 1.5; ASVS V9.2.2"),
    related: &[Cause::TokenTypeUnexpected, Cause::TokenExpired, Cause::RefreshTokenUnknown],
};

/// Messages that name the kind that was sent, in lower case.
const SAID: &[&str] = &[
    "only non-refresh tokens are allowed",
    "token use not allowed: refresh",
    "got refresh token",
    "received refresh token",
    "is a refresh token",
    "refresh token cannot be used",
    "expected access token, got refresh",
];

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if !situation.token_may_be_refused() {
        return;
    }
    found.extend(said_kind(situation, SAID).map(|spot| {
        let message = "a message says that a refresh token was sent, and an access token is wanted";
        Finding::new(Cause::RefreshTokenAsAccessToken, Strength::Likely, message).weight(0.7).at(spot, "said here")
    }));
    // A refresh token belongs to the endpoint that renews tokens.
    let renews = situation.request().is_some_and(|request| {
        let path = request.target.to_ascii_lowercase();
        ["refresh", "renew", "logout", "revoke", "/token"].iter().any(|part| path.contains(part))
    });
    let sent = situation.tokens.iter();
    let to_come = situation.judged().filter(|token| situation.is_to_come(token));
    for token in sent.chain(to_come).filter(|_| !renews) {
        if matches!(token.carrier, Carrier::Cookie(_)) {
            continue;
        }
        let Some(mark) = refresh_token_mark(token, situation) else {
            continue;
        };
        let message = format!("the token is a refresh token ({mark}), and the API wants an access token");
        let finding = Finding::new(Cause::RefreshTokenAsAccessToken, Strength::Proved, message).weight(0.9);
        found.push(finding.at(token.claim_spot("token_type"), "a refresh token").later(situation.is_to_come(token)).explains(&[
            Cause::TokenTypeUnexpected,
            Cause::TokenMalformed,
            Cause::AlgMismatch,
            Cause::SecretMismatch,
            Cause::AudMismatch,
            Cause::AccessTokenOpaqueNoAudience,
            Cause::ClaimMissing,
            Cause::KidNotInJwks,
            Cause::EnvVarNameMismatch,
        ]));
    }
}
