//! Settings: where they come from, what they may be, and what is wrong with them.
//!
//! [`resolve()`] is a pure function of [`Inputs`]; [`load`](files::load) reads those at the edge.

mod config_file;
mod contradictions;
mod defaults;
pub mod files;
mod inputs;
pub mod kept;
mod layers;
pub mod names;
mod production;
mod reader;
mod resolve;
mod secrets;
mod trusted_issuer;
pub mod values;

pub use inputs::{EnvFile, Inputs, TextFile};
pub use layers::Detected;
pub use reader::Shown;
pub use resolve::resolve;
pub use secrets::Secrets;
pub use trusted_issuer::{KeysAt, PublishedKeys, Reach, SharedSecret, TrustedIssuer};

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use countersign_diagnose::Report;
use countersign_verify::{Environment, Source};
use ipnet::IpNet;
use url::Url;
use zeroize::Zeroizing;

use crate::mail::SmtpUrl;

/// Every setting, checked.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The environment, and why.
    pub detected: Detected,
    /// The address that browsers and clients use; without a path.
    pub public_url: Url,
    /// The address to listen on.
    pub listen: SocketAddr,
    /// The folder of what the server keeps.
    pub data_dir: PathBuf,
    /// The database's URL, password included.
    pub database_url: Zeroizing<String>,
    /// A cache that nodes share, password included.
    pub redis_url: Option<Zeroizing<String>>,
    /// What signs our tokens.
    pub signing: Signing,
    /// The secrets that were given.
    pub secrets: Secrets,
    /// Claims and lives of tokens.
    pub tokens: Tokens,
    /// Lives and number of sessions.
    pub sessions: Sessions,
    /// Whether an account must have verified its address before it may sign in.
    pub verified_email_required: bool,
    /// Origins of other front ends; also trusted for CSRF.
    pub cors_origins: Vec<String>,
    /// Networks of proxies whose `X-Forwarded-For` counts.
    pub trusted_proxies: Vec<IpNet>,
    /// What happens to mail.
    pub mail: Mail,
    /// The sender of mail.
    pub mail_from: String,
    /// Whether there is a mail page, and refusals are explained in their bodies.
    pub dev_features: bool,
    /// How passwords are hashed.
    pub hashing: Hashing,
    /// What is logged, and how.
    pub logging: Logging,
    /// Others whose tokens are accepted.
    pub trusted_issuers: Vec<TrustedIssuer>,
    /// Every setting as it may be shown.
    pub shown: Vec<Shown>,
    /// What is not wrong yet.
    pub warnings: Vec<Report>,
}

impl Settings {
    /// The environment.
    #[must_use]
    pub const fn environment(&self) -> Environment {
        self.detected.environment
    }

    /// The origin of the public URL, which is also the base of all links: no slash at the end.
    #[must_use]
    pub fn origin(&self) -> String {
        values::origin(&self.public_url)
    }

    /// Whether the server makes its signing secret itself and keeps it in the data folder.
    /// Elsewhere than in development and test one must be given.
    #[must_use]
    pub fn makes_signing_secret(&self) -> bool {
        self.secrets.signing.is_none() && self.signing == Signing::Secret
    }

    /// Puts the port that the system gave in the place of port 0, in a public URL that was made of
    /// the address to listen on.
    pub(crate) fn listens_on(&mut self, port: u16) {
        if self.public_url.port() != Some(0) || self.public_url.set_port(Some(port)).is_err() {
            return;
        }
        let origin = self.origin();
        for row in self.shown.iter_mut().filter(|row| row.name == "PUBLIC_URL") {
            row.value.clone_from(&origin);
        }
    }

    /// Whether the public URL is https.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }

    /// `iss` of our tokens: the configured issuer, else the origin.
    #[must_use]
    pub fn issuer(&self) -> String {
        self.tokens.issuer.clone().unwrap_or_else(|| self.origin())
    }

    /// `aud` of our tokens, which every access token has (RFC 9068, section 2.2): the configured
    /// audience, else the issuer.
    #[must_use]
    pub fn audience(&self) -> String {
        let audience = self.tokens.audience.clone();
        audience.unwrap_or_else(|| self.issuer())
    }
}

/// What signs our tokens.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Signing {
    /// An Ed25519 key pair in the store (RFC 8037).
    EdDsa,
    /// A P-256 key pair in the store (RFC 7518, section 3.4).
    Es256,
    /// The signing secret, by HMAC with SHA-256 (RFC 7518, section 3.2).
    Secret,
}

/// Claims and lives of tokens.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Tokens {
    /// `iss`, which is checked when it is set.
    pub issuer: Option<String>,
    /// `aud`, which is checked when it is set.
    pub audience: Option<String>,
    /// By how much clocks may differ.
    pub leeway: Duration,
    /// Whether tokens of the legacy form, `{"sub": email, "id": user id}`, are accepted.
    pub accept_legacy: bool,
    /// Life of an access token.
    pub access_ttl: Duration,
    /// Life of a refresh token.
    pub refresh_ttl: Duration,
    /// Where what is checked came from, for those who have to change it.
    pub sources: TokenSources,
}

/// Where the values came from that tokens are checked with.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TokenSources {
    /// Of `AUTH_JWT_ISSUER`.
    pub issuer: Source,
    /// Of `AUTH_JWT_AUDIENCE`.
    pub audience: Source,
    /// Of `ACCESS_TOKEN_TTL`.
    pub access_ttl: Source,
}

/// Lives and number of sessions.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Sessions {
    /// A session ends after so long without use.
    pub idle: Duration,
    /// A session ends after so long in any case.
    pub absolute: Duration,
    /// Sessions that one user may have at a time.
    pub limit: usize,
}

/// What happens to mail.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Mail {
    /// It is kept and shown at /dev/mail.
    Kept,
    /// It is not sent.
    Off,
    /// It is handed to a server.
    Smtp(SmtpUrl),
}

/// How passwords are hashed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Hashing {
    /// Threads that hash.
    pub threads: usize,
    /// Sign-ins that may wait for one of them.
    pub queue: usize,
    /// How long a sign-in may wait for one of them.
    pub wait: Duration,
}

/// What is logged, and how.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Logging {
    /// How log lines look.
    pub format: LogFormat,
    /// A filter of `tracing`: `info`, `info,hyper=debug`.
    pub level: String,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}
