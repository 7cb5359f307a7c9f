//! One `[[trusted_issuer]]` table, read key by key.

use countersign_diagnose::Report;
use countersign_verify::{
    Alg, Cause, ClaimPath, Environment, IssuerKind, IssuerName, Secret, Setting, Source,
};
use url::Url;

use super::{KeysAt, PublishedKeys, SharedSecret, TrustedIssuer, reach};
use crate::settings::config_file::IssuerTable;
use crate::settings::reader::Reader;
use crate::settings::values;

/// A problem was met, and reported.
pub(super) struct Reported;

/// A table, and where its problems go.
pub(super) struct Table<'r, 'i> {
    pub reader: &'r mut Reader<'i>,
    written: &'r IssuerTable,
    environment: Option<Environment>,
}

impl<'r, 'i> Table<'r, 'i> {
    pub fn new(
        reader: &'r mut Reader<'i>,
        written: &'r IssuerTable,
        environment: Option<Environment>,
    ) -> Self {
        Self {
            reader,
            written,
            environment,
        }
    }

    /// Whether users depend on this deployment.
    pub const fn is_strict(&self) -> bool {
        matches!(
            self.environment,
            Some(Environment::Staging | Environment::Production)
        )
    }

    fn setting(&self, key: &str) -> Option<&'r Setting> {
        let found = self.written.entries.iter().find(|(name, _)| name == key);
        found.map(|(_, setting)| setting)
    }

    /// A value without blanks around it.
    pub fn text(&self, key: &str) -> Option<String> {
        let text = self.setting(key)?.value.trim().to_owned();
        (!text.is_empty()).then_some(text)
    }

    /// A value that tokens must have exactly so: blanks around it are an error.
    pub fn exact(&mut self, key: &'static str) -> Option<String> {
        let text = self.text(key)?;
        if self
            .setting(key)
            .is_some_and(|setting| setting.value.as_str() != text)
        {
            let message = format!("{key} has blanks around it");
            self.refuse(Cause::ConfigValueWhitespace, &message, "Remove the blanks.");
        }
        Some(text)
    }

    /// One value, or several.
    pub fn list(&self, key: &str) -> Vec<String> {
        let text = self.text(key).unwrap_or_default();
        let entries = text
            .split(',')
            .map(str::trim)
            .filter(|entry| !entry.is_empty());
        entries.map(str::to_owned).collect()
    }

    /// An address, if the key is there.
    pub fn url(&mut self, key: &'static str) -> Result<Option<Url>, Reported> {
        let Some(text) = self.text(key) else {
            return Ok(None);
        };
        let lenient = !self.is_strict();
        let good = |url: &Url| {
            let secure = url.scheme() == "https"
                || (lenient && url.scheme() == "http" && values::is_loopback(url));
            let plain = url.username().is_empty() && url.password().is_none();
            secure && plain && url.host().is_some() && url.fragment().is_none()
        };
        if let Some(url) = text.parse::<Url>().ok().filter(good) {
            return Ok(Some(url));
        }
        let message = format!("{key} is no address to have keys from");
        let fix =
            "Write an https URL without a user's name; http is for this machine, in development.";
        Err(self.refuse(Cause::SettingInvalid, &message, fix))
    }

    /// The secret, from the variable that the table names, which must be set, or else from `default`.
    pub fn secret(&mut self, default: Option<&str>) -> Result<Option<SharedSecret>, Reported> {
        let named = self.text("secret_env").or_else(|| self.text("secret_name"));
        let must_be_set = named.is_some();
        let Some(name) = named.or_else(|| default.map(str::to_owned)) else {
            return Ok(None);
        };
        match self.reader.setting(&name) {
            Some(setting) => Ok(Some(SharedSecret {
                secret: Secret::from(setting.value.to_string()),
                source: setting.source.clone(),
                name,
            })),
            None if must_be_set => {
                let message = format!("{name}, the secret of this trusted issuer, is not set");
                let fix = format!("Set `{name}` to the secret that the issuer signs with.");
                Err(self.refuse(Cause::SecretMissing, &message, &fix))
            }
            None => Ok(None),
        }
    }

    /// Where the keys are, and which addresses may be asked.
    pub fn published(&mut self, at: KeysAt) -> PublishedKeys {
        let allow_private = self
            .parsed("allow_private", values::switch)
            .unwrap_or(false);
        let (KeysAt::Discovery(url, _) | KeysAt::KeySet(url)) = &at;
        PublishedKeys {
            reach: reach(url, allow_private, !self.is_strict()),
            at,
        }
    }

    /// What every kind has.
    pub fn issuer(&mut self, kind: IssuerKind, issuer: Option<String>) -> TrustedIssuer {
        let secret_name = self.text("secret_env").or_else(|| self.text("secret_name"));
        let name = self.text("name").or_else(|| issuer.clone()).or(secret_name);
        let shared = kind == IssuerKind::SharedSecret;
        let trust_email = self.parsed("trust_email", values::switch).unwrap_or(shared);
        TrustedIssuer {
            name: IssuerName::new(name.unwrap_or_else(|| kind.as_str().to_owned())),
            kind,
            issuer,
            audiences: Vec::new(),
            clients: self.list("client_ids"),
            algorithms: self.algorithms(),
            leeway: self.parsed("leeway", values::leeway),
            role_claim: self.parsed("role_claim", role_claim),
            trust_email,
            secret: None,
            keys: None,
            source: self.source(),
        }
    }

    fn algorithms(&mut self) -> Vec<Alg> {
        let mut algorithms = Vec::new();
        for name in self.list("algorithms") {
            if let Some(alg) = Alg::parse(&name).filter(|alg| !alg.is_symmetric()) {
                algorithms.push(alg);
            } else {
                let message = format!("algorithms names {name:?}");
                let fix = "Write algorithms of published keys, such as `[\"RS256\", \"ES256\"]`.";
                self.refuse(Cause::SettingInvalid, &message, fix);
            }
        }
        algorithms
    }

    fn parsed<T>(
        &mut self,
        key: &'static str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = self.text(key)?;
        match parse(&text) {
            Ok(value) => Some(value),
            Err(allowed) => {
                let message = format!("{key} of this trusted issuer cannot be {text:?}");
                self.refuse(
                    Cause::SettingInvalid,
                    &message,
                    &format!("Write {allowed}."),
                );
                None
            }
        }
    }

    /// Refuses keys that mean nothing for the kind.
    pub fn refuse_keys(&mut self, kind: &str, without: &[&str]) {
        for key in without {
            if self.setting(key).is_some() {
                let message = format!("{key} means nothing for an issuer of the kind {kind}");
                self.refuse(Cause::SettingInvalid, &message, &format!("Remove `{key}`."));
            }
        }
    }

    fn source(&self) -> Source {
        let first = self.written.entries.first();
        first.map_or(Source::Default, |(_, setting)| setting.source.clone())
    }

    /// Reports a problem of this table.
    pub fn refuse(&mut self, cause: Cause, message: &str, fix: &str) -> Reported {
        let report = Report::error(cause, message);
        let report = if self.written.entries.is_empty() {
            report.note(format!(
                "The table begins above line {} of countersign.toml.",
                self.written.line
            ))
        } else {
            let source = self.source();
            let place = self
                .reader
                .inputs
                .place(&source, "[[trusted_issuer]]", "this issuer");
            report.at(place)
        };
        self.reader.problems.push(report.fix(fix));
        Reported
    }
}

fn role_claim(text: &str) -> Result<ClaimPath, String> {
    let path = match serde_json::from_str::<Vec<String>>(text) {
        Ok(names) => ClaimPath::of_names(names.iter().map(String::as_str)),
        Err(_) => ClaimPath::parse(text),
    };
    match path {
        Some(path) if path.is_user_writable() => {
            Err("another claim: users write user_metadata themselves; `app_metadata.role` is not theirs".to_owned())
        }
        Some(path) => Ok(path),
        None => Err("a path such as `realm_access.roles`, or a list of names".to_owned()),
    }
}
