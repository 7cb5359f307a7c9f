//! A browser's cookie jar, filled from the answers that came before (RFC 6265bis, sections 5.6 to 5.8).

use super::address::{Origin, is_public_suffix};
use super::cookie::{LARGEST, SameSite, SetCookie, domain_matches, path_matches};
use super::http_date;
use super::wire::{Client, Trip};
use crate::evidence::CredentialsMode;

/// Why a cookie is not where the server looks for it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Obstacle {
    /// `Domain` is not the host or above it.
    DomainForeign,
    /// It has ended, or was deleted.
    Ended,
    /// `__Host-` or `__Secure-` demands what the cookie does not have.
    PrefixBroken,
    /// `Domain` is a public suffix.
    PublicSuffix,
    /// `SameSite` keeps it back on requests from other sites.
    SameSite(SameSite),
    /// `SameSite=None` without `Secure`.
    SameSiteNoneInsecure,
    /// `Secure`, and the address is plain `http`.
    SecureOverHttp,
    /// The browser lets no cookies of other sites through, whatever they say of themselves.
    ThirdParty,
    /// Name and value are longer than browsers keep.
    TooLarge,
    /// The call leaves cookies out on requests to other origins.
    WithoutCredentials,
    /// It belongs to another host.
    WrongHost,
    /// It belongs to another path.
    WrongPath,
}

/// What the failing request carries of a cookie that was set.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Carried {
    /// Nothing of its name.
    Nothing,
    /// Another value of its name.
    Other,
    /// The value that it was to replace, for the browser did not take it.
    Outdated,
    /// Name and value.
    Same,
}

/// A cookie that was set, and what became of it.
pub(crate) struct Stored<'e> {
    pub(crate) cookie: SetCookie<'e>,
    /// Where it was set.
    pub(crate) server: Option<Origin>,
    /// The path it counts for.
    pub(crate) path: String,
    /// When it was set, in seconds since the epoch, if the answer says it.
    pub(crate) set_at: Option<i64>,
    /// Why the browser did not take it.
    pub(crate) refused: Option<Obstacle>,
    /// Why it is not sent with the failing request.
    pub(crate) withheld: Option<Obstacle>,
    /// Whether a later one took its place.
    pub(crate) replaced: bool,
    /// What of it the failing request carries.
    pub(crate) carried: Carried,
    /// What it was given to: a program takes what browsers refuse.
    pub(crate) given_to: Client,
}

impl Stored<'_> {
    /// Why the server does not see it: refused when set, or held back when sent.
    pub(crate) fn obstacle(&self) -> Option<Obstacle> {
        self.refused.or(self.withheld)
    }

    /// Whether it should be in the request and is not there.
    pub(crate) fn is_missing(&self) -> bool {
        let absent = matches!(self.carried, Carried::Nothing | Carried::Outdated);
        absent && !self.replaced && !self.cookie.value.trim_matches('"').is_empty()
    }
}

/// Fills the jar with what the trips set and asks what goes along with the failing one.
pub(crate) fn fill<'e>(trips: &[Trip<'e>], failing: &Trip<'e>, now: i64) -> Vec<Stored<'e>> {
    let mut jar: Vec<Stored<'e>> = Vec::new();
    for trip in trips {
        let Some(response) = trip.response else {
            continue;
        };
        let set_at = response.headers.value("date").and_then(http_date::read);
        for header in response.headers.all("set-cookie") {
            let counted_from = set_at.unwrap_or(now);
            let Some(cookie) = SetCookie::parse(&header.value, counted_from, response.spot(header))
            else {
                continue;
            };
            let path = cookie.path_for(trip.request.path());
            // What a program was given would be refused by the browser that fails.
            let refused = if failing.client == Client::Program {
                None
            } else {
                refused_by_browser(&cookie, trip)
            };
            let host_of =
                |server: &Option<Origin>| server.as_ref().map(|server| server.host.clone());
            if refused.is_none() {
                for old in jar.iter_mut().filter(|old| old.refused.is_none()) {
                    let same_host = match (&old.cookie.domain, &cookie.domain) {
                        (None, None) => host_of(&old.server) == host_of(&trip.server),
                        (one, other) => one == other,
                    };
                    old.replaced |= old.cookie.name == cookie.name && old.path == path && same_host;
                }
            }
            jar.push(Stored {
                carried: carried(&cookie, trip, failing, refused.is_some()),
                given_to: trip.client,
                withheld: withheld(&cookie, &path, trip.server.as_ref(), failing, now),
                server: trip.server.clone(),
                path,
                set_at,
                refused,
                replaced: false,
                cookie,
            });
        }
    }
    jar
}

fn carried(cookie: &SetCookie<'_>, set: &Trip<'_>, failing: &Trip<'_>, refused: bool) -> Carried {
    let values = |trip: &Trip<'_>| -> Vec<String> {
        let named = trip
            .request
            .cookies()
            .filter(|(name, _)| *name == cookie.name);
        named.map(|(_, value)| value.to_owned()).collect()
    };
    let now = values(failing);
    let old = || values(set).iter().any(|value| now.contains(value));
    match now.first() {
        None => Carried::Nothing,
        Some(_) if now.iter().any(|value| value == cookie.value) => Carried::Same,
        Some(_) if refused && old() => Carried::Outdated,
        Some(_) => Carried::Other,
    }
}

/// Why a browser does not take a cookie (RFC 6265bis, section 5.7); a program takes what it gets.
pub(crate) fn refused(cookie: &SetCookie<'_>, trip: &Trip<'_>) -> Option<Obstacle> {
    (trip.client != Client::Program)
        .then(|| refused_by_browser(cookie, trip))
        .flatten()
}

fn refused_by_browser(cookie: &SetCookie<'_>, trip: &Trip<'_>) -> Option<Obstacle> {
    if cookie.size() > LARGEST {
        return Some(Obstacle::TooLarge);
    }
    if leaves_cookies_out(trip) {
        return Some(Obstacle::WithoutCredentials);
    }
    if let Some(server) = &trip.server {
        if let Some(domain) = &cookie.domain {
            // A name without a dot is a suffix too: `.local`, `.localhost`.
            let top = !domain.contains('.') && domain_matches(&server.host, domain);
            if (is_public_suffix(domain) || top) && *domain != server.host {
                return Some(Obstacle::PublicSuffix);
            }
            if !domain_matches(&server.host, domain) {
                return Some(Obstacle::DomainForeign);
            }
        }
        if cookie.secure && !trip.takes_secure(server) {
            return Some(Obstacle::SecureOverHttp);
        }
    }
    if cookie.same_site == Some(SameSite::None) && !cookie.secure {
        return Some(Obstacle::SameSiteNoneInsecure);
    }
    if prefix_is_broken(cookie) {
        return Some(Obstacle::PrefixBroken);
    }
    let same_site = cookie.same_site.unwrap_or(SameSite::Lax);
    let elsewhere = trip.is_foreign() && (!trip.navigates || trip.framed);
    (same_site != SameSite::None && elsewhere).then_some(Obstacle::SameSite(same_site))
}

/// What the name's prefix demands (RFC 6265bis, section 4.1.3).
fn prefix_is_broken(cookie: &SetCookie<'_>) -> bool {
    let name = cookie.name.to_ascii_lowercase();
    if name.starts_with("__host-") {
        return !cookie.secure || cookie.domain.is_some() || cookie.path != Some("/");
    }
    name.starts_with("__secure-") && !cookie.secure
}

/// Why a browser does not send a cookie (RFC 6265bis, section 5.8.3).
pub(crate) fn withheld(
    cookie: &SetCookie<'_>,
    path: &str,
    set_by: Option<&Origin>,
    trip: &Trip<'_>,
    now: i64,
) -> Option<Obstacle> {
    if let (Some(server), Some(set_by)) = (&trip.server, set_by) {
        let fits = match &cookie.domain {
            Some(domain) => domain_matches(&server.host, domain),
            None => server.host == set_by.host,
        };
        if !fits {
            return Some(Obstacle::WrongHost);
        }
        if cookie.secure && !trip.takes_secure(server) {
            return Some(Obstacle::SecureOverHttp);
        }
    }
    if !path_matches(trip.request.path(), path) {
        return Some(Obstacle::WrongPath);
    }
    if cookie.ends.is_some_and(|ends| ends <= now) {
        return Some(Obstacle::Ended);
    }
    if leaves_cookies_out(trip) {
        return Some(Obstacle::WithoutCredentials);
    }
    held_by_same_site(cookie.same_site, trip).or_else(|| held_by_browser(trip))
}

/// Safari keeps every cookie back from requests that come from another site (Intelligent Tracking Prevention).
fn held_by_browser(trip: &Trip<'_>) -> Option<Obstacle> {
    let third = trip.is_foreign() && (!trip.navigates || trip.framed);
    (trip.is_of_safari() && third).then_some(Obstacle::ThirdParty)
}

/// Whether the page's code neither sends nor keeps cookies across origins (Fetch, section 5.4).
fn leaves_cookies_out(trip: &Trip<'_>) -> bool {
    let without = matches!(
        trip.credentials(),
        Some(CredentialsMode::Omit | CredentialsMode::SameOrigin)
    );
    without && trip.relation.crosses_origins() && !trip.navigates
}

/// What `SameSite` says of a request (RFC 6265bis, section 5.2).
pub(crate) fn held_by_same_site(same_site: Option<SameSite>, trip: &Trip<'_>) -> Option<Obstacle> {
    if !trip.is_foreign() || trip.client == Client::Program {
        return None;
    }
    match same_site.unwrap_or(SameSite::Lax) {
        SameSite::None => None,
        SameSite::Lax if trip.navigates && !trip.framed && trip.request.is_safe() => None,
        held => Some(Obstacle::SameSite(held)),
    }
}
