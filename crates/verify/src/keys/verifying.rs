//! A key that checks signatures.

use crate::{Alg, Secret};
use aws_lc_rs::hmac;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey};
use std::fmt;
use std::sync::Arc;

/// The name of a key (RFC 7515, section 4.1.4).
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Kid(Arc<str>);

impl Kid {
    /// A name, as the `kid` header gives it.
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self(name.into())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::borrow::Borrow<str> for Kid {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Kid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why bytes cannot serve as a key.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum KeyError {
    /// An HMAC secret of no bytes verifies what anybody signs.
    #[error("the secret is empty; set it to at least 32 random bytes")]
    EmptySecret,
    /// The bytes are no private key of the algorithm.
    #[error("the private key is no PKCS#8 key for {0}")]
    PrivateKey(Alg),
    /// The bytes are no public key of the algorithm: a point off the curve, or of the wrong length.
    #[error("the public key is no point on the curve of {0}")]
    PublicKey(Alg),
    /// The algorithm has no key pair: it is made from a secret.
    #[error("{0} has no key pair; make its key from a secret")]
    Symmetric(Alg),
    /// The system's random generator failed.
    #[error("the random generator failed")]
    Random,
}

/// A key with the one algorithm it may be used for (RFC 8725, section 3.1).
#[derive(Clone)]
pub struct VerifyingKey {
    kid: Option<Kid>,
    alg: Alg,
    label: Arc<str>,
    material: Material,
}

#[derive(Clone)]
enum Material {
    /// Prepared once: the padded key is hashed already.
    Hmac(Box<hmac::Key>),
    Public(Box<ParsedPublicKey>),
}

impl VerifyingKey {
    /// An HS256 key without `kid`. `label` names the secret in traces, such as `JWT_SECRET_STAGING`.
    ///
    /// Secrets shorter than RFC 7518, section 3.2 wants (32 bytes) are accepted here, since
    /// development may use them; judge them by their strength first.
    ///
    /// # Errors
    /// [`KeyError::EmptySecret`].
    pub fn hmac(label: &str, secret: &Secret) -> Result<Self, KeyError> {
        if secret.expose().is_empty() {
            return Err(KeyError::EmptySecret);
        }
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose());
        Ok(Self {
            kid: None,
            alg: Alg::Hs256,
            label: label.into(),
            material: Material::Hmac(Box::new(key)),
        })
    }

    /// A public key: 32 bytes for [`Alg::EdDsa`], an uncompressed point of 65 bytes for [`Alg::Es256`].
    ///
    /// # Errors
    /// [`KeyError::PublicKey`] or [`KeyError::Symmetric`].
    pub fn public(alg: Alg, label: &str, bytes: &[u8]) -> Result<Self, KeyError> {
        let parsed = match alg {
            Alg::EdDsa => ParsedPublicKey::new(&ED25519, bytes),
            Alg::Es256 => ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, bytes),
            Alg::Hs256 => return Err(KeyError::Symmetric(alg)),
        };
        let parsed = parsed.map_err(|_| KeyError::PublicKey(alg))?;
        Ok(Self {
            kid: None,
            alg,
            label: label.into(),
            material: Material::Public(Box::new(parsed)),
        })
    }

    /// The same key under a name.
    #[must_use]
    pub fn with_kid(mut self, kid: Kid) -> Self {
        self.kid = Some(kid);
        self
    }

    pub(super) fn with_label(mut self, label: &str) -> Self {
        self.label = label.into();
        self
    }

    /// The key's name, if it has one.
    #[must_use]
    pub const fn kid(&self) -> Option<&Kid> {
        self.kid.as_ref()
    }

    /// The one algorithm.
    #[must_use]
    pub const fn alg(&self) -> Alg {
        self.alg
    }

    /// What traces call the key; no secret.
    #[must_use]
    pub const fn label(&self) -> &Arc<str> {
        &self.label
    }

    /// Whether this key made `signature` over `signing_input` (RFC 7515, section 5.2, step 8).
    #[must_use]
    pub fn signed(&self, signing_input: &[u8], signature: &[u8]) -> bool {
        match &self.material {
            Material::Hmac(key) => hmac::verify(key, signing_input, signature).is_ok(),
            Material::Public(key) => key.verify_sig(signing_input, signature).is_ok(),
        }
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyingKey")
            .field("kid", &self.kid)
            .field("alg", &self.alg)
            .field("label", &self.label)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_secret_is_no_key() {
        let error = VerifyingKey::hmac("JWT_SECRET", &Secret::from("")).unwrap_err();
        assert_eq!(error, KeyError::EmptySecret);
    }

    #[test]
    fn debug_shows_the_label_alone() {
        let key =
            VerifyingKey::hmac("JWT_SECRET", &Secret::from("a secret of some length")).unwrap();
        let shown = format!("{key:?}");
        assert!(
            shown.contains("JWT_SECRET") && !shown.contains("some length"),
            "{shown}"
        );
    }

    #[test]
    fn a_tag_is_checked_whole() {
        // RFC 4231, test case 2.
        let key = VerifyingKey::hmac("vector", &Secret::from("Jefe")).unwrap();
        let tag: Vec<u8> = (0..32)
            .map(|i| {
                let hex = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
                u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap()
            })
            .collect();
        assert!(key.signed(b"what do ya want for nothing?", &tag));
        assert!(!key.signed(b"what do ya want for nothing!", &tag));
        for wrong in [&tag[..31], &tag[..0], &[tag.as_slice(), &[0]].concat()] {
            assert!(!key.signed(b"what do ya want for nothing?", wrong));
        }
    }

    #[test]
    fn bytes_that_are_no_point_are_no_public_key() {
        for bytes in [&[0_u8; 0][..], &[4; 65], &[4; 33], &[0; 31]] {
            assert!(VerifyingKey::public(Alg::Es256, "k", bytes).is_err());
        }
        assert!(VerifyingKey::public(Alg::EdDsa, "k", &[1; 31]).is_err());
        assert!(VerifyingKey::public(Alg::EdDsa, "k", &[1; 33]).is_err());
        let symmetric = VerifyingKey::public(Alg::Hs256, "k", &[1; 32]).unwrap_err();
        assert_eq!(symmetric, KeyError::Symmetric(Alg::Hs256));
    }
}
