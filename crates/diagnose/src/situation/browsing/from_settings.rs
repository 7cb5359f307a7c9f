//! What settings say of pages and cookies, where no exchange shows it.

use super::{Hindered, describe};
use crate::contract::{Purpose, purpose};
use crate::evidence::{EnvLine, Evidence, Service};
use crate::situation::address::{Origin, is_loopback};
use crate::situation::cookie::{SameSite, SetCookie, domain_matches};
use crate::situation::jar::{self, Obstacle};
use crate::situation::wire::{Client, Relation, Trip};

/// Where the request does not say which page asks, a setting may: the one page of the system.
pub(super) fn believe_settings(trip: &mut Trip<'_>, evidence: &Evidence) {
    if trip.page.is_some() || trip.relation != Relation::Unknown || trip.client == Client::Program {
        return;
    }
    let Some(server) = &trip.server else { return };
    let lines = evidence
        .services
        .iter()
        .flat_map(|service| service.settings().map(move |line| (service, line)));
    let pages = lines.filter(|(service, line)| {
        names_the_page(&line.name)
            || (service.is_front_end() && purpose(&line.name) == Some(Purpose::OwnUrl))
    });
    let mut pages = pages.filter_map(|(_, line)| Origin::parse(&line.value));
    if let (Some(page), None) = (pages.next(), pages.next())
        && page != *server
        && is_loopback(&page.host) == is_loopback(&server.host)
    {
        trip.relation = if page.is_same_site(server) {
            Relation::SameSite
        } else {
            Relation::CrossSite
        };
        trip.page = Some(page);
    }
}

fn names_the_page(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    [
        "APP_ORIGIN",
        "FRONTEND_URL",
        "FRONTEND_ORIGIN",
        "CLIENT_URL",
        "CLIENT_ORIGIN",
        "WEB_ORIGIN",
        "WEB_URL",
        "CORS_ORIGIN",
        "UI_URL",
    ]
    .contains(&name.as_str())
}

/// The domain that a setting names: of a list the one that fits, and none where the word means none.
fn domain_of(text: &str, trip: &Trip<'_>) -> Option<String> {
    let domains: Vec<String> = text
        .split([',', ' '])
        .map(|domain| domain.trim().trim_start_matches('.').to_ascii_lowercase())
        .filter(|domain| !domain.is_empty())
        .collect();
    let host = trip.host().unwrap_or_default();
    let fitting = domains
        .iter()
        .find(|domain| domain_matches(host, domain))
        .or(domains.first())?;
    let none = ["null", "none", "false", "undefined"].contains(&fitting.as_str());
    (!none).then(|| fitting.clone())
}

/// What settings make of the session cookie, where no answer shows it.
pub(super) fn of_settings(evidence: &Evidence, trip: &Trip<'_>) -> Option<Hindered> {
    let lines = || evidence.services.iter().flat_map(Service::settings);
    let of = |wanted: Purpose| {
        lines().find(|line| {
            purpose(&line.name) == Some(wanted) && !line.name.to_ascii_uppercase().contains("CSRF")
        })
    };
    let text = |line: Option<&EnvLine>| {
        line.map(|line| line.value.trim().to_owned())
            .filter(|value| !value.is_empty())
    };
    let yes =
        |value: &str| ["1", "on", "true", "yes"].contains(&value.to_ascii_lowercase().as_str());
    let (domain, secure, same_site) = (
        of(Purpose::CookieDomain),
        of(Purpose::CookieSecure),
        of(Purpose::CookieSameSite),
    );
    let name = text(of(Purpose::CookieName)).unwrap_or_else(|| "session".to_owned());
    let any = domain.or(same_site).or(secure)?;
    let mut cookie = SetCookie {
        name: &name,
        value: "x",
        domain: text(domain).and_then(|domain| domain_of(&domain, trip)),
        path: Some("/"),
        secure: text(secure).is_some_and(|value| yes(&value)),
        http_only: true,
        same_site: text(same_site).and_then(|value| SameSite::parse(&value)),
        ends: None,
        spot: any.spot.clone(),
    };
    // Settings that do not speak of Secure leave it open.
    cookie.secure |= secure.is_none() && cookie.same_site == Some(SameSite::None);
    let obstacle = jar::refused(&cookie, trip)
        .or_else(|| jar::withheld(&cookie, "/", trip.server.as_ref(), trip, 0))?;
    let line = match obstacle {
        Obstacle::DomainForeign | Obstacle::PublicSuffix | Obstacle::WrongHost => domain,
        Obstacle::SameSite(_) | Obstacle::SameSiteNoneInsecure => same_site.or(secure),
        Obstacle::SecureOverHttp => secure,
        _ => None,
    }?;
    cookie.spot = line.spot.clone();
    Some(Hindered {
        path: "/".to_owned(),
        set_by: trip.server.clone(),
        ..describe(&cookie, obstacle)
    })
}
