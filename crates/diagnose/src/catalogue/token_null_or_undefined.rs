//! `token-null-or-undefined`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;
use crate::finding::{Finding, Strength};
use crate::situation::Situation;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::TokenNullOrUndefined,
    rule: Some(find),
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

/// What a client's languages make of no token.
const NO_TOKENS: &[&str] = &[
    "", "null", "undefined", "none", "nil", "nan", "false", "true", "[object object]", "[object promise]",
    "(null)", "null_token", "empty", "{}", "[]",
];

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    for token in &situation.tokens {
        let word = token.text.trim_matches(['"', '\'']).trim();
        let lower = word.to_ascii_lowercase().replace("%20", " ");
        let message = if word.is_empty() {
            "the header has a scheme and no token".to_owned()
        } else if NO_TOKENS.contains(&lower.as_str()) {
            format!("the token is the word {word}")
        } else if is_template(word) {
            format!("the token is {word}, a template that was never filled in")
        } else {
            continue;
        };
        let finding = Finding::new(Cause::TokenNullOrUndefined, Strength::Proved, message);
        found.push(finding.at(token.spot.clone(), "no token").weight(0.9).explains(&[
            Cause::TokenMalformed,
            Cause::CredentialMissing,
        ]));
    }
}

/// A place for a token. A shell fills in `$TOKEN` and `${TOKEN}` before the request goes out, so those do not count.
fn is_template(word: &str) -> bool {
    let inside = |start: &str, end: &str| word.starts_with(start) && word.ends_with(end) && word.len() < 60;
    let of_script = inside("${", "}") && word.chars().any(char::is_lowercase);
    inside("{{", "}}") || inside("<", ">") || inside("{", "}") || of_script
}
