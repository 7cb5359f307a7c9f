//! Requests and answers.

mod add;
mod command;
mod curl;
mod fetch;
mod har;
mod json_log;
mod raw;
mod transcript;
mod words;

pub(super) use add::{add, add_log};
pub(crate) use command::is_command;

use super::Spot;
use std::fmt;
use std::sync::Arc;

/// How much of a body is kept, in bytes: enough for a message, a form and a token.
const BODY: usize = 64 * 1024;

/// A request with its answer, either of which may be missing.
#[derive(Debug, Default)]
pub(crate) struct Exchange {
    /// What was asked.
    pub(crate) request: Option<Request>,
    /// What was answered.
    pub(crate) response: Option<Response>,
}

/// What a program was told about cookies and other credentials (Fetch, section 2.2.5).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum CredentialsMode {
    /// Sent to every origin.
    Include,
    /// Never sent.
    Omit,
    /// Sent to the page's own origin alone: what `fetch` does unless told otherwise.
    SameOrigin,
}

/// A request. `Debug` shows neither headers nor body, which may hold secrets.
pub(crate) struct Request {
    /// The file.
    pub(crate) source: Arc<str>,
    /// `GET`, `POST` …
    pub(crate) method: String,
    /// The target as it was written: a path with its query, or a whole URL.
    pub(crate) target: String,
    /// The headers in their order.
    pub(crate) headers: Headers,
    /// The body.
    pub(crate) body: String,
    /// The line where it begins, from 1.
    pub(crate) line: usize,
    /// The credentials mode, where a `fetch` call or a command says it.
    pub(crate) credentials: Option<CredentialsMode>,
}

/// An answer. `Debug` shows neither headers nor body.
pub(crate) struct Response {
    /// The file.
    pub(crate) source: Arc<str>,
    /// The status code; 0 where there was none.
    pub(crate) status: u16,
    /// The headers in their order.
    pub(crate) headers: Headers,
    /// The body.
    pub(crate) body: String,
    /// The line of the status, from 1.
    pub(crate) line: usize,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} request of {}", self.method, self.source)
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} answer of {}", self.status, self.source)
    }
}

/// Headers in their order, each with its line.
#[derive(Default)]
pub(crate) struct Headers(pub(crate) Vec<Header>);

/// One header line.
pub(crate) struct Header {
    /// The name, as it was written.
    pub(crate) name: String,
    /// The value.
    pub(crate) value: String,
    /// The line, from 1.
    pub(crate) line: usize,
}

impl Headers {
    /// The first header of a name, in any case.
    pub(crate) fn first(&self, name: &str) -> Option<&Header> {
        self.all(name).next()
    }

    /// The value of the first header of a name.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.first(name).map(|header| header.value.as_str())
    }

    /// Every header of a name, in any case.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &Header> {
        self.0
            .iter()
            .filter(move |header| header.name.eq_ignore_ascii_case(name))
    }

    /// Whether one of the comma-separated members of a list header is `member`, in any case.
    pub(crate) fn lists(&self, name: &str, member: &str) -> bool {
        self.all(name)
            .flat_map(|header| header.value.split(','))
            .any(|one| one.trim().eq_ignore_ascii_case(member))
    }
}

impl Request {
    /// An empty request of a document.
    pub(super) fn new(source: &Arc<str>, method: &str, target: &str, line: usize) -> Self {
        Self {
            source: Arc::clone(source),
            method: method.to_owned(),
            target: target.to_owned(),
            headers: Headers::default(),
            body: String::new(),
            line,
            credentials: None,
        }
    }

    /// Where it begins.
    pub(crate) fn start_spot(&self) -> Spot {
        let path = self.target.split('?').next().unwrap_or_default();
        Spot::line(&self.source, self.line, format!("{} {path}", self.method))
    }

    /// Where a header stands; its value is hidden where it carries a credential.
    pub(crate) fn spot(&self, header: &Header) -> Spot {
        header_spot(&self.source, header)
    }

    /// The cookies it carries, in their order (RFC 6265, section 4.2.1).
    pub(crate) fn cookies(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.all("cookie").flat_map(|header| {
            header.value.split(';').filter_map(|pair| {
                let (name, value) = pair.trim().split_once('=')?;
                Some((name, value))
            })
        })
    }

    /// The target without query and fragment, from its first slash.
    pub(crate) fn path(&self) -> &str {
        let target = match self.target.split_once("://") {
            Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"),
            None => &self.target,
        };
        target.split(['?', '#']).next().unwrap_or_default()
    }

    /// The value of a query parameter, as it was written.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        let (_, query) = self.target.split_once('?')?;
        let query = query.split('#').next().unwrap_or_default();
        parameter(query, name)
    }

    /// Whether the method changes nothing (RFC 9110, section 9.2.1).
    pub(crate) fn is_safe(&self) -> bool {
        ["GET", "HEAD", "OPTIONS", "TRACE"]
            .iter()
            .any(|safe| self.method.eq_ignore_ascii_case(safe))
    }

    /// Whether it is a browser's CORS preflight (Fetch, section 3.2.2).
    pub(crate) fn is_preflight(&self) -> bool {
        self.method.eq_ignore_ascii_case("OPTIONS")
            && self.headers.first("origin").is_some()
            && (self
                .headers
                .first("access-control-request-method")
                .is_some()
                || self
                    .headers
                    .first("access-control-request-headers")
                    .is_some())
    }
}

impl Response {
    /// Where a header stands.
    pub(crate) fn spot(&self, header: &Header) -> Spot {
        header_spot(&self.source, header)
    }

    /// Where the status stands.
    pub(crate) fn status_spot(&self) -> Spot {
        Spot::line(&self.source, self.line, format!("HTTP {}", self.status))
    }

    /// Whether it sends the client elsewhere.
    pub(crate) fn is_redirect(&self) -> bool {
        matches!(self.status, 301 | 302 | 303 | 307 | 308)
            && self.headers.first("location").is_some()
    }
}

/// The value of a parameter of a query or a form.
pub(crate) fn parameter<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        (key.trim() == name).then_some(value)
    })
}

fn header_spot(source: &Arc<str>, header: &Header) -> Spot {
    Spot::line(
        source,
        header.line,
        format!("{}: {}", header.name, shown(header)),
    )
}

/// The value as it may be shown: of cookies their names and attributes, of credentials the scheme.
fn shown(header: &Header) -> String {
    let is = |name: &str| header.name.eq_ignore_ascii_case(name);
    if is("set-cookie") {
        let mut parts = header.value.split(';');
        let pair = parts.next().unwrap_or_default();
        let name = pair.split('=').next().unwrap_or_default();
        let attributes = parts.collect::<Vec<_>>().join(";");
        let stop = if attributes.is_empty() { "" } else { ";" };
        return format!("{name}=…{stop}{attributes}");
    }
    if is("cookie") {
        let names = header.value.split(';').map(|pair| {
            let name = pair.split('=').next().unwrap_or_default();
            format!("{}=…", name.trim())
        });
        return names.collect::<Vec<_>>().join("; ");
    }
    if is("authorization") || is("proxy-authorization") {
        return match header.value.split_once(' ') {
            Some((scheme, _)) if scheme.len() <= 12 => format!("{scheme} …"),
            _ => "…".to_owned(),
        };
    }
    let parts = [
        "token",
        "secret",
        "key",
        "auth",
        "session",
        "csrf",
        "xsrf",
        "assertion",
    ];
    let name = header.name.to_ascii_lowercase();
    let harmless = name.starts_with("access-control") || name == "www-authenticate";
    if !harmless && parts.iter().any(|part| name.contains(part)) {
        return "…".to_owned();
    }
    if is("location") || is("referer") {
        // Codes, states and tokens travel in queries.
        return match header.value.split_once('?') {
            Some((address, _)) => format!("{address}?…"),
            None => header.value.clone(),
        };
    }
    header.value.clone()
}

/// As much of a body as is kept.
fn bounded(text: &str) -> String {
    let mut end = text.len().min(BODY);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default().to_owned()
}
