//! `role-missing`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::evidence::Symptom;
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use crate::situation::roles::{self, Held};
use crate::situation::PresentedToken;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::RoleMissing,
    rule: Some(find),
    title: "Signed in, but not with the role that this needs",
    what: "You are known, and you are not allowed to do this: it is for another role, most often `admin`. Signing in again does not change that, so the answer is 403 and not 401.",
    why: &[
        "The account has the role `user`.",
        "The role was given after the token was issued. A token keeps the role of its time until it is refreshed.",
        "Two accounts, and signed in with the wrong one.",
    ],
    fix: Fix {
        summary: "Have an administrator give the account the role, then refresh the token.",
        steps: &[
            run("See which role the account has.", "countersign user show ada@example.org"),
            run("Give it, if it should have it.", "countersign user set-role ada@example.org admin"),
            say("Refresh, or sign in again, to get a token that says so."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/admin/users HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "role user; needs admin",
    },
    standard: Some("RFC 9110, section 15.5.4"),
    related: &[Cause::ScopeMissing, Cause::AdminMissing, Cause::RolesClaimLocation, Cause::StepUpRequired],
};

/// The role is there under another name, or was given after the token was issued; or a database lacks a grant.
/// A refusal of somebody who simply lacks the role is rightful: a remark, no fault.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if let Some(seen) = situation.sighting(Symptom::DatabasePermissionRefused) {
        found.push(
            Finding::new(Cause::RoleMissing, Strength::Likely, "the user of the database may not read or write this: it lacks the grant, or a policy of the rows refuses it")
                .weight(0.6)
                .at(seen.spot.clone(), "refused here")
                .fix("Grant the right to the role that the program connects as (`GRANT … ON … TO role`, `ALTER DEFAULT PRIVILEGES` for tables to come); with row-level security, write a policy for the role of the request, and send the user's token along."),
        );
    }
    if !situation.token_may_be_refused() || !roles::is_refused(situation) {
        return;
    }
    let wanted = roles::wanted(situation);
    for token in situation.tokens.iter().filter(|token| token.is_signed_token()) {
        let held = roles::held(token);
        let finding = prefixed(situation, &wanted, &held, token).or_else(|| given_later(situation, &wanted, &held, token)).or_else(|| rightly(&wanted, &held));
        found.extend(finding);
    }
}

/// Spring asks `hasRole` for the role with `ROLE_` before it, and `hasAuthority` for the name as it is.
fn prefixed(situation: &Situation<'_>, wanted: &[String], held: &[Held], token: &PresentedToken<'_>) -> Option<Finding> {
    let asks = |call: &str| situation.lines_with(call).into_iter().next();
    let by_role = asks("hasRole(").or_else(|| asks("hasAnyRole("));
    let spring = situation.uses("spring") || by_role.is_some() || situation.says("springframework");
    let has_prefix = |role: &str| role.to_ascii_uppercase().starts_with("ROLE_");
    if !spring || held.is_empty() || held.iter().any(|one| has_prefix(&one.role)) || situation.says("authorities=[ROLE_") {
        return None;
    }
    let named = held.iter().find(|one| wanted.iter().any(|role| roles::same_role(role, &one.role)));
    let path = situation.request().map(|request| request.path().to_ascii_lowercase()).unwrap_or_default();
    let by_path = || held.iter().find(|one| path.split('/').any(|part| part.eq_ignore_ascii_case(&one.role)));
    let one = named.or_else(by_path)?;
    // Authorities that are shown without it were read from another claim, and no prefix helps.
    let shown = situation.lines_with("authorities=[");
    let has = |line: &str| line.to_ascii_lowercase().contains(&one.role.to_ascii_lowercase());
    if !shown.is_empty() && !shown.iter().any(|(line, _)| has(line)) {
        return None;
    }
    let strength = if by_role.is_some() { Strength::Proved } else { Strength::Likely };
    let message = format!("hasRole asks for ROLE_{}, and the role is called {}", one.role.to_ascii_uppercase(), one.role);
    let mut finding = Finding::new(Cause::RoleMissing, strength, message)
        .weight(0.85)
        .fix(format!("Give the authority as ROLE_{} (a JwtAuthenticationConverter with the authority prefix `ROLE_`), or ask with hasAuthority(\"{}\").", one.role.to_ascii_uppercase(), one.role))
        .explains(&[Cause::RolesClaimLocation, Cause::AdminMissing, Cause::ScopeMissing]);
    if let Some((_, spot)) = by_role {
        finding = finding.at(spot, "asked for here");
    }
    Some(finding.at(token.claim_spot(one.path.split('.').next().unwrap_or_default()), "without the prefix"))
}

/// The user's row has the role by now, and the token is from before.
fn given_later(situation: &Situation<'_>, wanted: &[String], held: &[Held], token: &PresentedToken<'_>) -> Option<Finding> {
    let row = situation.user_row()?;
    let of_row: Vec<String> = ["role", "roles", "user_role", "is_admin", "is_superuser", "is_staff"]
        .iter()
        .filter_map(|name| row.get(*name))
        .map(|value| match value {
            serde_json::Value::Bool(true) => "admin".to_owned(),
            other => other.to_string().to_ascii_lowercase(),
        })
        .collect();
    let admin = situation.request().is_some_and(|request| request.path().contains("admin")).then(|| "admin".to_owned());
    let has = |role: &&String| of_row.iter().any(|of| of.contains(&role.to_ascii_lowercase()));
    let role = wanted.iter().chain(admin.iter()).find(has)?;
    let in_token = held.iter().any(|one| roles::same_role(&one.role, role) || one.role.eq_ignore_ascii_case(role));
    (!in_token && !held.is_empty()).then(|| {
        let says = held.iter().map(|one| one.role.clone()).collect::<Vec<_>>().join(", ");
        let first = held.first().map(|one| one.path.clone()).unwrap_or_default();
        Finding::new(Cause::RoleMissing, Strength::Likely, format!("the account has the role {role} by now, and the token still says {says}"))
            .weight(0.85)
            .at(token.claim_spot(first.split('.').next().unwrap_or_default()), "from before the change")
            .fix("Refresh the token or sign in again: a token keeps the role of its time.")
            .explains(&[Cause::RolesClaimLocation, Cause::AdminMissing])
    })
}

/// The token has other roles than the one that is asked for, and nothing says that it should have it.
fn rightly(wanted: &[String], held: &[Held]) -> Option<Finding> {
    let role = wanted.first()?;
    let lacks = !held.is_empty() && held.iter().all(|one| !wanted.iter().any(|role| roles::same_role(role, &one.role)));
    lacks.then(|| Finding::new(Cause::RoleMissing, Strength::Remark, format!("the user does not have the role {role}: the refusal is as it should be")))
}
