//! Addresses of one API that differ: in the settings of a front end, between sign-in and request, between ports.

use super::{Origin, Outcome, Situation};
use crate::contract::Purpose;
use crate::evidence::env_file::shown_value;
use crate::evidence::{EnvLine, Service};
use crate::finding::{Edit, Finding, Strength};
use countersign_verify::Cause;

mod deployments;

impl<'e> Situation<'e> {
    /// The front end calls another host or port than the one that issued the token or listens.
    pub(crate) fn drifting_addresses(&self) -> Vec<Finding> {
        if self.outcome() == Outcome::Good {
            return Vec::new();
        }
        let mut found: Vec<Finding> = Vec::new();
        for service in &self.evidence.services {
            found.extend(self.two_addresses(service));
            found.extend(self.another_port(service));
            found.extend(self.unknown_host(service));
            found.extend(self.own_server(service));
        }
        found
    }

    fn peers(service: &Service) -> Vec<(&EnvLine, Origin)> {
        let peers = service
            .settings()
            .filter(|line| crate::contract::purpose(&line.name) == Some(Purpose::PeerUrl));
        peers
            .filter_map(|line| Some((line, Origin::parse(line.value.trim())?)))
            .collect()
    }

    /// Two settings for one API name two addresses, and the failing request went to one of them.
    fn two_addresses(&self, service: &Service) -> Option<Finding> {
        let peers = Self::peers(service);
        let (first, one) = peers.first()?;
        let (second, other) = peers.iter().skip(1).find(|(_, other)| other != one)?;
        // Servers and browsers reach one API under two names; two ports of one host, or two loopbacks, are a slip.
        let slip = one.is_loopback() && other.is_loopback() || one.host == other.host;
        let signed_in = self.signed_in_elsewhere();
        if !slip && !signed_in {
            return None;
        }
        let (strength, weight) = if signed_in {
            (Strength::Likely, 0.85)
        } else {
            self.weigh(Cause::BaseUrlDrift)
        };
        let message = format!(
            "{} calls {} ({}) and {} ({})",
            service.name,
            shown_value(&first.name, first.value.trim()),
            first.name,
            shown_value(&second.name, second.value.trim()),
            second.name
        );
        Some(
            Finding::new(Cause::BaseUrlDrift, strength, message)
                .weight(weight)
                .at(second.spot.clone(), "one address")
                .at(first.spot.clone(), "another one")
                .fix("Let every part of the front end read one setting for the API's address, with one default.")
                .edit(Edit {
                    file: second.spot.source.to_string(),
                    line: second.spot.line,
                    new: format!("{}={}", second.name, shown_value(&first.name, first.value.trim())),
                    safe: false,
                }),
        )
    }

    /// Whether an earlier exchange of the evidence signed in at another host than the one that refuses.
    fn signed_in_elsewhere(&self) -> bool {
        let asked = self.request().and_then(host_of);
        matches!((asked, self.signed_in_at()), (Some(asked), Some(signed)) if asked != signed)
    }

    /// The host of the first successful `POST` before the failing request.
    fn signed_in_at(&self) -> Option<String> {
        let earlier = self.evidence.earlier.iter();
        earlier
            .filter(|exchange| {
                exchange
                    .response
                    .as_ref()
                    .is_some_and(|response| response.status < 300)
            })
            .filter_map(|exchange| exchange.request.as_ref())
            .filter(|request| request.method == "POST")
            .find_map(host_of)
    }

    /// The front end is told one address of the API, where its sign-in was made, and the failing request went to a
    /// host that no setting names: an old bundle or a service worker still calls it.
    fn unknown_host(&self, service: &Service) -> Option<Finding> {
        let trip = self.browsing.failing.as_ref()?;
        let asked = trip
            .server
            .as_ref()
            .filter(|server| !super::address::is_private(&server.host))?;
        let (line, told) = Self::peers(service).into_iter().next()?;
        let named = super::wire::settings_origins(self.evidence)
            .iter()
            .any(|origin| origin.host == asked.host);
        let by_page = trip
            .page
            .as_ref()
            .is_some_and(|page| page.host != asked.host);
        let elsewhere = self.signed_in_elsewhere() || self.says("serviceworker");
        if named || !by_page || !elsewhere || told.is_twin(asked) || told.is_loopback() {
            return None;
        }
        let message = format!(
            "the request went to {}, which no setting names: {} calls {told}",
            asked.host, service.name
        );
        let finding = Finding::new(Cause::BaseUrlDrift, Strength::Likely, message).weight(0.7);
        let finding = finding.at(line.spot.clone(), "the address to call");
        let finding = finding.at(trip.request.start_spot(), "went elsewhere");
        let finding = finding.fix("Deliver the front end anew: unregister its service worker or let it fetch index.html from the network, and let no cache keep index.html.");
        Some(finding.explains(&[
            Cause::SecretMismatch,
            Cause::CredentialMissing,
            Cause::TokenTampered,
        ]))
    }

    /// The call went to the server that delivers the page, which does not know it, and the API is elsewhere.
    fn own_server(&self, service: &Service) -> Option<Finding> {
        let trip = self.browsing.failing.as_ref()?;
        let asked = trip.server.as_ref()?;
        let unknown = matches!(trip.status(), 404 | 405);
        let own = trip.page.as_ref() == Some(asked) && !trip.navigates;
        let peers = Self::peers(service);
        let (line, told) = peers.first().filter(|_| service.is_front_end())?;
        let told_too = peers.iter().any(|(_, peer)| peer == asked);
        if !(unknown && own) || told_too || told.is_loopback() != asked.is_loopback() {
            return None;
        }
        let message = format!(
            "{} {} went to {asked}, which delivers the page and does not know it: the API is {told}",
            trip.request.method,
            trip.request.path()
        );
        let finding = Finding::new(Cause::BaseUrlDrift, Strength::Likely, message).weight(0.6);
        Some(
            finding
                .at(line.spot.clone(), "the API's address")
                .at(trip.request.start_spot(), "went to the page's server")
                .fix(format!("Call {told}: give the client {} as its base address (in axios `baseURL`, among the options).", line.name)),
        )
    }

    /// The API listens on one port, and the front end calls another one of the same machine.
    fn another_port(&self, service: &'e Service) -> Option<Finding> {
        let listening: Vec<(&Service, &EnvLine, u16)> = self
            .evidence
            .services
            .iter()
            .filter(|other| !std::ptr::eq(*other, service) && !other.is_front_end())
            .filter_map(|other| {
                let line = ["PORT", "API_PORT", "SERVER_PORT", "HTTP_PORT"]
                    .iter()
                    .find_map(|name| other.setting(name))?;
                Some((other, line, line.value.trim().parse().ok()?))
            })
            .collect();
        let [(api, port_line, port)] = listening.as_slice() else {
            return None;
        };
        let (line, _) = Self::peers(service)
            .into_iter()
            .find(|(_, origin)| origin.is_loopback() && origin.port != *port)?;
        let (strength, weight) = self.weigh(Cause::BaseUrlDrift);
        let message = format!(
            "{} calls {}, and {} listens on port {port}",
            service.name,
            shown_value(&line.name, line.value.trim()),
            api.name
        );
        Some(
            Finding::new(Cause::BaseUrlDrift, strength, message)
                .weight(weight)
                .at(line.spot.clone(), "called")
                .at(port_line.spot.clone(), "listens")
                .fix(format!("Write port {port} into {}.", line.name)),
        )
    }
}

fn host_of(request: &crate::evidence::Request) -> Option<String> {
    request.headers.value("host").map(str::to_ascii_lowercase)
}
