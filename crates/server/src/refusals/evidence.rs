//! What is known about whoever made a refused token: key sets now and before, and a clock.

use std::sync::Arc;

use countersign_verify::{ClockOwner, ClockReading, Issuer, KeySetRole, KnownKeySet, VerifyingKey};

use crate::App;
use crate::issuer_keys::HeldKeys;
use crate::token_keys::TokenKeys;

/// What our own keys are called.
const OWN: &str = "this server's key set";

/// What is known about whoever made a refused token.
pub(super) struct Evidence {
    keys: Arc<TokenKeys>,
    /// The trusted issuer that the token names; without one it is measured by our own keys.
    named: Option<Arc<Issuer>>,
    held: Option<HeldKeys>,
}

impl Evidence {
    /// What is known for `token`. No claim of it was verified; it chooses what is told, and no more.
    pub(super) fn of(app: &App, token: &str) -> Self {
        let keys = app.keys();
        let named = keys.verifier().named_by(token).cloned();
        let held = named.as_ref();
        let held = held.and_then(|issuer| app.issuer_keys().held(issuer.name()));
        Self { keys, named, held }
    }

    /// The key sets: those that count for the token, those before them, and those of the others.
    pub(super) fn key_sets(&self) -> Vec<KnownKeySet<'_>> {
        let verifier = self.keys.verifier();
        let role = |counts| {
            if counts {
                KeySetRole::Current
            } else {
                KeySetRole::OtherInstance
            }
        };
        let set = |name, keys, role, fetched_at| KnownKeySet {
            name,
            keys,
            role,
            fetched_at,
        };
        let own = verifier.ring().keys();
        let mut sets = vec![set(OWN, own, role(self.named.is_none()), None)];
        for issuer in verifier.trusted() {
            let is_named = self
                .named
                .as_ref()
                .is_some_and(|named| named.name() == issuer.name());
            let at = self
                .held
                .as_ref()
                .filter(|_| is_named)
                .map(|held| held.fetched_at);
            sets.push(set(
                issuer.name().as_str(),
                issuer.ring().keys(),
                role(is_named),
                at,
            ));
        }
        let (name, before) = self.before();
        sets.push(set(name, before, KeySetRole::Previous, None));
        sets
    }

    fn before(&self) -> (&str, &[VerifyingKey]) {
        match (&self.named, &self.held) {
            (Some(named), Some(held)) => (named.name().as_str(), &held.previous),
            (Some(named), None) => (named.name().as_str(), &[]),
            (None, _) => (OWN, self.keys.retired()),
        }
    }

    /// The clock of the issuer that the token names, as its last answer told it.
    pub(super) fn clocks(&self) -> Vec<ClockReading> {
        let reading = |named: &Arc<Issuer>| {
            Some(ClockReading {
                name: named.name().to_string(),
                owner: ClockOwner::Issuer,
                ahead: self.held.as_ref()?.clock_ahead?,
            })
        };
        self.named.as_ref().and_then(reading).into_iter().collect()
    }
}
