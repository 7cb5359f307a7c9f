//! What can be wrong with a JWK.

use super::{KeyError, RsaFault};
use crate::{Alg, Cause};

/// Why a JWK, or a set of them, cannot be used.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum JwkError {
    /// `alg` names an algorithm that the key's type does not have.
    #[error("alg {alg} does not fit a key with {key}")]
    Alg {
        /// The value of `alg`.
        alg: String,
        /// The key's type and curve.
        key: &'static str,
    },
    /// `alg` names an algorithm that Countersign does not verify.
    #[error(
        "alg {0} is not verified here; EdDSA, ES256 to ES512, HS256 to HS512, PS256 to PS512 and RS256 to RS512 are"
    )]
    AlgUnsupported(String),
    /// `crv` names a curve that Countersign does not know.
    #[error("the curve {0} is not known; Ed25519, P-256, P-384 and P-521 are")]
    Curve(String),
    /// `key_ops` does not hold `verify`, holds a value twice, or one that has nothing to do with
    /// signatures (RFC 7517, section 4.3).
    #[error(
        "key_ops does not allow this key to verify, or allows it what has nothing to do with signatures"
    )]
    KeyOps,
    /// The key's bytes are no key of its type.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The text is no JSON object with one value a name.
    #[error("this is no JSON Web Key: {0}")]
    Json(String),
    /// Two keys of a set have one name, so that a token would choose between them (RFC 7517, section 4.5).
    #[error("two keys of the set have the kid {0}; which is meant cannot be told")]
    KidRepeated(String),
    /// A member has the wrong type, alphabet or length.
    #[error("the member {member} is not {wanted}")]
    Member {
        /// Its name.
        member: &'static str,
        /// What it should be.
        wanted: &'static str,
    },
    /// A member that the key's type needs is absent.
    #[error("the member {0} is missing")]
    Missing(&'static str),
    /// A set holds shared secrets beside public keys: the one must be kept, the other be published
    /// (RFC 7517, section 9; RFC 8725, section 2.1).
    #[error("the set mixes secrets (kty oct) with public keys; keep them in files of their own")]
    Mixed,
    /// A set, which is there to be published, holds the private half of a key pair (RFC 7517, section 9.2).
    #[error(
        "the key's private part ({0}) stands in a set of public keys: whoever read it can sign"
    )]
    PrivatePart(&'static str),
    /// An HMAC secret shorter than the hash (RFC 7518, section 3.2).
    #[error("the secret has {bytes} bytes, {alg} needs at least {} (RFC 7518, section 3.2)", alg.hash_bytes())]
    TooShort {
        /// How many bytes it has.
        bytes: usize,
        /// The algorithm.
        alg: Alg,
    },
    /// `kty` names a type that Countersign does not know.
    #[error("the key type {0} is not known; EC, OKP, RSA and oct are")]
    Type(String),
    /// `use` is not `sig` (RFC 7517, section 4.2).
    #[error("use is {0}, so the key is not for signatures")]
    Use(String),
}

impl JwkError {
    /// The cause to refuse with when this key, or this set, is the one that counts.
    #[must_use]
    pub const fn cause(&self) -> Cause {
        match self {
            Self::AlgUnsupported(_) | Self::Curve(_) | Self::Type(_) => Cause::KeyTypeUnsupported,
            Self::KeyOps | Self::Use(_) => Cause::KeyPurposeWrong,
            Self::Key(error) => error.cause(),
            Self::KidRepeated(_) => Cause::KidDuplicated,
            Self::Mixed => Cause::KeySetMixed,
            Self::PrivatePart(_) => Cause::PrivateKeyPublished,
            Self::TooShort { .. } => Cause::SecretTooShort,
            Self::Alg { .. } | Self::Json(_) | Self::Member { .. } | Self::Missing(_) => {
                Cause::KeyUnusable
            }
        }
    }
}

impl KeyError {
    /// The cause to refuse with when this key is the one that counts.
    #[must_use]
    pub const fn cause(&self) -> Cause {
        match self {
            Self::EmptySecret => Cause::SecretMissing,
            Self::PublicKey(_) => Cause::KeyPointInvalid,
            Self::Rsa(fault) => fault.cause(),
            Self::Asymmetric(_)
            | Self::PrivateKey(_)
            | Self::Random
            | Self::Symmetric(_)
            | Self::VerifyOnly(_) => Cause::KeyUnusable,
        }
    }
}

impl RsaFault {
    /// The cause to refuse with when this key is the one that counts.
    #[must_use]
    pub const fn cause(&self) -> Cause {
        match self {
            Self::Exponent(_) | Self::ExponentTooLarge => Cause::RsaExponentWeak,
            Self::Marked | Self::SmallFactor(_) => Cause::RsaModulusWeak,
            Self::Size(_) => Cause::RsaKeySize,
        }
    }
}
