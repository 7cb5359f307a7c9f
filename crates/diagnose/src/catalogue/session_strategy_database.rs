//! `session-strategy-database`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::SessionStrategyDatabase,
    rule: None,
    title: "A session id was sent in place of a token",
    what: "What was presented has no dots and looks random: it is the id of a row in the front end's session table, not a token. It means something only to the program that owns the table.",
    why: &[
        "Auth.js runs with `session: { strategy: 'database' }`, which it takes by itself as soon as an adapter is set.",
        "A cookie of another server was put into the `Authorization` header.",
    ],
    fix: Fix {
        summary: "Let the front end make a token for the API, or choose its `jwt` strategy.",
        steps: &[
            say("Keep the database sessions, and have the front end's server sign a short-lived token for each call to the API."),
            run("Or change the strategy, and sign in again.", "session: { strategy: 'jwt' }"),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/settings HTTP/1.1\nAuthorization: Bearer 5f7c1f0e-7f57-4c3f-9a6e-0b6f3a2f8d11",
        trace: "no dots: an opaque value, not a token",
    },
    standard: None,
    related: &[Cause::EncryptedSessionToken, Cause::TokenMalformed, Cause::ApiKeyAsBearerToken],
};
