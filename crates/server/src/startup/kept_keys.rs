//! The keys that the server makes for itself and keeps in the data folder.

use std::fs;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_diagnose::{Place, Report};
use countersign_domain::keys::RootKey;
use countersign_verify::{Cause, Environment, Secret};
use rand::Rng;
use zeroize::Zeroizing;

use crate::entropy::Entropy;
use crate::settings::{Settings, Signing, kept};
use crate::state::AssembleError;

const ENCRYPTION_KEY: &str = "encryption.key";
const SIGNING_SECRET: &str = "jwt_secret";

/// The root key and the signing secret, given or kept.
#[derive(Debug)]
pub(super) struct KeptKeys {
    /// The key from which all keys of the server itself are derived.
    pub root: RootKey,
    /// The signing secret and its name, if one is used.
    pub signing: Option<(String, Secret)>,
    /// Where the signing secret is kept, if nobody gave one.
    pub signing_file: Option<PathBuf>,
    /// What is worth a word.
    pub warnings: Vec<Report>,
    made: Option<PathBuf>,
}

impl KeptKeys {
    /// Takes what the settings give, and reads or makes what they do not.
    ///
    /// # Errors
    /// `data-folder-unwritable`, or `key-unusable` for a file that holds no key.
    pub(super) fn read_or_make(
        settings: &Settings,
        entropy: &mut Entropy,
    ) -> Result<Self, Box<Report>> {
        let folder = &settings.data_dir;
        let mut keys = Self {
            root: RootKey::generate(entropy),
            signing: None,
            signing_file: None,
            warnings: Vec::new(),
            made: None,
        };
        match &settings.secrets.encryption {
            Some(given) => keys.root = given.clone(),
            None => keys.keep_root(settings)?,
        }
        if let Some(given) = &settings.secrets.signing {
            keys.signing = Some((given.name.clone(), given.secret.clone()));
        } else if settings.signing == Signing::Secret {
            kept::make_folder(folder)?;
            let kept = kept::read_or_make(folder, SIGNING_SECRET, || drawn(entropy))?;
            keys.signing = Some(("JWT_SECRET".into(), Secret::from(kept.value.as_str())));
            keys.signing_file = Some(folder.join(SIGNING_SECRET));
        }
        Ok(keys)
    }

    fn keep_root(&mut self, settings: &Settings) -> Result<(), Box<Report>> {
        let folder = &settings.data_dir;
        kept::make_folder(folder)?;
        let kept = kept::read_or_make(folder, ENCRYPTION_KEY, || self.root.expose_base64())?;
        let path = folder.join(ENCRYPTION_KEY);
        self.root = RootKey::parse(&kept.value).map_err(|error| {
            let message = format!("{} holds no encryption key: {error}", path.display());
            let report = Report::error(Cause::KeyUnusable, message);
            let report = report.at(Place::source(path.display().to_string()));
            Box::new(report.fix("Bring the file back from a backup; it is one line of base64."))
        })?;
        let strict = [Environment::Staging, Environment::Production];
        if strict.contains(&settings.environment()) {
            let message = format!(
                "ENCRYPTION_KEY is not set; the key in {} is used",
                path.display()
            );
            self.warnings.push(
                Report::warning(Cause::SecretMissing, message)
                    .why("Whoever copies the data folder has both the sealed keys and what opens them.")
                    .fix("Set `ENCRYPTION_KEY` from a secret store to the line in that file, then remove the file."),
            );
        }
        self.made = kept.made.then_some(path);
        Ok(())
    }

    /// Removes a key that was made for a database which turned out to have another.
    pub(super) fn undo(&self, error: &AssembleError) {
        if let (AssembleError::EncryptionKeyMismatch, Some(made)) = (error, &self.made)
            && let Err(error) = fs::remove_file(made)
        {
            tracing::warn!(%error, file = %made.display(), "a useless key could not be removed");
        }
    }
}

fn drawn(entropy: &mut Entropy) -> Zeroizing<String> {
    let mut bytes = Zeroizing::new([0; 32]);
    entropy.fill_bytes(&mut *bytes);
    Zeroizing::new(URL_SAFE_NO_PAD.encode(*bytes))
}
