//! Where tokens hold roles.

use crate::ClaimPath;
use crate::claim_path::texts;
use serde_json::{Map, Value};

/// A place of a token that holds roles.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RolePlace {
    /// Where.
    pub claim: ClaimPath,
    /// The roles there.
    pub roles: Vec<String>,
}

/// Every well-known place that holds roles, except those that users write themselves.
pub(super) fn places(claims: &Map<String, Value>) -> Vec<RolePlace> {
    const KNOWN: [&[&str]; 9] = [
        &["role"],
        &["roles"],
        &["realm_access", "roles"],
        &["app_metadata", "role"],
        &["app_metadata", "roles"],
        &["user_role"],
        &["groups"],
        &["cognito:groups"],
        &["wids"],
    ];
    let mut found: Vec<_> = KNOWN.into_iter().map(ClaimPath::of_known).collect();
    // Keycloak's roles of each client.
    let clients = claims.get("resource_access").and_then(Value::as_object);
    for client in clients.into_iter().flat_map(Map::keys) {
        found.extend(ClaimPath::of_names(["resource_access", client, "roles"]));
    }
    // Auth0 wants a URL before the name of claims that are not its own.
    let namespaced = claims.keys().filter(|name| {
        let last = name.rsplit(['/', ':', '#']).next().unwrap_or_default();
        name.contains(['/', ':']) && matches!(last, "role" | "roles")
    });
    found.extend(namespaced.filter_map(|name| ClaimPath::of_names([name.as_str()])));
    let place = |claim: ClaimPath| {
        let roles = claim.texts(claims);
        (!roles.is_empty()).then_some(RolePlace { claim, roles })
    };
    found.into_iter().filter_map(place).collect()
}

/// What looks like roles in Supabase's `user_metadata`, which users write themselves: never roles.
pub(super) fn written_by_user(claims: &Map<String, Value>) -> Vec<String> {
    let metadata = claims.get("user_metadata").and_then(Value::as_object);
    let values = metadata
        .into_iter()
        .flat_map(|metadata| ["role", "roles"].map(|name| metadata.get(name)));
    values.flatten().flat_map(texts).collect()
}
