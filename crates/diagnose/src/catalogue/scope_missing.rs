//! `scope-missing`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use crate::evidence::{EnvLine, Symptom};
use crate::situation::kind::scopes;
use crate::situation::{roles, scopes};

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::ScopeMissing,
    rule: Some(find),
    title: "Signed in, but the token was not issued for this",
    what: "The token is good and its account may do this, but the token itself may not: its `scope` (or `scp`) does not hold what the endpoint asks for. At the server of Countersign reading needs `read`, changing something needs `write`, administering needs `admin` and the role as well. Signing in with the same rights again does not change that, so the answer is 403 and not 401.",
    why: &[
        "The client does not ask for the scope when it sends the user to sign in, or the issuer grants it to other clients only.",
        "The scope, or the role admin, is newer than the token.",
        "The token was issued to read alone, and is used to write.",
        "A front end copies a `scope` of its own into the tokens that it signs, and one of its words is among `read`, `write` and `admin`. A token that has none of the three, or no `scope` at all, may do at the server what its account may.",
    ],
    fix: Fix {
        summary: "Have the token issued with the scope; `scope` in `WWW-Authenticate` says which word it needs.",
        steps: &[
            run("See what the token allows.", "countersign inspect \"$TOKEN\""),
            say("Add the word that is missing to those that the client asks for, and allow it for the client at the issuer. Leave the others as they are, so that no token may do more than its task needs."),
            say("After a change of role, refresh the token or sign in again."),
        ],
    },
    example: Example::Refusal {
        request: "PUT /api/settings HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "the token has the scope \"read\", and this needs write",
    },
    standard: Some("RFC 6750, section 3.1; RFC 8693, section 4.2"),
    related: &[Cause::RoleMissing, Cause::StepUpRequired, Cause::RolesClaimLocation],
};

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(demanded_by_setting(situation));
    let Some(seen) = situation.sighting(Symptom::ScopeRefused) else {
        return;
    };
    let wanted = scopes::scopes_in(&seen.text);
    for token in situation.tokens.iter().filter(|token| token.is_signed_token()) {
        let held = scopes(token);
        let missing: Vec<&str> = wanted.iter().filter(|one| !held.contains(one)).map(String::as_str).collect();
        if !wanted.is_empty() && missing.is_empty() {
            continue;
        }
        let what = if missing.is_empty() { "the scope that is asked for".to_owned() } else { missing.join(" ") };
        let message = format!("the token does not have {what}; it has {}", if held.is_empty() { "no scope".to_owned() } else { held.join(" ") });
        // With rights of its own and none named that it lacks, the refusal may well be meant.
        let strength = match (missing.is_empty(), held.is_empty() && roles::held(token).is_empty()) {
            (false, _) => Strength::Proved,
            (true, true) => Strength::Likely,
            (true, false) => Strength::Risk,
        };
        let claim = if token.claim("scp").is_some() { "scp" } else { "scope" };
        let finding = Finding::new(Cause::ScopeMissing, strength, message).weight(0.6);
        found.push(finding.at(token.claim_spot(claim), "not among these").at(seen.spot.clone(), "asked for here"));
    }
    if situation.tokens.is_empty() {
        let message = "a message says that the token does not have the scope that is asked for";
        let finding = Finding::new(Cause::ScopeMissing, Strength::Likely, message);
        found.push(finding.at(seen.spot.clone(), "said here"));
    }
}

/// A service is set to demand a scope, and the token of the refused request does not have it.
fn demanded_by_setting(situation: &Situation<'_>) -> Option<Finding> {
    situation.response().filter(|answer| matches!(answer.status, 401 | 403))?;
    let demands = |line: &&EnvLine| {
        let name = line.name.to_ascii_uppercase();
        name.contains("SCOPE") && ["REQUIRE", "NEED", "DEMAND"].iter().any(|word| name.contains(word)) && !line.value.trim().is_empty()
    };
    let mut services = situation.evidence.services.iter().filter(|service| !service.is_front_end());
    let line = services.find_map(|service| service.settings().find(demands))?;
    let token = situation.tokens.iter().find(|token| token.is_signed_token() && !scopes(token).is_empty())?;
    let held = scopes(token);
    let wanted: Vec<&str> = line.value.split([' ', ',']).filter(|one| !one.is_empty()).collect();
    let missing: Vec<&str> = wanted.into_iter().filter(|one| !held.iter().any(|held| held == one)).collect();
    if missing.is_empty() {
        return None;
    }
    let claim = if token.claim("scp").is_some() { "scp" } else { "scope" };
    let message = format!("the token does not have {}, which {} demands; it has {}", missing.join(" "), line.name, held.join(" "));
    let finding = Finding::new(Cause::ScopeMissing, Strength::Likely, message).weight(0.7);
    Some(finding.at(token.claim_spot(claim), "not among these").at(line.spot.clone(), "demanded here"))
}
