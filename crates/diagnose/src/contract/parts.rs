//! What the parts of a name say where the whole name is not known.

use super::{ENVIRONMENTS, Purpose, exact};

/// The purpose of a name in capitals.
pub(super) fn purpose(name: &str) -> Option<Purpose> {
    of_claims(name)
        .or_else(|| of_cookies(name))
        .or_else(|| of_keys(name))
        .or_else(|| of_addresses(name))
        .or_else(|| without_environment(name))
        .or_else(|| without_form(name))
}

fn of_claims(name: &str) -> Option<Purpose> {
    let has = |part: &str| name.contains(part);
    let ends = |part: &str| name.ends_with(part);
    Some(if ends("AUDIENCE") || ends("AUDIENCES") || ends("_AUD") {
        Purpose::Audience
    } else if has("JWKS") || has("JWK_SET") || ends("JWK_URL") {
        Purpose::JwksUrl
    } else if ["TOTP", "OTP", "MFA", "2FA", "TFA"]
        .iter()
        .any(|word| name.split('_').any(|part| part == *word))
    {
        // The issuer that authenticator apps show is a label.
        return None;
    } else if has("ISSUER") || ends("_ISS") || ends("_AUTHORITY") {
        Purpose::Issuer
    } else if has("LEEWAY") || has("CLOCK_SKEW") || has("CLOCKSKEW") || has("CLOCK_TOLERANCE") {
        Purpose::Leeway
    } else if names_a_claim(name) {
        Purpose::RoleClaim
    } else if [
        "TOKEN_USE",
        "TOKENUSE",
        "TOKEN_TYPE",
        "TOKEN_KIND",
        "TOKEN_TYP",
    ]
    .iter()
    .any(|end| ends(end))
        || ends("_TYP")
    {
        Purpose::TokenKind
    } else if has("ALGORITHM") || ends("_ALG") || ends("_ALGS") {
        Purpose::Algorithm
    } else if (has("TOKEN") || has("JWT") || has("SESSION") || has("ACCESS"))
        && [
            "TTL",
            "LIFETIME",
            "EXPIRE",
            "EXPIRES",
            "EXPIRES_IN",
            "EXPIRATION",
            "EXP",
            "MAX_AGE",
            "EXPIRY",
            "EXPIRE_MINUTES",
            "EXPIRATION_TIME",
            "EXPIRES_MINUTES",
            "EXPIRE_SECONDS",
        ]
        .iter()
        .any(|end| ends(end))
    {
        Purpose::TokenLifetime
    } else {
        return None;
    })
}

/// `ROLES_CLAIM`, `GROUPS_CLAIM`, `SMALLRYE_JWT_PATH_GROUPS`, `GF_AUTH_…_ROLE_ATTRIBUTE_PATH`, `…_TOKEN_ROLES_NAME`.
fn names_a_claim(name: &str) -> bool {
    let has = |part: &&str| name.contains(part);
    let rights = ["ROLE", "GROUPS", "AUTHORITIES", "PERMISSIONS"];
    let places = ["CLAIM", "ATTRIBUTE_PATH", "JWT_PATH_", "TOKEN_ROLES_NAME"];
    rights.iter().any(has) && places.iter().any(has) && !name.ends_with("PREFIX")
}

fn of_cookies(name: &str) -> Option<Purpose> {
    let has = |part: &str| name.contains(part);
    Some(if has("SAMESITE") || has("SAME_SITE") {
        Purpose::CookieSameSite
    } else if has("COOKIE") && has("SECURE") || has("SESSION") && has("HTTPS_ONLY") {
        Purpose::CookieSecure
    } else if has("COOKIE") && has("DOMAIN") || name.ends_with("SESSION_DOMAIN") {
        Purpose::CookieDomain
    } else if has("COOKIE") && (has("NAME") || name == "SESSION_COOKIE") {
        Purpose::CookieName
    } else if has("ORIGIN") || name.starts_with("CORS_") {
        Purpose::CorsOrigins
    } else {
        return None;
    })
}

fn of_keys(name: &str) -> Option<Purpose> {
    let has = |part: &str| name.contains(part);
    let ends = |part: &str| name.ends_with(part);
    let is_supabase_key = [
        "ANON_KEY",
        "SERVICE_KEY",
        "SERVICE_ROLE_KEY",
        "SERVICE_ROLE",
        "PUBLISHABLE_KEY",
        "SECRET_KEY",
    ]
    .iter()
    .any(|end| ends(end));
    Some(
        if has("CLIENT_ID") || ends("CLIENTID") || has("APP_CLIENT") && ends("_ID") {
            Purpose::ClientId
        } else if has("CLIENT_SECRET") || ends("CLIENTSECRET") {
            Purpose::ClientSecret
        } else if has("SUPABASE") && is_supabase_key
            || matches!(name, "ANON_KEY" | "SERVICE_ROLE_KEY")
        {
            Purpose::SupabaseKey
        } else if ends("PUBLIC_KEY") || ends("PUBLICKEY") || ends("VERIFYING_KEY") {
            Purpose::PublicKey
        } else if ends("PRIVATE_KEY") || ends("PRIVATEKEY") {
            Purpose::PrivateKey
        } else if has("ENCRYPTION_KEY") {
            Purpose::EncryptionKey
        } else if has("SYNC") && ends("SECRET") {
            Purpose::SyncSecret
        } else if has("WEBHOOK") {
            return None;
        } else if has("REFRESH") && (ends("SECRET") || ends("SECRET_KEY")) {
            Purpose::RefreshSecret
        } else if (has("SESSION") || has("COOKIE"))
            && (ends("SECRET") || ends("SECRET_KEY") || ends("PASSWORD"))
        {
            Purpose::CookieSecret
        } else if has("JWT")
            && (ends("SECRET") || ends("SECRET_KEY") || ends("SECRETKEY") || ends("SIGNING_KEY"))
            || has("TOKEN") && (ends("SECRET") || ends("SIGNING_KEY"))
            || ends("AUTH_SECRET")
        {
            Purpose::SigningSecret
        } else {
            return None;
        },
    )
}

fn of_addresses(name: &str) -> Option<Purpose> {
    let ends = |part: &str| name.ends_with(part);
    let called = [
        "API_URL",
        "BACKEND_URL",
        "API_HOST",
        "API_BASE",
        "API_BASE_URL",
        "API_ENDPOINT",
        "BACKEND_HOST",
        "API_ROOT",
        "API_ORIGIN",
        "BACKEND_BASE_URL",
        "API_SERVER",
        "GATEWAY_URL",
        "BACKEND",
        "API_BASEURL",
    ];
    called
        .iter()
        .any(|end| ends(end))
        .then_some(Purpose::PeerUrl)
}

/// `JWT_SECRET_BASE64` is for what `JWT_SECRET` is for, and says how its value is written.
fn without_form(name: &str) -> Option<Purpose> {
    let bare = ["_BASE64", "_B64", "_HEX"]
        .iter()
        .find_map(|form| name.strip_suffix(form))?;
    exact::purpose(bare).or_else(|| of_keys(bare))
}

/// `JWT_SECRET_STAGING` and `PROD_JWT_SECRET` are for what `JWT_SECRET` is for.
fn without_environment(name: &str) -> Option<Purpose> {
    let bare = ENVIRONMENTS.iter().find_map(|word| {
        name.strip_suffix(word)
            .and_then(|bare| bare.strip_suffix('_'))
            .or_else(|| {
                name.strip_prefix(word)
                    .and_then(|bare| bare.strip_prefix('_'))
            })
    })?;
    exact::purpose(bare)
        .or_else(|| of_claims(bare))
        .or_else(|| of_keys(bare))
        .or_else(|| of_addresses(bare))
        // What an environment's name is left from a switch is no switch.
        .filter(|purpose| *purpose != Purpose::Environment)
}
