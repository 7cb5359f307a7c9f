//! HAR files: what a browser's network panel saves.

use super::{CredentialsMode, Exchange, Header, Headers, Request, Response, bounded};
use serde_json::Value;
use std::sync::Arc;

/// Reads the entries in their order; none if it is no HAR file.
///
/// Entries have no lines of their own: each is known by its number.
pub(super) fn read(source: &Arc<str>, text: &str) -> Option<Vec<Exchange>> {
    let whole: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()?;
    let entries = whole.get("log")?.get("entries")?.as_array()?;
    Some(
        entries
            .iter()
            .enumerate()
            .map(|(at, entry)| Exchange {
                request: request(source, &entry["request"], at + 1),
                response: response(source, &entry["response"], at + 1),
            })
            .collect(),
    )
}

fn request(source: &Arc<str>, value: &Value, number: usize) -> Option<Request> {
    let target = value["url"].as_str()?;
    let source: Arc<str> = Arc::from(format!("{source}, entry {number}"));
    let mut request = Request::new(
        &source,
        value["method"].as_str().unwrap_or("GET"),
        target,
        0,
    );
    request.headers = headers(value);
    let sent: Vec<String> = value["cookies"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|cookie| {
            Some(format!(
                "{}={}",
                cookie["name"].as_str()?,
                cookie["value"].as_str()?
            ))
        })
        .collect();
    if request.headers.first("cookie").is_none() && !sent.is_empty() {
        request.headers.0.push(Header {
            name: "Cookie".to_owned(),
            value: sent.join("; "),
            line: 0,
        });
    }
    request.body = bounded(value["postData"]["text"].as_str().unwrap_or_default());
    request.credentials = None::<CredentialsMode>;
    Some(request)
}

fn response(source: &Arc<str>, value: &Value, number: usize) -> Option<Response> {
    let status = value["status"].as_u64()?;
    let content = &value["content"];
    let body = if content["encoding"].is_null() {
        content["text"].as_str().unwrap_or_default()
    } else {
        ""
    };
    Some(Response {
        source: Arc::from(format!("{source}, entry {number}")),
        status: u16::try_from(status).unwrap_or_default(),
        headers: headers(value),
        body: bounded(body),
        line: 0,
    })
}

/// The headers; HTTP/2's pseudo lines are no headers, but `:authority` is the host.
fn headers(message: &Value) -> Headers {
    let pairs = message["headers"].as_array().into_iter().flatten();
    let headers = pairs.filter_map(|pair| {
        let name = match pair["name"].as_str()? {
            ":authority" => "Host",
            name if name.starts_with(':') => return None,
            name => name,
        };
        Some(Header {
            name: name.to_owned(),
            value: pair["value"].as_str()?.to_owned(),
            line: 0,
        })
    });
    // Chrome joins several Set-Cookie headers with line feeds.
    let parted = headers.flat_map(|header| {
        let values: Vec<String> = header.value.split('\n').map(str::to_owned).collect();
        values.into_iter().map(move |value| Header {
            name: header.name.clone(),
            value,
            line: 0,
        })
    });
    Headers(parted.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read_with_their_cookies() {
        let text = r#"{"log":{"entries":[{"request":{"method":"GET","url":"https://a.example/x","headers":[{"name":":authority","value":"a.example"}],"cookies":[{"name":"sid","value":"1"}]},
            "response":{"status":401,"headers":[{"name":"Set-Cookie","value":"a=1\nb=2"}],"content":{"text":"no"}}}]}}"#;
        let entries = read(&Arc::from("x.har"), text).unwrap();
        let request = entries[0].request.as_ref().unwrap();
        assert_eq!(request.headers.value("host"), Some("a.example"));
        assert_eq!(request.cookies().next(), Some(("sid", "1")));
        assert_eq!(&*request.source, "x.har, entry 1");
        let response = entries[0].response.as_ref().unwrap();
        assert_eq!(response.headers.all("set-cookie").count(), 2);
        assert_eq!((response.status, response.body.as_str()), (401, "no"));
    }

    #[test]
    fn other_json_is_no_har() {
        assert!(read(&Arc::from("x"), "{\"log\":{}}").is_none());
        assert!(read(&Arc::from("x"), "{").is_none());
    }
}
