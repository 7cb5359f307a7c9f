//! Which known key made a token's signature, and in which form a secret did.

use crate::contract::{Purpose, canonical, purpose};
use crate::evidence::{EnvLine, Evidence, Service};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_verify::{Cause, jws, secret_variants};

/// How many secrets are tried on one token, so that its cost has a bound.
const MOST_SECRETS: usize = 64;

/// A key that made the signature.
#[derive(Clone, Debug)]
pub(crate) struct Fit<'e> {
    /// Which.
    pub(crate) key: KnownKey<'e>,
    /// How the secret differs from the setting's value, and the cause of that; none if it is the very value.
    pub(crate) form: Option<(Cause, &'static str)>,
}

/// A key that the evidence holds.
#[derive(Clone, Debug)]
pub(crate) enum KnownKey<'e> {
    /// A key of an issuer's set.
    KeySet,
    /// A secret in a setting of a service.
    Setting(&'e Service, &'e EnvLine),
}

/// What trying every key on a token came to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Signature<'e> {
    /// The keys that fit, the exact ones first.
    pub(crate) fits: Vec<Fit<'e>>,
    /// How many keys of the token's kind there were to try.
    pub(crate) tried: usize,
}

impl<'e> Signature<'e> {
    /// Tries every known key on a signed token.
    pub(super) fn of(text: &str, alg: &str, evidence: &'e Evidence) -> Self {
        let mut signature = Self::default();
        if alg.starts_with("HS") {
            signature.try_settings(&|secret| signed_by(text, secret), evidence);
        } else {
            signature.try_key_sets(text, evidence);
        }
        signature.fits.sort_by_key(|fit| fit.form.is_some());
        signature
    }

    /// Tries every secret on what is signed in another way than tokens are.
    pub(super) fn of_other(signed_by: &dyn Fn(&[u8]) -> bool, evidence: &'e Evidence) -> Self {
        let mut signature = Self::default();
        signature.try_settings(signed_by, evidence);
        signature.fits.sort_by_key(|fit| fit.form.is_some());
        signature
    }

    /// The settings that fit, each with its service.
    pub(crate) fn settings(
        &self,
    ) -> impl Iterator<Item = (&'e Service, &'e EnvLine, Option<(Cause, &'static str)>)> {
        self.fits.iter().filter_map(|fit| match fit.key {
            KnownKey::Setting(service, line) => Some((service, line, fit.form)),
            KnownKey::KeySet => None,
        })
    }

    /// Whether a setting of this service fits as it stands.
    pub(crate) fn fits_service(&self, wanted: &Service) -> bool {
        self.settings()
            .any(|(service, _, form)| form.is_none() && std::ptr::eq(service, wanted))
    }

    fn try_settings(&mut self, signed_by: &dyn Fn(&[u8]) -> bool, evidence: &'e Evidence) {
        let lines = evidence
            .services
            .iter()
            .flat_map(|service| service.files.iter().map(move |file| (service, file)))
            .flat_map(|(service, file)| file.lines.iter().map(move |line| (service, line)));
        let secrets = lines.filter(|(_, line)| may_sign(line)).take(MOST_SECRETS);
        for (service, line) in secrets {
            self.tried += 1;
            let form = if signed_by(line.value.as_bytes()) {
                None
            } else {
                let forms = secret_variants(line.value.as_bytes());
                match forms.into_iter().find(|form| signed_by(&form.bytes)) {
                    Some(form) => Some((form.cause, form.how)),
                    None => continue,
                }
            };
            let key = KnownKey::Setting(service, line);
            self.fits.push(Fit { key, form });
        }
    }

    fn try_key_sets(&mut self, text: &str, evidence: &'e Evidence) {
        for file in &evidence.key_sets {
            self.tried += file.set.keys.len();
            let ring = file.set.ring(&file.source);
            if ring.is_ok_and(|ring| jws::verify_compact(text, &ring, None).is_ok()) {
                let key = KnownKey::KeySet;
                self.fits.push(Fit { key, form: None });
            }
        }
    }
}

/// Whether a setting may hold a secret that signs tokens.
fn may_sign(line: &EnvLine) -> bool {
    let name = canonical(&line.name);
    let named = ["SECRET", "_KEY", "JWT", "TOKEN"]
        .iter()
        .any(|part| name.contains(part));
    let meant = matches!(
        purpose(&line.name),
        Some(
            Purpose::SigningSecret
                | Purpose::CookieSecret
                | Purpose::SupabaseKey
                | Purpose::SyncSecret
        )
    );
    !line.value.is_empty() && line.value.len() <= 4_096 && (meant || named)
}

/// Whether this secret makes the token's signature. Programs take secrets that are too short for the hash
/// (RFC 7518, section 3.2), so those count here too.
pub(crate) fn signed_by(text: &str, secret: &[u8]) -> bool {
    !secret.is_empty() && is_mac_of(text, secret)
}

/// Whether the token is signed with an empty secret.
pub(crate) fn signed_with_nothing(text: &str) -> bool {
    is_mac_of(text, b"")
}

fn is_mac_of(text: &str, secret: &[u8]) -> bool {
    let Some((input, signature)) = text.rsplit_once('.') else {
        return false;
    };
    let header = input.split('.').next().unwrap_or_default();
    let header = URL_SAFE_NO_PAD.decode(header).ok();
    let hash = match header.and_then(|header| algorithm(&header)).as_deref() {
        Some("HS384") => hmac::HMAC_SHA384,
        Some("HS512") => hmac::HMAC_SHA512,
        Some("HS256") => hmac::HMAC_SHA256,
        Some(_) | None => return false,
    };
    let Ok(signature) = URL_SAFE_NO_PAD.decode(signature) else {
        return false;
    };
    hmac::verify(&hmac::Key::new(hash, secret), input.as_bytes(), &signature).is_ok()
}

fn algorithm(header: &[u8]) -> Option<String> {
    let header: serde_json::Value = serde_json::from_slice(header).ok()?;
    header.get("alg")?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_testkit::jose::TestKey;

    #[test]
    fn secrets_too_short_for_their_hash_are_recognised() {
        for alg in ["HS256", "HS384", "HS512"] {
            let header = format!(r#"{{"alg":"{alg}"}}"#);
            let token = TestKey::hs("changeme").sign_as(alg, &header, b"{}");
            assert!(signed_by(&token, b"changeme"), "{alg}");
            assert!(!signed_by(&token, b"changeme "), "{alg}");
        }
        assert!(!signed_by("a.b.c", b"x") && !signed_by("", b"x") && !signed_by("e30.e30.", b""));
    }
}
