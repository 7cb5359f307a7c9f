//! Who signed a token: by its algorithm, the secrets or the key sets are asked.

use super::key_sets::{self, KeyHolder};
use super::secrets::{self, Signer, Trial};
use super::unverified::Unverified;
use super::{Expected, ExplainContext, Explained, KeySetRole, SecretRole, issuers, kinds};
use crate::Cause;
use crate::refusal::shown;

/// What the signature tells; nothing if it is in order.
pub(super) fn who_signed(
    token: &Unverified<'_>,
    cause: Option<Cause>,
    context: &ExplainContext<'_>,
) -> Vec<Explained> {
    let alg = token.alg();
    if alg.eq_ignore_ascii_case("none") {
        let text = "the token's alg is none: it is not signed at all, and anybody can have made it";
        let fix = "have the issuer sign its tokens; if you know of none that does not, look up who sent this one";
        return vec![Explained::new(Cause::AlgMismatch, 0.99, text).fix(fix)];
    }
    // Who could not have the issuer's keys does not know which algorithms they are for.
    let has_keys = cause != Some(Cause::JwksUnavailable);
    let no_key = || no_key_for(token, context).filter(|_| has_keys);
    let refused = not_listed(token, context).or_else(no_key);
    let Some(mut trial) = Trial::of(token) else {
        let more = match key_sets::who_signed(token, context, &mut 0) {
            KeyHolder::Found(one) => vec![*one],
            KeyHolder::Ours => Vec::new(),
            KeyHolder::Unknown(more) => more,
        };
        return refused.into_iter().chain(more).collect();
    };
    match secrets::who_signed(&mut trial, context) {
        Signer::Found(one) => vec![*one],
        Signer::Ours(name) => right_secret(token, &name, cause, refused)
            .into_iter()
            .collect(),
        Signer::Unknown => {
            let looks = secrets::suspicious(token, context);
            let unknown = unknown_secret(cause, context);
            refused.into_iter().chain(looks).chain(unknown).collect()
        }
    }
}

/// The right secret by the wrong algorithm; or a secret that the verifier refuses for its length.
fn right_secret(
    token: &Unverified<'_>,
    name: &str,
    cause: Option<Cause>,
    refused: Option<Explained>,
) -> Option<Explained> {
    if refused.is_some() || cause != Some(Cause::AlgMismatch) {
        return refused;
    }
    let text = format!(
        "the token was signed with {name}, which is right, by {}, which the verifier does not allow",
        shown(token.alg())
    );
    let fix = "set one algorithm on both sides";
    Some(Explained::new(Cause::AlgMismatch, 0.99, text).fix(fix))
}

/// An algorithm that is not among those the verifier is told to allow.
fn not_listed(token: &Unverified<'_>, context: &ExplainContext<'_>) -> Option<Explained> {
    let alg = token.alg();
    let allowed = &context.expected.algs;
    let first = allowed.first()?;
    allowed.iter().all(|own| own.value != alg).then(|| {
        let text = format!(
            "the token's alg is {}; {} allows {}",
            shown(alg),
            first.name,
            shown(&first.value)
        );
        let fix = format!(
            "set {} ({}) to the issuer's algorithm and give the verifier its key; never both a secret and a public key",
            first.name, first.source
        );
        let one = Explained::new(Cause::AlgMismatch, 0.98, text).fix(fix);
        one.about(&first.name, &first.source, first.value.as_str())
    })
}

/// An algorithm that the verifier has no key for.
fn no_key_for(token: &Unverified<'_>, context: &ExplainContext<'_>) -> Option<Explained> {
    let alg = token.alg();
    let symmetric = alg.starts_with("HS");
    let has_secret = context
        .secrets
        .iter()
        .any(|known| known.role == SecretRole::Current);
    let own_sets = || {
        context
            .key_sets
            .iter()
            .filter(|set| set.role == KeySetRole::Current)
    };
    let has_public = own_sets().any(|set| {
        set.keys
            .iter()
            .any(|key| key.algs().iter().any(|alg| !alg.is_symmetric()))
    });
    if symmetric && !has_secret && has_public {
        let text = format!(
            "the token's alg is {alg}, and the verifier has public keys alone: it is of another issuer, or forged with a public key as its secret"
        );
        return Some(Explained::new(Cause::AlgMismatch, 0.97, text));
    }
    if symmetric || !has_secret || has_public {
        return None;
    }
    let supabase = token
        .text("iss")
        .is_some_and(|iss| iss.contains("/auth/v1"));
    let (why, fix) = if supabase {
        (
            ": the Supabase project has moved from its JWT secret to signing keys",
            "verify with the project's key set, https://<ref>.supabase.co/auth/v1/.well-known/jwks.json, in place of the secret",
        )
    } else {
        (
            "",
            "give the verifier the issuer's key set (JWKS) in place of the secret; or have the issuer sign with the secret",
        )
    };
    let text = format!(
        "the token's alg is {}, which a secret cannot check; the verifier has a secret alone{why}",
        shown(alg)
    );
    // Of a provider's token it is a consequence: no key of ours is for those.
    let social = token.text("iss").is_some_and(kinds::is_social);
    let confidence = if social { 0.75 } else { 0.97 };
    Some(Explained::new(Cause::AlgMismatch, confidence, text).fix(fix))
}

/// Without a refusal somebody has to say that no known secret made the signature.
fn unknown_secret(cause: Option<Cause>, context: &ExplainContext<'_>) -> Option<Explained> {
    let own = context
        .secrets
        .iter()
        .find(|known| known.role == SecretRole::Current)?;
    cause.is_none().then(|| {
        let text = format!(
            "the token was not signed with {}, nor with any other secret that is known, in any form that loaders make of them",
            secrets::name(own)
        );
        let fix = "compare the fingerprints of the secret where tokens are issued and where they are checked";
        Explained::new(Cause::SecretMismatch, 0.75, text).fix(fix)
    })
}

/// Whose token it seems to be, when its signature is nobody's who is known.
pub(super) fn foreign(token: &Unverified<'_>, expected: &Expected) -> Option<Explained> {
    let iss = token.text("iss")?;
    let ours = expected.issuers.iter().any(|own| own.value == iss);
    if ours {
        let text = "the token names the issuer that is expected, but no known key signed it: it may have been changed after signing";
        return Some(Explained::new(Cause::TokenTampered, 0.4, text));
    }
    let social = kinds::is_social(iss);
    let mut found = issuers::mismatch(token, expected).filter(|_| !social)?;
    // The keys failed first: another issuer has other keys, whatever else differs.
    found.cause = Cause::IdpInstanceMismatch;
    Some(found)
}
