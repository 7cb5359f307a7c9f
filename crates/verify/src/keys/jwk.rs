//! One key as JSON (RFC 7517).

use super::{KeyError, Kid, VerifyingKey};
use crate::{Alg, Secret, base64url, refusal::shown, strict_json};
use aws_lc_rs::digest;
use serde_json::{Map, Value, json};
use std::fmt;

/// A key that was read from a JWK: public, or an HMAC secret. Private parts are not kept.
#[derive(Clone, Debug)]
pub struct Jwk {
    kid: Option<Kid>,
    alg: Alg,
    material: Material,
}

#[derive(Clone)]
enum Material {
    Ed25519 { x: [u8; 32] },
    Oct { k: Secret },
    P256 { x: [u8; 32], y: [u8; 32] },
}

/// Why a JWK cannot be used.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum JwkError {
    /// `alg` names an algorithm that the key's type does not have, or that Countersign does not know.
    #[error("alg {alg} does not fit a key with {key}")]
    Alg {
        /// The value of `alg`.
        alg: String,
        /// The key's type and curve.
        key: &'static str,
    },
    /// `crv` names a curve that Countersign does not know.
    #[error("the curve {0} is not known; Ed25519 and P-256 are")]
    Curve(String),
    /// `key_ops` does not hold `verify`, or holds a value twice (RFC 7517, section 4.3).
    #[error("key_ops does not allow this key to verify")]
    KeyOps,
    /// The key's bytes are no key of its type.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The text is no JSON object with one value a name.
    #[error("this is no JSON Web Key: {0}")]
    Json(String),
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
    /// An HMAC secret shorter than the hash (RFC 7518, section 3.2).
    #[error("the secret has {bytes} bytes, {alg} needs at least 32 (RFC 7518, section 3.2)")]
    TooShort {
        /// How many bytes it has.
        bytes: usize,
        /// The algorithm.
        alg: Alg,
    },
    /// `kty` names a type that Countersign does not know.
    #[error("the key type {0} is not known; EC, OKP and oct are")]
    Type(String),
    /// `use` is not `sig` (RFC 7517, section 4.2).
    #[error("use is {0}, so the key is not for signatures")]
    Use(String),
}

impl Jwk {
    /// Reads one key.
    ///
    /// # Errors
    /// [`JwkError`] says what is wrong with it.
    pub fn parse(json: &[u8]) -> Result<Self, JwkError> {
        let members =
            strict_json::object(json).map_err(|error| JwkError::Json(error.to_string()))?;
        Self::from_members(&members)
    }

    pub(super) fn from_members(members: &Map<String, Value>) -> Result<Self, JwkError> {
        let (material, derived) = match required(members, "kty")? {
            "EC" => match required(members, "crv")? {
                "P-256" => (
                    Material::P256 {
                        x: coordinate(members, "x")?,
                        y: coordinate(members, "y")?,
                    },
                    Alg::Es256,
                ),
                other => return Err(JwkError::Curve(shown(other))),
            },
            "OKP" => match required(members, "crv")? {
                "Ed25519" => (
                    Material::Ed25519 {
                        x: coordinate(members, "x")?,
                    },
                    Alg::EdDsa,
                ),
                other => return Err(JwkError::Curve(shown(other))),
            },
            "oct" => (
                Material::Oct {
                    k: secret(members)?,
                },
                Alg::Hs256,
            ),
            other => return Err(JwkError::Type(shown(other))),
        };
        check_alg(members, derived)?;
        check_purpose(members)?;
        let jwk = Self {
            kid: optional(members, "kid")?.map(Kid::new),
            alg: derived,
            material,
        };
        jwk.verifying_key("")?; // a point off the curve is refused here, not at the first token
        Ok(jwk)
    }

    pub(super) fn ed25519(x: [u8; 32]) -> Self {
        Self {
            kid: None,
            alg: Alg::EdDsa,
            material: Material::Ed25519 { x },
        }
        .named()
    }

    pub(super) fn p256(x: [u8; 32], y: [u8; 32]) -> Self {
        Self {
            kid: None,
            alg: Alg::Es256,
            material: Material::P256 { x, y },
        }
        .named()
    }

    fn named(mut self) -> Self {
        self.kid = self.thumbprint().map(Kid::new);
        self
    }

    /// The key's name, if it has one.
    #[must_use]
    pub const fn kid(&self) -> Option<&Kid> {
        self.kid.as_ref()
    }

    /// The algorithm that the key is for.
    #[must_use]
    pub const fn alg(&self) -> Alg {
        self.alg
    }

    /// The SHA-256 thumbprint of a public key (RFC 7638), as our own keys' `kid`.
    ///
    /// `None` for a secret: its thumbprint would let others try guesses (RFC 7638, section 7).
    #[must_use]
    pub fn thumbprint(&self) -> Option<String> {
        // RFC 7638, section 3: the required members alone, in alphabetical order, no blanks.
        let canonical = match &self.material {
            Material::Ed25519 { x } => {
                format!(
                    r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#,
                    base64url::encode(x)
                )
            }
            Material::P256 { x, y } => {
                let [x, y] = [x, y].map(|bytes| base64url::encode(bytes));
                format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#)
            }
            Material::Oct { .. } => return None,
        };
        Some(base64url::encode(
            digest::digest(&digest::SHA256, canonical.as_bytes()).as_ref(),
        ))
    }

    /// The key as JSON for publication; `None` for a secret, which is never published.
    #[must_use]
    pub fn public_json(&self) -> Option<Value> {
        let mut json = match &self.material {
            Material::Ed25519 { x } => {
                json!({"kty": "OKP", "crv": "Ed25519", "x": base64url::encode(x)})
            }
            Material::P256 { x, y } => {
                json!({"kty": "EC", "crv": "P-256", "x": base64url::encode(x), "y": base64url::encode(y)})
            }
            Material::Oct { .. } => return None,
        };
        json["use"] = "sig".into();
        json["alg"] = self.alg.as_str().into();
        if let Some(kid) = &self.kid {
            json["kid"] = kid.as_str().into();
        }
        Some(json)
    }

    /// The key, ready to verify. `label` names it in traces.
    ///
    /// # Errors
    /// [`KeyError`] if the coordinates are no point on the curve.
    pub fn verifying_key(&self, label: &str) -> Result<VerifyingKey, KeyError> {
        let key = match &self.material {
            Material::Ed25519 { x } => VerifyingKey::public(self.alg, label, x),
            Material::Oct { k } => VerifyingKey::hmac(label, k),
            Material::P256 { x, y } => {
                let mut point = [4; 65]; // SEC 1, section 2.3.3: uncompressed
                point[1..33].copy_from_slice(x);
                point[33..].copy_from_slice(y);
                VerifyingKey::public(self.alg, label, &point)
            }
        }?;
        Ok(match &self.kid {
            Some(kid) => key.with_kid(kid.clone()),
            None => key,
        })
    }
}

impl fmt::Debug for Material {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ed25519 { .. } => "Ed25519",
            Self::Oct { .. } => "oct",
            Self::P256 { .. } => "P-256",
        })
    }
}

fn optional<'a>(
    members: &'a Map<String, Value>,
    name: &'static str,
) -> Result<Option<&'a str>, JwkError> {
    match members.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(JwkError::Member {
            member: name,
            wanted: "a string",
        }),
    }
}

fn required<'a>(members: &'a Map<String, Value>, name: &'static str) -> Result<&'a str, JwkError> {
    optional(members, name)?.ok_or(JwkError::Missing(name))
}

/// A coordinate, always at its full length (RFC 7518, section 6.2.1.2; RFC 8037, section 2).
fn coordinate(members: &Map<String, Value>, name: &'static str) -> Result<[u8; 32], JwkError> {
    let wanted = "32 bytes in base64url without padding";
    let bytes = base64url::decode(required(members, name)?);
    bytes
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or(JwkError::Member {
            member: name,
            wanted,
        })
}

fn secret(members: &Map<String, Value>) -> Result<Secret, JwkError> {
    let bytes = base64url::decode(required(members, "k")?).map_err(|_| JwkError::Member {
        member: "k",
        wanted: "base64url without padding",
    })?;
    if bytes.len() < 32 {
        return Err(JwkError::TooShort {
            bytes: bytes.len(),
            alg: Alg::Hs256,
        });
    }
    Ok(Secret::new(bytes))
}

fn check_alg(members: &Map<String, Value>, derived: Alg) -> Result<(), JwkError> {
    match optional(members, "alg")? {
        Some(alg) if Alg::parse(alg) != Some(derived) => Err(JwkError::Alg {
            alg: shown(alg),
            key: match derived {
                Alg::EdDsa => "kty OKP, crv Ed25519",
                Alg::Es256 => "kty EC, crv P-256",
                Alg::Hs256 => "kty oct",
            },
        }),
        Some(_) | None => Ok(()),
    }
}

/// `use` and `key_ops` must allow to verify (RFC 7517, sections 4.2 and 4.3).
fn check_purpose(members: &Map<String, Value>) -> Result<(), JwkError> {
    match optional(members, "use")? {
        None | Some("sig") => {}
        Some(other) => return Err(JwkError::Use(shown(other))),
    }
    let Some(operations) = members.get("key_ops") else {
        return Ok(());
    };
    let wanted = JwkError::Member {
        member: "key_ops",
        wanted: "an array of strings",
    };
    let operations = operations.as_array().ok_or_else(|| wanted.clone())?;
    let names: Vec<&str> = operations
        .iter()
        .map(Value::as_str)
        .collect::<Option<_>>()
        .ok_or(wanted)?;
    let repeated = names
        .iter()
        .enumerate()
        .any(|(i, name)| names[..i].contains(name));
    if repeated || !names.contains(&"verify") {
        return Err(JwkError::KeyOps);
    }
    Ok(())
}
