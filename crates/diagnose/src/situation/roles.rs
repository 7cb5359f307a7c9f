//! Roles: which are asked for, which the token has, and in which claim they are looked for.

use super::{PresentedToken, Situation};
use crate::contract::{Purpose, canonical};
use crate::evidence::{Service, Spot, Symptom};
use serde_json::Value;

/// A role in a token, with the path of the claim it stands in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Held {
    /// The claim: `realm_access.roles`.
    pub(crate) path: String,
    /// The role.
    pub(crate) role: String,
}

/// Whether the failure is one of permission: a 403, or a message that says so.
pub(crate) fn is_refused(situation: &Situation<'_>) -> bool {
    let forbidden = situation
        .response()
        .is_some_and(|response| response.status == 403);
    forbidden
        || situation.sighting(Symptom::PermissionRefused).is_some()
        || situation.sighting(Symptom::ScopeRefused).is_some()
}

/// The roles of a token, wherever they stand.
pub(crate) fn held(token: &PresentedToken<'_>) -> Vec<Held> {
    let mut found = Vec::new();
    for (name, value) in token.claims.iter().flatten() {
        collect(name, value, (0, false), &mut found);
    }
    found
}

/// Collects roles below a claim; `inside` says how deep it is and whether a claim above is named for roles.
fn collect(path: &str, value: &Value, inside: (usize, bool), found: &mut Vec<Held>) {
    let (depth, below) = inside;
    let named = is_of_roles(path);
    let mut push = |role: &str| {
        let held = Held {
            path: path.to_owned(),
            role: role.to_owned(),
        };
        found.push(held);
    };
    match value {
        Value::String(role) if named => push(role),
        Value::Bool(true)
            if path
                .to_ascii_lowercase()
                .replace('_', "")
                .ends_with("isadmin") =>
        {
            push("admin");
        }
        // SuperTokens puts the list one level deeper: `st-role.v`.
        Value::Array(roles) if named || below => {
            roles.iter().filter_map(Value::as_str).for_each(push);
        }
        Value::Object(members) if depth < 4 => {
            for (name, value) in members {
                // Zitadel has the roles for names, and who gave them for values.
                if named && value.is_object() {
                    push_name(path, name, found);
                }
                collect(&format!("{path}.{name}"), value, (depth + 1, named), found);
            }
        }
        _ => {}
    }
}

fn push_name(path: &str, name: &str, found: &mut Vec<Held>) {
    found.push(Held {
        path: path.to_owned(),
        role: name.to_owned(),
    });
}

/// Whether the last part of a path says that roles are there.
fn is_of_roles(path: &str) -> bool {
    let last = path.rsplit(['.', '/', ':']).next().unwrap_or(path);
    let last = last.to_ascii_lowercase().replace('-', "_");
    let names = ["role", "roles", "groups", "permissions", "authorities"];
    names.contains(&last.as_str()) || last.ends_with("_role") || last.ends_with("_roles")
}

/// Whether a provider gives the role to everybody: it opens nothing.
pub(crate) fn is_of_everybody(role: &str) -> bool {
    ["offline_access", "uma_authorization", "authenticated"].contains(&role)
        || role.starts_with("default-roles-")
        || ["manage-account", "manage-account-links", "view-profile"].contains(&role)
}

/// The claim that the service reads roles from, with its place if a setting says so.
pub(crate) fn claim_that_is_read(situation: &Situation<'_>) -> Option<(String, Option<Spot>)> {
    let lines = situation.verifier_settings(Purpose::RoleClaim);
    if let Some((_, line)) = lines
        .into_iter()
        .find(|(_, line)| !line.value.trim().is_empty())
    {
        // An expression (Grafana's JMESPath) reads what its text does not say.
        let value = line.value.trim();
        return (!value.contains(['(', '|', '&', ' ']))
            .then(|| (value.to_owned(), Some(line.spot.clone())));
    }
    // `claim roles is empty`, `claims['roles'] = None`, `looked for role in app_metadata.role`.
    for log in &situation.evidence.logs {
        let source = log.source();
        for (at, line) in log.text.lines().enumerate() {
            let lower = line.to_ascii_lowercase();
            let start = [
                "claims['",
                "claims[\"",
                "claims.get('",
                "claims.get(\"",
                "payload['",
                "payload[\"",
                "payload.get('",
                "rolesclaim=",
                "roles_claim=",
                "role_claim=",
                "roles claim: ",
                "role claim: ",
                "reads claim ",
                "reading claim ",
            ];
            let Some(rest) = start
                .iter()
                .find_map(|start| line.get(lower.find(start)? + start.len()..))
            else {
                continue;
            };
            let end = rest
                .find(|c: char| c.is_whitespace() || "'\"])(,;=".contains(c))
                .unwrap_or(rest.len());
            if let Some(name) = rest.get(..end).filter(|name| {
                name.to_ascii_lowercase().contains("role") || name.contains("groups")
            }) {
                return Some((
                    name.to_owned(),
                    Some(Spot::line(&source, at + 1, line).mark(name)),
                ));
            }
        }
    }
    None
}

/// The roles that messages ask for: `role admin required`, `required=admin`, `hasRole('ADMIN')`.
pub(crate) fn wanted(situation: &Situation<'_>) -> Vec<String> {
    let bodies = situation.response().map(|response| response.body.clone());
    let logs = situation.evidence.logs.iter().map(|log| log.text.clone());
    let mut found = Vec::new();
    for text in bodies.into_iter().chain(logs) {
        for line in text.lines() {
            found.extend(role_in(line));
        }
    }
    found.dedup();
    found
}

fn role_in(line: &str) -> Option<String> {
    let lower = line.to_ascii_lowercase();
    if !ASKS.iter().any(|word| lower.contains(word)) {
        return None;
    }
    BEFORE_A_ROLE.iter().find_map(|start| {
        let rest = line.get(lower.find(start)? + start.len()..)?;
        let rest = rest.trim_start_matches(['\'', '"', '[', '(', '`', ' ']);
        let end = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || "_-:.".contains(c)))
            .unwrap_or(rest.len());
        let role = rest.get(..end)?.trim_end_matches(['.', ':']);
        let is_word = [
            "is", "required", "not", "in", "of", "for", "to", "claim", "missing", "needed", "the",
        ]
        .contains(&role.to_ascii_lowercase().as_str());
        (!role.is_empty() && !is_word).then(|| role.to_owned())
    })
}

/// Words of lines that ask for a role: in messages, and in the source of guards.
const ASKS: &[&str] = &[
    "requir",
    "need",
    "must have",
    "missing",
    "hasrole",
    "has_role",
    "lacks",
    "hasanyrole",
    "hasauthority",
    "rolesallowed",
    "@roles(",
    "@secured(",
    "[authorize(roles",
    "following roles",
];

/// What stands right before the role there, what is longer first.
const BEFORE_A_ROLE: &[&str] = &[
    "required=",
    "required authority ",
    "required role: ",
    "required role ",
    "required roles ",
    "requires role ",
    "require role ",
    "requires the role ",
    "required_role=",
    "requiredrole=",
    "hasrole(",
    "hasanyrole(",
    "hasauthority(",
    "requirerole(",
    "requireroles(",
    "require_role(",
    "require_roles(",
    "requires_role(",
    "rolesallowed(",
    "@roles(",
    "@secured(",
    "following roles: ",
    "roles = ",
    "role required: ",
    "needs role ",
    "missing role ",
    "missing role: ",
    "lacks role ",
    "lacks the role ",
    "must have role ",
    "must have the role ",
    "required roles: ",
    "role '",
    "role \"",
    "role ",
];

/// The roles that settings name as the ones that open something: `ADMIN_ROLE=admin`.
pub(crate) fn wanted_by_settings(situation: &Situation<'_>) -> Vec<String> {
    let ends = [
        "ADMIN_ROLE",
        "ADMIN_ROLES",
        "ADMIN_GROUP",
        "REQUIRED_ROLE",
        "REQUIRED_ROLES",
        "REQUIRE_ROLE",
        "ALLOWED_ROLES",
        "ALLOWED_GROUPS",
    ];
    let lines = situation
        .verifiers()
        .into_iter()
        .flat_map(Service::settings);
    let named = lines.filter(|line| ends.iter().any(|end| canonical(&line.name).ends_with(end)));
    let values = named.flat_map(|line| line.value.split([',', ' ']));
    let plain = values.map(|role| role.trim().to_owned());
    plain.filter(|role| !role.is_empty()).collect()
}

/// Whether two names are of one role, but for case and the prefix that Spring puts before it.
pub(crate) fn same_role(one: &str, other: &str) -> bool {
    let bare = |name: &str| {
        let name = name.to_ascii_lowercase();
        name.strip_prefix("role_")
            .map_or_else(|| name.clone(), str::to_owned)
    };
    bare(one) == bare(other)
}

/// Whether two paths are of one claim, however their parts are divided: by dots, slashes (Quarkus) or brackets; a
/// place in a list does not count. A URL for a name is one part, with quotes (jq, `PostgREST`) or without.
pub(crate) fn same_path(one: &str, other: &str) -> bool {
    let parts = |path: &str| {
        let bare = path
            .trim_start_matches('$')
            .trim_start_matches('.')
            .trim_matches(['"', '\'']);
        if bare.contains("://") {
            return vec![bare.to_ascii_lowercase()];
        }
        let plain = bare.replace(['[', ']', '\'', '"', '/'], ".");
        let parts = plain
            .split('.')
            .filter(|part| !part.is_empty() && part.parse::<u8>().is_err());
        parts.map(str::to_ascii_lowercase).collect::<Vec<_>>()
    };
    one == other || parts(one) == parts(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_role_that_is_asked_for_is_read() {
        for (line, role) in [
            (r#"{"detail":"role admin required"}"#, Some("admin")),
            (
                "WARN authz user=bob roles=['viewer'] required=admin",
                Some("admin"),
            ),
            ("AccessDenied: hasRole('ADMIN') failed", Some("ADMIN")),
            ("missing role: editor", Some("editor")),
            ("role viewer of bob", None),
            (
                r#"DELETE /sites/:id --> api.RequireRole("admin") --> api.Delete"#,
                Some("admin"),
            ),
            (r#"@RolesAllowed("warden")"#, Some("warden")),
            (r#"[Authorize(Roles = "Keeper")]"#, Some("Keeper")),
            (
                "User.IsInRole must be true for one of the following roles: (Keeper)",
                Some("Keeper"),
            ),
        ] {
            assert_eq!(role_in(line).as_deref(), role, "{line}");
        }
    }

    #[test]
    fn one_claim_has_many_ways_to_be_written() {
        let url = "https://app.example/roles";
        for (one, other) in [
            (".realm_access.roles[0]", "realm_access.roles"),
            ("realm_access/roles", "realm_access.roles"),
            ("$.app_metadata.role", "app_metadata.role"),
            (".\"https://app.example/roles\"", url),
        ] {
            assert!(same_path(one, other), "{one} {other}");
        }
        assert!(!same_path(".role", url));
        assert!(!same_path("roles", "realm_access.roles"));
    }
}
