//! Values that mean more than they say: `AUTH0_DOMAIN` names an issuer, a user pool's id too.

use super::{Purpose, canonical};

/// What a setting says without saying it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Implied {
    /// For what.
    pub(crate) purpose: Purpose,
    /// The value that follows.
    pub(crate) value: String,
}

/// What follows from a setting, given the others of its service.
pub(crate) fn implied(
    name: &str,
    value: &str,
    other: &dyn Fn(&str) -> Option<String>,
) -> Vec<Implied> {
    let name = canonical(name);
    let value = value.trim();
    if value.is_empty() {
        return Vec::new();
    }
    let host = value
        .trim_start_matches("https://")
        .trim_start_matches("http://")
        .trim_end_matches('/');
    let ends = |part: &str| name.ends_with(part);
    let issuer = if ends("AUTH0_DOMAIN") {
        Some(format!("https://{host}/"))
    } else if ends("FIREBASE_PROJECT_ID") {
        let found = issuer(format!("https://securetoken.google.com/{value}"));
        return vec![found, audience(value.to_owned())];
    } else if ends("SUPABASE_URL") {
        Some(format!("{}/auth/v1", value.trim_end_matches('/')))
    } else if ends("COGNITO_USER_POOL_ID") || ends("USER_POOL_ID") {
        value
            .split_once('_')
            .map(|(region, _)| format!("https://cognito-idp.{region}.amazonaws.com/{value}"))
    } else if ends("AZURE_AD_TENANT_ID")
        || ends("AZURE_TENANT_ID")
        || ends("ENTRA_TENANT_ID")
        || name == "TENANT_ID"
    {
        Some(format!("https://login.microsoftonline.com/{value}/v2.0"))
    } else if ends("KEYCLOAK_REALM") {
        let server = [
            "KEYCLOAK_URL",
            "KEYCLOAK_SERVER_URL",
            "KEYCLOAK_BASE_URL",
            "KEYCLOAK_AUTH_SERVER_URL",
        ]
        .iter()
        .find_map(|name| other(name));
        server.map(|server| format!("{}/realms/{value}", server.trim_end_matches('/')))
    } else if ends("CLERK_PUBLISHABLE_KEY") {
        clerk_host(value).map(|host| format!("https://{host}"))
    } else if ends("OKTA_DOMAIN") {
        Some(format!("https://{host}/oauth2/default"))
    } else {
        None
    };
    issuer.map(self::issuer).into_iter().collect()
}

/// A publishable key of Clerk holds the host of its instance, in base64 with a `$` at the end.
fn clerk_host(value: &str) -> Option<String> {
    use base64::Engine as _;
    let coded = value
        .strip_prefix("pk_test_")
        .or_else(|| value.strip_prefix("pk_live_"))?;
    let bytes = base64::engine::general_purpose::STANDARD_NO_PAD
        .decode(coded.trim_end_matches('='))
        .ok()?;
    let text = String::from_utf8(bytes).ok()?;
    text.strip_suffix('$').map(str::to_owned)
}

fn issuer(value: String) -> Implied {
    Implied {
        purpose: Purpose::Issuer,
        value,
    }
}

fn audience(value: String) -> Implied {
    Implied {
        purpose: Purpose::Audience,
        value,
    }
}
