//! Who asked whom over which scheme: the failing request as the browser saw it.

use super::address::{Origin, is_private};
use crate::evidence::{CredentialsMode, Evidence, Exchange, Request, Response, Service, Spot};

/// What sent a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Client {
    /// A browser: it keeps cookies and checks CORS.
    Browser,
    /// A program, which sends what it is told to send.
    Program,
    /// It does not say.
    Unknown,
}

/// How the page and the server that it asks stand to each other.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Relation {
    /// Another registrable domain, or another scheme.
    CrossSite,
    /// No page asks: the address was typed or a bookmark opened.
    Nobody,
    /// The same scheme, host and port.
    SameOrigin,
    /// Another origin of the same site.
    SameSite,
    /// The evidence does not say which page asks.
    Unknown,
}

impl Relation {
    /// Whether the two are of different origins.
    pub(crate) const fn crosses_origins(self) -> bool {
        matches!(self, Self::CrossSite | Self::SameSite)
    }
}

/// One exchange with its ends.
pub(crate) struct Trip<'e> {
    pub(crate) request: &'e Request,
    pub(crate) response: Option<&'e Response>,
    /// Where it goes, as the browser names it.
    pub(crate) server: Option<Origin>,
    /// The page that asks.
    pub(crate) page: Option<Origin>,
    pub(crate) relation: Relation,
    /// Whether it loads a page, rather than being asked by one.
    pub(crate) navigates: bool,
    /// Whether it is made inside a frame of another site, where cookies count as a third party's.
    pub(crate) framed: bool,
    pub(crate) client: Client,
}

impl<'e> Trip<'e> {
    /// Looks at one exchange; `known` are the addresses that settings name.
    pub(crate) fn of(exchange: &'e Exchange, known: &[Origin]) -> Option<Self> {
        let request = exchange.request.as_ref()?;
        let response = exchange.response.as_ref();
        let server = server(request, response, known);
        let page = page(request);
        let navigates = navigates(request, server.as_ref(), page.as_ref());
        let relation = relation(request, server.as_ref(), page.as_ref());
        let into = request.headers.value("sec-fetch-dest").unwrap_or_default();
        let frames = ["iframe", "frame", "fencedframe", "object", "embed"];
        Some(Self {
            framed: frames.contains(&into) && relation == Relation::CrossSite,
            relation,
            client: client(request),
            request,
            response,
            server,
            page,
            navigates,
        })
    }

    /// Where a browser of the internet is sent that finds nothing there: the program's own loopback address. Sign-ins
    /// of apps may end there (RFC 8252, section 7.3), with a code or by the redirect URI that they gave.
    pub(crate) fn sent_to_loopback(&self) -> Option<(Origin, Spot)> {
        let response = self.response.filter(|response| response.is_redirect())?;
        let header = response.headers.first("location")?;
        let to = Origin::parse(&header.value)?;
        let inside = to.is_loopback() || to.host == "0.0.0.0";
        let outside = self
            .server
            .as_ref()
            .is_some_and(|server| !is_private(&server.host));
        let of_app = header.value.contains("code=")
            || header.value.contains("error=")
            || self.request.target.contains("redirect");
        (inside && outside && !of_app).then(|| (to, response.spot(header)))
    }

    /// The status of the answer; 0 without one.
    pub(crate) fn status(&self) -> u16 {
        self.response.map_or(0, |response| response.status)
    }

    /// Whether cookies count it as a request of another site (RFC 6265bis, section 5.2).
    pub(crate) fn is_foreign(&self) -> bool {
        self.relation == Relation::CrossSite || self.framed
    }

    /// Whether the browser lets Secure cookies through to this server: over `https`, or on the machine itself (Secure
    /// Contexts, section 3.1), for which Safari makes no exception.
    pub(crate) fn takes_secure(&self, server: &Origin) -> bool {
        server.https || server.is_loopback() && !self.is_of_safari()
    }

    /// Whether Safari sends it.
    pub(crate) fn is_of_safari(&self) -> bool {
        let agent = self.request.headers.value("user-agent").unwrap_or_default();
        let others = ["Chrome/", "Chromium/", "CriOS/", "Edg", "Android"];
        agent.contains("Version/")
            && agent.contains("Safari/")
            && !others.iter().any(|other| agent.contains(other))
    }

    /// The host that is asked.
    pub(crate) fn host(&self) -> Option<&str> {
        self.server.as_ref().map(|server| server.host.as_str())
    }

    /// What was said of cookies, where the call itself says it.
    pub(crate) fn credentials(&self) -> Option<CredentialsMode> {
        self.request.credentials
    }
}

/// Every address that a setting names.
pub(crate) fn settings_origins(evidence: &Evidence) -> Vec<Origin> {
    let lines = evidence.services.iter().flat_map(Service::settings);
    lines
        .filter_map(|line| Origin::parse(&line.value))
        .collect()
}

/// Where a request goes: the host that the client named, with the scheme that speaks for itself most.
fn server(request: &Request, response: Option<&Response>, known: &[Origin]) -> Option<Origin> {
    if let Some(absolute) = Origin::parse(&request.target) {
        return Some(absolute);
    }
    let headers = &request.headers;
    let forwarded = headers
        .value("x-forwarded-host")
        .or_else(|| parameter(headers.value("forwarded")?, "host"));
    let host = forwarded.or_else(|| headers.value("host"))?;
    let host = host.split(',').next().unwrap_or_default().trim();
    let plain = Origin::of_host(false, host)?;
    let same_host = |origin: &Origin| origin.host == plain.host;
    let said = [headers.value("origin"), headers.value("referer")];
    let by_browser = said
        .into_iter()
        .flatten()
        .filter_map(Origin::parse)
        .find(same_host)
        .map(|origin| origin.https);
    let by_setting = || {
        known
            .iter()
            .find(|origin| same_host(origin))
            .map(|origin| origin.https)
    };
    let by_fetch =
        || (headers.first("sec-fetch-site").is_some() && !plain.is_loopback()).then_some(true);
    let by_redirect = || {
        let location = response?
            .headers
            .value("location")
            .and_then(Origin::parse)?;
        same_host(&location).then_some(location.https)
    };
    let by_proxy = || forwarded_https(request);
    let https = by_browser
        .or_else(by_setting)
        .or_else(by_fetch)
        .or_else(by_proxy)
        .or_else(by_redirect)
        .or_else(|| host.ends_with(":443").then_some(true))
        .unwrap_or_else(|| !is_private(&plain.host) && plain.port == 80);
    Origin::of_host(https, host)
}

/// What a proxy says of the scheme that the client used.
pub(crate) fn forwarded_https(request: &Request) -> Option<bool> {
    let headers = &request.headers;
    let proto = headers
        .value("x-forwarded-proto")
        .or_else(|| headers.value("x-forwarded-scheme"))
        .or_else(|| parameter(headers.value("forwarded")?, "proto"));
    if let Some(proto) = proto {
        let first = proto.split(',').next().unwrap_or_default().trim();
        return Some(first.eq_ignore_ascii_case("https"));
    }
    let on = headers
        .value("x-forwarded-ssl")
        .or_else(|| headers.value("front-end-https"))?;
    Some(on.eq_ignore_ascii_case("on"))
}

/// A parameter of `Forwarded` (RFC 7239, section 4), of its first element.
fn parameter<'a>(forwarded: &'a str, name: &str) -> Option<&'a str> {
    let first = forwarded.split(',').next()?;
    first.split(';').find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        key.trim()
            .eq_ignore_ascii_case(name)
            .then(|| value.trim().trim_matches('"'))
    })
}

fn page(request: &Request) -> Option<Origin> {
    let headers = &request.headers;
    match headers.value("origin").filter(|origin| *origin != "null") {
        Some(origin) => Origin::parse(origin),
        None => headers.value("referer").and_then(Origin::parse),
    }
}

fn relation(request: &Request, server: Option<&Origin>, page: Option<&Origin>) -> Relation {
    match request.headers.value("sec-fetch-site") {
        Some("cross-site") => return Relation::CrossSite,
        Some("same-site") => return Relation::SameSite,
        Some("same-origin") => return Relation::SameOrigin,
        Some("none") => return Relation::Nobody,
        Some(_) | None => {}
    }
    // The web view of an app has an origin of its own: `capacitor://localhost`, `tauri://localhost`, `app://`.
    let origin = request.headers.value("origin").unwrap_or_default();
    let of_app = page.is_none() && origin.contains("://");
    match (server, page) {
        _ if of_app => Relation::CrossSite,
        (Some(server), Some(page)) if server == page => Relation::SameOrigin,
        (Some(server), Some(page)) if server.is_same_site(page) => Relation::SameSite,
        (Some(_), Some(_)) => Relation::CrossSite,
        _ => Relation::Unknown,
    }
}

/// Whether a page is loaded: said by the browser, or a GET that no CORS request can be.
fn navigates(request: &Request, server: Option<&Origin>, page: Option<&Origin>) -> bool {
    let headers = &request.headers;
    if let Some(mode) = headers.value("sec-fetch-mode") {
        return mode == "navigate";
    }
    if headers.lists("sec-fetch-dest", "document") {
        return true;
    }
    let by_script = headers.first("x-requested-with").is_some()
        || headers.lists("accept", "application/json")
        || headers
            .value("content-type")
            .is_some_and(|kind| kind.contains("json"));
    if by_script {
        return false;
    }
    if headers
        .value("accept")
        .is_some_and(|accept| accept.starts_with("text/html"))
    {
        return true;
    }
    let from_elsewhere = matches!((server, page), (Some(server), Some(page)) if server != page);
    // A script's request to another origin always has an Origin (Fetch, section 3.1).
    request.method.eq_ignore_ascii_case("GET")
        && from_elsewhere
        && headers.first("origin").is_none()
}

fn client(request: &Request) -> Client {
    let headers = &request.headers;
    if headers.first("sec-fetch-site").is_some() || headers.first("sec-ch-ua").is_some() {
        return Client::Browser;
    }
    match headers.value("user-agent") {
        Some(agent) if agent.contains("Mozilla/") => Client::Browser,
        Some(_) => Client::Program,
        None if headers.first("origin").is_some() || headers.first("referer").is_some() => {
            Client::Browser
        }
        None => Client::Unknown,
    }
}
