//! `token-null-or-undefined`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::TokenNullOrUndefined,
    rule: None,
    title: "The token is the word \"null\", \"undefined\" or the like",
    what: "The header reads `Bearer null`, `Bearer undefined`, `Bearer [object Object]` or `Bearer` alone. The client had no token, or had an object with the token in it, and turned it into text.",
    why: &[
        "The request went out before the sign-in was finished, or before the storage was read.",
        "Storage was read under another key than it was written to: `localStorage.getItem` answers `null`.",
        "The token is inside an object: `session.access_token`, not `session`.",
        "A promise was put into the header without `await`.",
        "A template was never filled in: `Bearer ${TOKEN}` or `Bearer {{token}}`.",
    ],
    fix: Fix {
        summary: "Set the header only when there is a token, and put the token itself into it.",
        steps: &[
            run("Guard the line that sets the header.", "if (token) headers.set('Authorization', `Bearer ${token}`)"),
            say("Log `typeof token` at that line: it has to be `string`."),
            say("Wait for the session to be loaded before the first request goes out."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAuthorization: Bearer undefined",
        trace: "the token is the word undefined",
    },
    standard: Some("RFC 6750, section 2.1"),
    related: &[Cause::CredentialMissing, Cause::TokenMalformed, Cause::TokenJsonQuoted],
};
