//! What a token is verified with: a named secret, a key set, or what is configured.

use std::ffi::OsStr;
use std::path::Path;

use countersign_diagnose::Report;
use countersign_server::clock::Clock;
use countersign_server::settings::files::Lookup;
use countersign_server::settings::{Settings, Signing, kept};
use countersign_server::startup::SIGNING_SECRET_FILE;
use countersign_server::{expected, known_secrets};
use countersign_store::SigningKeyRow;
use countersign_verify::{
    Cause, ClockOwner, ClockReading, Expected, Issuer, Jwk, JwkSet, KeyRing, KnownSecret, Policy,
    Secret, SecretRole, Source, VerifyingKey,
};

use crate::failure::Failure;
use crate::{input, key_set};

/// What a token is verified with, and what else may explain it.
#[derive(Debug, Default)]
pub struct Keys {
    /// The keys.
    pub ring: KeyRing,
    /// What is demanded of the claims.
    pub policy: Policy,
    /// The same in the names of the settings.
    pub expected: Expected,
    /// Secrets that may have signed a refused token.
    pub known: Vec<KnownSecret>,
    /// The issuers that settings trust, with the keys that settings give.
    pub trusted: Vec<Issuer>,
    /// The file or address of the key set that was named.
    pub place: Option<String>,
    /// The clock of the server that gave the key set, if one did.
    pub clocks: Vec<ClockReading>,
    /// The keys in words, by name and place.
    pub names: Vec<String>,
}

impl Keys {
    /// Adds a secret of the process environment.
    ///
    /// # Errors
    ///
    /// [`Failure::Usage`] when there is no such variable, or it cannot be a key.
    pub fn add_variable(&mut self, name: &str) -> Result<(), Failure> {
        let fix = format!("set it for this command: {name}=… countersign inspect …");
        let process = Lookup::of_this_process()
            .map_err(|report| Failure::StartUp(vec![*report]))?
            .process;
        let value = process
            .iter()
            .find(|(known, _)| known == OsStr::new(name))
            .map(|(_, value)| value);
        let value = value
            .and_then(|value| value.to_str())
            .filter(|value| !value.is_empty());
        let Some(value) = value else {
            return Err(Failure::usage(
                format!("the variable {name} is not set, or is no text"),
                fix,
            ));
        };
        self.add_secret(name, &Secret::from(value), &Source::Process)
    }

    /// Adds the keys of a file, or of what an https address answers.
    ///
    /// # Errors
    ///
    /// [`Failure::Usage`] when it is no key set; [`Failure::Bad`] when the address does not give it.
    pub fn add_set(&mut self, place: &str) -> Result<(), Failure> {
        let unusable = |error: &dyn std::fmt::Display| {
            Failure::usage(
                format!("{place} is no JWK and no JWK Set: {error}"),
                "give a JSON file with one key, or with its keys in `keys` (RFC 7517, section 5)",
            )
        };
        let text = if place.contains("://") {
            let fetched = key_set::fetched(place)?;
            let here = Clock::system().seconds();
            self.clocks.extend(fetched.date.map(|date| ClockReading {
                name: place.to_owned(),
                owner: ClockOwner::Issuer,
                ahead: date.saturating_sub(here),
            }));
            fetched.body
        } else {
            input::file(Path::new(place))?.into_bytes()
        };
        let set = JwkSet::parse(&text).map_err(|error| unusable(&error))?;
        for jwk in &set.keys {
            let label = label(jwk, place);
            let key = jwk
                .verifying_key(&label)
                .map_err(|error| unusable(&error))?;
            self.names.push(label);
            self.ring = std::mem::take(&mut self.ring).with(key);
        }
        self.place = Some(place.to_owned());
        Ok(())
    }

    /// Adds the configured secret, and with it what else the settings know.
    ///
    /// # Errors
    ///
    /// [`Failure::Usage`] when it cannot be a key.
    pub fn add_settings(&mut self, settings: &Settings) -> Result<(), Failure> {
        self.consider(settings);
        for trusted in &settings.trusted_issuers {
            let issuer = trusted.issuer(&self.policy).map_err(|error| {
                let name = &trusted.name;
                Failure::usage(
                    format!("the trusted issuer {name} has a secret that is no key: {error}"),
                    "give the secret that signs its tokens",
                )
            })?;
            self.names
                .push(format!("the trusted issuer {}", trusted.name));
            self.trusted.push(issuer);
        }
        if let Some(signing) = &settings.secrets.signing {
            let (secret, source) = (&signing.secret, &signing.source);
            self.add_secret(&signing.name, secret, source)?;
        } else if settings.signing == Signing::Secret {
            self.add_kept_secret(settings)?;
        }
        Ok(())
    }

    /// Adds the secret that a server made for itself in development, if there is one yet.
    fn add_kept_secret(&mut self, settings: &Settings) -> Result<(), Failure> {
        let path = settings.data_dir.join(SIGNING_SECRET_FILE);
        let kept = kept::read(&path).map_err(|report| Failure::StartUp(vec![*report]))?;
        let Some(kept) = kept else { return Ok(()) };
        let source = Source::Generated {
            path: path.display().to_string(),
        };
        let secret = Secret::from(kept.as_str());
        self.add_secret(SIGNING_SECRET_FILE, &secret, &source)
    }

    /// Adds the key pairs of the database.
    ///
    /// # Errors
    ///
    /// [`Failure::Bad`] when a row holds no key.
    pub fn add_rows(&mut self, rows: &[SigningKeyRow]) -> Result<(), Failure> {
        for row in rows {
            let unusable = |error: &dyn std::fmt::Display| {
                let message = format!("the key {} of the database is no key: {error}", row.kid);
                Failure::bad(Report::error(Cause::KeyUnusable, message))
            };
            let jwk = Jwk::parse(row.public_jwk.as_bytes()).map_err(|error| unusable(&error))?;
            let key = jwk
                .verifying_key(&row.kid)
                .map_err(|error| unusable(&error))?;
            self.names.push(format!("{} of the database", row.kid));
            self.ring = std::mem::take(&mut self.ring).with(key);
        }
        Ok(())
    }

    /// Takes from the settings what is demanded of claims, and what may explain a refusal.
    pub fn consider(&mut self, settings: &Settings) {
        let tokens = &settings.tokens;
        self.policy = Policy {
            issuer: tokens.issuer.clone(),
            audiences: tokens.audience.iter().cloned().collect(),
            accept_legacy: tokens.accept_legacy,
            leeway: i64::try_from(tokens.leeway.as_secs()).unwrap_or(i64::MAX),
            ..Policy::default()
        };
        self.expected = expected(settings);
        self.known = known_secrets(settings, None);
    }

    /// Adds a secret as a key.
    ///
    /// # Errors
    ///
    /// [`Failure::Usage`] when it cannot be one.
    pub fn add_secret(
        &mut self,
        name: &str,
        secret: &Secret,
        source: &Source,
    ) -> Result<(), Failure> {
        let key = VerifyingKey::hmac(name, secret).map_err(|error| {
            Failure::usage(
                format!("{name} cannot be a key: {error}"),
                "give the secret that signs the tokens",
            )
        })?;
        self.names.push(format!("{name} ({secret}, {source})"));
        self.known.push(KnownSecret::new(
            name,
            secret.clone(),
            source.clone(),
            SecretRole::Current,
        ));
        self.ring = std::mem::take(&mut self.ring).with(key);
        Ok(())
    }
}

fn label(jwk: &Jwk, place: &str) -> String {
    match jwk.kid() {
        Some(kid) => format!("{} of {place}", kid.as_str()),
        None => format!("the key of {place}"),
    }
}
