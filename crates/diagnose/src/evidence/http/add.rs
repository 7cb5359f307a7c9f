//! Which exchanges fail, and which came before.

use super::{Exchange, command, har, json_log, raw, transcript};
use crate::evidence::{Document, Evidence};

/// Adds the exchanges of a document: the failing one, or an earlier one (`login.http`).
pub(in crate::evidence) fn add(evidence: &mut Evidence, document: &Document) {
    let name = document.file_name().to_ascii_lowercase();
    let exchanges = read(document);
    let earlier = [
        "login",
        "preflight",
        "earlier",
        "before",
        "callback",
        "signin",
    ];
    if earlier.iter().any(|start| name.starts_with(start)) {
        evidence.earlier.extend(exchanges);
        return;
    }
    let mut exchanges = exchanges;
    let Some(failing) = failing(&exchanges) else {
        return;
    };
    let after = exchanges.split_off(failing);
    evidence.earlier.extend(exchanges);
    if let Some(exchange) = after.into_iter().next() {
        pair(evidence, exchange);
    }
}

/// Adds what a log shows of the wire: the commands that were typed, and exchanges of `curl -v`.
pub(in crate::evidence) fn add_log(evidence: &mut Evidence, document: &Document) {
    let source = document.source();
    evidence
        .commands
        .extend(command::read(&source, &document.text));
    evidence
        .logged
        .extend(json_log::read(&source, &document.text));
    if transcript::is_transcript(&document.text) {
        evidence
            .logged
            .extend(transcript::read(&source, &document.text));
    }
}

fn read(document: &Document) -> Vec<Exchange> {
    let source = document.source();
    let text = document.text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with('{')
        && let Some(entries) = har::read(&source, text)
    {
        return entries;
    }
    if command::is_command(text) {
        let requests = command::read(&source, text).into_iter();
        let exchanges = requests.map(|request| Exchange {
            request: Some(request),
            response: None,
        });
        return exchanges.collect();
    }
    if transcript::is_transcript(text) {
        return transcript::read(&source, text);
    }
    raw::read(&source, text)
}

/// The exchange that fails: the last one that was refused, else the last.
fn failing(exchanges: &[Exchange]) -> Option<usize> {
    let refused = |exchange: &Exchange| {
        let status = exchange
            .response
            .as_ref()
            .map_or(0, |response| response.status);
        matches!(status, 401 | 403 | 407 | 419 | 422 | 431) || status == 400 || status >= 500
    };
    exchanges
        .iter()
        .rposition(refused)
        .or_else(|| exchanges.len().checked_sub(1))
}

/// `request.http` and `response.http` are two halves of one exchange.
fn pair(evidence: &mut Evidence, exchange: Exchange) {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(files: &[(&str, &str)]) -> Evidence {
        Evidence::read(
            files
                .iter()
                .map(|(name, text)| Document::new(*name, *text))
                .collect(),
        )
    }

    #[test]
    fn two_files_are_halves_of_one_exchange() {
        let evidence = read_all(&[
            (
                "response.http",
                "HTTP/1.1 401 Unauthorized\r\nServer: x\r\n\r\nno",
            ),
            (
                "request.http",
                "GET /me HTTP/1.1\r\nHost: a.example\r\n\r\n",
            ),
        ]);
        assert_eq!(evidence.failing.len(), 1);
        let exchange = &evidence.failing[0];
        assert_eq!(exchange.request.as_ref().unwrap().path(), "/me");
        assert_eq!(exchange.response.as_ref().unwrap().body, "no");
    }

    #[test]
    fn the_last_refusal_fails_and_what_went_before_is_earlier() {
        let text = "POST /login HTTP/1.1\nHost: a.example\n\n{}\n###\nHTTP/1.1 200 OK\nSet-Cookie: sid=1\n\n###\nGET /me HTTP/1.1\nHost: a.example\n\n###\nHTTP/1.1 401 Unauthorized\n\n###\nGET /logo.png HTTP/1.1\n\n###\nHTTP/1.1 200 OK\n";
        let evidence = read_all(&[("session.http", text)]);
        assert_eq!(evidence.earlier.len(), 1);
        assert_eq!(evidence.failing[0].request.as_ref().unwrap().path(), "/me");
    }

    #[test]
    fn messages_without_a_line_between_them_are_parted() {
        let text = "GET https://a.example/me?x=1 HTTP/1.1\nX-Long: a\n  b\nHTTP/1.1 403 Forbidden\n{\"detail\":\"x\"}";
        let evidence = read_all(&[("request.http", text)]);
        let exchange = &evidence.failing[0];
        let request = exchange.request.as_ref().unwrap();
        assert_eq!((request.path(), request.query("x")), ("/me", Some("1")));
        assert_eq!(request.headers.value("x-long"), Some("a b"));
        assert_eq!(
            exchange.response.as_ref().unwrap().body,
            "{\"detail\":\"x\"}"
        );
    }

    #[test]
    fn pseudo_lines_of_http_2_are_read() {
        let text = ":authority: a.example\n:method: POST\n:path: /x\n:scheme: https\ncookie: sid=1\n\nbody";
        let evidence = read_all(&[("request.http", text)]);
        let request = evidence.failing[0].request.as_ref().unwrap();
        assert_eq!(
            (request.method.as_str(), request.target.as_str()),
            ("POST", "https://a.example/x")
        );
        assert_eq!(request.headers.value("host"), Some("a.example"));
        assert_eq!(request.body, "body");
    }

    #[test]
    fn a_log_gives_its_commands_and_exchanges() {
        let evidence = read_all(&[(
            "log.txt",
            "$ curl -v https://a.example/me -H 'Authorization: Bearer x'\n> GET /me HTTP/1.1\n> Host: a.example\n>\n< HTTP/1.1 401 Unauthorized\n",
        )]);
        assert_eq!(evidence.commands.len(), 1);
        assert_eq!(
            evidence.logged.len(),
            0,
            "without a request of its own the log's last exchange fails"
        );
        assert_eq!(evidence.failing.len(), 1);
    }
}
