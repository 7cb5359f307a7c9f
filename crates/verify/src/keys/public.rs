//! Public keys as numbers, whatever form they were read from.

use super::KeyError;
use super::rsa::RsaKey;
use crate::{Alg, Algs, base64url};
use aws_lc_rs::digest;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED, ED25519,
    ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384,
    RSA_PSS_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents,
};
use serde_json::{Value, json};

/// A public key. That a point lies on its curve is only known once the key was prepared.
#[derive(Clone, Eq, PartialEq)]
pub(super) enum PublicKey {
    /// The point, uncompressed: 4, x, y (SEC 1, section 2.3.3).
    Ec {
        curve: Curve,
        point: Box<[u8]>,
    },
    Ed25519([u8; 32]),
    Rsa(RsaKey),
}

/// A curve of ECDSA.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Curve {
    P256,
    P384,
    P521,
}

impl Curve {
    /// Reads a name of the registry of RFC 7518, section 7.6.
    pub(super) fn parse(name: &str) -> Option<Self> {
        [Self::P256, Self::P384, Self::P521]
            .into_iter()
            .find(|curve| curve.name() == name)
    }

    /// The registered name.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        }
    }

    /// How many bytes a coordinate has, always (RFC 7518, section 6.2.1.2).
    pub(super) const fn coordinate_bytes(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66, // 521 bits
        }
    }

    /// The one algorithm of the curve (RFC 7518, section 3.4).
    pub(super) const fn alg(self) -> Alg {
        match self {
            Self::P256 => Alg::Es256,
            Self::P384 => Alg::Es384,
            Self::P521 => Alg::Es512,
        }
    }
}

impl PublicKey {
    /// A point given by its coordinates, each of the curve's length.
    pub(super) fn ec(curve: Curve, x: &[u8], y: &[u8]) -> Self {
        let point = [&[4], x, y].concat().into();
        Self::Ec { curve, point }
    }

    /// What a key of this type can be used for.
    pub(super) fn algs(&self) -> Algs {
        match self {
            Self::Ec { curve, .. } => curve.alg().into(),
            Self::Ed25519(_) => Alg::EdDsa.into(),
            Self::Rsa(_) => Algs::RSA,
        }
    }

    /// What a key of this type is called in messages.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Ec {
                curve: Curve::P256, ..
            } => "kty EC, crv P-256",
            Self::Ec {
                curve: Curve::P384, ..
            } => "kty EC, crv P-384",
            Self::Ec {
                curve: Curve::P521, ..
            } => "kty EC, crv P-521",
            Self::Ed25519(_) => "kty OKP, crv Ed25519",
            Self::Rsa(_) => "kty RSA",
        }
    }

    /// The key, parsed once for each of `algs` that it can be used for.
    pub(super) fn prepare(&self, algs: Algs) -> Result<Vec<(Alg, ParsedPublicKey)>, KeyError> {
        let fitting = algs.iter().filter(|alg| self.algs().contains(*alg));
        let prepared = fitting.map(|alg| Ok((alg, self.parse(alg)?)));
        prepared.collect()
    }

    fn parse(&self, alg: Alg) -> Result<ParsedPublicKey, KeyError> {
        if let Self::Ed25519(x) = self
            && is_of_small_order(x)
        {
            return Err(KeyError::PublicKey(alg));
        }
        let parsed = match self {
            Self::Ec { curve, point } => match curve {
                Curve::P256 => ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point),
                Curve::P384 => ParsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, point),
                Curve::P521 => ParsedPublicKey::new(&ECDSA_P521_SHA512_FIXED, point),
            },
            Self::Ed25519(x) => ParsedPublicKey::new(&ED25519, x),
            Self::Rsa(key) => {
                let numbers = RsaPublicKeyComponents {
                    n: key.n(),
                    e: key.e(),
                };
                numbers.to_parsed_public_key(rsa(alg)?)
            }
        };
        parsed.map_err(|_| KeyError::PublicKey(alg))
    }

    /// The key's members in a JWK (RFC 7518, section 6; RFC 8037, section 2), without a name or a purpose.
    pub(super) fn members(&self) -> Value {
        match self {
            Self::Ec { curve, point } => {
                let [x, y] = coordinates(*curve, point).map(base64url::encode);
                json!({"kty": "EC", "crv": curve.name(), "x": x, "y": y})
            }
            Self::Ed25519(x) => {
                json!({"kty": "OKP", "crv": "Ed25519", "x": base64url::encode(x)})
            }
            Self::Rsa(key) => {
                let [n, e] = [key.n(), key.e()].map(base64url::encode);
                json!({"kty": "RSA", "n": n, "e": e})
            }
        }
    }

    /// The SHA-256 thumbprint (RFC 7638).
    pub(super) fn thumbprint(&self) -> String {
        // RFC 7638, section 3: the required members alone, in alphabetical order, no blanks.
        let canonical = match self {
            Self::Ec { curve, point } => {
                let [x, y] = coordinates(*curve, point).map(base64url::encode);
                let crv = curve.name();
                format!(r#"{{"crv":"{crv}","kty":"EC","x":"{x}","y":"{y}"}}"#)
            }
            // RFC 8037, section 2 and appendix A.3.
            Self::Ed25519(x) => {
                let x = base64url::encode(x);
                format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#)
            }
            Self::Rsa(key) => {
                let [n, e] = [key.n(), key.e()].map(base64url::encode);
                format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#)
            }
        };
        let digest = digest::digest(&digest::SHA256, canonical.as_bytes());
        base64url::encode(digest.as_ref())
    }
}

/// Whether an Ed25519 key is one of the points of which a small multiple is zero: under such a key one
/// signature fits many messages, and anybody can write it (RFC 8725, section 3.4).
fn is_of_small_order(x: &[u8; 32]) -> bool {
    // The y coordinates, little endian, as first byte, bytes between and last byte: 0, 1, p - 1, p, p + 1.
    const SIMPLE: [(u8, u8, u8); 5] = [
        (0x00, 0x00, 0x00),
        (0x01, 0x00, 0x00),
        (0xec, 0xff, 0x7f),
        (0xed, 0xff, 0x7f),
        (0xee, 0xff, 0x7f),
    ];
    // The two of order 8.
    const EIGHTH: [[u8; 32]; 2] = [
        [
            0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef,
            0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88,
            0x6d, 0x53, 0xfc, 0x05,
        ],
        [
            0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10,
            0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77,
            0x92, 0xac, 0x03, 0x7a,
        ],
    ];
    let mut y = *x;
    y[31] &= 0x7f; // the sign of x
    let between = &y[1..31];
    SIMPLE.iter().any(|(first, middle, last)| {
        y[0] == *first && y[31] == *last && between.iter().all(|byte| byte == middle)
    }) || EIGHTH.contains(&y)
}

fn coordinates(curve: Curve, point: &[u8]) -> [&[u8]; 2] {
    let length = curve.coordinate_bytes();
    let x = point.get(1..=length).unwrap_or_default();
    let y = point.get(1 + length..).unwrap_or_default();
    [x, y]
}

fn rsa(alg: Alg) -> Result<&'static RsaParameters, KeyError> {
    match alg {
        Alg::Ps256 => Ok(&RSA_PSS_2048_8192_SHA256),
        Alg::Ps384 => Ok(&RSA_PSS_2048_8192_SHA384),
        Alg::Ps512 => Ok(&RSA_PSS_2048_8192_SHA512),
        Alg::Rs256 => Ok(&RSA_PKCS1_2048_8192_SHA256),
        Alg::Rs384 => Ok(&RSA_PKCS1_2048_8192_SHA384),
        Alg::Rs512 => Ok(&RSA_PKCS1_2048_8192_SHA512),
        Alg::EdDsa
        | Alg::Es256
        | Alg::Es384
        | Alg::Es512
        | Alg::Hs256
        | Alg::Hs384
        | Alg::Hs512 => Err(KeyError::PublicKey(alg)),
    }
}
