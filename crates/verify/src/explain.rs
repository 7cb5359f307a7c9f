//! After a refusal: what most probably lies behind it.
//!
//! The verifier answers in microseconds with the check that failed. This module may take longer, off the hot
//! path: it tries the refused token against every known secret and every way in which a secret is known
//! to be damaged, and reads its claims, unverified, for the usual mistakes. What it reads is never trusted.

use crate::{Cause, Refusal};

mod audiences;
mod context;
mod explained;
mod issuers;
mod key_sets;
mod kinds;
mod opaque;
mod providers;
mod secrets;
mod signers;
mod subjects;
mod times;
mod unverified;
mod variants;

pub use context::{
    ClockOwner, ClockReading, Expected, ExpectedLifetime, ExpectedValue, ExplainContext,
    KeySetRole, KnownKeySet, KnownSecret, SecretRole, SubjectKind,
};
pub use explained::{Concern, Explained, Grade};
pub use secrets::compare_secrets;
pub use variants::{SecretVariant, secret_variants};

use unverified::{Form, Unverified};

/// The possible causes of a refusal, the most probable first.
///
/// The refusal's own is among them, unless something proved explains it. Without a refusal, as where
/// another program refused, all is looked at, and nothing may be found: then the token would pass.
/// Better grades come before worse ones; within a grade the stages of the pipeline (the kind of token,
/// then keys, then claims), and then the surer one.
///
/// The cost has a bound: at most 1,500 HMACs over 6 MiB in all and 24 checks of public keys. Keep it off the
/// hot path and rate-limit it all the same, for anybody can send bad tokens.
#[must_use]
pub fn explain(
    token: &str,
    refusal: Option<&Refusal>,
    context: &ExplainContext<'_>,
) -> Vec<Explained> {
    let cause = refusal.map(|refusal| refusal.cause);
    let mut found = Vec::new();
    if token.len() <= context.expected.max_token_bytes {
        match Form::of(token) {
            Form::Jwe(header) => found.push(opaque::encrypted(&header, context.cookie)),
            Form::Jws(token) => look_into(&token, cause, context, &mut found),
            Form::Opaque => found.extend(without_form(token, cause, context)),
        }
    }
    let proved = found.iter().any(|one| one.grade == Grade::Proved);
    found.extend(refusal.filter(|_| !proved).map(own));
    rank(found)
}

/// A credential that is no token, where that is why it was refused.
fn without_form(token: &str, cause: Option<Cause>, context: &ExplainContext<'_>) -> Vec<Explained> {
    if cause.is_some_and(|cause| stage(cause) != Some('2')) {
        return Vec::new();
    }
    if let Some(found) = opaque::credential(token, context) {
        return vec![found];
    }
    // With a refusal the check that failed says it; without one nobody has.
    let malformed = cause.is_none().then(|| {
        let refusal = crate::form::refusal(token);
        Explained::new(refusal.cause, 0.9, refusal.detail)
    });
    malformed.into_iter().collect()
}

/// The refusal's own cause, as the check that failed put it.
fn own(refusal: &Refusal) -> Explained {
    let confidence = own_confidence(refusal.cause);
    Explained::new(refusal.cause, confidence, refusal.detail.clone())
}

/// How sure the verifier's own cause is when nothing better was found.
fn own_confidence(cause: Cause) -> f32 {
    // What the verifier cannot tell apart: another secret, another key, a change after signing.
    if matches!(
        cause,
        Cause::SecretMismatch | Cause::TokenTampered | Cause::KidNotInJwks | Cause::TokenMalformed
    ) {
        0.65
    } else {
        0.9
    }
}

/// The digit of a cause's code that tells its stage.
fn stage(cause: Cause) -> Option<char> {
    cause.code().chars().nth(3)
}

/// Sorts, and leaves of each cause the first.
fn rank(mut found: Vec<Explained>) -> Vec<Explained> {
    found.sort_by(|a, b| {
        let stages = || stage(a.cause).cmp(&stage(b.cause));
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

/// The causes of checks on times.
const OF_TIMES: [Cause; 5] = [
    Cause::ClockSkew,
    Cause::ExpTimezoneNaive,
    Cause::ExpUnitError,
    Cause::TokenExpired,
    Cause::TokenLifetimeUnexpected,
];

/// The causes of checks on whom a token speaks for.
const OF_SUBJECTS: [Cause; 5] = [
    Cause::ClaimMissing,
    Cause::RolesClaimLocation,
    Cause::SubIdentifierMismatch,
    Cause::SubNotString,
    Cause::TokenFormatLegacy,
];

/// Looks at what the refusal leaves open: a check that passed needs no explanation.
fn look_into(
    token: &Unverified<'_>,
    cause: Option<Cause>,
    context: &ExplainContext<'_>,
    found: &mut Vec<Explained>,
) {
    let expected = context.expected;
    let is = |causes: &[Cause]| cause.is_none_or(|cause| causes.contains(&cause));
    let of_stage = |digit| cause.is_none_or(|cause| stage(cause) == Some(digit));
    let (times, subject, keys) = (is(&OF_TIMES), is(&OF_SUBJECTS), of_stage('3'));
    let claims = of_stage('4') && (cause.is_none() || !times);
    if of_stage('2') || keys || claims {
        found.extend(kinds::other_kinds(token, expected));
    }
    if keys {
        found.extend(signers::who_signed(token, cause, context));
    }
    if claims && (!subject || is(&[Cause::ClaimMissing])) {
        found.extend(issuers::mismatch(token, expected));
        found.extend(audiences::mismatch(token, expected));
    } else if keys {
        found.extend(signers::foreign(token, expected));
    }
    if subject {
        found.extend(subjects::mistakes(token, expected));
        found.extend(subjects::role_elsewhere(token, expected, false));
    }
    if times || is(&[Cause::TokenMalformed]) {
        found.extend(times::mistakes(token, context));
    }
    match cause {
        Some(Cause::UserNotProvisioned | Cause::UserDeletedStaleToken) => {
            found.extend(subjects::unknown_user(token, expected));
        }
        Some(Cause::RoleMissing | Cause::RolesClaimLocation | Cause::ScopeMissing) => {
            found.extend(subjects::role_elsewhere(token, expected, true));
        }
        Some(_) | None => {}
    }
}

#[cfg(test)]
mod tests;
