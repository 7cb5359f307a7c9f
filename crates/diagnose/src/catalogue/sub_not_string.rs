//! `sub-not-string`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;
use crate::finding::{Finding, Strength};
use crate::situation::{Outcome, Situation};
use crate::evidence::Symptom;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::SubNotString,
    rule: Some(find),
    title: "The subject is not a text",
    what: "`sub` has to be a string. In this token it is a number (or an object), so two readers may take it for two different users: a large number changes when JavaScript reads it.",
    why: &[
        "The token was made with the row's id as it came from the database: `sub: user.id`.",
        "A library that used to let it pass has become strict (PyJWT since 2.10).",
    ],
    fix: Fix {
        summary: "Turn the id into text where the token is made.",
        steps: &[
            run("Change that line.", "jwt.encode({\"sub\": str(user.id), …}, secret, \"HS256\")"),
            say("Sign in again; tokens from before stay wrong."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/settings HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "sub is the number 1001",
    },
    standard: Some("RFC 7519, section 4.1.2"),
    related: &[Cause::ClaimMissing, Cause::SubIdentifierMismatch, Cause::TokenFormatLegacy],
};

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if !situation.token_may_be_refused() {
        return;
    }
    let seen = situation.sighting(Symptom::SubjectRefused);
    let strict = situation.evidence.stack.iter().any(|product| insists(product));
    let open = situation.sightings().is_empty() || situation.is_seen(Cause::SubNotString);
    for token in situation.tokens.iter().filter(|token| token.is_signed_token()) {
        let Some(sub) = token.claim("sub").filter(|sub| !sub.is_string() && !sub.is_null()) else {
            continue;
        };
        let strength = match (seen, strict) {
            (Some(_), _) => Strength::Proved,
            (None, true) => Strength::Likely,
            // A message of another check says that this one was not the matter.
            (None, false) if situation.outcome() == Outcome::Bad && open => Strength::Suggested,
            (None, false) => continue,
        };
        let message = format!("sub is {sub}, and the library wants a string (\"{sub}\")");
        let finding = Finding::new(Cause::SubNotString, strength, message);
        found.push(finding.at(token.claim_spot("sub"), "no string"));
    }
    if let (true, Some(seen)) = (situation.tokens.is_empty(), seen) {
        let message = "a message says that sub is no string";
        let finding = Finding::new(Cause::SubNotString, Strength::Likely, message);
        found.push(finding.at(seen.spot.clone(), "said here"));
    }
}

/// Whether a product of the stack refuses a `sub` that is no string: python-jose does, and `PyJWT` since 2.10.
fn insists(product: &str) -> bool {
    let product = product.to_ascii_lowercase();
    if product.contains("python-jose") || product.contains("flask-jwt-extended") {
        return true;
    }
    let Some((_, version)) = product.split_once("pyjwt") else {
        return false;
    };
    let digits = version.trim_start_matches(|c: char| !c.is_ascii_digit());
    let mut numbers = digits.split('.').map(str::parse::<u32>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => (major, minor) >= (2, 10),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_the_library_decides() {
        for product in ["PyJWT", "PyJWT 2.10", "pyjwt==2.15.1", "python-jose 3.5", "flask-jwt-extended"] {
            assert!(insists(product), "{product}");
        }
        for product in ["PyJWT 2.9.0", "pyjwt==1.7.1", "jose (npm)", "Express"] {
            assert!(!insists(product), "{product}");
        }
    }
}
