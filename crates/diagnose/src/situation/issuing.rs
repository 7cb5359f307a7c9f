//! Which service issues the tokens, where several could.

use super::Situation;
use crate::contract::{Purpose, purpose};
use crate::evidence::service::names_an_issuer;
use crate::evidence::{Exchange, Request, Service};

impl Situation<'_> {
    /// Whether a service issues the tokens that another one checks: by its name, by the port on which people sign in
    /// while the failing request goes to another, or as the only one that is told how long tokens live.
    pub(crate) fn issues_tokens(&self, service: &Service) -> bool {
        names_an_issuer(&service.name)
            || self.signs_in_on_its_port(service)
            || self.alone_knows_lifetimes(service)
    }

    fn signs_in_on_its_port(&self, service: &Service) -> bool {
        let own = service.setting("PORT").map(|line| line.value.trim());
        let to_own = |request: &Request| own.is_some() && port(request) == own;
        let mut sign_ins = self
            .evidence
            .earlier
            .iter()
            .filter_map(|exchange: &Exchange| exchange.request.as_ref());
        sign_ins.any(to_own) && !self.request().is_some_and(to_own)
    }

    fn alone_knows_lifetimes(&self, service: &Service) -> bool {
        let knows = |one: &Service| {
            one.settings()
                .any(|line| purpose(&line.name) == Some(Purpose::TokenLifetime))
        };
        let verifiers = self.verifiers();
        let others = verifiers.iter().filter(|one| !std::ptr::eq(**one, service));
        knows(service) && verifiers.len() > 1 && others.into_iter().all(|one| !knows(one))
    }
}

/// The port that a request was sent to, where its host names one.
fn port(request: &Request) -> Option<&str> {
    let host = request.headers.value("host")?;
    host.rsplit_once(':').map(|(_, port)| port)
}
