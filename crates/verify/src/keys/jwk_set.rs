//! Sets of keys (RFC 7517, section 5).

use super::{Jwk, JwkError, KeyError, KeyRing};
use crate::refusal::shown;
use crate::strict_json;
use serde_json::{Map, Value};

/// The usable keys of a set, and those that were passed over.
#[derive(Clone, Debug, Default)]
pub struct JwkSet {
    /// The keys that can be used, in the order of the set.
    pub keys: Vec<Jwk>,
    /// The keys that cannot, with the reason for each (RFC 7517, section 5: ignored, not fatal).
    pub ignored: Vec<IgnoredJwk>,
}

/// A key of a set that cannot be used.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct IgnoredJwk {
    /// Its place in the set, from 0.
    pub index: usize,
    /// Its name, if it has one.
    pub kid: Option<String>,
    /// Why it cannot be used.
    pub reason: JwkError,
}

impl JwkSet {
    /// Reads a set (`{"keys":[…]}`) or a single key.
    ///
    /// A set is there to be published, so its keys may have no private part; a single key may.
    ///
    /// # Errors
    /// [`JwkError`] if the text is neither, is a single key that cannot be used, or is a set that
    /// mixes secrets with public keys.
    pub fn parse(json: &[u8]) -> Result<Self, JwkError> {
        let members =
            strict_json::object(json).map_err(|error| JwkError::Json(error.to_string()))?;
        let Some(keys) = members.get("keys") else {
            return Jwk::from_members(&members).map(Self::of);
        };
        let keys = keys.as_array().ok_or(JwkError::Member {
            member: "keys",
            wanted: "an array",
        })?;
        if is_mixed(keys) {
            return Err(JwkError::Mixed);
        }
        let mut set = Self::default();
        for (index, key) in keys.iter().enumerate() {
            match read(keys, index, key) {
                Ok(jwk) => set.keys.push(jwk),
                Err(reason) => {
                    let kid = text(key, "kid").map(str::to_owned);
                    set.ignored.push(IgnoredJwk { index, kid, reason });
                }
            }
        }
        Ok(set)
    }

    /// A set of one key.
    #[must_use]
    pub fn of(key: Jwk) -> Self {
        Self {
            keys: vec![key],
            ignored: Vec::new(),
        }
    }

    /// A ring that trusts the keys of this set. `label` names them in traces.
    ///
    /// # Errors
    /// [`KeyError`] if a key is damaged, which [`JwkSet::parse`] would have found.
    pub fn ring(&self, label: &str) -> Result<KeyRing, KeyError> {
        KeyRing::new().with_set(self, label)
    }
}

fn read(keys: &[Value], index: usize, key: &Value) -> Result<Jwk, JwkError> {
    let members = key
        .as_object()
        .ok_or_else(|| JwkError::Json("the entry is no object".to_owned()))?;
    let jwk = Jwk::from_members(members)?;
    if let Some(part) = private_part(members) {
        return Err(JwkError::PrivatePart(part));
    }
    let kid = text(key, "kid");
    let is_namesake =
        |(i, other): (usize, &Value)| i != index && may_sign(other) && text(other, "kid") == kid;
    match kid {
        Some(kid) if keys.iter().enumerate().any(is_namesake) => {
            Err(JwkError::KidRepeated(shown(kid)))
        }
        Some(_) | None => Ok(jwk),
    }
}

/// Whether secrets stand beside public keys. Even one that cannot be used shows that the set is no
/// place for either: secrets would be published, or public keys be taken for secrets.
fn is_mixed(keys: &[Value]) -> bool {
    let secret = |key: &Value| text(key, "kty") == Some("oct");
    let public = |key: &Value| text(key, "kty").is_some_and(|kind| kind != "oct");
    keys.iter().any(secret) && keys.iter().any(public)
}

/// The first private member of a key pair (RFC 7518, sections 6.2.2 and 6.3.2; RFC 8037, section 2).
fn private_part(members: &Map<String, Value>) -> Option<&'static str> {
    ["d", "p", "q", "dp", "dq", "qi", "oth"]
        .into_iter()
        .find(|name| members.contains_key(*name))
}

/// A key for encryption may share its name with one for signatures: no token is checked with it.
fn may_sign(key: &Value) -> bool {
    text(key, "use").is_none_or(|purpose| purpose == "sig")
}

fn text<'a>(key: &'a Value, member: &str) -> Option<&'a str> {
    key.get(member).and_then(Value::as_str)
}
