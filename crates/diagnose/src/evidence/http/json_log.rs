//! Lines of JSON in which servers log a request with its headers: Caddy's access log, pino-http and its kin.

use super::{Exchange, Header, Request, Response};
use serde_json::{Map, Value};
use std::sync::Arc;

/// Reads the exchanges of a log.
pub(super) fn read(source: &Arc<str>, text: &str) -> Vec<Exchange> {
    let lines = text.lines().enumerate();
    lines
        .filter_map(|(at, line)| {
            let line = line.get(line.find('{')?..)?;
            exchange(source, at + 1, &serde_json::from_str(line).ok()?)
        })
        .collect()
}

/// `{"request":{"method":…,"uri":…,"headers":{…}},"status":…}` and the same under the names of others.
fn exchange(source: &Arc<str>, line: usize, entry: &Value) -> Option<Exchange> {
    let asked = entry.get("request").or_else(|| entry.get("req"))?;
    let answered = entry.get("response").or_else(|| entry.get("res"));
    let text = |name: &str| asked.get(name).and_then(Value::as_str);
    let path = text("uri").or_else(|| text("url"))?;
    let headers = asked.get("headers")?.as_object()?;
    let mut request = Request::new(source, text("method")?, path, line);
    // What logs hide of cookies cannot be compared with what was sent.
    request.headers.0 = pairs(headers, line)
        .filter(|header| !header.name.eq_ignore_ascii_case("cookie"))
        .collect();
    if let Some(host) = text("host").filter(|_| request.headers.first("host").is_none()) {
        // Caddy names the TLS of a request, where it had any.
        if entry.get("resp_headers").is_some() && path.starts_with('/') {
            let scheme = if asked.get("tls").is_some() {
                "https"
            } else {
                "http"
            };
            request.target = format!("{scheme}://{host}{path}");
        }
        request.headers.0.push(Header {
            name: "host".to_owned(),
            value: host.to_owned(),
            line,
        });
    }
    let status = |of: &Value| {
        let value = of.get("statusCode").or_else(|| of.get("status"))?;
        value.as_u64().and_then(|status| u16::try_from(status).ok())
    };
    let status = answered.and_then(status).or_else(|| status(entry))?;
    let headers = entry
        .get("resp_headers")
        .or_else(|| answered?.get("headers"))
        .and_then(Value::as_object);
    let kept = ["location", "www-authenticate"];
    let headers = headers.into_iter().flat_map(|headers| pairs(headers, line));
    let headers =
        headers.filter(|header| kept.contains(&header.name.to_ascii_lowercase().as_str()));
    let response = Response {
        source: Arc::clone(source),
        status,
        headers: super::Headers(headers.collect()),
        body: String::new(),
        line,
    };
    Some(Exchange {
        request: Some(request),
        response: Some(response),
    })
}

fn pairs(headers: &Map<String, Value>, line: usize) -> impl Iterator<Item = Header> {
    headers.iter().filter_map(move |(name, value)| {
        let value = match value {
            Value::Array(values) => values.first()?.as_str()?,
            other => other.as_str()?,
        };
        Some(Header {
            name: name.clone(),
            value: value.to_owned(),
            line,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn access_logs_with_headers_are_read() {
        let log = "{\"msg\":\"handled request\",\"request\":{\"method\":\"POST\",\"host\":\"a.example\",\"uri\":\"/x\",\"headers\":{\"Authorization\":[\"REDACTED\"]}},\"status\":308,\"resp_headers\":{\"Location\":[\"https://a.example/x\"]}}\n\
            web-1 | {\"req\":{\"method\":\"GET\",\"url\":\"/y\",\"headers\":{\"host\":\"b.example\"}},\"res\":{\"statusCode\":401,\"headers\":{}}}\n{\"level\":30}";
        let read = read(&Arc::from("log.txt"), log);
        let seen: Vec<(&str, u16)> = read
            .iter()
            .map(|one| {
                (
                    one.request.as_ref().unwrap().target.as_str(),
                    one.response.as_ref().unwrap().status,
                )
            })
            .collect();
        assert_eq!(seen, [("http://a.example/x", 308), ("/y", 401)]);
        let first = read[0].response.as_ref().unwrap();
        assert_eq!(first.headers.value("location"), Some("https://a.example/x"));
    }
}
