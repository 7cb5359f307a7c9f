//! A key that checks signatures.

use super::public::PublicKey;
use super::rsa::RsaFault;
use crate::refusal::shown;
use crate::{Alg, Algs, Secret};
use aws_lc_rs::hmac;
use aws_lc_rs::signature::ParsedPublicKey;
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
    /// The algorithm takes a public key, no secret.
    #[error("{0} is checked with a public key, not with a secret")]
    Asymmetric(Alg),
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
    /// An RSA key that is not fit to verify.
    #[error(transparent)]
    Rsa(#[from] RsaFault),
    /// Our own tokens are never signed with this algorithm; it is only verified.
    #[error("{0} is verified here, but nothing is signed with it; EdDSA, ES256 and HS256 are")]
    VerifyOnly(Alg),
}

/// A key with the algorithms it may be used for (RFC 8725, section 3.1): one where the key says so, else
/// those of its type. What the token says only chooses among these.
#[derive(Clone)]
pub struct VerifyingKey {
    kid: Option<Kid>,
    algs: Algs,
    label: Arc<str>,
    /// Label and name, as traces tell them: the same for every token.
    told: Arc<str>,
    /// Prepared once for each algorithm, so that none is prepared for a token.
    checks: Arc<[(Alg, Check)]>,
}

enum Check {
    /// The padded key is hashed already.
    Hmac(Box<hmac::Key>),
    Public(ParsedPublicKey),
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
        Self::hmac_for(Alg::Hs256.into(), label, secret)
    }

    /// An HMAC key without `kid` for one or more of HS256, HS384 and HS512.
    ///
    /// Short secrets are accepted, as in [`VerifyingKey::hmac`]; [`Algs::hmac_with`] tells what a
    /// secret's length allows.
    ///
    /// # Errors
    /// [`KeyError::EmptySecret`]; [`KeyError::Asymmetric`] for any other algorithm.
    pub fn hmac_for(algs: Algs, label: &str, secret: &Secret) -> Result<Self, KeyError> {
        if secret.expose().is_empty() {
            return Err(KeyError::EmptySecret);
        }
        let prepare = |alg| {
            let key = hmac::Key::new(hash(alg)?, secret.expose());
            Ok((alg, Check::Hmac(Box::new(key))))
        };
        let checks = algs.iter().map(prepare).collect::<Result<_, KeyError>>()?;
        Ok(Self {
            kid: None,
            algs,
            label: label.into(),
            told: label.into(),
            checks,
        })
    }

    /// A public key for those of `algs` that its type has.
    pub(super) fn public(key: &PublicKey, algs: Algs, label: &str) -> Result<Self, KeyError> {
        let prepared = key.prepare(algs)?.into_iter();
        Ok(Self {
            kid: None,
            algs,
            label: label.into(),
            told: label.into(),
            checks: prepared
                .map(|(alg, key)| (alg, Check::Public(key)))
                .collect(),
        })
    }

    /// The same key under a name.
    #[must_use]
    pub fn with_kid(mut self, kid: Kid) -> Self {
        self.kid = Some(kid);
        self.telling()
    }

    pub(super) fn with_label(mut self, label: &str) -> Self {
        self.label = label.into();
        self.telling()
    }

    fn telling(mut self) -> Self {
        if let Some(kid) = &self.kid {
            self.told = format!("{}, kid {}", self.label, shown(kid.as_str())).into();
        } else {
            self.told = Arc::clone(&self.label);
        }
        self
    }

    /// The key's name, if it has one.
    #[must_use]
    pub const fn kid(&self) -> Option<&Kid> {
        self.kid.as_ref()
    }

    /// The algorithms it may be used for.
    #[must_use]
    pub const fn algs(&self) -> Algs {
        self.algs
    }

    /// What traces call the key; no secret.
    #[must_use]
    pub const fn label(&self) -> &Arc<str> {
        &self.label
    }

    /// Label and name, as traces tell them.
    pub(crate) fn told(&self) -> &str {
        &self.told
    }

    /// Whether this key made `signature` over `signing_input` as `alg` (RFC 7515, section 5.2, step 8);
    /// never, if the key is not for `alg`.
    #[must_use]
    pub fn signed(&self, alg: Alg, signing_input: &[u8], signature: &[u8]) -> bool {
        let check = self.checks.iter().find(|(of_check, _)| *of_check == alg);
        check.is_some_and(|(_, check)| match check {
            // Compared in constant time, and whole: a part of the tag is refused.
            Check::Hmac(key) => hmac::verify(key, signing_input, signature).is_ok(),
            Check::Public(key) => key.verify_sig(signing_input, signature).is_ok(),
        })
    }
}

/// The hash of an HMAC algorithm (RFC 7518, section 3.2).
const fn hash(alg: Alg) -> Result<hmac::Algorithm, KeyError> {
    match alg {
        Alg::Hs256 => Ok(hmac::HMAC_SHA256),
        Alg::Hs384 => Ok(hmac::HMAC_SHA384),
        Alg::Hs512 => Ok(hmac::HMAC_SHA512),
        Alg::EdDsa
        | Alg::Es256
        | Alg::Es384
        | Alg::Es512
        | Alg::Ps256
        | Alg::Ps384
        | Alg::Ps512
        | Alg::Rs256
        | Alg::Rs384
        | Alg::Rs512 => Err(KeyError::Asymmetric(alg)),
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyingKey")
            .field("kid", &self.kid)
            .field("algs", &self.algs)
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
        assert!(key.signed(Alg::Hs256, b"what do ya want for nothing?", &tag));
        assert!(!key.signed(Alg::Hs256, b"what do ya want for nothing!", &tag));
        for wrong in [&tag[..31], &tag[..0], &[tag.as_slice(), &[0]].concat()] {
            assert!(!key.signed(Alg::Hs256, b"what do ya want for nothing?", wrong));
        }
    }

    #[test]
    fn a_secret_serves_the_algorithms_it_was_given_for_and_no_other() {
        let secret = Secret::from("Jefe");
        let key = VerifyingKey::hmac_for(Alg::Hs512.into(), "vector", &secret).unwrap();
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA512, b"Jefe"), b"input");
        for alg in Alg::ALL {
            let good = key.signed(alg, b"input", tag.as_ref());
            assert_eq!(good, alg == Alg::Hs512, "{alg}");
        }
        for alg in [Alg::Rs256, Alg::EdDsa, Alg::Es256] {
            let error = VerifyingKey::hmac_for(alg.into(), "k", &secret).unwrap_err();
            assert_eq!(error, KeyError::Asymmetric(alg));
        }
    }

    #[test]
    fn bytes_that_are_no_point_are_no_public_key() {
        use crate::keys::public::Curve;
        for curve in [Curve::P256, Curve::P384] {
            let bytes = curve.coordinate_bytes();
            for (x, y) in [
                (vec![4; bytes], vec![4; bytes]),
                (vec![0; bytes], vec![0; bytes]),
            ] {
                let key = PublicKey::ec(curve, &x, &y);
                let error = VerifyingKey::public(&key, Algs::ALL, "k").unwrap_err();
                assert_eq!(error, KeyError::PublicKey(curve.alg()));
            }
        }
    }
}
