//! `token-json-quoted`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::TokenJsonQuoted,
    rule: None,
    title: "The token still has the quotes of its JSON form",
    what: "The token begins and ends with a quotation mark. It was stored with `JSON.stringify` and read without `JSON.parse`, so the quotes became part of it.",
    why: &[
        "A storage hook writes JSON (`useLocalStorage`, zustand's `persist`, redux-persist), and another piece of code reads the raw text.",
        "A shell took the token from an answer with `jq .access_token`, which prints the quotes.",
        "An environment variable was written with quotes that its loader keeps.",
    ],
    fix: Fix {
        summary: "Take the quotes off where the token is read.",
        steps: &[
            run("Read it the way it was written.", "const token = JSON.parse(localStorage.getItem('access_token'))"),
            run("In a shell, ask `jq` for raw text.", "TOKEN=$(curl -s … | jq -r .access_token)"),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAuthorization: Bearer \"eyJhbGciOiJIUzI1NiIs…\"",
        trace: "the token stands between double quotes",
    },
    standard: Some("RFC 7515, section 3.1"),
    related: &[Cause::TokenNullOrUndefined, Cause::TokenMalformed, Cause::EnvQuotesLiteral],
};
