//! After a refusal: what most probably lies behind it.
//!
//! The verifier answers in microseconds with the check that failed. This module may take longer, off the hot
//! path: it tries the refused token against every known secret and every way in which a secret is known
//! to be damaged, and reads its claims, unverified, for the usual mistakes. What it reads is never trusted.

use crate::claims::ReadClaims;
use crate::compact::{Compact, Header};
use crate::{Cause, Environment, KeyRing, Policy, Refusal, Secret, Source};
use serde::{Deserialize, Serialize};

mod kinds;
mod secrets;
mod times;
mod variants;

/// How many secrets are tried, so that the cost of a refused token has a bound.
const MOST_SECRETS: usize = 16;

/// A secret that may have signed a refused token.
#[derive(Clone, Debug)]
pub struct KnownSecret {
    /// What it is called, such as `JWT_SECRET_STAGING`.
    pub label: String,
    /// The secret.
    pub secret: Secret,
    /// Where it came from.
    pub source: Source,
    /// What it is to this verifier.
    pub role: SecretRole,
}

/// What a known secret is to the verifier.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SecretRole {
    /// The secret that verifies tokens now.
    Current,
    /// Set under a name that does not count, since another one does.
    Lost,
    /// Of another environment.
    OtherEnvironment(Environment),
    /// The one before the last change.
    Previous,
    /// The one that guards the sync endpoint.
    Sync,
}

/// What an explanation may draw on.
#[derive(Clone, Copy, Debug)]
pub struct ExplainContext<'a> {
    /// The keys of the verifier that refused.
    pub ring: &'a KeyRing,
    /// Its policy.
    pub policy: &'a Policy,
    /// Secrets to try, the first sixteen of them.
    pub known: &'a [KnownSecret],
    /// The time of the refusal, in seconds since the epoch.
    pub now: i64,
}

/// A possible cause of a refusal.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Explained {
    /// The cause.
    pub cause: Cause,
    /// How sure it is, from 0 to 1. A secret that was found is 0.99; what is read from claims is less.
    pub confidence: f32,
    /// What was found, in one sentence without a secret.
    pub text: String,
}

impl Explained {
    fn new(cause: Cause, confidence: f32, text: impl Into<String>) -> Self {
        Self {
            cause,
            confidence,
            text: text.into(),
        }
    }
}

/// The possible causes of a refusal, the most probable first; the refusal's own is always among them.
///
/// Takes some 0.2 ms for a usual token and 6 ms for one of 16 KiB, with sixteen secrets to try: so keep it off
/// the hot path and rate-limit it, for anybody can send bad tokens.
#[must_use]
pub fn explain(token: &str, refusal: &Refusal, context: &ExplainContext<'_>) -> Vec<Explained> {
    let mut found = Vec::new();
    if token.len() <= context.policy.max_token_bytes {
        match Unverified::read(token) {
            Some(unverified) => look_into(&unverified, refusal, context, &mut found),
            None => found.extend(kinds::opaque(token, refusal)),
        }
    }
    found.retain(|explained| explained.cause != refusal.cause || explained.confidence > 0.9);
    if found
        .iter()
        .all(|explained| explained.cause != refusal.cause)
    {
        let confidence = own_confidence(refusal.cause);
        found.push(Explained::new(
            refusal.cause,
            confidence,
            refusal.detail.clone(),
        ));
    }
    found.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    found
}

/// A token's parts, read without a check of the signature.
struct Unverified<'a> {
    compact: Compact<'a>,
    header: Header,
    claims: Option<ReadClaims>,
}

impl<'a> Unverified<'a> {
    fn read(token: &'a str) -> Option<Self> {
        let compact = Compact::split(token)?;
        let header = Header::decode(compact.header).ok()?;
        let payload = compact.payload_bytes().ok();
        let claims = payload.and_then(|payload| ReadClaims::read(&payload).ok());
        Some(Self {
            compact,
            header,
            claims,
        })
    }
}

fn look_into(
    token: &Unverified<'_>,
    refusal: &Refusal,
    context: &ExplainContext<'_>,
    found: &mut Vec<Explained>,
) {
    let not_signed = [
        Cause::AlgMismatch,
        Cause::KidNotInJwks,
        Cause::SecretMismatch,
        Cause::SecretMissing,
        Cause::TokenTampered,
    ];
    if not_signed.contains(&refusal.cause) {
        let by_secret = secrets::who_signed(token, context);
        // Once the signer is known, what the claims look like matters no more.
        if by_secret.is_some() {
            found.extend(by_secret);
            return;
        }
        found.extend(secrets::suspicious(context));
        if let Some(claims) = &token.claims {
            found.extend(kinds::foreign(claims, context.policy));
        }
        return;
    }
    if let Some(claims) = &token.claims {
        found.extend(times::mistakes(claims, refusal.cause, context.now));
    }
}

/// How sure the verifier's own cause is when nothing better was found.
fn own_confidence(cause: Cause) -> f32 {
    // What the verifier cannot tell apart: another secret, another key, a change after signing.
    if matches!(cause, Cause::SecretMismatch | Cause::TokenTampered) {
        0.6
    } else if matches!(
        cause,
        Cause::AlgMismatch | Cause::KidNotInJwks | Cause::TokenMalformed
    ) {
        0.7
    } else {
        0.9
    }
}

#[cfg(test)]
mod tests;
