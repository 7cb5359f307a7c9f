//! Keys that sign our own tokens.

use super::public::{Curve, PublicKey};
use super::{Jwk, KeyError, Kid, VerifyingKey};
use crate::{Alg, Secret, base64url};
use aws_lc_rs::rand::SecureRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
};
use aws_lc_rs::{hmac, rand};
use std::fmt;
use std::sync::Arc;
use zeroize::Zeroizing;

/// A key that signs access tokens.
pub struct SigningKey {
    /// The encoded JOSE header of every token the key signs.
    header: Box<str>,
    material: Material,
}

enum Material {
    EdDsa {
        pair: Ed25519KeyPair,
        jwk: Jwk,
    },
    Es256 {
        pair: EcdsaKeyPair,
        jwk: Jwk,
    },
    Hs256 {
        key: Box<hmac::Key>,
        verifying: VerifyingKey,
    },
}

/// The key pairs that our own tokens may be signed with.
#[derive(Clone, Copy)]
enum PairKind {
    EdDsa,
    Es256,
}

impl PairKind {
    const fn of(alg: Alg) -> Result<Self, KeyError> {
        match alg {
            Alg::EdDsa => Ok(Self::EdDsa),
            Alg::Es256 => Ok(Self::Es256),
            Alg::Hs256 => Err(KeyError::Symmetric(alg)),
            Alg::Es384
            | Alg::Es512
            | Alg::Hs384
            | Alg::Hs512
            | Alg::Ps256
            | Alg::Ps384
            | Alg::Ps512
            | Alg::Rs256
            | Alg::Rs384
            | Alg::Rs512 => Err(KeyError::VerifyOnly(alg)),
        }
    }
}

/// A token could not be signed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the signature could not be computed with the {0} key")]
pub struct SigningError(pub Alg);

impl SigningKey {
    /// An HS256 key. `label` names the secret wherever the key is shown. Its tokens carry no `kid`.
    ///
    /// # Errors
    /// [`KeyError::EmptySecret`].
    pub fn hmac(label: &str, secret: &Secret) -> Result<Self, KeyError> {
        let verifying = VerifyingKey::hmac(label, secret)?;
        let key = Box::new(hmac::Key::new(hmac::HMAC_SHA256, secret.expose()));
        Ok(Self {
            header: header(Alg::Hs256, None),
            material: Material::Hs256 { key, verifying },
        })
    }

    /// Draws a new key pair from `random`.
    ///
    /// # Errors
    /// [`KeyError::Symmetric`] for HS256, [`KeyError::VerifyOnly`] for what we never sign with,
    /// [`KeyError::Random`] if `random` fails.
    pub fn generate(alg: Alg, random: &dyn SecureRandom) -> Result<Self, KeyError> {
        let mut seed = Zeroizing::new([0; 32]);
        loop {
            random.fill(&mut *seed).map_err(|_| KeyError::Random)?;
            match Self::from_seed(alg, &seed) {
                // One seed in 2^32 is no scalar of P-256: draw again.
                Err(KeyError::PrivateKey(Alg::Es256)) => {}
                made => return made,
            }
        }
    }

    /// The key pair of 32 secret bytes: the seed of Ed25519, or the scalar of P-256 (big endian).
    ///
    /// # Errors
    /// [`KeyError::Symmetric`] for HS256, [`KeyError::VerifyOnly`] for what we never sign with,
    /// [`KeyError::PrivateKey`] for a scalar out of range.
    pub fn from_seed(alg: Alg, seed: &[u8; 32]) -> Result<Self, KeyError> {
        match PairKind::of(alg)? {
            PairKind::EdDsa => {
                let pair = Ed25519KeyPair::from_seed_unchecked(seed);
                Self::ed25519(pair.map_err(|_| KeyError::PrivateKey(alg))?)
            }
            PairKind::Es256 => {
                // RFC 5915: ECPrivateKey { 1, privateKey } with the curve named by [0].
                let mut der = Zeroizing::new(Vec::with_capacity(51));
                der.extend_from_slice(&[0x30, 49, 2, 1, 1, 4, 32]);
                der.extend_from_slice(seed);
                der.extend_from_slice(&[0xa0, 10, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7]);
                let pair =
                    EcdsaKeyPair::from_private_key_der(&ECDSA_P256_SHA256_FIXED_SIGNING, &der);
                Self::p256(pair.map_err(|_| KeyError::PrivateKey(alg))?)
            }
        }
    }

    /// Reads a key pair as [`SigningKey::to_pkcs8`] wrote it (RFC 5958).
    ///
    /// # Errors
    /// [`KeyError::PrivateKey`] if `der` is no such key, [`KeyError::Symmetric`] for HS256,
    /// [`KeyError::VerifyOnly`] for what we never sign with.
    pub fn from_pkcs8(alg: Alg, der: &[u8]) -> Result<Self, KeyError> {
        match PairKind::of(alg)? {
            PairKind::EdDsa => {
                let pair = Ed25519KeyPair::from_pkcs8(der);
                Self::ed25519(pair.map_err(|_| KeyError::PrivateKey(alg))?)
            }
            PairKind::Es256 => {
                let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der);
                Self::p256(pair.map_err(|_| KeyError::PrivateKey(alg))?)
            }
        }
    }

    fn ed25519(pair: Ed25519KeyPair) -> Result<Self, KeyError> {
        let x = pair.public_key().as_ref().try_into();
        let x = x.map_err(|_| KeyError::PrivateKey(Alg::EdDsa))?;
        let jwk = Jwk::of(PublicKey::Ed25519(x)).named();
        Ok(Self {
            header: header(Alg::EdDsa, jwk.kid()),
            material: Material::EdDsa { pair, jwk },
        })
    }

    fn p256(pair: EcdsaKeyPair) -> Result<Self, KeyError> {
        let error = KeyError::PrivateKey(Alg::Es256);
        let point = pair.public_key().as_ref();
        let (x, y) = match point.split_first() {
            Some((4, coordinates)) => coordinates.split_at_checked(32).ok_or(error)?,
            Some(_) | None => return Err(error),
        };
        let jwk = Jwk::of(PublicKey::ec(Curve::P256, x, y)).named();
        Ok(Self {
            header: header(Alg::Es256, jwk.kid()),
            material: Material::Es256 { pair, jwk },
        })
    }

    /// The algorithm.
    #[must_use]
    pub const fn alg(&self) -> Alg {
        match self.material {
            Material::EdDsa { .. } => Alg::EdDsa,
            Material::Es256 { .. } => Alg::Es256,
            Material::Hs256 { .. } => Alg::Hs256,
        }
    }

    /// The name that the tokens carry: the public key's thumbprint (RFC 7638); none for HS256.
    #[must_use]
    pub const fn kid(&self) -> Option<&Kid> {
        match &self.material {
            Material::EdDsa { jwk, .. } | Material::Es256 { jwk, .. } => jwk.kid(),
            Material::Hs256 { .. } => None,
        }
    }

    /// The public key; none for HS256.
    #[must_use]
    pub const fn public_jwk(&self) -> Option<&Jwk> {
        match &self.material {
            Material::EdDsa { jwk, .. } | Material::Es256 { jwk, .. } => Some(jwk),
            Material::Hs256 { .. } => None,
        }
    }

    /// The key that verifies what this one signs. `label` names it in traces.
    ///
    /// # Errors
    /// [`KeyError::PublicKey`], if the key pair is damaged.
    pub fn verifying_key(&self, label: &str) -> Result<VerifyingKey, KeyError> {
        match &self.material {
            Material::EdDsa { jwk, .. } | Material::Es256 { jwk, .. } => jwk.verifying_key(label),
            Material::Hs256 { verifying, .. } => Ok(verifying.clone().with_label(label)),
        }
    }

    /// The key pair for storage, which must be sealed (RFC 5958). Wiped when dropped.
    ///
    /// # Errors
    /// [`KeyError::Symmetric`] for HS256, [`KeyError::PrivateKey`] if it cannot be encoded.
    pub fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let document = match &self.material {
            Material::EdDsa { pair, .. } => pair.to_pkcs8(),
            Material::Es256 { pair, .. } => pair.to_pkcs8v1(),
            Material::Hs256 { .. } => return Err(KeyError::Symmetric(Alg::Hs256)),
        };
        let document = document.map_err(|_| KeyError::PrivateKey(self.alg()))?;
        Ok(Zeroizing::new(document.as_ref().to_vec()))
    }

    /// What the secret is called; none for a key pair, which has a `kid`.
    const fn label(&self) -> Option<&Arc<str>> {
        match &self.material {
            Material::EdDsa { .. } | Material::Es256 { .. } => None,
            Material::Hs256 { verifying, .. } => Some(verifying.label()),
        }
    }

    /// The encoded header of this key's tokens.
    pub(crate) const fn header(&self) -> &str {
        &self.header
    }

    /// Signs a JWS signing input (RFC 7515, section 5.1, step 5); returns the encoded signature.
    pub(crate) fn sign(&self, input: &[u8]) -> Result<String, SigningError> {
        let failed = SigningError(self.alg());
        match &self.material {
            Material::EdDsa { pair, .. } => {
                let signature = pair.try_sign(input).map_err(|_| failed)?;
                Ok(base64url::encode(signature.as_ref()))
            }
            Material::Es256 { pair, .. } => {
                // ECDSA needs a fresh nonce; aws-lc draws it from its own generator whatever is passed.
                let signature = pair
                    .sign(&rand::SystemRandom::new(), input)
                    .map_err(|_| failed)?;
                Ok(base64url::encode(signature.as_ref()))
            }
            Material::Hs256 { key, .. } => Ok(base64url::encode(hmac::sign(key, input).as_ref())),
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("alg", &self.alg())
            .field("kid", &self.kid())
            .field("label", &self.label())
            .finish_non_exhaustive()
    }
}

/// The JOSE header of an access token (RFC 9068, section 2.1).
fn header(alg: Alg, kid: Option<&Kid>) -> Box<str> {
    let json = match kid {
        Some(kid) => format!(r#"{{"typ":"at+jwt","alg":"{alg}","kid":"{kid}"}}"#),
        None => format!(r#"{{"typ":"at+jwt","alg":"{alg}"}}"#),
    };
    base64url::encode(json.as_bytes()).into()
}
