//! What every request shares.

use std::fmt;
use std::sync::Arc;

use countersign_domain::Timestamp;

use crate::clock::Clock;
use crate::entropy::Entropy;
use crate::http::Rules;

/// The running server: settings, store, keys, caches and queues. Cloning is cheap.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What an [`App`] is made of.
#[derive(Debug)]
pub struct Parts {
    /// The time.
    pub clock: Clock,
    /// The randomness.
    pub entropy: Entropy,
    /// What the shell holds every request to.
    pub rules: Rules,
    /// Whether refusals are explained in their body.
    pub explain: bool,
}

impl App {
    /// Puts the parts together.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// A handle to the source of randomness, which is an `Rng`.
    #[must_use]
    pub fn rng(&self) -> Entropy {
        self.0.entropy.clone()
    }

    /// Base of the URLs that others see, without a slash at the end.
    #[must_use]
    pub fn public_url(&self) -> &str {
        &self.0.rules.origin
    }

    /// What the shell holds every request to.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.0.rules
    }

    /// The present time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Whether refusals are explained in their body, as in development (DESIGN 3).
    #[must_use]
    pub fn explains(&self) -> bool {
        self.0.explain
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("public_url", &self.public_url())
            .finish_non_exhaustive()
    }
}
