//! The Authorization header on its way: who sent it, and where it was lost.

use super::wire::{Client, Trip};
use super::{Browsing, Origin};
use crate::evidence::{Evidence, Request, Response, Service, Spot};

/// A redirect after which the header was missing.
pub(crate) struct Lost {
    /// What was asked first.
    pub(crate) from: Option<Origin>,
    /// Where the redirect leads.
    pub(crate) to: String,
    /// The redirect's `Location`.
    pub(crate) spot: Spot,
    /// The request after it.
    pub(crate) after: Spot,
    /// Whether the first request was seen with the header.
    pub(crate) had_it: bool,
}

/// Whether a request has an Authorization header with something in it.
pub(crate) fn is_authorized(request: &Request) -> bool {
    request
        .headers
        .all("authorization")
        .any(|header| !header.value.is_empty())
}

/// Whether a client is known to have a credential for its header: by a command, by source, by a setting beside it.
pub(crate) fn is_told(evidence: &Evidence, browsing: &Browsing<'_>) -> bool {
    let by_setting = || {
        let lines = evidence.services.iter().flat_map(Service::settings);
        lines.into_iter().any(|line| {
            let name = line.name.to_ascii_uppercase();
            let token =
                name.ends_with("TOKEN") || name.ends_with("API_KEY") || name.ends_with("JWT");
            token && line.value.trim().len() > 15
        })
    };
    evidence.commands.iter().any(is_authorized)
        || !browsing.snippets.sets_bearer.is_empty()
        || by_setting()
}

/// The address that a program was sent away from, where its request tells it: programs name the page before (`Referer`)
/// when they follow a redirect and never else.
pub(crate) fn sent_from<'e>(trip: &Trip<'e>) -> Option<(Origin, Spot)> {
    let request: &'e Request = trip.request;
    let referer = request.headers.first("referer")?;
    let from = Origin::parse(&referer.value)?;
    let same_path =
        path_of(&referer.value).trim_end_matches('/') == request.path().trim_end_matches('/');
    let away = trip.client == Client::Program && same_path && trip.server.as_ref() != Some(&from);
    away.then(|| (from, request.spot(referer)))
}

/// A redirect whose next request lacks the header that the first one had.
pub(crate) fn lost_on_redirect(evidence: &Evidence, browsing: &Browsing<'_>) -> Option<Lost> {
    let trips: Vec<&Trip<'_>> = browsing
        .before
        .iter()
        .chain(browsing.failing.as_ref())
        .collect();
    let told =
        evidence.commands.iter().any(is_authorized) || !browsing.snippets.sets_bearer.is_empty();
    let redirects = trips
        .iter()
        .filter(|trip| trip.response.is_some_and(Response::is_redirect));
    for redirect in redirects {
        let had_it = is_authorized(redirect.request);
        if !had_it && !told {
            continue;
        }
        let Some((response, location)) = redirect
            .response
            .and_then(|response| Some((response, response.headers.first("location")?)))
        else {
            continue;
        };
        let path = path_of(&location.value);
        let elsewhere =
            Origin::parse(&location.value).is_some_and(|to| Some(&to) != redirect.server.as_ref());
        let next = trips.iter().find(|trip| {
            let other = !std::ptr::eq(trip.request, redirect.request);
            let moved = elsewhere || path != redirect.request.path();
            other && moved && trip.request.path() == path
        });
        let Some(next) = next.filter(|next| !is_authorized(next.request)) else {
            continue;
        };
        return Some(Lost {
            from: redirect.server.clone(),
            to: location
                .value
                .split('?')
                .next()
                .unwrap_or_default()
                .to_owned(),
            spot: response.spot(location),
            after: next.request.start_spot(),
            had_it,
        });
    }
    None
}

/// Where the answer sends a request with an Authorization header, if it is another origin.
pub(crate) fn leads_away(trip: &Trip<'_>) -> Option<(Origin, Spot)> {
    let response = trip
        .response
        .filter(|response| response.is_redirect() && is_authorized(trip.request))?;
    let header = response.headers.first("location")?;
    let to = Origin::parse(&header.value)?;
    let server = trip.server.as_ref()?;
    (to != *server).then(|| (to, response.spot(header)))
}

/// The path of a URL or of a path with a query.
pub(crate) fn path_of(location: &str) -> &str {
    let rest = match location.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"),
        None => location,
    };
    rest.split(['?', '#']).next().unwrap_or_default()
}

/// The scheme that an answer asks for, in lower case (RFC 9110, section 11.6.1).
pub(crate) fn challenges(response: Option<&Response>) -> Vec<String> {
    let headers = response
        .into_iter()
        .flat_map(|response| response.headers.all("www-authenticate"));
    let schemes = headers.filter_map(|header| header.value.split([' ', ',']).next());
    schemes
        .map(str::to_ascii_lowercase)
        .filter(|scheme| !scheme.is_empty())
        .collect()
}

/// Whether a text has the form of a JWT.
pub(crate) fn is_jwt(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    text.starts_with("eyJ") && matches!(parts.len(), 3 | 5)
}
