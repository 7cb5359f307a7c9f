//! After a refusal: what most probably lies behind it.
//!
//! The verifier answers in microseconds with the check that failed. This module may take longer, off the hot
//! path: it tries the refused token against every known secret and every way in which a secret is known
//! to be damaged, and reads its claims, unverified, for the usual mistakes. What it reads is never trusted.

use crate::claims::ReadClaims;
use crate::compact::{Compact, Header};
use crate::{Cause, Refusal};

mod context;
mod explained;
mod kinds;
mod secrets;
mod times;
mod variants;

pub use context::{
    ClockOwner, ClockReading, Expected, ExpectedLifetime, ExpectedValue, ExplainContext,
    KeySetRole, KnownKeySet, KnownSecret, SecretRole, SubjectKind,
};
pub use explained::{Concern, Explained, Grade};
pub use variants::{SecretVariant, secret_variants};

/// How many secrets are tried, so that the cost of a refused token has a bound.
const MOST_SECRETS: usize = 16;

/// The possible causes of a refusal, the most probable first; the refusal's own is always among them.
///
/// Without a refusal, as where another program refused, all is looked at, and nothing may be found.
/// Better grades come before worse ones; within a grade the stages of the pipeline (the kind of token, then
/// keys, then claims), and then the surer one.
///
/// Keep it off the hot path and rate-limit it, for anybody can send bad tokens.
#[must_use]
pub fn explain(
    token: &str,
    refusal: Option<&Refusal>,
    context: &ExplainContext<'_>,
) -> Vec<Explained> {
    let mut found = Vec::new();
    if token.len() <= context.expected.max_token_bytes {
        match Unverified::read(token) {
            Some(unverified) => look_into(&unverified, refusal, context, &mut found),
            None => found.extend(kinds::opaque(token, refusal)),
        }
    }
    found.extend(refusal.map(own));
    rank(found)
}

/// The refusal's own cause, as the check that failed put it.
fn own(refusal: &Refusal) -> Explained {
    let confidence = own_confidence(refusal.cause);
    Explained::new(refusal.cause, confidence, refusal.detail.clone())
}

/// Sorts, and leaves of each cause the first.
fn rank(mut found: Vec<Explained>) -> Vec<Explained> {
    found.sort_by(|a, b| {
        let stages = || a.stage().cmp(&b.stage());
        let surer = || b.confidence.total_cmp(&a.confidence);
        b.grade.cmp(&a.grade).then_with(stages).then_with(surer)
    });
    let mut kept: Vec<Explained> = Vec::with_capacity(found.len());
    for one in found {
        if kept.iter().all(|kept| kept.cause != one.cause) {
            kept.push(one);
        }
    }
    kept
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
        let payload = compact.payload_bytes(0).ok();
        let claims = payload.and_then(|payload| ReadClaims::read(payload).ok());
        Some(Self {
            compact,
            header,
            claims,
        })
    }
}

fn look_into(
    token: &Unverified<'_>,
    refusal: Option<&Refusal>,
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
    let cause = refusal.map(|refusal| refusal.cause);
    if cause.is_none_or(|cause| not_signed.contains(&cause)) {
        let by_secret = secrets::who_signed(token, context);
        // Once the signer is known, what the claims look like matters no more.
        if by_secret.is_some() {
            found.extend(by_secret);
            return;
        }
        found.extend(secrets::suspicious(context));
        if let Some(claims) = &token.claims {
            found.extend(kinds::foreign(claims, context.expected));
        }
    }
    if let Some(claims) = &token.claims {
        found.extend(times::mistakes(claims, cause, context.now));
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
