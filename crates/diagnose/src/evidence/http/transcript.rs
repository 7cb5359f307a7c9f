//! What `curl -v` prints: `> ` before what was sent, `< ` before what came back. And what the logging interceptor
//! of `OkHttp` prints: `--> ` and `<-- ` before the first lines, the headers as they stand.

use super::raw::{self, Start};
use super::{Exchange, Request, Response};
use std::sync::Arc;

/// Whether a text has such lines.
pub(super) fn is_transcript(text: &str) -> bool {
    text.lines()
        .any(|line| sent(line).is_some() || received(line).is_some())
}

/// A request or status line behind its mark.
fn sent(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start();
    let start = match line.strip_prefix("--> ") {
        Some(rest) => raw::start(rest, true)?,
        None => raw::start(line.strip_prefix("> ")?, false)?,
    };
    match start {
        // Servers' loggers put arrows before paths too, each way round.
        Start::Request(_, target) if line.starts_with('-') && !target.starts_with("http") => None,
        Start::Request(method, target) => Some((method, target)),
        Start::Response(_) => None,
    }
}

fn received(line: &str) -> Option<u16> {
    let line = line.trim_start();
    let start = match line.strip_prefix("<-- ") {
        Some(rest) if rest.contains("://") => raw::start(rest, true)?,
        _ => raw::start(line.strip_prefix("< ")?, false)?,
    };
    match start {
        Start::Response(status) => Some(status),
        Start::Request(..) => None,
    }
}

/// Reads the exchanges; other lines (`* `, prompts, progress) are passed over.
pub(super) fn read(source: &Arc<str>, text: &str) -> Vec<Exchange> {
    let mut exchanges: Vec<Exchange> = Vec::new();
    let mut https = None;
    let mut arrows = false;
    for (at, line) in text.lines().enumerate() {
        let line = line.trim_end_matches('\r').trim_start();
        let arrow = ["--> ", "<-- "]
            .iter()
            .find_map(|mark| line.strip_prefix(mark));
        if let Some(rest) = arrow {
            arrows = !rest.starts_with("END");
        }
        if let Some(note) = line.strip_prefix("* ") {
            https = scheme_said(note).or(https);
        } else if let Some((method, target)) = sent(line) {
            raw::push_request(&mut exchanges, Request::new(source, method, target, at + 1));
        } else if let Some(status) = received(line) {
            let response = Response {
                source: Arc::clone(source),
                status,
                headers: super::Headers::default(),
                body: String::new(),
                line: at + 1,
            };
            raw::push_response(&mut exchanges, response);
        } else if arrow.is_some() {
            // The end of a message.
        } else if let Some(header) = raw::header(at + 1, line).filter(|_| arrows) {
            if let Some(exchange) = exchanges.last_mut() {
                push_header(exchange, header);
            }
        } else if let Some(Exchange { request, response }) = exchanges.last_mut() {
            take(line, at + 1, request.as_mut(), response.as_mut(), https);
        }
    }
    exchanges
}

/// Adds a header to the message that began last.
fn push_header(exchange: &mut Exchange, header: super::Header) {
    match (&mut exchange.response, &mut exchange.request) {
        (Some(response), _) => response.headers.0.push(header),
        (None, Some(request)) => request.headers.0.push(header),
        (None, None) => {}
    }
}

fn take(
    line: &str,
    at: usize,
    request: Option<&mut Request>,
    response: Option<&mut Response>,
    https: Option<bool>,
) {
    if let Some(header) = line
        .strip_prefix("> ")
        .and_then(|text| raw::header(at, text))
    {
        let Some(request) = request else { return };
        if header.name.eq_ignore_ascii_case("host")
            && let Some(https) = https
            && request.target.starts_with('/')
        {
            let scheme = if https { "https" } else { "http" };
            request.target = format!("{scheme}://{}{}", header.value, request.target);
        }
        request.headers.0.push(header);
    } else if let Some(header) = line
        .strip_prefix("< ")
        .and_then(|text| raw::header(at, text))
    {
        if let Some(response) = response {
            response.headers.0.push(header);
        }
    } else if let Some(response) = response
        && !line.starts_with(['<', '>', '{', '}', '$', '*', '#']) | line.starts_with("{\"")
        && response.body.len() + line.len() < super::BODY
    {
        response.body.push_str(line);
        response.body.push('\n');
    }
}

/// Whether the next connection is over TLS, from curl's notes.
fn scheme_said(note: &str) -> Option<bool> {
    if note.contains("SSL connection using") || note.contains("https://") {
        return Some(true);
    }
    note.contains("http://").then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REDIRECTED: &str = "$ curl -Lv -X POST https://evals.example/eval_sets -H 'Authorization: Bearer x'\n\
        * SSL connection using TLSv1.3 / AEAD-CHACHA20-POLY1305-SHA256\n\
        > POST /eval_sets HTTP/2\n> Host: evals.example\n> authorization: Bearer x\n>\n\
        < HTTP/2 307\n< location: http://evals.example/eval_sets/\n<\n\
        * Issue another request to this URL: 'http://evals.example/eval_sets/'\n\
        > POST /eval_sets/ HTTP/1.1\n> Host: evals.example\n>\n< HTTP/1.1 401 Unauthorized\n<\n{\"detail\":\"Not authenticated\"}\n";

    #[test]
    fn a_chain_of_requests_is_read_with_its_schemes() {
        let exchanges = read(&Arc::from("log.txt"), REDIRECTED);
        assert_eq!(exchanges.len(), 2);
        let targets: Vec<&str> = exchanges
            .iter()
            .map(|exchange| exchange.request.as_ref().unwrap().target.as_str())
            .collect();
        assert_eq!(
            targets,
            [
                "https://evals.example/eval_sets",
                "http://evals.example/eval_sets/"
            ]
        );
        let last = exchanges[1].response.as_ref().unwrap();
        assert_eq!((last.status, last.line), (401, 14));
        assert_eq!(last.body.trim(), "{\"detail\":\"Not authenticated\"}");
    }

    #[test]
    fn the_log_of_an_interceptor_is_read_with_its_headers() {
        let log = "--> GET https://www.a.example/x\nAuthorization: Bearer x\n--> END GET\n\
            <-- 308 https://www.a.example/x (31ms)\nLocation: https://a.example/x\n<-- END HTTP\n\
            --> GET https://a.example/x\n--> END GET\n<-- 401 https://a.example/x (12ms)\n<-- END HTTP\n";
        let exchanges = read(&Arc::from("log.txt"), log);
        let sent: Vec<usize> = exchanges
            .iter()
            .map(|exchange| exchange.request.as_ref().unwrap().headers.0.len())
            .collect();
        assert_eq!(sent, [1, 0]);
        let first = exchanges[0].response.as_ref().unwrap();
        assert_eq!((first.status, first.headers.0.len()), (308, 1));
        assert!(!is_transcript("<-- GET /x\n--> GET /x 200 3ms"));
    }

    #[test]
    fn a_quoted_reply_in_prose_is_no_transcript() {
        assert!(!is_transcript("> I tried GET /x\n> and it failed"));
        assert!(is_transcript("> GET /x HTTP/1.1"));
    }
}
