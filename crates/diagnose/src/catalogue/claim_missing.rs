//! `claim-missing`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use countersign_verify::Cause;
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use crate::contract::canonical;
use crate::evidence::{Service, Symptom};
use serde_json::Value;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::ClaimMissing,
    rule: Some(find),
    title: "The token lacks a claim that it needs",
    what: "A token of this kind has to have certain claims: at least `sub` (whose it is) and `exp` (until when). One of them is not there; the trace says which.",
    why: &[
        "The token was made by hand or by a few lines of code, with the email alone.",
        "The library sets `exp` only when it is asked to.",
        "The user is under another name: `id`, `user_id`, `uid`.",
    ],
    fix: Fix {
        summary: "Set the claim where the token is made.",
        steps: &[
            run("See which are there.", "countersign inspect \"$TOKEN\""),
            run("Add what is missing.", "jwt.encode({\"sub\": str(user.id), \"email\": user.email,\n            \"iat\": now, \"exp\": now + 900}, secret, \"HS256\")"),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/settings HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "no exp",
    },
    standard: Some("RFC 7519, section 4.1; RFC 9068, section 2.2"),
    related: &[Cause::SubNotString, Cause::TokenFormatLegacy, Cause::AnonKeyAsUserToken, Cause::AudMissingInToken],
};

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let seen = situation.sightings().iter().filter(|seen| seen.symptom == Symptom::ClaimAbsent);
    for seen in seen {
        let name = claim_named(&message_of(&seen.text));
        let shown = name.as_deref().unwrap_or("a claim");
        let message = format!("the verifier demands {shown}, which the token does not have");
        let absent = name.as_deref().and_then(|name| {
            let mut signed = situation.tokens.iter().filter(|token| token.is_signed_token());
            signed.find(|token| token.claim(name).is_none())
        });
        // The token has the claim that the message asks for, so the message is of another one.
        if absent.is_none() && name.is_some() && !situation.tokens.is_empty() {
            continue;
        }
        let strength = if absent.is_some() { Strength::Proved } else { Strength::Suggested };
        let mut finding = Finding::new(Cause::ClaimMissing, strength, message).weight(0.4);
        if let (Some(token), Some(name)) = (absent, &name) {
            finding = finding.at(token.claim_spot(name), "not there");
        }
        found.push(finding.at(seen.spot.clone(), "demanded here"));
    }
    of_hasura(situation, found);
}

/// The sentence of a JSON answer that speaks of a claim; the line itself where it is none.
fn message_of(line: &str) -> String {
    let json = line.find('{').and_then(|at| line.get(at..));
    let parsed = json.and_then(|json| serde_json::from_str::<Value>(json).ok());
    let texts = parsed.map(|value| texts(&value, 0)).unwrap_or_default();
    let of_claim = texts.into_iter().find(|text| text.contains(' ') && text.to_ascii_lowercase().contains("claim"));
    of_claim.unwrap_or_else(|| line.to_owned())
}

fn texts(value: &Value, depth: usize) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) if depth < 6 => items.iter().flat_map(|item| texts(item, depth + 1)).collect(),
        Value::Object(members) if depth < 6 => members.values().flat_map(|member| texts(member, depth + 1)).collect(),
        _ => Vec::new(),
    }
}

/// The claim of Hasura that a verified token has to have: of the namespace that is set, unless a map says otherwise.
fn of_hasura(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let graphql = situation.request().is_some_and(|request| request.target.contains("/graphql"));
    let lines = || situation.evidence.services.iter().flat_map(Service::settings);
    let named = |end: &str| lines().find(|line| canonical(&line.name).ends_with(end));
    let engine = situation.uses("hasura") || situation.uses("nhost") || named("HASURA_GRAPHQL_JWT_SECRET_ALGORITHM").is_some();
    if !engine || !graphql || named("CLAIMS_MAP").is_some() || named("NAMESPACE_PATH").is_some() || !situation.token_may_be_refused() {
        return;
    }
    let name = named("CLAIMS_NAMESPACE").map_or("https://hasura.io/jwt/claims", |line| line.value.trim());
    for token in situation.tokens.iter().filter(|token| token.is_signed_token() && token.claim(name).is_none()) {
        let message = format!("the engine reads roles from {name}, which the token does not have");
        let finding = Finding::new(Cause::ClaimMissing, Strength::Proved, message).weight(0.6);
        found.push(finding.at(token.claim_spot(name), "not there"));
    }
}

/// The claim that a message names, in quotes or behind its words.
fn claim_named(message: &str) -> Option<String> {
    let message = message.replace("\\\"", "\"");
    let quoted = message.split(['"', '\'', '`']).skip(1);
    let word = |text: &str| {
        let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || "_-:/.".contains(c));
        (plain && (2..80).contains(&text.len())).then(|| text.to_owned())
    };
    let skip = ["error", "message", "detail", "code", "claim", "msg", "reason", "name", "status", "missing", "description", "error_description"];
    let mut named = quoted.filter_map(word).filter(|text| !skip.contains(&text.as_str()));
    named.next().or_else(|| {
        let after = message.split("claim:").nth(1).or_else(|| message.split("missing claim ").nth(1))?;
        word(after.trim().split([' ', '"', ',']).next()?.trim_end_matches('.'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_of_an_answer_in_json_is_read() {
        let answer = r#"HTTP 200: {"errors":[{"extensions":{"path":"$","code":"x"},"message":"claims key: 'https://hasura.io/jwt/claims' not found"}]}"#;
        assert_eq!(claim_named(&message_of(answer)).as_deref(), Some("https://hasura.io/jwt/claims"));
    }

    #[test]
    fn the_claim_of_a_message_is_read() {
        for (message, name) in [
            ("Token is missing the \"exp\" claim", Some("exp")),
            (r#"{"msg":"missing required \"email\" claim"}"#, Some("email")),
            ("Missing claim: tenant_id", Some("tenant_id")),
            ("MissingRequiredClaim(\"sub\")", Some("sub")),
            ("a claim is missing", None),
        ] {
            assert_eq!(claim_named(message).as_deref(), name, "{message}");
        }
    }
}
