//! What a browser makes of an answer to a request from another origin (Fetch, sections 3.2 and 4.9).

use super::address::Origin;
use super::wire::{Client, Trip};
use crate::evidence::{CredentialsMode, Response, Spot};

mod console;

pub(crate) use console::of_console;

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

/// Judges the answer of a trip, in the order in which a browser checks it; nothing where the browser lets it
/// pass, or no browser would ask.
pub(crate) fn judge(trip: &Trip<'_>, credentials: Option<CredentialsMode>) -> Vec<Verdict> {
    let asked = trip.response.zip(trip.request.headers.value("origin"));
    let Some((response, page)) = asked else {
        return Vec::new();
    };
    let same = trip.server.is_some() && Origin::parse(page) == trip.server;
    if same || trip.navigates || trip.client == Client::Program {
        return Vec::new();
    }
    let verdict = |(blocked, name): (Blocked, &str)| {
        let spot = response
            .headers
            .first(name)
            .map_or_else(|| response.status_spot(), |header| response.spot(header));
        Verdict { blocked, spot }
    };
    let preflight = trip.request.is_preflight();
    let with_cookies = trip.request.headers.first("cookie").is_some()
        || credentials == Some(CredentialsMode::Include);
    if preflight && !(200..300).contains(&response.status) {
        return vec![verdict((refused_preflight(trip, response), ":status"))];
    }
    let of_origin = judge_origin(response, page, with_cookies, credentials);
    // To an origin that is not allowed many servers say nothing more; what else is missing there says nothing.
    let no_rules = matches!(of_origin, Some((Blocked::OriginNotAllowed(_), _)));
    let of_headers = judge_preflight(trip, !with_cookies).filter(|_| preflight && !no_rules);
    of_origin
        .into_iter()
        .chain(of_headers)
        .map(verdict)
        .collect()
}

/// A browser sends such a request only after a preflight that allowed it, and it was answered well: an answer without
/// a single header of CORS was cut when it was noted down.
pub(super) fn was_let_through(trip: &Trip<'_>) -> bool {
    let Some(response) = trip.response else {
        return false;
    };
    let headers = &trip.request.headers;
    let method = ["GET", "HEAD", "POST"].contains(&trip.request.method.as_str());
    let asked_first = !method
        || ["authorization", "apikey", "x-api-key", "x-requested-with"]
            .iter()
            .any(|name| headers.first(name).is_some());
    let silent = response.headers.0.iter().all(|header| {
        let name = header.name.to_ascii_lowercase();
        !name.starts_with("access-control-") && name != "vary"
    });
    let well = (200..300).contains(&response.status);
    asked_first && silent && well && !trip.request.is_preflight()
}

/// The allowed origin, and whether it may be read with cookies; each with the header that says so.
fn judge_origin(
    response: &Response,
    page: &str,
    with_cookies: bool,
    credentials: Option<CredentialsMode>,
) -> Option<(Blocked, &'static str)> {
    let origin = Origin::parse(page);
    let verdict = |blocked, name| Some((blocked, name));
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
    None
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
