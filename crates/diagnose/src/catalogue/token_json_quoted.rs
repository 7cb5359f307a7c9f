//! `token-json-quoted`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use countersign_verify::Cause;
use crate::finding::{Finding, Strength};
use crate::situation::Situation;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::TokenJsonQuoted,
    rule: Some(find),
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

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    for token in &situation.tokens {
        let Some(quote) = quoted(token.text) else {
            continue;
        };
        let message = format!("the token stands between {quote}, which are sent as part of it");
        let finding = Finding::new(Cause::TokenJsonQuoted, Strength::Proved, message);
        found.push(finding.at(token.spot.clone(), "quotes inside the value").weight(0.9).explains(&[
            Cause::TokenMalformed,
            Cause::AccessTokenOpaqueNoAudience,
        ]));
    }
}

/// The quotes around a token, in words.
fn quoted(text: &str) -> Option<&'static str> {
    let quotes = [
        ("\\\"", "escaped double quotes"),
        ("\"", "double quotes"),
        ("'", "single quotes"),
        ("%22", "double quotes (%22)"),
    ];
    let (_, name) = quotes.iter().find(|(quote, _)| {
        let inner = text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
        inner.is_some_and(|inner| inner.len() > 10)
    })?;
    Some(name)
}
