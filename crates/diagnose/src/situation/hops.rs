//! Addresses with their statuses in the logs of clients: undici, httpx, urllib3, .NET, wget, a program's own words.

use super::address::Origin;
use super::header_way::path_of;
use crate::evidence::{Evidence, Spot, without_secrets};

/// One request as a log tells it.
pub(crate) struct Hop {
    pub(crate) origin: Origin,
    /// The path without doubled slashes and without one at its end.
    path: String,
    status: u16,
    pub(crate) spot: Spot,
}

/// How many lines an answer may stand below its address: the headers of the request come between.
const BELOW: usize = 12;

/// How many requests may come between a redirect and what it leads to.
const BETWEEN: usize = 4;

/// A redirect to another origin and the refusal of what it led to.
pub(crate) fn led_away(evidence: &Evidence) -> Option<(Hop, Hop)> {
    for log in &evidence.logs {
        let mut hops = read(&log.source(), &log.text);
        let away = hops.iter().enumerate().find_map(|(at, from)| {
            let after = hops.iter().enumerate().skip(at + 1).take(BETWEEN);
            let redirected = matches!(from.status, 301 | 302 | 303 | 307 | 308);
            let refused = |to: &Hop| {
                matches!(to.status, 401 | 403) && to.origin != from.origin && to.path == from.path
            };
            after
                .filter(|_| redirected)
                .find(|(_, to)| refused(to))
                .map(|(to, _)| (at, to))
        });
        if let Some((from, to)) = away {
            let to = hops.swap_remove(to);
            return Some((hops.swap_remove(from), to));
        }
    }
    None
}

fn read(source: &std::sync::Arc<str>, text: &str) -> Vec<Hop> {
    let mut hops = Vec::new();
    let mut open: Option<(&str, usize)> = None;
    for (at, line) in text.lines().enumerate() {
        let spot = || Spot::line(source, at + 1, without_secrets(line));
        let has_address = line.contains("://");
        // Of lines without an address those count that tell an answer.
        let lower = line.to_ascii_lowercase();
        let tells = ["response", "status", "http/", "received"];
        if !has_address && !tells.iter().any(|word| lower.contains(word)) {
            continue;
        }
        if has_address || open.is_some_and(|(_, seen)| at > seen + BELOW) {
            open = None;
        }
        let mut path_follows = None;
        for word in line.split(|c: char| c.is_whitespace() || "\"'`,;()<>[]{}|".contains(c)) {
            let url = word
                .find("http")
                .and_then(|start| word.get(start..))
                .filter(|url| url.contains("://"));
            if let Some(url) = url {
                open = Some((url.trim_end_matches([':', '.', '…']), at));
            } else if word.starts_with('/')
                && open.is_some_and(|(url, seen)| seen == at && path_of(url) == "/")
            {
                // urllib3: `https://host:443 "GET /path HTTP/1.1" 200`
                path_follows = Some(word);
            } else if let (Some(status), Some((url, _))) = (status(word), open)
                && let Some(origin) = Origin::parse(url)
            {
                let path = plain(path_of(path_follows.take().unwrap_or(url)));
                hops.push(Hop {
                    origin,
                    path,
                    status,
                    spot: spot(),
                });
                open = None;
            }
        }
    }
    hops
}

/// A status that clients meet; other numbers of three digits are sizes and times.
fn status(word: &str) -> Option<u16> {
    const KNOWN: &[u16] = &[
        200, 201, 202, 204, 301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 429, 500, 502, 503,
    ];
    let word = word.trim_matches(|c: char| !c.is_ascii_digit());
    let number = word.parse().ok().filter(|_| word.len() == 3)?;
    KNOWN.contains(&number).then_some(number)
}

fn plain(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn clients_log_their_hops_in_many_forms() {
        for log in [
            "UNDICI 71: sending request to GET https://a.example//v1/me\nUNDICI 71: received response to GET https://a.example//v1/me - HTTP 308\nUNDICI 71: received response to GET https://www.a.example//v1/me - HTTP 401",
            "HTTP Request: GET https://a.example/v1/me \"HTTP/1.1 301 Moved Permanently\"\nHTTP Request: GET https://www.a.example/v1/me \"HTTP/1.1 401 Unauthorized\"",
            "DEBUG:urllib3.connectionpool:https://a.example:443 \"GET /v1/me HTTP/1.1\" 308 0\nDEBUG:urllib3.connectionpool:https://www.a.example:443 \"GET /v1/me HTTP/1.1\" 401 30",
            "--2027-01-15 08:00:00--  https://a.example/v1/me\nHTTP request sent, awaiting response... 301 Moved Permanently\nLocation: https://www.a.example/v1/me [following]\n--2027-01-15 08:00:01--  https://www.a.example/v1/me\nHTTP request sent, awaiting response... 401 Unauthorized",
            "GET https://a.example/v1/me (Bearer, 735 bytes): 301 -> https://www.a.example/v1/me: 401",
            "Sending HTTP request GET https://a.example/v1/me\nReceived HTTP response headers after 31.2ms - 302\nSending HTTP request GET https://www.a.example/v1/me\nReceived HTTP response headers after 8.1ms - 401",
        ] {
            let evidence = Evidence::read(vec![crate::evidence::Document::new("log.txt", log)]);
            let (from, to) = led_away(&evidence).unwrap_or_else(|| panic!("{log}"));
            assert_eq!(
                (from.origin.host.as_str(), to.origin.host.as_str()),
                ("a.example", "www.a.example"),
                "{log}"
            );
        }
    }

    #[test]
    fn other_paths_and_one_origin_are_no_redirect_elsewhere() {
        let log = "GET https://a.example/x 301\nGET https://a.example/x/ 401\nGET https://b.example/y 401";
        assert_eq!(read(&Arc::from("log.txt"), log).len(), 3);
        let evidence = Evidence::read(vec![crate::evidence::Document::new("log.txt", log)]);
        assert!(led_away(&evidence).is_none());
    }
}
