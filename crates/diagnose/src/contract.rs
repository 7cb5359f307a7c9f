//! What settings are for: the names under which programs read them.
//!
//! Services agree or disagree about purposes, not names: `NEXTAUTH_SECRET` here is `JWT_SECRET` there.

/// What a setting is for.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) enum Purpose {
    /// The algorithms that are accepted, or that tokens are signed with.
    Algorithm,
    /// The audience that tokens must name, or that is asked for.
    Audience,
    /// The id of an OAuth client.
    ClientId,
    /// The origins that CORS allows.
    CorsOrigins,
    /// The `Domain` of cookies.
    CookieDomain,
    /// The name of the session cookie.
    CookieName,
    /// The `SameSite` of cookies.
    CookieSameSite,
    /// Whether cookies are `Secure`.
    CookieSecure,
    /// The database.
    DatabaseUrl,
    /// Which environment the program runs in.
    Environment,
    /// The issuer that tokens must name, or that names itself.
    Issuer,
    /// Where key sets are fetched.
    JwksUrl,
    /// How far clocks may be apart.
    Leeway,
    /// The public address of the program itself.
    OwnUrl,
    /// The address of another program that is called: an API.
    PeerUrl,
    /// A public key.
    PublicKey,
    /// The claim that the role is read from.
    RoleClaim,
    /// What signs and verifies tokens.
    SigningSecret,
    /// An anon or service key of Supabase.
    SupabaseKey,
    /// What guards the sync endpoint.
    SyncSecret,
    /// How long tokens live.
    TokenLifetime,
}

/// The purpose of a name; none where it is not known.
pub(crate) fn purpose(name: &str) -> Option<Purpose> {
    let name = name.to_ascii_uppercase();
    let name = [
        "NEXT_PUBLIC_",
        "VITE_",
        "REACT_APP_",
        "PUBLIC_",
        "EXPO_PUBLIC_",
        "NUXT_PUBLIC_",
    ]
    .iter()
    .find_map(|prefix| name.strip_prefix(prefix).filter(|rest| *rest != "URL"))
    .unwrap_or(&name);
    exact(name).or_else(|| by_parts(name))
}

fn exact(name: &str) -> Option<Purpose> {
    Some(match name {
        "JWT_SECRET"
        | "JWT_SECRET_KEY"
        | "SECRET_KEY"
        | "AUTH_SECRET"
        | "NEXTAUTH_SECRET"
        | "DJANGO_SECRET_KEY"
        | "SUPABASE_JWT_SECRET"
        | "JWT_SIGNING_KEY"
        | "TOKEN_SECRET" => Purpose::SigningSecret,
        "AUTH_SYNC_SECRET" => Purpose::SyncSecret,
        "NEXTAUTH_URL" | "AUTH_URL" | "APP_URL" | "SITE_URL" | "PUBLIC_URL" | "BASE_URL" => {
            Purpose::OwnUrl
        }
        "DATABASE_URL" | "DIRECT_URL" | "POSTGRES_URL" => Purpose::DatabaseUrl,
        "ENVIRONMENT" | "NODE_ENV" | "APP_ENV" => Purpose::Environment,
        _ => return None,
    })
}

fn by_parts(name: &str) -> Option<Purpose> {
    let has = |part: &str| name.contains(part);
    let ends = |part: &str| name.ends_with(part);
    Some(if ends("AUDIENCE") || ends("_AUD") {
        Purpose::Audience
    } else if has("ISSUER") || ends("_ISS") {
        Purpose::Issuer
    } else if has("JWKS") {
        Purpose::JwksUrl
    } else if has("LEEWAY") || has("CLOCK_SKEW") || has("CLOCK_TOLERANCE") {
        Purpose::Leeway
    } else if has("SAMESITE") || has("SAME_SITE") {
        Purpose::CookieSameSite
    } else if has("COOKIE") && has("SECURE") {
        Purpose::CookieSecure
    } else if has("COOKIE") && has("DOMAIN") {
        Purpose::CookieDomain
    } else if has("COOKIE") && (has("NAME") || name == "SESSION_COOKIE") {
        Purpose::CookieName
    } else if has("ORIGIN") {
        Purpose::CorsOrigins
    } else if has("ROLE") && has("CLAIM") {
        Purpose::RoleClaim
    } else if has("ALGORITHM") || ends("_ALG") {
        Purpose::Algorithm
    } else if has("CLIENT_ID") {
        Purpose::ClientId
    } else if has("SUPABASE")
        && (ends("ANON_KEY") || ends("SERVICE_KEY") || ends("SERVICE_ROLE_KEY"))
    {
        Purpose::SupabaseKey
    } else if ends("PUBLIC_KEY") {
        Purpose::PublicKey
    } else if ((has("JWT") || has("TOKEN")) && ends("SECRET")) || has("JWT_SECRET_") {
        Purpose::SigningSecret
    } else if ends("API_URL") || ends("BACKEND_URL") || ends("API_HOST") || ends("API_BASE") {
        Purpose::PeerUrl
    } else {
        return None;
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_one_purpose_are_known_together() {
        for name in [
            "JWT_SECRET",
            "NEXTAUTH_SECRET",
            "JWT_SECRET_STAGING",
            "SUPABASE_JWT_SECRET",
        ] {
            assert_eq!(purpose(name), Some(Purpose::SigningSecret), "{name}");
        }
        assert_eq!(purpose("AUTH0_AUDIENCE"), Some(Purpose::Audience));
        assert_eq!(purpose("VITE_API_HOST"), Some(Purpose::PeerUrl));
        assert_eq!(purpose("PORT"), None);
    }
}
