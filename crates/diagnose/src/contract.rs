//! What settings are for: the names under which programs read them.
//!
//! Services agree or disagree about purposes, not names: `NEXTAUTH_SECRET` here is `JWT_SECRET` there.

mod exact;
mod implied;
mod parts;

pub(crate) use implied::implied;

/// What a setting is for.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) enum Purpose {
    /// The algorithms that are accepted, or that tokens are signed with.
    Algorithm,
    /// The audience that tokens must name, or that is asked for.
    Audience,
    /// The id of an OAuth client.
    ClientId,
    /// The secret of an OAuth client.
    ClientSecret,
    /// The origins that CORS allows.
    CorsOrigins,
    /// The `Domain` of cookies.
    CookieDomain,
    /// The name of the session cookie.
    CookieName,
    /// The `SameSite` of cookies.
    CookieSameSite,
    /// What signs or encrypts the cookies of one program alone.
    CookieSecret,
    /// Whether cookies are `Secure`.
    CookieSecure,
    /// The database.
    DatabaseUrl,
    /// Whether something for development alone is on: debug pages, open sign-up, disabled checks.
    DevSwitch,
    /// What seals rows or files.
    EncryptionKey,
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
    /// A private key, as PEM or a JWK.
    PrivateKey,
    /// A public key.
    PublicKey,
    /// What signs refresh tokens, where they have a secret of their own.
    RefreshSecret,
    /// The claim that the role is read from.
    RoleClaim,
    /// What signs and verifies tokens.
    SigningSecret,
    /// An anon or service key of Supabase.
    SupabaseKey,
    /// What guards the sync endpoint.
    SyncSecret,
    /// The kind of token that is taken: access, ID or refresh.
    TokenKind,
    /// How long tokens live.
    TokenLifetime,
}

impl Purpose {
    /// Whether the value is a secret.
    pub(crate) const fn is_secret(self) -> bool {
        matches!(
            self,
            Self::ClientSecret
                | Self::CookieSecret
                | Self::EncryptionKey
                | Self::PrivateKey
                | Self::RefreshSecret
                | Self::SigningSecret
                | Self::SyncSecret
        )
    }
}

/// Prefixes that frameworks put before a name to hand it to browsers.
const BROWSER: &[&str] = &[
    "NEXT_PUBLIC_",
    "NUXT_PUBLIC_",
    "EXPO_PUBLIC_",
    "REACT_APP_",
    "VUE_APP_",
    "GATSBY_",
    "VITE_",
    "PUBLIC_",
];

/// The purpose of a name; none where it is not known.
pub(crate) fn purpose(name: &str) -> Option<Purpose> {
    let name = canonical(name);
    let name = BROWSER
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix).filter(|rest| *rest != "URL"))
        .unwrap_or(&name);
    let name = without_index(name);
    exact::purpose(name).or_else(|| parts::purpose(name))
}

/// The name of a list's items without their place in it: `ValidAudiences__0` of .NET, `audiences[1]` of Spring.
fn without_index(name: &str) -> &str {
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let bare = bare.strip_suffix('_').filter(|_| bare.len() < name.len());
    bare.filter(|bare| !bare.is_empty()).unwrap_or(name)
}

/// A name in capitals with underscores alone: .NET writes `Jwt__Key` for `Jwt:Key`, Spring takes dots and dashes for
/// underscores.
pub(crate) fn canonical(name: &str) -> String {
    name.to_ascii_uppercase()
        .replace("__", "_")
        .replace(['.', '-', ':'], "_")
}

/// Words at the end of a name that say for which environment its value is.
const ENVIRONMENTS: &[&str] = &[
    "DEVELOPMENT",
    "DEV",
    "LOCAL",
    "TEST",
    "TESTING",
    "STAGING",
    "STAGE",
    "PREVIEW",
    "PRODUCTION",
    "PROD",
];

/// The environment that a name is for: `STAGING` of `JWT_SECRET_STAGING`.
pub(crate) fn environment_of(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_uppercase();
    ENVIRONMENTS
        .iter()
        .find(|word| {
            name == **word
                || name.ends_with(&format!("_{word}"))
                || name.starts_with(&format!("{word}_"))
        })
        .copied()
}

#[cfg(test)]
mod tests;
