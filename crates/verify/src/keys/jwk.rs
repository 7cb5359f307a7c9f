//! One key as JSON (RFC 7517).

use super::public::{Curve, PublicKey};
use super::rsa::RsaKey;
use super::{JwkError, KeyError, Kid, VerifyingKey};
use crate::{Alg, Algs, Secret, base64url, refusal::shown, strict_json};
use serde_json::{Map, Value};
use std::fmt;

/// A key that was read from a JWK: public, or an HMAC secret. Private parts are not kept.
#[derive(Clone, Debug)]
pub struct Jwk {
    kid: Option<Kid>,
    algs: Algs,
    material: Material,
}

#[derive(Clone)]
enum Material {
    Oct(Secret),
    Public(PublicKey),
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
        // First what the key is for: one for encryption may be of a type that we do not know.
        let kind = required(members, "kty")?;
        check_purpose(members)?;
        let material = match kind {
            "EC" => Material::Public(point(members)?),
            "OKP" => Material::Public(octet_pair(members)?),
            "RSA" => Material::Public(numbers(members)?),
            "oct" => Material::Oct(Secret::new(bytes(members, "k")?)),
            other => return Err(JwkError::Type(shown(other))),
        };
        let jwk = Self {
            kid: optional(members, "kid")?.map(Kid::new),
            algs: material.algs(optional(members, "alg")?)?,
            material,
        };
        jwk.verifying_key("")?; // a point off the curve is refused here, not at the first token
        Ok(jwk)
    }

    /// A public key for all that its type can do, without a name.
    pub(super) fn of(key: PublicKey) -> Self {
        Self {
            kid: None,
            algs: key.algs(),
            material: Material::Public(key),
        }
    }

    /// The same key under its thumbprint, as our own keys are named.
    pub(super) fn named(mut self) -> Self {
        self.kid = self.thumbprint().map(Kid::new);
        self
    }

    /// The same key for those of `algs` alone; `None` if it can do none of them.
    #[must_use]
    pub fn limited_to(&self, algs: Algs) -> Option<Self> {
        let algs = self.algs.intersection(algs);
        let limited = || Self {
            algs,
            ..self.clone()
        };
        (!algs.is_empty()).then(limited)
    }

    /// The key's name, if it has one.
    #[must_use]
    pub const fn kid(&self) -> Option<&Kid> {
        self.kid.as_ref()
    }

    /// The algorithms that the key is for: its `alg`, or without one those that its type and size allow.
    #[must_use]
    pub const fn algs(&self) -> Algs {
        self.algs
    }

    /// Whether the key is a shared secret (`kty` is `oct`).
    #[must_use]
    pub const fn is_secret(&self) -> bool {
        match self.material {
            Material::Oct(_) => true,
            Material::Public(_) => false,
        }
    }

    /// The SHA-256 thumbprint of a public key (RFC 7638), as our own keys' `kid`.
    ///
    /// `None` for a secret: its thumbprint would let others try guesses (RFC 7638, section 7).
    #[must_use]
    pub fn thumbprint(&self) -> Option<String> {
        match &self.material {
            Material::Oct(_) => None,
            Material::Public(key) => Some(key.thumbprint()),
        }
    }

    /// The key as JSON for publication; `None` for a secret, which is never published.
    #[must_use]
    pub fn public_json(&self) -> Option<Value> {
        let mut json = match &self.material {
            Material::Oct(_) => return None,
            Material::Public(key) => key.members(),
        };
        json["use"] = "sig".into();
        if let Some(alg) = self.algs.only() {
            json["alg"] = alg.as_str().into();
        }
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
            Material::Oct(secret) => VerifyingKey::hmac_for(self.algs, label, secret),
            Material::Public(key) => VerifyingKey::public(key, self.algs, label),
        }?;
        Ok(match &self.kid {
            Some(kid) => key.with_kid(kid.clone()),
            None => key,
        })
    }
}

impl Material {
    /// The algorithms of a key with this `alg` member (RFC 7517, section 4.4).
    fn algs(&self, alg: Option<&str>) -> Result<Algs, JwkError> {
        let pinned = alg.map(known_alg).transpose()?;
        let possible = match self {
            Self::Public(key) => key.algs(),
            Self::Oct(secret) => return secret_algs(secret, pinned),
        };
        match pinned {
            None => Ok(possible),
            Some(pinned) if possible.contains(pinned) => Ok(pinned.into()),
            Some(pinned) => Err(self.unfit(pinned)),
        }
    }

    fn unfit(&self, alg: Alg) -> JwkError {
        let key = match self {
            Self::Public(key) => key.kind(),
            Self::Oct(_) => "kty oct",
        };
        let alg = shown(alg.as_str());
        JwkError::Alg { alg, key }
    }
}

impl fmt::Debug for Material {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Oct(_) => "kty oct",
            Self::Public(key) => key.kind(),
        })
    }
}

/// The secret must be as long as the hash (RFC 7518, section 3.2).
fn secret_algs(secret: &Secret, pinned: Option<Alg>) -> Result<Algs, JwkError> {
    if let Some(alg) = pinned.filter(|alg| !alg.is_symmetric()) {
        let (alg, key) = (shown(alg.as_str()), "kty oct");
        return Err(JwkError::Alg { alg, key });
    }
    let bytes = secret.expose().len();
    let possible = Algs::hmac_with(bytes);
    let wanted = pinned.unwrap_or(Alg::Hs256);
    if !possible.contains(wanted) {
        return Err(JwkError::TooShort { bytes, alg: wanted });
    }
    Ok(pinned.map_or(possible, Algs::from))
}

fn known_alg(name: &str) -> Result<Alg, JwkError> {
    Alg::parse(name).ok_or_else(|| JwkError::AlgUnsupported(shown(name)))
}

/// RFC 7518, section 6.2.1.
fn point(members: &Map<String, Value>) -> Result<PublicKey, JwkError> {
    let name = required(members, "crv")?;
    let curve = Curve::parse(name).ok_or_else(|| JwkError::Curve(shown(name)))?;
    let wanted = match curve {
        Curve::P256 => "32 bytes in base64url without padding",
        Curve::P384 => "48 bytes in base64url without padding",
        Curve::P521 => "66 bytes in base64url without padding",
    };
    let coordinate = |member| {
        let bytes = base64url::decode(required(members, member)?).ok();
        let whole = bytes.filter(|bytes| bytes.len() == curve.coordinate_bytes());
        whole.ok_or(JwkError::Member { member, wanted })
    };
    Ok(PublicKey::ec(curve, &coordinate("x")?, &coordinate("y")?))
}

/// RFC 8037, section 2.
fn octet_pair(members: &Map<String, Value>) -> Result<PublicKey, JwkError> {
    match required(members, "crv")? {
        "Ed25519" => {
            let x = bytes(members, "x")?;
            x.try_into()
                .map(PublicKey::Ed25519)
                .map_err(|_| JwkError::Member {
                    member: "x",
                    wanted: "32 bytes in base64url without padding",
                })
        }
        other => Err(JwkError::Curve(shown(other))),
    }
}

/// RFC 7518, section 6.3.1.
fn numbers(members: &Map<String, Value>) -> Result<PublicKey, JwkError> {
    let number = |member| {
        let bytes = bytes(members, member)?;
        // RFC 7518, section 2, Base64urlUInt: with no byte more than it takes.
        match bytes.first() {
            Some(1..) => Ok(bytes),
            Some(0) | None => Err(JwkError::Member {
                member,
                wanted: "a number without leading zero bytes",
            }),
        }
    };
    let key = RsaKey::new(&number("n")?, &number("e")?).map_err(KeyError::from)?;
    Ok(PublicKey::Rsa(key))
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

fn bytes(members: &Map<String, Value>, member: &'static str) -> Result<Vec<u8>, JwkError> {
    base64url::decode(required(members, member)?).map_err(|_| JwkError::Member {
        member,
        wanted: "base64url without padding",
    })
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
    let unrelated = names.iter().any(|name| UNRELATED.contains(name));
    if repeated || unrelated || !names.contains(&"verify") {
        return Err(JwkError::KeyOps);
    }
    Ok(())
}

/// What a key for signatures should not be for as well, nor be consistent with `use` then (RFC 7517,
/// section 4.3).
const UNRELATED: [&str; 6] = [
    "decrypt",
    "deriveBits",
    "deriveKey",
    "encrypt",
    "unwrapKey",
    "wrapKey",
];
