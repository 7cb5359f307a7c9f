//! Which public key, of which key set, signed a token.

use super::providers::Provider;
use super::unverified::Unverified;
use super::{ExplainContext, Explained, KeySetRole, KnownKeySet};
use crate::moment::span;
use crate::refusal::shown;
use crate::{Alg, Cause, Kid, VerifyingKey};

/// How many signatures one explanation may check: each costs up to a tenth of a millisecond.
pub(super) const MOST_CHECKS: usize = 24;

/// Who signed a token with a key pair.
pub(super) enum KeyHolder {
    /// A key that explains the refusal.
    Found(Box<Explained>),
    /// A key of the verifier's own set, under its own name.
    Ours,
    /// Nobody who is known; with what may be said of it.
    Unknown(Vec<Explained>),
}

/// The key that signed the token, among all that are known.
pub(super) fn who_signed(
    token: &Unverified<'_>,
    context: &ExplainContext<'_>,
    checks: &mut usize,
) -> KeyHolder {
    let input = token.signing_input.as_bytes();
    let kid = token.kid();
    let Some(alg) = Alg::parse(token.alg()) else {
        return KeyHolder::Unknown(Vec::new());
    };
    let mut pairs: Vec<(&KnownKeySet<'_>, &VerifyingKey)> = Vec::new();
    for set in context.key_sets {
        let fit = set.keys.iter().filter(|key| key.algs().contains(alg));
        pairs.extend(fit.map(|key| (set, key)));
    }
    // The key of that name first: the budget is for the others.
    pairs.sort_by_key(|(_, key)| kid.is_none() || key.kid().map(Kid::as_str) != kid);
    let signer = pairs.into_iter().find(|(_, key)| {
        *checks += 1;
        *checks <= MOST_CHECKS && key.signed(alg, input, &token.signature)
    });
    match signer {
        Some((set, key)) => signed_by(set, key, token, context),
        None => KeyHolder::Unknown(unknown(token, context)),
    }
}

fn signed_by(
    set: &KnownKeySet<'_>,
    key: &VerifyingKey,
    token: &Unverified<'_>,
    context: &ExplainContext<'_>,
) -> KeyHolder {
    let own_name = key.kid().map(Kid::as_str);
    let found = match set.role {
        KeySetRole::Current if token.kid() == own_name || token.kid().is_none() => {
            return KeyHolder::Ours;
        }
        KeySetRole::Current => {
            let text = format!(
                "the signature is that of the key {} of {}, but the token names it {}",
                own_name.map_or_else(|| "without a kid".to_owned(), shown),
                set.name,
                shown(token.kid().unwrap_or_default())
            );
            Explained::new(Cause::KidNotInJwks, 0.99, text)
                .fix("let the issuer write the same kid into its tokens and its key set")
        }
        KeySetRole::Fresh => stale(set, token, context, 0.99),
        KeySetRole::Previous => {
            let text = format!(
                "the signature is that of the key {}, which {} no longer has: the token is from before the keys were changed",
                own_name.map_or_else(|| "without a kid".to_owned(), shown),
                current(context).map_or(set.name, |own| own.name)
            );
            Explained::new(Cause::SecretRotatedStaleSession, 0.99, text)
                .fix("sign in again: a new token has a key that counts; keep old keys published until their last token has ended")
        }
        KeySetRole::OtherInstance => {
            let text = format!(
                "the signature is that of a key of {}, another instance than the one that the verifier takes its keys from{}",
                set.name,
                current(context).map_or_else(String::new, |own| format!(" ({})", own.name))
            );
            Explained::new(Cause::IdpInstanceMismatch, 0.99, text)
                .fix("let front end and back end use one instance: development with development, production with production")
        }
    };
    KeyHolder::Found(Box::new(found))
}

fn current<'a>(context: &ExplainContext<'a>) -> Option<&'a KnownKeySet<'a>> {
    context
        .key_sets
        .iter()
        .find(|set| set.role == KeySetRole::Current)
}

fn stale(
    fresh: &KnownKeySet<'_>,
    token: &Unverified<'_>,
    context: &ExplainContext<'_>,
    confidence: f32,
) -> Explained {
    let own = current(context);
    let age = own
        .and_then(|own| own.fetched_at)
        .map(|at| context.now.saturating_sub(at));
    let age = age.map_or_else(String::new, |age| format!(", fetched {} ago", span(age)));
    let text = format!(
        "{} has the key {}, and the verifier's set{age} does not: the issuer changed its keys since",
        fresh.name,
        shown(token.kid().unwrap_or_default())
    );
    Explained::new(Cause::JwksCacheStale, confidence, text)
        .fix("have the verifier fetch the key set again when it meets an unknown kid (once in 30 s at most), and restart it now")
}

/// What may be said where no known key made the signature.
fn unknown(token: &Unverified<'_>, context: &ExplainContext<'_>) -> Vec<Explained> {
    if let Some(other) = other_instance(token, context) {
        return vec![other];
    }
    let of_role = |role| context.key_sets.iter().filter(move |set| set.role == role);
    let has = |set: &&KnownKeySet<'_>| {
        let kid = token.kid();
        kid.is_some() && set.keys.iter().any(|key| key.kid().map(Kid::as_str) == kid)
    };
    let own = of_role(KeySetRole::Current).find(|set| has(set));
    if let Some(own) = own {
        let text = format!(
            "{} has the key {} that the token names, and the signature is not that key's: header or payload was changed after signing",
            own.name,
            shown(token.kid().unwrap_or_default())
        );
        return vec![Explained::new(Cause::TokenTampered, 0.8, text)];
    }
    if let Some(fresh) = of_role(KeySetRole::Fresh).find(|set| has(set)) {
        return vec![stale(fresh, token, context, 0.9)];
    }
    let (Some(own), Some(kid)) = (
        current(context).filter(|set| !set.keys.is_empty()),
        token.kid(),
    ) else {
        return Vec::new();
    };
    let is_fresh = of_role(KeySetRole::Fresh).next().is_some();
    let age = own.fetched_at.map(|at| context.now.saturating_sub(at));
    let text = format!(
        "no key of {} has the kid {} that the token names",
        own.name,
        shown(kid)
    );
    if !is_fresh && let Some(age) = age.filter(|age| *age > 600) {
        let text = format!("{text}; the set was fetched {} ago", span(age));
        return vec![Explained::new(Cause::JwksCacheStale, 0.6, text)];
    }
    let confidence = if is_fresh { 0.93 } else { 0.7 };
    let old = is_fresh.then(|| {
        let text =
            "the token may be from before the issuer's last change of keys: a new sign-in shows it";
        Explained::new(Cause::SecretRotatedStaleSession, 0.4, text)
    });
    let unknown = Explained::new(Cause::KidNotInJwks, confidence, text)
        .fix("compare the token's iss with the address that the key set comes from: they must belong to one issuer");
    std::iter::once(unknown).chain(old).collect()
}

/// The token's issuer is another instance of the provider that the keys are from.
fn other_instance(token: &Unverified<'_>, context: &ExplainContext<'_>) -> Option<Explained> {
    let theirs = Provider::of(token.text("iss")?)?;
    let own = current(context)?;
    let provider = Provider::of(own.name)?;
    let differ = provider.name == theirs.name
        && provider.instance != theirs.instance
        && !provider.instance.is_empty()
        && !theirs.instance.is_empty();
    differ.then(|| {
        let text = format!(
            "the token is of {} {}, and the verifier's keys are of {}",
            theirs.name, theirs.instance, provider.instance
        );
        Explained::new(Cause::IdpInstanceMismatch, 0.97, text)
            .fix("let front end and back end use one instance: development with development, production with production")
    })
}
