//! `roles-claim-location`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;
use crate::finding::{Finding, Strength};
use crate::evidence::{Service, Spot, Symptom};
use crate::situation::{PresentedToken, Situation, roles};

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
    if !situation.token_may_be_refused() {
        return;
    }
    let anonymous = of_postgrest(situation).filter(|_| situation.sighting(Symptom::DatabasePermissionRefused).is_some());
    let refused = roles::is_refused(situation) || anonymous.is_some();
    let read = anonymous.or_else(|| roles::claim_that_is_read(situation));
    let mut wanted = roles::wanted(situation);
    if wanted.is_empty() && read.is_some() {
        wanted = roles::wanted_by_settings(situation);
    }
    // Where something else is refused, the roles come later: certain only where both the claim and the role are named.
    if !refused && (read.is_none() || wanted.is_empty()) {
        return;
    }
    for token in situation.judged() {
        found.extend(misplaced(token, read.as_ref(), &wanted).map(|finding| finding.later(!refused || situation.is_to_come(token))));
    }
}

/// The claim that a setting or the log says is read, with its place.
type Read = (String, Option<Spot>);

/// The role is granted by another claim than the one that is read.
fn misplaced(token: &PresentedToken<'_>, read: Option<&Read>, wanted: &[String]) -> Option<Finding> {
    let held = roles::held(token);
    let here = |one: &roles::Held| read.is_some_and(|(name, _)| roles::same_path(name, &one.path));
    let is_wanted = |one: &roles::Held| wanted.iter().any(|role| roles::same_role(role, &one.role));
    let any = read.is_some() && !held.iter().any(|one| here(one) && !roles::is_of_everybody(&one.role));
    let elsewhere = held.iter().find(|one| {
        !here(one) && if wanted.is_empty() { any && !roles::is_of_everybody(&one.role) } else { is_wanted(one) }
    });
    let granted = held.iter().any(|one| here(one) && is_wanted(one));
    let elsewhere = elsewhere.filter(|_| !granted)?;
    let strength = if read.is_some() && !wanted.is_empty() { Strength::Proved } else { Strength::Likely };
    let reads = read.map_or_else(|| "another claim is read".to_owned(), |(name, _)| format!("{name} is read"));
    let message = format!("the role {} is in the claim {}, and {reads}", elsewhere.role, elsewhere.path);
    let mut finding = Finding::new(Cause::RolesClaimLocation, strength, message).weight(0.8);
    if let Some((_, Some(spot))) = read {
        finding = finding.at(spot.clone(), "read here");
    }
    let top = elsewhere.path.split('.').next().unwrap_or_default();
    let top = if token.claim(&elsewhere.path).is_some() { elsewhere.path.as_str() } else { top };
    Some(finding.at(token.claim_spot(top), "the role is here").explains(&[Cause::RoleMissing, Cause::ScopeMissing, Cause::ClaimMissing]))
}

/// The claim that `PostgREST` takes the role of the database from, `role` unless it is set; without one a request runs
/// as the anonymous role, and lacks that role's grants.
fn of_postgrest(situation: &Situation<'_>) -> Option<Read> {
    let mut lines = situation.verifiers().into_iter().flat_map(Service::settings);
    let named = lines.any(|line| line.name.starts_with("PGRST_"));
    (named || situation.uses("postgrest")).then(|| roles::claim_that_is_read(situation).unwrap_or_else(|| ("role".to_owned(), None)))
}
