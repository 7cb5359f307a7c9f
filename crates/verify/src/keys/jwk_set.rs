//! Sets of keys (RFC 7517, section 5).

use super::{Jwk, JwkError};
use crate::strict_json;
use serde_json::Value;

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
    /// # Errors
    /// [`JwkError`] if the text is neither, or is a single key that cannot be used.
    pub fn parse(json: &[u8]) -> Result<Self, JwkError> {
        let members =
            strict_json::object(json).map_err(|error| JwkError::Json(error.to_string()))?;
        let Some(keys) = members.get("keys") else {
            return Ok(Self {
                keys: vec![Jwk::from_members(&members)?],
                ignored: Vec::new(),
            });
        };
        let keys = keys.as_array().ok_or(JwkError::Member {
            member: "keys",
            wanted: "an array",
        })?;
        let mut set = Self::default();
        for (index, key) in keys.iter().enumerate() {
            let members = key.as_object();
            let read = members.ok_or_else(|| JwkError::Json("the entry is no object".to_owned()));
            match read.and_then(Jwk::from_members) {
                Ok(jwk) => set.keys.push(jwk),
                Err(reason) => {
                    let kid = key.get("kid").and_then(Value::as_str).map(str::to_owned);
                    set.ignored.push(IgnoredJwk { index, kid, reason });
                }
            }
        }
        Ok(set)
    }
}
