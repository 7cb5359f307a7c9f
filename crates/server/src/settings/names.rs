//! Every setting there is: its names, its default, and whether it is a secret.

/// How much of a value may be shown.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Visibility {
    /// All of it.
    Plain,
    /// Its fingerprint only.
    Secret,
    /// A URL, without its password.
    Url,
}

/// One row of the table of settings.
#[derive(Clone, Copy, Debug)]
pub struct Name {
    /// The name in the environment and in env files; in lower case the key in countersign.toml.
    pub name: &'static str,
    /// The default, in words where it has no fixed value.
    pub default: &'static str,
    /// What it sets, in a few words.
    pub about: &'static str,
    /// How much of a value may be shown.
    pub visibility: Visibility,
}

const fn plain(name: &'static str, default: &'static str, about: &'static str) -> Name {
    Name {
        name,
        default,
        about,
        visibility: Visibility::Plain,
    }
}

const fn secret(name: &'static str, default: &'static str, about: &'static str) -> Name {
    Name {
        visibility: Visibility::Secret,
        ..plain(name, default, about)
    }
}

const fn url(name: &'static str, default: &'static str, about: &'static str) -> Name {
    Name {
        visibility: Visibility::Url,
        ..plain(name, default, about)
    }
}

const SIGNING: &str = "the signing secret";
const SYNC: &str = "the secret of /api/auth/sync-user";

/// Every setting, in the order in which they are shown.
pub const ALL: &[Name] = &[
    plain(
        "ENVIRONMENT",
        "development if PUBLIC_URL is loopback",
        "development, test, staging or production",
    ),
    plain(
        "PUBLIC_URL",
        "http://localhost:8787",
        "the address that browsers and clients use",
    ),
    plain("LISTEN", "127.0.0.1:8787", "the address to listen on"),
    plain("DATA_DIR", "./data", "the folder of what the server keeps"),
    url(
        "DATABASE_URL",
        "SQLite file in the data folder",
        "postgres://… or sqlite:…",
    ),
    url("REDIS_URL", "none", "a cache that nodes share"),
    plain("SIGNING", "secret", "secret, asymmetric, eddsa or es256"),
    secret("JWT_SECRET_DEVELOPMENT", "none", SIGNING),
    secret("JWT_SECRET_TEST", "none", SIGNING),
    secret("JWT_SECRET_STAGING", "none", SIGNING),
    secret("JWT_SECRET_PRODUCTION", "none", SIGNING),
    secret("JWT_SECRET_KEY", "none", SIGNING),
    secret("JWT_SECRET", "none", SIGNING),
    secret("AUTH_SECRET", "none", SIGNING),
    secret("AUTH_SYNC_SECRET_DEVELOPMENT", "none", SYNC),
    secret("AUTH_SYNC_SECRET_TEST", "none", SYNC),
    secret("AUTH_SYNC_SECRET_STAGING", "none", SYNC),
    secret("AUTH_SYNC_SECRET_PRODUCTION", "none", SYNC),
    secret("AUTH_SYNC_SECRET", "none", SYNC),
    secret(
        "ENCRYPTION_KEY",
        "made once in the data folder",
        "32 bytes in base64; seals what is kept at rest",
    ),
    plain(
        "AUTH_JWT_ISSUER",
        "PUBLIC_URL, not checked",
        "iss of tokens, checked when set",
    ),
    plain(
        "AUTH_JWT_AUDIENCE",
        "the issuer, not checked",
        "aud of tokens, checked when set",
    ),
    plain("AUTH_JWT_LEEWAY", "60s", "by how much clocks may differ"),
    plain(
        "AUTH_JWT_LEGACY",
        "off",
        "on: tokens with an address as sub and the user in id are accepted",
    ),
    plain("ACCESS_TOKEN_TTL", "60min", "life of an access token"),
    plain("REFRESH_TOKEN_TTL", "30d", "life of a refresh token"),
    plain(
        "SESSION_IDLE_TTL",
        "14d",
        "a session ends after so long without use",
    ),
    plain(
        "SESSION_ABSOLUTE_TTL",
        "90d",
        "a session ends after so long in any case",
    ),
    plain(
        "SESSION_LIMIT",
        "10",
        "sessions that one user may have at a time",
    ),
    plain("EMAIL_VERIFICATION", "required", "required or optional"),
    plain(
        "CORS_ORIGINS",
        "none",
        "origins of other front ends, by comma",
    ),
    plain("TRUSTED_PROXIES", "none", "networks of proxies, by comma"),
    url(
        "SMTP_URL",
        "development: kept; production: required",
        "smtp://…, smtps://… or off",
    ),
    plain(
        "MAIL_FROM",
        "countersign@ the public host",
        "the sender of mail",
    ),
    plain(
        "DEV_FEATURES",
        "on in development and test",
        "mail page, refusals explained: on or off",
    ),
    plain(
        "HASH_THREADS",
        "one a processor",
        "threads that hash passwords",
    ),
    plain(
        "HASH_QUEUE",
        "64",
        "sign-ins that may wait for a hash thread",
    ),
    plain(
        "HASH_WAIT",
        "500",
        "milliseconds a sign-in may wait for a hash thread",
    ),
    plain("LOG_FORMAT", "text", "text or json"),
    plain("LOG_LEVEL", "info", "error, warn, info, debug or trace"),
];

/// The row of `name`, as it is written in the environment.
#[must_use]
pub fn find(name: &str) -> Option<&'static Name> {
    ALL.iter().find(|row| row.name == name)
}

/// The known name that is nearest to `name`, if one is near enough to be meant.
#[must_use]
pub fn nearest(name: &str) -> Option<&'static str> {
    let upper = name.to_ascii_uppercase();
    let near = ALL
        .iter()
        .map(|row| (strsim::damerau_levenshtein(&upper, row.name), row.name))
        .min()?;
    let part = || {
        ALL.iter()
            .find(|row| upper.len() > 3 && row.name.contains(&upper))
    };
    if near.0 <= 1 + upper.len() / 5 {
        Some(near.1)
    } else {
        part().map(|row| row.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_in_upper_case() {
        for (at, row) in ALL.iter().enumerate() {
            assert_eq!(row.name, row.name.to_ascii_uppercase());
            assert!(
                ALL[..at].iter().all(|other| other.name != row.name),
                "{}",
                row.name
            );
            assert!(find(row.name).is_some());
        }
    }

    #[test]
    fn the_page_on_operations_has_every_setting() {
        let page = include_str!("../../../../docs/operations.md");
        for row in ALL {
            assert!(page.contains(&format!("`{}`", row.name)), "{}", row.name);
        }
    }

    #[test]
    fn a_slip_of_the_pen_is_understood() {
        for (given, meant) in [
            ("publc_url", Some("PUBLIC_URL")),
            ("jwt_secret_keys", Some("JWT_SECRET_KEY")),
            ("acess_token_ttl", Some("ACCESS_TOKEN_TTL")),
            ("issuer", Some("AUTH_JWT_ISSUER")),
            ("colour", None),
        ] {
            assert_eq!(nearest(given), meant, "{given}");
        }
    }

    #[test]
    fn whatever_is_called_secret_or_key_is_hidden() {
        for row in ALL {
            let hidden = row.name.contains("SECRET") || row.name.contains("_KEY");
            assert_eq!(row.visibility == Visibility::Secret, hidden, "{}", row.name);
        }
    }
}
