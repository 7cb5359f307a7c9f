//! `refresh-token-as-access-token`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::RefreshTokenAsAccessToken,
    rule: None,
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
