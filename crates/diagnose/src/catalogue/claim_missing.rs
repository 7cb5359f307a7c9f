//! `claim-missing`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use countersign_verify::Cause;
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use crate::evidence::Symptom;

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
        let name = claim_named(&seen.text);
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
