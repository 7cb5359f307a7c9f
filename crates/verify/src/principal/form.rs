//! Whose form the claims of a token have.

use super::first_text;
use crate::{ClaimPath, IssuerKind, VerifiedToken};
use serde::Serialize;
use serde_json::{Map, Value};
use std::fmt;

/// Whose form the claims of a token have.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// Auth0: `permissions`, `gty`, roles in a claim with a URL for its name.
    Auth0,
    /// Ours, and that of front ends that share a secret with us: `sub`, `email`, `role`.
    Enhanced,
    /// Microsoft Entra, tokens of version 1.0: `appid`, `upn`.
    EntraV1,
    /// Microsoft Entra, tokens of version 2.0: `azp`, `preferred_username`.
    EntraV2,
    /// Keycloak: `realm_access.roles`, `resource_access`, `typ` among the claims.
    Keycloak,
    /// The older form of ours: `{"sub": email, "id": user id}`.
    Legacy,
    /// Plain `OpenID` Connect.
    Oidc,
    /// An access token of RFC 9068.
    Rfc9068,
    /// Supabase: `app_metadata`, `session_id`, `aal`.
    Supabase,
}

impl Form {
    /// Tells the form of a verified token by its issuer's kind and its claims.
    pub(super) fn of(token: &VerifiedToken, claims: &Map<String, Value>) -> Self {
        match token.issuer().kind() {
            IssuerKind::Own | IssuerKind::SharedSecret if token.is_legacy() => Self::Legacy,
            IssuerKind::Own | IssuerKind::SharedSecret => Self::Enhanced,
            IssuerKind::Supabase => Self::Supabase,
            IssuerKind::Oidc => Self::of_provider(token, claims),
        }
    }

    fn of_provider(token: &VerifiedToken, claims: &Map<String, Value>) -> Self {
        let has = |name: &str| claims.contains_key(name);
        let is = |name: &str, value: &str| claims.get(name).and_then(Value::as_str) == Some(value);
        if has("tid") && is("ver", "1.0") {
            Self::EntraV1
        } else if has("tid") && is("ver", "2.0") {
            Self::EntraV2
        } else if has("realm_access") || has("resource_access") || is("typ", "Bearer") {
            Self::Keycloak
        } else if has("gty")
            || has("permissions")
            || token.iss().is_some_and(|iss| iss.ends_with(".auth0.com/"))
        {
            Self::Auth0
        } else if token.is_typed_as_access_token() {
            Self::Rfc9068
        } else {
            Self::Oidc
        }
    }

    /// The form, as status shows it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auth0 => "auth0",
            Self::Enhanced => "enhanced",
            Self::EntraV1 => "entra-v1",
            Self::EntraV2 => "entra-v2",
            Self::Keycloak => "keycloak",
            Self::Legacy => "legacy",
            Self::Oidc => "oidc",
            Self::Rfc9068 => "rfc9068",
            Self::Supabase => "supabase",
        }
    }

    /// Where the role stands unless settings say otherwise.
    pub(super) fn role_claim(self) -> ClaimPath {
        let names: &[&str] = match self {
            Self::Enhanced | Self::Legacy | Self::Supabase => &["role"],
            Self::Keycloak => &["realm_access", "roles"],
            // RFC 9068, section 2.2.3.1.
            Self::Auth0 | Self::EntraV1 | Self::EntraV2 | Self::Oidc | Self::Rfc9068 => &["roles"],
        };
        ClaimPath::of_known(names)
    }

    /// What names the account at its issuer.
    pub(super) fn user_id(self, subject: &str, claims: &Map<String, Value>) -> String {
        let other = match self {
            Self::Legacy => claims.get("id").and_then(id_text),
            Self::EntraV1 | Self::EntraV2 => first_text(claims, &["oid"]),
            Self::Auth0
            | Self::Enhanced
            | Self::Keycloak
            | Self::Oidc
            | Self::Rfc9068
            | Self::Supabase => None,
        };
        other.unwrap_or_else(|| subject.to_owned())
    }

    /// The address, and whether the issuer checked it.
    pub(super) fn address(
        self,
        token: &VerifiedToken,
        claims: &Map<String, Value>,
    ) -> (Option<String>, Option<bool>) {
        let email = || first_text(claims, &["email"]);
        match self {
            Self::Legacy => (Some(token.sub().to_owned()), token.email_verified()),
            Self::EntraV1 | Self::EntraV2 => {
                // Tenants write these addresses as they like; only xms_edov says that one is theirs.
                let named = first_text(claims, &["upn", "preferred_username"]);
                let address = email().or_else(|| named.filter(|name| name.contains('@')));
                let owned = claims.get("xms_edov").map(is_set);
                (address, owned)
            }
            Self::Auth0
            | Self::Enhanced
            | Self::Keycloak
            | Self::Oidc
            | Self::Rfc9068
            | Self::Supabase => (email(), token.email_verified()),
        }
    }

    /// Whether a client signed in for itself.
    pub(super) fn is_machine(
        self,
        subject: &str,
        client: Option<&str>,
        claims: &Map<String, Value>,
    ) -> bool {
        let is = |name: &str, value: &str| claims.get(name).and_then(Value::as_str) == Some(value);
        match self {
            Self::Auth0 => is("gty", "client-credentials"),
            Self::EntraV1 | Self::EntraV2 => is("idtyp", "app"),
            Self::Keycloak => first_text(claims, &["preferred_username"])
                .is_some_and(|name| name.starts_with("service-account-")),
            // RFC 9068, section 2.2: sub is then an identifier of the client.
            Self::Oidc | Self::Rfc9068 => client == Some(subject),
            Self::Enhanced | Self::Legacy | Self::Supabase => false,
        }
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An id as a text or a number.
fn id_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => (!text.is_empty()).then(|| text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A switch that is written as `true`, `1` or `"1"`.
fn is_set(value: &Value) -> bool {
    value == &Value::Bool(true) || value == &Value::from(1) || value == "1" || value == "true"
}
