//! HTTP messages as they are on the wire, one after another.

use super::{Exchange, Header, Headers, Request, Response, bounded};
use std::sync::Arc;

const METHODS: &[&str] = &[
    "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE",
];

/// The first line of a message.
pub(super) enum Start<'a> {
    /// Method and target.
    Request(&'a str, &'a str),
    /// The status code.
    Response(u16),
}

/// Reads messages that lines of `###` part, or that follow one another.
pub(super) fn read(source: &Arc<str>, text: &str) -> Vec<Exchange> {
    let mut exchanges = Vec::new();
    let mut message: Vec<(usize, &str)> = Vec::new();
    let mut at_start = true;
    for (at, line) in text.lines().enumerate() {
        let line = line.trim_end_matches('\r');
        if line.starts_with("###") {
            finish(source, &mut message, &mut exchanges);
            at_start = true;
            continue;
        }
        if at_start && (line.trim().is_empty() || line.starts_with('#') || line.starts_with("//")) {
            continue;
        }
        // A message may begin without a line of ### before it; then its version tells it from a body.
        if !message.is_empty() && start(line, false).is_some() {
            finish(source, &mut message, &mut exchanges);
        }
        at_start = false;
        message.push((at + 1, line));
    }
    finish(source, &mut message, &mut exchanges);
    exchanges
}

/// Reads a first line; at the beginning of a message the version may be missing.
pub(super) fn start(line: &str, at_start: bool) -> Option<Start<'_>> {
    let line = line.trim_start_matches('\u{feff}').trim_end();
    let mut words = line.split_ascii_whitespace();
    let (first, second, third) = (words.next()?, words.next(), words.next());
    if let Some(version) = first.strip_prefix("HTTP/") {
        let numeric = version.starts_with(|c: char| c.is_ascii_digit());
        return numeric.then(|| {
            Start::Response(
                second
                    .and_then(|code| code.parse().ok())
                    .unwrap_or_default(),
            )
        });
    }
    if at_start && first.len() == 3 && first.starts_with(['1', '2', '3', '4', '5']) {
        return first.parse().ok().map(Start::Response);
    }
    let versioned = third.is_some_and(|third| third.starts_with("HTTP/"));
    if !METHODS.contains(&first) || !(versioned || at_start) {
        return None;
    }
    Some(Start::Request(first, second?))
}

fn finish(source: &Arc<str>, message: &mut Vec<(usize, &str)>, exchanges: &mut Vec<Exchange>) {
    let lines = std::mem::take(message);
    let Some(((line, first), rest)) = lines.split_first() else {
        return;
    };
    if first.starts_with(':') {
        push_request(exchanges, with_pseudo_lines(source, &lines));
        return;
    }
    let (headers, body) = headers_and_body(rest);
    match start(first, true) {
        Some(Start::Response(status)) => push_response(
            exchanges,
            Response {
                source: Arc::clone(source),
                status,
                headers,
                body,
                line: *line,
            },
        ),
        Some(Start::Request(method, target)) => {
            let mut request = Request::new(source, method, target, *line);
            request.headers = headers;
            request.body = body;
            push_request(exchanges, request);
        }
        None => {
            // Headers without a first line are half a message: still worth their headers.
            let (headers, body) = headers_and_body(&lines);
            if headers.first("host").is_some() || headers.first("user-agent").is_some() {
                let mut request = Request::new(source, "", "/", *line);
                request.headers = headers;
                request.body = body;
                push_request(exchanges, request);
            }
        }
    }
}

pub(super) fn push_request(exchanges: &mut Vec<Exchange>, request: Request) {
    exchanges.push(Exchange {
        request: Some(request),
        response: None,
    });
}

/// An answer belongs to the last request that has none.
pub(super) fn push_response(exchanges: &mut Vec<Exchange>, response: Response) {
    match exchanges.last_mut().filter(|last| last.response.is_none()) {
        Some(last) => last.response = Some(response),
        None => exchanges.push(Exchange {
            request: None,
            response: Some(response),
        }),
    }
}

/// A request as browsers show HTTP/2: `:method`, `:path`, `:authority`, `:scheme` among the headers.
fn with_pseudo_lines(source: &Arc<str>, lines: &[(usize, &str)]) -> Request {
    let pseudo = |name: &str| {
        lines.iter().find_map(|(_, line)| {
            let value = line.strip_prefix(name)?.strip_prefix(':')?;
            Some(value.trim())
        })
    };
    let path = pseudo(":path").unwrap_or("/");
    let target = match (pseudo(":scheme"), pseudo(":authority")) {
        (Some(scheme), Some(host)) => format!("{scheme}://{host}{path}"),
        _ => path.to_owned(),
    };
    let begins = lines.first().map_or(0, |(line, _)| *line);
    let mut request = Request::new(source, pseudo(":method").unwrap_or("GET"), &target, begins);
    let plain: Vec<(usize, &str)> = lines
        .iter()
        .filter(|(_, line)| !line.starts_with(':'))
        .copied()
        .collect();
    (request.headers, request.body) = headers_and_body(&plain);
    if let (None, Some(host)) = (request.headers.first("host"), pseudo(":authority")) {
        request.headers.0.push(Header {
            name: "host".to_owned(),
            value: host.to_owned(),
            line: begins,
        });
    }
    request
}

/// Headers up to the blank line, or to what can be no header; then the body.
fn headers_and_body(lines: &[(usize, &str)]) -> (Headers, String) {
    let mut headers: Vec<Header> = Vec::new();
    let mut rest = lines.iter();
    let mut body: Vec<&str> = Vec::new();
    for (line, text) in rest.by_ref() {
        if text.trim().is_empty() {
            break;
        }
        if text.starts_with([' ', '\t'])
            && let Some(last) = headers.last_mut()
        {
            // A folded line goes on with the value before it (RFC 9112, section 5.2).
            last.value.push(' ');
            last.value.push_str(text.trim());
            continue;
        }
        let Some(header) = header(*line, text) else {
            body.push(text);
            break;
        };
        headers.push(header);
    }
    body.extend(rest.map(|(_, text)| *text));
    (Headers(headers), bounded(&body.join("\n")))
}

/// A header line; none where what stands before the colon is no token (RFC 9110, section 5.6.2).
pub(super) fn header(line: usize, text: &str) -> Option<Header> {
    let (name, value) = text.split_once(':')?;
    let name = name.trim_end();
    let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    (!name.is_empty() && name.chars().all(token)).then(|| Header {
        name: name.to_owned(),
        value: value.trim().to_owned(),
        line,
    })
}
