//! Requests and answers.

use super::{Document, Evidence, Spot};
use std::fmt;
use std::sync::Arc;

/// A request with its answer, either of which may be missing.
#[derive(Debug, Default)]
pub(crate) struct Exchange {
    /// What was asked.
    pub(crate) request: Option<Request>,
    /// What was answered.
    pub(crate) response: Option<Response>,
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
}

/// An answer. `Debug` shows neither headers nor body.
pub(crate) struct Response {
    /// The file.
    pub(crate) source: Arc<str>,
    /// The status code.
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
}

impl Request {
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
}

fn header_spot(source: &Arc<str>, header: &Header) -> Spot {
    let secret = [
        "authorization",
        "cookie",
        "set-cookie",
        "x-auth-secret",
        "x-api-key",
        "apikey",
        "x-csrf-token",
    ]
    .iter()
    .any(|name| header.name.eq_ignore_ascii_case(name));
    let value = if secret { "…" } else { header.value.as_str() };
    Spot::line(source, header.line, format!("{}: {value}", header.name))
}

/// Adds the exchanges of a document: the failing one, or an earlier one (`login.http`).
pub(super) fn add(evidence: &mut Evidence, document: &Document) {
    let name = document.file_name().to_ascii_lowercase();
    let exchanges = read(document);
    if name.starts_with("login") || name.starts_with("preflight") {
        evidence.earlier.extend(exchanges);
        return;
    }
    for exchange in exchanges {
        // request.http and response.http are two halves of one exchange.
        let other_half = evidence.failing.iter_mut().find(|known| {
            (known.request.is_none() && exchange.response.is_none())
                || (known.response.is_none() && exchange.request.is_none())
        });
        match other_half {
            Some(known) if exchange.request.is_some() => known.request = exchange.request,
            Some(known) => known.response = exchange.response,
            None => evidence.failing.push(exchange),
        }
    }
}

/// Reads raw HTTP messages that lines of `###` part.
fn read(document: &Document) -> Vec<Exchange> {
    let source = document.source();
    let mut exchanges: Vec<Exchange> = Vec::new();
    let mut lines = document.text.lines().enumerate().peekable();
    while lines.peek().is_some() {
        let message: Vec<(usize, &str)> = lines
            .by_ref()
            .take_while(|(_, line)| !line.starts_with("###"))
            .map(|(at, line)| (at + 1, line.trim_end_matches('\r')))
            .skip_while(|(_, line)| line.trim().is_empty())
            .collect();
        let Some(((line, start), rest)) = message.split_first().map(|(first, rest)| (*first, rest))
        else {
            continue;
        };
        let (headers, body) = headers_and_body(rest);
        if let Some(status) = start.strip_prefix("HTTP/") {
            let status = status.split(' ').nth(1).and_then(|code| code.parse().ok());
            let response = Response {
                source: Arc::clone(&source),
                status: status.unwrap_or_default(),
                headers,
                body,
                line,
            };
            match exchanges.last_mut().filter(|last| last.response.is_none()) {
                Some(last) => last.response = Some(response),
                None => exchanges.push(Exchange {
                    request: None,
                    response: Some(response),
                }),
            }
            continue;
        }
        let mut words = start.split(' ');
        let request = Request {
            source: Arc::clone(&source),
            method: words.next().unwrap_or_default().to_owned(),
            target: words.next().unwrap_or_default().to_owned(),
            headers,
            body,
        };
        exchanges.push(Exchange {
            request: Some(request),
            response: None,
        });
    }
    exchanges
}

fn headers_and_body(lines: &[(usize, &str)]) -> (Headers, String) {
    let end = lines.iter().position(|(_, line)| line.is_empty());
    let (head, body) = lines.split_at(end.unwrap_or(lines.len()));
    let headers = head.iter().filter_map(|(line, text)| {
        let (name, value) = text.split_once(':')?;
        Some(Header {
            name: name.trim().to_owned(),
            value: value.trim().to_owned(),
            line: *line,
        })
    });
    let body: Vec<&str> = body.iter().skip(1).map(|(_, text)| *text).collect();
    (Headers(headers.collect()), body.join("\n"))
}
