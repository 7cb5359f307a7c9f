//! Others whose tokens are accepted: `[[trusted_issuer]]` of countersign.toml.

mod table;

use std::time::Duration;

use countersign_verify::{
    Alg, Cause, ClaimPath, Environment, Issuer, IssuerKind, IssuerName, KeyError, KeyRing, Policy,
    Secret, Source, VerifyingKey,
};
use url::Url;

use super::Secrets;
use super::config_file::ConfigFile;
use super::reader::Reader;
use super::values;
use table::{Reported, Table};

/// The keys of a `[[trusted_issuer]]` table, in alphabetical order.
pub(super) const KEYS: [&str; 14] = [
    "algorithms",
    "allow_private",
    "audience",
    "client_ids",
    "issuer",
    "jwks_url",
    "kind",
    "leeway",
    "name",
    "role_claim",
    "secret_env",
    "secret_name",
    "trust_email",
    "url",
];

/// An issuer whose tokens are accepted.
#[derive(Clone, Debug)]
pub struct TrustedIssuer {
    /// How it is called in traces and health.
    pub name: IssuerName,
    /// What kind of issuer it is.
    pub kind: IssuerKind,
    /// `iss` of its tokens.
    pub issuer: Option<String>,
    /// The values of `aud` of which its tokens must name one.
    pub audiences: Vec<String>,
    /// The clients whose tokens are accepted; all, if there is none.
    pub clients: Vec<String>,
    /// The algorithms of which its published keys are taken; all, if there is none.
    pub algorithms: Vec<Alg>,
    /// By how much its clock may differ, if not by as much as ours.
    pub leeway: Option<Duration>,
    /// Where the role stands in its tokens.
    pub role_claim: Option<ClaimPath>,
    /// Whether addresses count as verified that its tokens do not call so.
    pub trust_email: bool,
    /// The secret it signs with (HS256), if we share one.
    pub secret: Option<SharedSecret>,
    /// Where it publishes its keys, if it does.
    pub keys: Option<PublishedKeys>,
    /// Where the table stands.
    pub source: Source,
}

/// A secret that an issuer signs with.
#[derive(Clone, Debug)]
pub struct SharedSecret {
    /// The variable that holds it.
    pub name: String,
    /// The secret.
    pub secret: Secret,
    /// Where it came from.
    pub source: Source,
}

/// Where an issuer publishes its keys.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublishedKeys {
    /// How they are found.
    pub at: KeysAt,
    /// Which addresses may be asked.
    pub reach: Reach,
}

/// How an issuer's keys are found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum KeysAt {
    /// By the discovery document of this issuer (`OpenID` Connect Discovery 1.0, section 4), which must
    /// name it exactly as here.
    Discovery(Url, String),
    /// At this address.
    KeySet(Url),
}

/// Which addresses may be asked for an issuer's keys.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reach {
    /// Public ones, by https.
    Public,
    /// Public ones, and this very machine, also by http: in development, for an issuer that runs here.
    PublicAndLoopback,
    /// All, by https; by http this machine alone, in development.
    Private {
        /// Whether this is development, where http to this machine is good.
        loopback_http: bool,
    },
}

impl TrustedIssuer {
    /// What is demanded of its tokens, where it is not what is demanded of `ours`.
    #[must_use]
    pub fn policy(&self, ours: &Policy) -> Policy {
        let leeway = self
            .leeway
            .and_then(|leeway| i64::try_from(leeway.as_secs()).ok());
        Policy {
            issuer: self.issuer.clone(),
            audiences: self.audiences.clone(),
            clients: self.clients.clone(),
            leeway: leeway.unwrap_or(ours.leeway),
            ..ours.clone()
        }
    }

    /// The issuer as a verifier knows it, with the keys that settings give and without the published ones.
    ///
    /// # Errors
    /// A secret that cannot be a key.
    pub fn issuer(&self, ours: &Policy) -> Result<Issuer, KeyError> {
        let mut ring = KeyRing::new();
        if let Some(shared) = &self.secret {
            ring = ring.with(VerifyingKey::hmac(&shared.name, &shared.secret)?);
        }
        let issuer = Issuer::new(self.kind, self.name.clone(), ring, self.policy(ours))
            .with_algorithms(self.algorithms.clone());
        Ok(match &self.role_claim {
            Some(path) => issuer.with_role_claim(path.clone()),
            None => issuer,
        })
    }

    /// The issuer in one line, for people: what it is called, what is demanded, where its keys are.
    #[must_use]
    pub fn described(&self) -> String {
        let mut parts = vec![format!("{} {}", self.kind.as_str(), self.name)];
        parts.extend(self.issuer.as_ref().map(|issuer| format!("iss {issuer}")));
        if !self.audiences.is_empty() {
            parts.push(format!("aud {}", self.audiences.join(" or ")));
        }
        if !self.clients.is_empty() {
            parts.push(format!("client {}", self.clients.join(" or ")));
        }
        let secret = self.secret.as_ref();
        parts.extend(secret.map(|shared| format!("{} {}", shared.name, shared.secret)));
        parts.extend(self.keys.as_ref().map(|keys| match &keys.at {
            KeysAt::Discovery(url, _) => format!("keys by discovery at {url}"),
            KeysAt::KeySet(url) => format!("keys at {url}"),
        }));
        parts.extend(
            self.role_claim
                .as_ref()
                .map(|path| format!("role in {path}")),
        );
        parts.join(", ")
    }
}

/// Reads every table; secrets are taken from the environment by their names.
pub(super) fn read(
    reader: &mut Reader<'_>,
    config: &ConfigFile,
    environment: Option<Environment>,
    secrets: &Secrets,
) -> Vec<TrustedIssuer> {
    let mut found: Vec<TrustedIssuer> = Vec::new();
    for written in &config.issuers {
        let mut table = Table::new(reader, written, environment);
        let Ok(issuer) = one(&mut table) else {
            continue;
        };
        let own = table.reader.setting("AUTH_JWT_ISSUER");
        let own = own.map(|setting| setting.value.as_str().trim().to_owned());
        let twice = found.iter().any(|known| {
            known.name == issuer.name || (known.issuer.is_some() && known.issuer == issuer.issuer)
        });
        if twice || (own.is_some() && own == issuer.issuer) {
            let message = format!("the issuer {} is there twice", issuer.name);
            let fix = "Give each `[[trusted_issuer]]` its own `issuer` and `name`, other than AUTH_JWT_ISSUER.";
            table.refuse(Cause::SettingInvalid, &message, fix);
            continue;
        }
        check_secret(&mut table, &issuer, secrets);
        found.push(issuer);
    }
    found
}

/// What must not serve as the secret of an issuer.
fn check_secret(table: &mut Table<'_, '_>, issuer: &TrustedIssuer, secrets: &Secrets) {
    let Some(shared) = &issuer.secret else { return };
    if is_project_key(&shared.secret) {
        let message = format!(
            "{} holds an API key of the project, and no secret that signs tokens",
            shared.name
        );
        let fix = "Take the JWT secret of the project (Project Settings, JWT Keys), or leave the variable out: the published keys do without it.";
        table.refuse(Cause::SupabaseApiKeyAsSecret, &message, fix);
    }
    let strict = table.is_strict();
    let same = secrets
        .signing
        .as_ref()
        .filter(|signing| strict && signing.secret == shared.secret);
    if let Some(signing) = same {
        let message = format!(
            "{} and {} hold the same value, so {} could make tokens in our name",
            shared.name, signing.name, issuer.name
        );
        let fix = "Give each its own secret; or remove the table, since tokens of our own secret are accepted anyway.";
        table.refuse(Cause::SecretReusedAcrossPurposes, &message, fix);
    }
}

/// Supabase's anon and service keys are tokens themselves, or have a prefix of their own.
fn is_project_key(secret: &Secret) -> bool {
    let Ok(text) = std::str::from_utf8(secret.expose()) else {
        return false;
    };
    let text = text.trim();
    let is_token = text.starts_with("eyJ") && text.split('.').count() == 3;
    is_token
        || ["sb_secret_", "sb_publishable_"]
            .iter()
            .any(|prefix| text.starts_with(prefix))
}

fn one(table: &mut Table<'_, '_>) -> Result<TrustedIssuer, Reported> {
    let kind = table.text("kind").unwrap_or_default();
    match kind.as_str() {
        "oidc" => oidc(table),
        "shared-secret" => shared_secret(table),
        "supabase" => supabase(table),
        _ => {
            let message = format!("the kind of this trusted issuer is {kind:?}");
            let fix = "Write `kind = \"oidc\"` with `issuer` and `audience`, `kind = \"supabase\"` with `url`, or `kind = \"shared-secret\"` with `secret_env`.";
            Err(table.refuse(Cause::SettingInvalid, &message, fix))
        }
    }
}

fn oidc(table: &mut Table<'_, '_>) -> Result<TrustedIssuer, Reported> {
    table.refuse_keys("oidc", &["secret_env", "secret_name", "url"]);
    let Some(issuer) = table.exact("issuer") else {
        let fix = "Add `issuer`, exactly as the tokens have it in `iss`.";
        return Err(table.refuse(Cause::SettingInvalid, "an oidc issuer needs `issuer`", fix));
    };
    let audiences = table.list("audience");
    if audiences.is_empty() {
        // RFC 8725, section 3.9: a token for another API of the same issuer is not for this one.
        let fix = "Add `audience`, the name that this API has at the issuer.";
        return Err(table.refuse(
            Cause::SettingInvalid,
            "an oidc issuer needs `audience`",
            fix,
        ));
    }
    let at = match table.url("jwks_url")? {
        Some(url) => KeysAt::KeySet(url),
        None => match table.url("issuer")? {
            Some(url) => KeysAt::Discovery(url, issuer.clone()),
            None => return Err(Reported), // it is there, as was seen above
        },
    };
    let keys = table.published(at);
    Ok(TrustedIssuer {
        audiences,
        keys: Some(keys),
        ..table.issuer(IssuerKind::Oidc, Some(issuer))
    })
}

fn supabase(table: &mut Table<'_, '_>) -> Result<TrustedIssuer, Reported> {
    table.refuse_keys("supabase", &[]);
    let url = table.url("url")?;
    let issuer = table.exact("issuer");
    let (issuer, base) = match (url, issuer) {
        (Some(url), issuer) => {
            let base = url.as_str().trim_end_matches('/').to_owned();
            let base = base.trim_end_matches("/auth/v1").to_owned();
            (issuer.unwrap_or_else(|| format!("{base}/auth/v1")), base)
        }
        (None, Some(issuer)) => {
            let base = issuer
                .trim_end_matches('/')
                .trim_end_matches("/auth/v1")
                .to_owned();
            (issuer, base)
        }
        (None, None) => {
            let fix = "Add `url = \"https://PROJECT.supabase.co\"`.";
            return Err(table.refuse(Cause::SettingInvalid, "a supabase issuer needs `url`", fix));
        }
    };
    let usual = format!("{base}/auth/v1/.well-known/jwks.json").parse();
    let Some(at) = table.url("jwks_url")?.or_else(|| usual.ok()) else {
        let fix = "Write `url = \"https://PROJECT.supabase.co\"`.";
        let message = "the address of this supabase issuer is no URL";
        return Err(table.refuse(Cause::SettingInvalid, message, fix));
    };
    let keys = table.published(KeysAt::KeySet(at));
    let secret = table.secret(Some("SUPABASE_JWT_SECRET"))?;
    let mut audiences = table.list("audience");
    if audiences.is_empty() {
        audiences.push("authenticated".to_owned());
    }
    Ok(TrustedIssuer {
        audiences,
        keys: Some(keys),
        secret,
        ..table.issuer(IssuerKind::Supabase, Some(issuer))
    })
}

fn shared_secret(table: &mut Table<'_, '_>) -> Result<TrustedIssuer, Reported> {
    table.refuse_keys(
        "shared-secret",
        &["algorithms", "allow_private", "jwks_url", "url"],
    );
    let secret = table.secret(None)?;
    if secret.is_none() {
        let fix = "Add `secret_env = \"OTHER_JWT_SECRET\"` and set that variable.";
        let message = "a shared-secret issuer needs the name of the variable that holds the secret";
        return Err(table.refuse(Cause::SettingInvalid, message, fix));
    }
    let issuer = table.exact("issuer");
    Ok(TrustedIssuer {
        audiences: table.list("audience"),
        secret,
        ..table.issuer(IssuerKind::SharedSecret, issuer)
    })
}

/// The addresses that may be asked from where the first one is.
pub(super) fn reach(url: &Url, allow_private: bool, lenient: bool) -> Reach {
    if allow_private {
        Reach::Private {
            loopback_http: lenient,
        }
    } else if lenient && values::is_loopback(url) {
        Reach::PublicAndLoopback
    } else {
        Reach::Public
    }
}
