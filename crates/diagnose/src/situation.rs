//! The evidence, seen from the failure: who asked what of whom, with which credential, and how it ended.
//!
//! Rules read this; what several of them need is worked out here, once.

use crate::contract::{Purpose, purpose};
use crate::evidence::{
    Check, EnvLine, Evidence, Exchange, Request, Response, Service, Sighting, Symptom,
};
use countersign_verify::Cause;

mod token;

pub(crate) use token::PresentedToken;

/// What rules read.
pub(crate) struct Situation<'e> {
    pub(crate) evidence: &'e Evidence,
    /// The tokens that the failing requests present.
    pub(crate) tokens: Vec<PresentedToken<'e>>,
}

/// How the failing request ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Outcome {
    /// It was answered well, and no message says otherwise.
    Good,
    /// It was refused or failed, or a message says so.
    Bad,
    /// There is neither an answer nor a message.
    Unknown,
}

impl<'e> Situation<'e> {
    pub(crate) fn new(evidence: &'e Evidence) -> Self {
        Self {
            evidence,
            tokens: token::presented(evidence),
        }
    }

    /// The failing request, if one was given.
    pub(crate) fn request(&self) -> Option<&'e Request> {
        self.evidence
            .failing
            .iter()
            .find_map(|exchange| exchange.request.as_ref())
    }

    /// Its answer.
    pub(crate) fn response(&self) -> Option<&'e Response> {
        self.evidence
            .failing
            .iter()
            .find_map(|exchange| exchange.response.as_ref())
    }

    /// Every exchange, the earlier ones first.
    pub(crate) fn exchanges(&self) -> impl Iterator<Item = &'e Exchange> {
        self.evidence.earlier.iter().chain(&self.evidence.failing)
    }

    /// What messages say.
    pub(crate) fn sightings(&self) -> &'e [Sighting] {
        &self.evidence.sightings
    }

    /// Whether one of the messages can be this cause showing itself.
    pub(crate) fn is_seen(&self, cause: Cause) -> bool {
        self.sightings()
            .iter()
            .any(|sighting| sighting.symptom.fits(cause))
    }

    /// The first message of a class.
    pub(crate) fn sighting(&self, symptom: Symptom) -> Option<&'e Sighting> {
        self.sightings()
            .iter()
            .find(|sighting| sighting.symptom == symptom)
    }

    /// Whether a message shows that this check held: it is of a later check of the same library.
    pub(crate) fn has_held(&self, check: Check) -> bool {
        self.sightings()
            .iter()
            .any(|sighting| sighting.held().contains(&check))
    }

    /// How it ended.
    pub(crate) fn outcome(&self) -> Outcome {
        let statuses: Vec<u16> = self
            .evidence
            .failing
            .iter()
            .filter_map(|exchange| exchange.response.as_ref())
            .map(|r| r.status)
            .collect();
        if !self.sightings().is_empty() || statuses.iter().any(|status| *status >= 400) {
            return Outcome::Bad;
        }
        if statuses.is_empty() {
            Outcome::Unknown
        } else {
            Outcome::Good
        }
    }

    /// Whether the stack names a product, in any case: `uses("nextauth")`.
    pub(crate) fn uses(&self, product: &str) -> bool {
        let product = product.to_ascii_lowercase();
        self.evidence
            .stack
            .iter()
            .any(|name| name.to_ascii_lowercase().contains(&product))
    }

    /// The lines that count for a purpose, each with its service.
    pub(crate) fn settings(
        &self,
        wanted: Purpose,
    ) -> impl Iterator<Item = (&'e Service, &'e EnvLine)> {
        self.evidence.services.iter().flat_map(move |service| {
            let lines = service
                .settings()
                .filter(move |line| purpose(&line.name) == Some(wanted));
            lines.map(move |line| (service, line))
        })
    }

    /// The lines that count for a purpose on the side that checks tokens: every service but the front ends,
    /// or all if there is no other.
    pub(crate) fn verifier_settings(&self, wanted: Purpose) -> Vec<(&'e Service, &'e EnvLine)> {
        let all: Vec<_> = self.settings(wanted).collect();
        let checking: Vec<_> = all
            .iter()
            .filter(|(service, _)| !service.is_front_end())
            .copied()
            .collect();
        if self
            .evidence
            .services
            .iter()
            .any(|service| !service.is_front_end())
        {
            checking
        } else {
            all
        }
    }
}
