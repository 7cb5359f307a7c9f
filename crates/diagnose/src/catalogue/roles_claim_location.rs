//! `roles-claim-location`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use crate::situation::roles;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::RolesClaimLocation,
    rule: Some(find),
    title: "The role is in another claim than the one that is read",
    what: "The token grants the role that is needed, in a claim that is not the one that roles are read from. It is not read from there unless the settings say so: only you know which claims your issuer lets nobody else write.",
    why: &[
        "The issuer is Keycloak (`realm_access.roles`), Auth0 (a claim with a URL for its name), Entra (`roles`) or Supabase (`app_metadata.role`), and the verifier reads `role`.",
        "The role was moved to another claim when the issuer was changed.",
    ],
    fix: Fix {
        summary: "Set `role_claim` to the claim that the refusal names.",
        steps: &[
            run("See all claims of the token.", "countersign inspect \"$TOKEN\""),
            run("In the issuer's `[[trusted_issuer]]` table, as a path or, for a name with dots, as a list:", "role_claim = \"realm_access.roles\"\nrole_claim = [\"https://example.com/roles\"]"),
            say("Never read roles from `user_metadata` of Supabase: users write it themselves."),
        ],
    },
    example: Example::Refusal {
        request: "GET /reports HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJSUzI1NiIsImtpZCI6…",
        trace: "the role admin is not in role, and it is in realm_access.roles",
    },
    standard: Some("RFC 9068, section 2.2.3.1"),
    related: &[Cause::RoleMissing, Cause::ScopeMissing],
};

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if !situation.token_may_be_refused() || !roles::is_refused(situation) {
        return;
    }
    let read = roles::claim_that_is_read(situation);
    let wanted = roles::wanted(situation);
    for token in situation.tokens.iter().filter(|token| token.is_signed_token()) {
        let held = roles::held(token);
        let at_read = |path: &str| read.as_ref().is_some_and(|(name, _)| roles::same_path(name, path));
        let here = |one: &roles::Held| at_read(&one.path);
        let elsewhere = held.iter().find(|one| {
            !here(one) && match wanted.as_slice() {
                [] => read.is_some() && !held.iter().any(here),
                wanted => wanted.iter().any(|role| roles::same_role(role, &one.role)),
            }
        });
        let granted = held.iter().any(|one| here(one) && wanted.iter().any(|role| roles::same_role(role, &one.role)));
        let Some(elsewhere) = elsewhere.filter(|_| !granted) else {
            continue;
        };
        let strength = if read.is_some() && !wanted.is_empty() { Strength::Proved } else { Strength::Likely };
        let reads = read.as_ref().map_or_else(|| "another claim is read".to_owned(), |(name, _)| format!("{name} is read"));
        let message = format!("the role {} is in the claim {}, and {reads}", elsewhere.role, elsewhere.path);
        let mut finding = Finding::new(Cause::RolesClaimLocation, strength, message).weight(0.8);
        if let Some((_, Some(spot))) = &read {
            finding = finding.at(spot.clone(), "read here");
        }
        let top = elsewhere.path.split('.').next().unwrap_or_default();
        let top = if token.claim(&elsewhere.path).is_some() { elsewhere.path.as_str() } else { top };
        found.push(finding.at(token.claim_spot(top), "the role is here").explains(&[Cause::RoleMissing, Cause::ScopeMissing, Cause::ClaimMissing]));
    }
}
