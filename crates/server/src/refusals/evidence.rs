//! What is known about whoever made a refused token: what is demanded of it, its key sets now and
//! before, and its clock.

use std::borrow::Cow;
use std::sync::Arc;

use countersign_verify::{
    ClockOwner, ClockReading, Expected, ExpectedValue, Issuer, KeySetRole, KnownKeySet, Source,
    VerifyingKey,
};

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

    /// What is demanded of the token: by the table of the issuer that it names, else by `own`.
    pub(super) fn expected<'a>(&self, app: &App, own: &'a Expected) -> Cow<'a, Expected> {
        let Some(named) = &self.named else {
            return Cow::Borrowed(own);
        };
        let mut tables = app.settings().trusted_issuers.iter();
        let table = tables.find(|table| table.name == *named.name());
        let source = table.map_or(Source::Default, |table| table.source.clone());
        let values = |values: &[String], name: &str| {
            let value = |value| ExpectedValue::new(value, name, source.clone());
            values.iter().map(value).collect()
        };
        let policy = named.policy();
        Cow::Owned(Expected {
            audiences: values(&policy.audiences, "trusted_issuer.audience"),
            client_ids: values(&policy.clients, "trusted_issuer.client_ids"),
            issuers: values(policy.issuer.as_slice(), "trusted_issuer.issuer"),
            leeway: policy.leeway,
            // How long its tokens live is its own affair.
            lifetime: None,
            ..own.clone()
        })
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
