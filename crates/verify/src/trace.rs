//! The ordered record of the checks behind one verdict.

use crate::Refusal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// What was checked for one request, in order.
///
/// ```
/// use countersign_verify::{Check, Trace, TraceId};
///
/// let mut trace = Trace::new(TraceId::from_bytes([7; 16]));
/// trace.passed(Check::Presented, "bearer token in the Authorization header");
/// assert_eq!(trace.steps.len(), 1);
/// ```
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Trace {
    /// What the client gets to name this trace by.
    pub id: TraceId,
    /// The checks, first to last.
    pub steps: Vec<Step>,
}

impl Trace {
    /// A trace without steps.
    #[must_use]
    pub const fn new(id: TraceId) -> Self {
        Self {
            id,
            steps: Vec::new(),
        }
    }

    /// Records a check that passed.
    pub fn passed(&mut self, check: Check, detail: impl Into<Cow<'static, str>>) {
        self.push(check, Outcome::Passed, detail.into());
    }

    /// Records the check that failed.
    pub fn failed(&mut self, check: Check, detail: impl Into<Cow<'static, str>>) {
        self.push(check, Outcome::Failed, detail.into());
    }

    /// Records something worth knowing that decided nothing.
    pub fn noted(&mut self, check: Check, detail: impl Into<Cow<'static, str>>) {
        self.push(check, Outcome::Noted, detail.into());
    }

    /// Records a check that did not apply, and why.
    pub fn skipped(&mut self, check: Check, detail: impl Into<Cow<'static, str>>) {
        self.push(check, Outcome::Skipped, detail.into());
    }

    /// Records `refusal` as the failure of `check` and hands it back.
    pub fn refused(&mut self, check: Check, refusal: Refusal) -> Refusal {
        self.push(check, Outcome::Failed, Cow::Owned(refusal.to_string()));
        refusal
    }

    fn push(&mut self, check: Check, outcome: Outcome, detail: Cow<'static, str>) {
        if self.steps.capacity() == 0 {
            self.steps.reserve(8);
        }
        self.steps.push(Step {
            check,
            outcome,
            detail,
        });
    }
}

/// One check of a trace.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Step {
    /// Which check.
    pub check: Check,
    /// How it ended.
    pub outcome: Outcome,
    /// What was found; never a secret.
    pub detail: Cow<'static, str>,
}

/// The checks of the pipeline, in its order.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// Which credential the request presents.
    Presented,
    /// Whether the token is a compact JWS with a header we honour.
    Form,
    /// Which key it should be checked with.
    Key,
    /// Whether that key signed it.
    Signature,
    /// Whether its claims hold now and here.
    Claims,
    /// Whether its session still lives.
    Session,
    /// Whether its account may act.
    Account,
    /// Whether the account may do this.
    Permission,
    /// Whether the request carries its CSRF token.
    Csrf,
    /// Whether the request comes from a trusted origin.
    Origin,
}

impl Check {
    /// The name, as in stored traces.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Presented => "presented",
            Self::Form => "form",
            Self::Key => "key",
            Self::Signature => "signature",
            Self::Claims => "claims",
            Self::Session => "session",
            Self::Account => "account",
            Self::Permission => "permission",
            Self::Csrf => "csrf",
            Self::Origin => "origin",
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How a check ended.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It refused the credential.
    Failed,
    /// It decided nothing.
    Noted,
    /// It held.
    Passed,
    /// It did not apply.
    Skipped,
}

impl Outcome {
    /// The name, as in stored traces.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Noted => "noted",
            Self::Passed => "passed",
            Self::Skipped => "skipped",
        }
    }
}

/// What names a trace: 16 random bytes, written as 32 hex digits.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct TraceId([u8; 16]);

impl TraceId {
    /// An id of 16 bytes that the caller drew.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The 16 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Reads 32 hex digits, in either case; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        if digits.len() != 32 {
            return None;
        }
        let mut bytes = [0; 16];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = hex_digit(pair[0])? << 4 | hex_digit(pair[1])?;
        }
        Some(Self(bytes))
    }

    /// The 32 hex digits, without an allocation.
    #[must_use]
    pub fn hex(&self) -> [u8; 32] {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = [0; 32];
        for (pair, byte) in text.chunks_exact_mut(2).zip(self.0) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        text
    }
}

const fn hex_digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

impl fmt::Debug for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TraceId({self})")
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

/// The text is no trace id: 32 hex digits were expected.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a trace id is 32 hex digits, as in the response header X-Trace-Id")]
pub struct TraceIdError;

impl FromStr for TraceId {
    type Err = TraceIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text).ok_or(TraceIdError)
    }
}

impl Serialize for TraceId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TraceId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Cause;
    use proptest::prelude::*;

    #[test]
    fn a_trace_survives_its_json() {
        let mut trace = Trace::new(TraceId::from_bytes([0xab; 16]));
        trace.passed(Check::Presented, "bearer token");
        trace.noted(Check::Claims, format!("aud {:?} is not checked", "api"));
        trace.skipped(Check::Session, "not ours");
        let refusal = trace.refused(Check::Claims, Refusal::new(Cause::TokenExpired, "5 s ago"));
        assert_eq!(refusal.cause, Cause::TokenExpired);
        let json = serde_json::to_string(&trace).unwrap();
        assert!(
            json.contains(r#""id":"abababababababababababababababab""#),
            "{json}"
        );
        assert!(
            json.contains(r#"{"check":"presented","outcome":"passed","detail":"bearer token"}"#)
        );
        assert_eq!(serde_json::from_str::<Trace>(&json).unwrap(), trace);
    }

    #[test]
    fn check_names_are_those_of_the_json() {
        for check in [
            Check::Presented,
            Check::Form,
            Check::Key,
            Check::Signature,
            Check::Claims,
            Check::Session,
            Check::Account,
            Check::Permission,
            Check::Csrf,
            Check::Origin,
        ] {
            assert_eq!(serde_json::to_value(check).unwrap(), check.to_string());
        }
    }

    #[test]
    fn outcome_names_are_those_of_the_json() {
        for outcome in [
            Outcome::Failed,
            Outcome::Noted,
            Outcome::Passed,
            Outcome::Skipped,
        ] {
            assert_eq!(serde_json::to_value(outcome).unwrap(), outcome.as_str());
        }
    }

    #[test]
    fn only_32_hex_digits_are_an_id() {
        for text in [
            "",
            "ab",
            &"g".repeat(32),
            &"a".repeat(31),
            &"a".repeat(33),
            &"é".repeat(16),
        ] {
            assert_eq!(TraceId::parse(text), None, "{text}");
        }
        assert!(serde_json::from_str::<TraceId>("\"xyz\"").is_err());
    }

    proptest! {
        #[test]
        fn every_id_is_read_back(bytes: [u8; 16]) {
            let id = TraceId::from_bytes(bytes);
            prop_assert_eq!(TraceId::parse(&id.to_string()), Some(id));
            prop_assert_eq!(TraceId::parse(&id.to_string().to_uppercase()), Some(id));
            let hex = id.hex();
            prop_assert_eq!(std::str::from_utf8(&hex).unwrap(), id.to_string());
        }
    }
}
