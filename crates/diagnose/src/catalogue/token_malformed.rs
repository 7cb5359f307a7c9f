//! `token-malformed`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::TokenMalformed,
    rule: None,
    title: "The token is not a JSON Web Token",
    what: "A signed token is three parts, joined by dots, each base64url without padding; the first two are JSON objects. What was presented is something else, so no key was tried.",
    why: &[
        "The token was cut: by a shell variable, a log line, a database column that is too short, or the end of a selection.",
        "Something else was sent in its place: the whole answer of the sign-in, a file's name, a user id, a session id.",
        "It was encoded once more on the way: URL-encoded (`%2E`), base64 of the whole, with line breaks.",
        "It comes from a service that issues opaque tokens.",
    ],
    fix: Fix {
        summary: "Send the `access_token` of the sign-in answer as it is.",
        steps: &[
            run("Let the command line take the token apart; it says which part is wrong.", "countersign inspect \"$TOKEN\""),
            say("Count the dots: two make a signed token, four an encrypted one, none an opaque one."),
            say("Compare the first and the last ten characters with what the sign-in returned, to see where it was cut."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs.eyJzdWIiOiI0Mi",
        trace: "2 parts; a signed token has 3",
    },
    standard: Some("RFC 7515, section 7.1; RFC 7519, section 7.2"),
    related: &[Cause::TokenNullOrUndefined, Cause::TokenJsonQuoted, Cause::EncryptedSessionToken, Cause::SessionStrategyDatabase, Cause::ApiKeyAsBearerToken],
};
