//! What is seen of CORS: the page that asks across origins, and preflights that are refused.

use super::{Blocked, Client, Origin, Situation};
use crate::evidence::{Spot, without_secrets};
use countersign_verify::Cause;

impl Situation<'_> {
    /// Whether the preflight was answered with 403, as servers do that know allowed origins from a list.
    pub(crate) fn preflight_forbidden(&self) -> bool {
        let blocked = self.browsing.blocked.as_ref();
        blocked.is_some_and(|verdict| verdict.blocked == Blocked::PreflightRefused(403))
    }

    /// Whether the browser kept an answer from the page, by its own words or by the answer's headers.
    pub(crate) fn is_blocked_by_cors(&self) -> bool {
        self.browsing.blocked.is_some() || self.is_seen(Cause::CorsOriginNotAllowed)
    }

    /// A line of a server's log that shows a refused `OPTIONS` request, while the rest of the log has no good one.
    pub(crate) fn logged_preflight(&self) -> Option<Spot> {
        self.evidence.logs.iter().find_map(|log| {
            let source = log.source();
            let mut lines = log.text.lines().enumerate();
            lines.find_map(|(at, line)| {
                let (_, rest) = line.split_once("OPTIONS /")?;
                let mut words = rest
                    .split(|c: char| !c.is_ascii_digit())
                    .filter(|word| word.len() == 3);
                let refused = words.any(|word| {
                    ["401", "403", "404", "405", "307", "308", "301", "302"].contains(&word)
                });
                refused.then(|| Spot::line(&source, at + 1, without_secrets(line)))
            })
        })
    }

    /// The page that asks across origins, where CORS decides.
    pub(crate) fn cors_page(&self) -> Option<&Origin> {
        let before = self
            .browsing
            .before
            .iter()
            .filter(|trip| trip.request.is_preflight());
        let mut trips = self.browsing.failing.iter().chain(before);
        let trip = trips.find(|trip| trip.page.is_some() && trip.page != trip.server);
        let Some(trip) = trip else {
            return self.browsing.console_page.as_ref();
        };
        let navigates = trip.navigates && !self.is_seen(Cause::CorsOriginNotAllowed);
        trip.page
            .as_ref()
            .filter(|_| !navigates && trip.client != Client::Program)
    }

    /// Whether page and server are two names of one machine or site.
    pub(crate) fn pages_are_twins(&self) -> bool {
        self.browsing.failing.as_ref().is_some_and(|trip| {
            let both = trip.page.as_ref().zip(trip.server.as_ref());
            both.is_some_and(|(page, server)| page.is_twin(server))
        })
    }
}
