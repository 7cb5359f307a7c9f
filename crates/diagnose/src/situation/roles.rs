//! Roles: which are asked for, which the token has, and in which claim they are looked for.

use super::{PresentedToken, Situation};
use crate::contract::Purpose;
use crate::evidence::{Spot, Symptom};
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
        collect(name, value, 0, &mut found);
    }
    found
}

fn collect(path: &str, value: &Value, depth: usize, found: &mut Vec<Held>) {
    let last = path
        .rsplit(['.', '/', ':'])
        .next()
        .unwrap_or(path)
        .to_ascii_lowercase();
    let named = [
        "role",
        "roles",
        "groups",
        "permissions",
        "authorities",
        "user_role",
    ]
    .contains(&last.as_str())
        || last.ends_with("_role")
        || last.ends_with("_roles")
        || last == "is_admin";
    let mut push = |role: &str| {
        let held = Held {
            path: path.to_owned(),
            role: role.to_owned(),
        };
        found.push(held);
    };
    match value {
        Value::String(role) if named => push(role),
        Value::Bool(true) if last == "is_admin" => push("admin"),
        Value::Array(roles) if named => roles.iter().filter_map(Value::as_str).for_each(push),
        Value::Object(members) if depth < 4 => {
            for (name, value) in members {
                collect(&format!("{path}.{name}"), value, depth + 1, found);
            }
        }
        _ => {}
    }
}

/// The claim that the service reads roles from, with its place if a setting says so.
pub(crate) fn claim_that_is_read(situation: &Situation<'_>) -> Option<(String, Option<Spot>)> {
    let lines = situation.verifier_settings(Purpose::RoleClaim);
    if let Some((_, line)) = lines
        .into_iter()
        .find(|(_, line)| !line.value.trim().is_empty())
    {
        let value = line.value.trim().trim_start_matches("$.").to_owned();
        return Some((value, Some(line.spot.clone())));
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
    if !(lower.contains("requir")
        || lower.contains("need")
        || lower.contains("must have")
        || lower.contains("missing")
        || lower.contains("hasrole")
        || lower.contains("has_role")
        || lower.contains("lacks")
        || lower.contains("hasauthority"))
    {
        return None;
    }
    let starts = [
        "required=",
        "required authority ",
        "required role: ",
        "required role ",
        "requires role ",
        "require role ",
        "requires the role ",
        "required_role=",
        "requiredrole=",
        "hasrole(",
        "hasauthority(",
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
    starts.iter().find_map(|start| {
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

/// Whether two names are of one role, but for case and the prefix that Spring puts before it.
pub(crate) fn same_role(one: &str, other: &str) -> bool {
    let bare = |name: &str| {
        let name = name.to_ascii_lowercase();
        name.strip_prefix("role_")
            .map_or_else(|| name.clone(), str::to_owned)
    };
    bare(one) == bare(other)
}

/// Whether two paths are of one claim, however their parts are divided.
pub(crate) fn same_path(one: &str, other: &str) -> bool {
    let parts = |path: &str| {
        path.replace(['[', ']', '\'', '"'], ".")
            .split('.')
            .filter(|part| !part.is_empty())
            .map(str::to_ascii_lowercase)
            .collect::<Vec<_>>()
    };
    one == other || parts(one) == parts(other)
}

/// The scope that stands before the word: `Missing openid scope`, `requires the read:x scope`.
fn scope_named_before(message: &str) -> Option<String> {
    let words: Vec<&str> = message
        .split(|c: char| c.is_whitespace() || "\"',;.()".contains(c))
        .collect();
    words.windows(3).find_map(|three| match three {
        [before, name, after] if after.to_ascii_lowercase().starts_with("scope") => {
            let asks = ["missing", "the", "requires", "needs", "required"]
                .contains(&before.to_ascii_lowercase().as_str());
            let is_word = [
                "required",
                "the",
                "of",
                "a",
                "any",
                "necessary",
                "following",
            ]
            .contains(&name.to_ascii_lowercase().as_str());
            (asks && !is_word && name.len() > 2).then(|| (*name).to_owned())
        }
        _ => None,
    })
}

/// The scopes that a message asks for: `scope="read:reports"`, `required scope: read:reports`.
pub(crate) fn scopes_in(message: &str) -> Vec<String> {
    let message = message.replace("\\\"", "\"");
    let lower = message.to_ascii_lowercase();
    if let Some(name) = scope_named_before(&message) {
        return vec![name];
    }
    let starts = [
        "scope=\"",
        "scope='",
        "required scope: ",
        "required scopes: ",
        "requires scope ",
        "missing scope: ",
        "missing scope ",
        "missing required scope: ",
        "missing required scope ",
        "requires the scope ",
        "required_scope\":\"",
        "scope required: ",
        "scope=",
        "required: ",
        "requires: ",
    ];
    let Some(rest) = starts
        .iter()
        .find_map(|start| message.get(lower.find(start)? + start.len()..))
    else {
        return Vec::new();
    };
    let end = rest
        .find(['"', ')', ']', '}', ';'])
        .filter(|end| *end > 0)
        .unwrap_or(rest.len());
    let words = rest
        .get(..end)
        .unwrap_or_default()
        .split(|c: char| c.is_whitespace() || ",'[".contains(c));
    words
        .filter(|word| word.len() > 1)
        .take(6)
        .map(|word| word.trim_end_matches('.').to_owned())
        .collect()
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
        ] {
            assert_eq!(role_in(line).as_deref(), role, "{line}");
        }
    }

    #[test]
    fn the_scopes_that_are_asked_for_are_read() {
        let challenge = r#"Bearer error="insufficient_scope", scope="read:reports write:reports""#;
        assert_eq!(scopes_in(challenge), ["read:reports", "write:reports"]);
        assert_eq!(
            scopes_in("Missing required scope: admin.read"),
            ["admin.read"]
        );
        assert_eq!(scopes_in("Missing openid scope"), ["openid"]);
        assert!(scopes_in("Insufficient scope").is_empty());
        assert!(scopes_in("missing required scope").is_empty());
    }
}
