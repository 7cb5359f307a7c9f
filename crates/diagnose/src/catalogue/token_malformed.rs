//! `token-malformed`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;
use crate::finding::{Finding, Strength};
use crate::situation::{PresentedToken, Situation};
use crate::evidence::Symptom;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::TokenMalformed,
    rule: Some(find),
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

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if !situation.token_may_be_refused() {
        return;
    }
    for token in situation.tokens.iter().filter(|token| token.text.starts_with("eyJ")) {
        if let Some(message) = fault(token) {
            let finding = Finding::new(Cause::TokenMalformed, Strength::Proved, message);
            found.push(finding.at(token.spot.clone(), "presented here").explains(&[
                Cause::SecretMismatch,
                Cause::TokenTampered,
            ]));
        }
    }
    if let (true, Some(seen)) = (situation.tokens.is_empty(), situation.sighting(Symptom::TokenMalformed)) {
        let message = "a message says that the token has not the form of one";
        let finding = Finding::new(Cause::TokenMalformed, Strength::Suggested, message);
        found.push(finding.at(seen.spot.clone(), "said here"));
    }
}

/// What keeps a text that begins like a token from being one.
fn fault(token: &PresentedToken<'_>) -> Option<String> {
    let text = token.text;
    if let Some(blank) = text.chars().find(|c| c.is_whitespace()) {
        let name = if blank == ' ' { "a blank" } else { "a line break or tab" };
        return Some(format!("there is {name} inside the token"));
    }
    if text.contains("%2E") || text.contains("%2e") {
        return Some("the token is percent-encoded".to_owned());
    }
    if !matches!(token.parts, 3 | 5) {
        return Some(format!("the token has {} part(s) where a signed one has three", token.parts));
    }
    let foreign = text.chars().find(|c| !(c.is_ascii_alphanumeric() || ".-_".contains(*c)));
    if let Some(foreign) = foreign {
        return Some(format!("the character {foreign:?} is in the token, which is none of base64url"));
    }
    let header = token.header.is_none().then_some("first part (header)");
    let claims = (token.parts == 3 && token.claims.is_none()).then_some("second part (claims)");
    if let Some(part) = header.or(claims) {
        return Some(format!("the {part} of the token is no JSON object in base64url: it was cut or changed"));
    }
    cut(token)
}

/// Whether the signature is shorter or longer than its algorithm makes it (RFC 7518, section 3).
fn cut(token: &PresentedToken<'_>) -> Option<String> {
    let wanted = match token.header_text("alg")? {
        "HS256" => 43,
        "HS384" => 64,
        "HS512" | "ES256" | "EdDSA" => 86,
        "ES384" => 128,
        "ES512" => 176,
        _ => return None,
    };
    let length = token.text.rsplit('.').next()?.len();
    (length != wanted && length != 0 && token.parts == 3).then(|| {
        let alg = token.header_text("alg").unwrap_or_default();
        format!("the signature has {length} characters, and one of {alg} has {wanted}: the token was cut or added to")
    })
}
