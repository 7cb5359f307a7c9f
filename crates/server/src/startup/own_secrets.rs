//! The secrets that a server makes for itself, once, and keeps in the data folder.

use std::fs;
use std::path::{Path, PathBuf};

use countersign_diagnose::{Place, Report};
use countersign_domain::keys::RootKey;
use countersign_verify::{Cause, Environment, Fingerprint, Secret};

use crate::entropy::Entropy;
use crate::settings::{Settings, Shown, Signing, kept};
use crate::state::AssembleError;

/// The file of the signing secret that development and test make for themselves.
pub const SIGNING_SECRET_FILE: &str = "jwt_secret";
/// The file of the root key where `ENCRYPTION_KEY` is not set.
const ENCRYPTION_KEY_FILE: &str = "encryption.key";

/// A secret of the server's own, and the setting whose place it takes.
struct Own {
    setting: &'static str,
    about: &'static str,
    file: &'static str,
}

const SIGNING_SECRET: Own = Own {
    setting: "JWT_SECRET",
    about: "the signing secret",
    file: SIGNING_SECRET_FILE,
};
const ENCRYPTION_KEY: Own = Own {
    setting: "ENCRYPTION_KEY",
    about: "seals what is kept at rest",
    file: ENCRYPTION_KEY_FILE,
};

impl Own {
    fn row(&self, value: String, source: String) -> Shown {
        Shown {
            name: self.setting,
            value,
            source,
            about: self.about,
        }
    }
}

/// Every setting as it may be shown, with the secrets that the server keeps or is going to make.
/// Nothing is made.
///
/// # Errors
/// `data-folder-unwritable` where the file of such a secret cannot be read or is empty.
pub fn shown(settings: &Settings) -> Result<Vec<Shown>, Box<Report>> {
    let secrets = &settings.secrets;
    let own = [
        (settings.makes_signing_secret(), SIGNING_SECRET),
        (secrets.encryption.is_none(), ENCRYPTION_KEY),
    ];
    let mut rows = Vec::new();
    for (_, secret) in own.iter().filter(|(is_own, _)| *is_own) {
        let path = settings.data_dir.join(secret.file);
        let value = match kept::read(&path)? {
            Some(value) => fingerprint(&value),
            None => "made at the first start".into(),
        };
        rows.push(secret.row(value, path.display().to_string()));
    }
    Ok(with(&settings.shown, rows))
}

/// The rows of the settings, and in the place of their namesakes those of our own secrets.
pub(super) fn with(settings: &[Shown], own: Vec<Shown>) -> Vec<Shown> {
    let mut rows = settings.to_vec();
    rows.retain(|row| own.iter().all(|own| own.name != row.name));
    rows.extend(own);
    rows
}

fn fingerprint(value: &str) -> String {
    Fingerprint::of(value.as_bytes()).to_string()
}

/// What this start made, and what is to be said of it.
#[derive(Debug, Default)]
pub(super) struct Made {
    pub(super) shown: Vec<Shown>,
    pub(super) warnings: Vec<Report>,
    root: Option<PathBuf>,
}

impl Made {
    /// Removes a root key that was made for a database which turned out to have another.
    pub(super) fn undo(&self, error: &AssembleError) {
        if let (AssembleError::EncryptionKeyMismatch, Some(root)) = (error, &self.root)
            && let Err(error) = fs::remove_file(root)
        {
            tracing::warn!(%error, file = %root.display(), "a useless key could not be removed");
        }
    }

    fn show(&mut self, secret: &Own, value: &str, source: String) {
        self.shown.push(secret.row(fingerprint(value), source));
    }
}

/// The signing secret and its name: the one that was given, or the one that development and test
/// make once and keep.
pub(super) fn signing_secret(
    settings: &Settings,
    entropy: &mut Entropy,
    made: &mut Made,
) -> Result<Option<(String, Secret)>, Box<Report>> {
    if let Some(given) = &settings.secrets.signing {
        return Ok(Some((given.name.clone(), given.secret.clone())));
    }
    if settings.signing != Signing::Secret {
        return Ok(None);
    }
    let file = kept::read_or_make(&settings.data_dir, SIGNING_SECRET_FILE, || {
        RootKey::generate(entropy).expose_base64()
    })?;
    let source = kept_in(&settings.data_dir, SIGNING_SECRET_FILE, file.made);
    made.show(&SIGNING_SECRET, &file.value, source);
    Ok(Some((
        SIGNING_SECRET_FILE.to_owned(),
        Secret::from(file.value.as_str()),
    )))
}

/// The root key: the one that was given, or the one that is made once and kept.
pub(super) fn root_key(
    settings: &Settings,
    entropy: &mut Entropy,
    made: &mut Made,
) -> Result<RootKey, Box<Report>> {
    if let Some(given) = &settings.secrets.encryption {
        return Ok(given.clone());
    }
    let file = kept::read_or_make(&settings.data_dir, ENCRYPTION_KEY_FILE, || {
        RootKey::generate(entropy).expose_base64()
    })?;
    let path = settings.data_dir.join(ENCRYPTION_KEY_FILE);
    let place = Place::source(path.display().to_string());
    made.root = file.made.then(|| path.clone());
    let root = RootKey::parse(&file.value).map_err(|error| {
        let message = format!("the kept encryption key cannot be used: {error}");
        Box::new(
            Report::error(Cause::EncryptionKeyMismatch, message)
                .at(place.clone())
                .fix("Restore the file from your backup, or set `ENCRYPTION_KEY` to the key that it held."),
        )
    })?;
    let source = kept_in(&settings.data_dir, ENCRYPTION_KEY_FILE, file.made);
    made.show(&ENCRYPTION_KEY, &file.value, source);
    if matches!(
        settings.environment(),
        Environment::Staging | Environment::Production
    ) {
        let message = "ENCRYPTION_KEY is not set, so the key in the data folder is used";
        made.warnings.push(
            Report::warning(Cause::EncryptionKeyMismatch, message)
                .at(place)
                .why("A second node, or a new machine without this file, cannot open what is sealed in the database.")
                .fix("Set `ENCRYPTION_KEY` to the content of this file on every node, and keep a copy apart from the database's backup."),
        );
    }
    Ok(root)
}

fn kept_in(folder: &Path, file: &str, made: bool) -> String {
    let path = folder.join(file);
    let made = if made { ", made just now" } else { "" };
    format!("{}{made}", path.display())
}
