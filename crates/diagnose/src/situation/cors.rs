//! What a browser makes of an answer to a request from another origin (Fetch, sections 3.2 and 4.9).

use super::address::Origin;
use super::wire::{Client, Trip};
use crate::evidence::{CredentialsMode, Response, Spot};

/// Why the browser keeps the answer from the page.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Blocked {
    /// The preflight does not allow a header that the request has.
    HeaderNotAllowed(String),
    /// The preflight does not allow the method.
    MethodNotAllowed(String),
    /// There is no allowed origin, or another one.
    OriginNotAllowed(Option<String>),
    /// The preflight was answered with this status instead of a good one.
    PreflightRefused(u16),
    /// The allowed origin is written with a slash or a path.
    TrailingSlash(String),
    /// `*` does not count for requests with cookies.
    Wildcard,
    /// `Access-Control-Allow-Credentials` is missing.
    WithoutAllowCredentials,
}

/// The verdict on one exchange, with the place that says so.
#[derive(Clone, Debug)]
pub(crate) struct Verdict {
    pub(crate) blocked: Blocked,
    pub(crate) spot: Spot,
}

/// Judges the answer of a trip; none where the browser lets it pass, or no browser would ask.
pub(crate) fn judge(trip: &Trip<'_>, credentials: Option<CredentialsMode>) -> Option<Verdict> {
    let response = trip.response?;
    let page = trip.request.headers.value("origin")?;
    let origin = Origin::parse(page);
    let same = trip.server.is_some() && origin == trip.server;
    if same || trip.navigates || trip.client == Client::Program {
        return None;
    }
    let verdict = |blocked, name: &str| {
        let spot = response
            .headers
            .first(name)
            .map_or_else(|| response.status_spot(), |header| response.spot(header));
        Some(Verdict { blocked, spot })
    };
    let preflight = trip.request.is_preflight();
    let with_cookies = trip.request.headers.first("cookie").is_some()
        || credentials == Some(CredentialsMode::Include);
    if preflight && !(200..300).contains(&response.status) {
        let blocked = refused_preflight(trip, response);
        return verdict(blocked, ":status");
    }
    let mut allowed = response.headers.all("access-control-allow-origin");
    let (first, second) = (allowed.next(), allowed.next());
    let Some(first) = first.filter(|_| second.is_none()) else {
        let both = first
            .zip(second)
            .map(|(a, b)| format!("{}, {}", a.value, b.value));
        return verdict(
            Blocked::OriginNotAllowed(both),
            "access-control-allow-origin",
        );
    };
    let value = first.value.trim();
    let allows_credentials =
        response.headers.value("access-control-allow-credentials") == Some("true");
    if value == "*" {
        // With `true` beside it the server means to let cookies through, which `*` never does.
        if with_cookies || (allows_credentials && credentials.is_none()) {
            return verdict(Blocked::Wildcard, "access-control-allow-origin");
        }
    } else if value != page {
        let slash = Origin::parse(value).is_some_and(|allowed| Some(&allowed) == origin.as_ref())
            && value.len() > page.len();
        let blocked = if slash {
            Blocked::TrailingSlash(value.to_owned())
        } else {
            Blocked::OriginNotAllowed(Some(value.to_owned()))
        };
        return verdict(blocked, "access-control-allow-origin");
    } else if with_cookies && !allows_credentials {
        return verdict(
            Blocked::WithoutAllowCredentials,
            "access-control-allow-credentials",
        );
    }
    if preflight {
        judge_preflight(trip, value == "*" || !with_cookies)
            .and_then(|(blocked, name)| verdict(blocked, name))
    } else {
        None
    }
}

/// What a browser's console says of a blocked answer, with the page that asked.
pub(crate) fn of_console(line: &str) -> Option<(Blocked, Option<Origin>)> {
    let after = |words: &str| {
        let (_, rest) = line.split_once(words)?;
        rest.split(['\'', '’', '"']).next()
    };
    if !line.to_ascii_lowercase().contains("cors") && !line.contains("Access-Control-Allow") {
        return None;
    }
    let page = after("from origin '").and_then(Origin::parse);
    let value = after("header has a value '");
    let blocked =
        if line.contains("wildcard '*'") || line.contains("not supported if the CORS header") {
            Blocked::Wildcard
        } else if line.contains("does not have HTTP ok status")
            || line.contains("Redirect is not allowed for a preflight")
            || line.contains("preflight response did not succeed")
        {
            Blocked::PreflightRefused(0)
        } else if let Some(name) = after("Request header field ")
            .filter(|_| line.contains("is not allowed by Access-Control-Allow-Headers"))
        {
            Blocked::HeaderNotAllowed(name.split(' ').next().unwrap_or_default().to_owned())
        } else if let Some(value) = value {
            let slash = page
                .as_ref()
                .is_some_and(|page| Origin::parse(value).as_ref() == Some(page));
            if slash {
                Blocked::TrailingSlash(value.to_owned())
            } else {
                Blocked::OriginNotAllowed(Some(value.to_owned()))
            }
        } else if line.contains("'Access-Control-Allow-Credentials' header in the response is ''") {
            Blocked::WithoutAllowCredentials
        } else if line.contains("No 'Access-Control-Allow-Origin' header")
            || line.contains("‘Access-Control-Allow-Origin’ missing")
        {
            Blocked::OriginNotAllowed(None)
        } else {
            return None;
        };
    Some((blocked, page))
}

/// Why a preflight was refused: Starlette and others say it in words, instead of leaving a header out.
fn refused_preflight(trip: &Trip<'_>, response: &Response) -> Blocked {
    let body = response.body.to_ascii_lowercase();
    match body.split_once("disallowed cors ") {
        Some((_, what)) if what.contains("origin") => Blocked::OriginNotAllowed(None),
        Some((_, what)) if what.contains("headers") => {
            let asked = trip.request.headers.value("access-control-request-headers");
            Blocked::HeaderNotAllowed(asked.unwrap_or_default().to_owned())
        }
        Some(_) | None => Blocked::PreflightRefused(response.status),
    }
}

/// The headers and the method that are asked for; `star` says whether `*` may count for all of them.
fn judge_preflight(trip: &Trip<'_>, star: bool) -> Option<(Blocked, &'static str)> {
    let response = trip.response?;
    let asked = &trip.request.headers;
    let allows = |header: &str, member: &str| {
        let wild = star && member != "authorization" && response.headers.lists(header, "*");
        wild || response.headers.lists(header, member)
    };
    let names = asked
        .value("access-control-request-headers")
        .unwrap_or_default();
    for name in names
        .split(',')
        .map(|name| name.trim().to_ascii_lowercase())
    {
        if !name.is_empty() && !allows("access-control-allow-headers", &name) {
            // Authorization is not covered by `*` (Fetch, section 4.9), though browsers still let it pass.
            if name == "authorization"
                && star
                && response.headers.lists("access-control-allow-headers", "*")
            {
                continue;
            }
            return Some((
                Blocked::HeaderNotAllowed(name),
                "access-control-allow-headers",
            ));
        }
    }
    let method = asked
        .value("access-control-request-method")
        .unwrap_or("GET");
    let simple = ["GET", "HEAD", "POST"].contains(&method);
    (!simple && !allows("access-control-allow-methods", &method.to_ascii_lowercase())).then(|| {
        (
            Blocked::MethodNotAllowed(method.to_owned()),
            "access-control-allow-methods",
        )
    })
}
