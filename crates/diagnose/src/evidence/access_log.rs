//! Lines of servers' logs that name a request and how it was answered.

use super::{Evidence, Spot, without_secrets};
use serde_json::Value;

const METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// One logged request.
#[derive(Clone, Debug)]
pub(crate) struct Logged {
    /// The path without its query.
    pub(crate) path: String,
    pub(crate) status: u16,
    pub(crate) spot: Spot,
}

/// Reads every log.
pub(crate) fn read(evidence: &Evidence) -> Vec<Logged> {
    let mut found = Vec::new();
    for log in &evidence.logs {
        let source = log.source();
        for (at, line) in log.text.lines().enumerate() {
            if line.starts_with(['>', '<', '$']) {
                continue;
            }
            if let Some((path, status)) = request(line).or_else(|| structured(line)) {
                found.push(Logged {
                    path,
                    status,
                    spot: Spot::line(&source, at + 1, without_secrets(line)),
                });
            }
        }
    }
    found
}

/// `"GET /x HTTP/1.1" 401`, `GET /x 401`, `GET /x -> 401`.
fn request(line: &str) -> Option<(String, u16)> {
    let part = |c: char| {
        c.is_whitespace() || matches!(c, '"' | '\'' | '[' | ']' | '(' | ')' | ',' | '=' | '|')
    };
    let mut words = line.split(part).filter(|word| !word.is_empty());
    while let Some(word) = words.next() {
        if !METHODS.contains(&word) {
            continue;
        }
        let Some(target) = words.next().filter(|target| target.starts_with('/')) else {
            continue;
        };
        let status = words
            .by_ref()
            .take(6)
            .filter(|word| word.len() == 3)
            .find_map(|word| word.parse::<u16>().ok())
            .filter(|status| (100..600).contains(status))?;
        let path = target.split('?').next().unwrap_or_default();
        return Some((path.to_owned(), status));
    }
    None
}

/// Members by which structured logs name a request: pino, zap, Caddy, Traefik, nginx, Rails.
const NAMES: [&[&str]; 3] = [
    &[
        "method",
        "http_method",
        "request_method",
        "RequestMethod",
        "verb",
    ],
    &[
        "path",
        "url",
        "uri",
        "target",
        "request_uri",
        "RequestPath",
        "route",
    ],
    &[
        "status",
        "statusCode",
        "status_code",
        "code",
        "DownstreamStatus",
        "http_status",
    ],
];

/// A line that is, or ends with, one JSON object.
fn structured(line: &str) -> Option<(String, u16)> {
    let json: Value = serde_json::from_str(line.get(line.find('{')?..)?).ok()?;
    let [methods, paths, statuses] = NAMES;
    member(&json, methods, 0, &|value| {
        let method = value.as_str()?.to_ascii_uppercase();
        METHODS.contains(&method.as_str()).then_some(())
    })?;
    let path = member(&json, paths, 0, &|value| {
        let target = value.as_str()?;
        let path = target.split('?').next().unwrap_or_default();
        path.starts_with('/').then(|| path.to_owned())
    })?;
    let status = member(&json, statuses, 0, &|value| {
        let number = value.as_u64().or_else(|| value.as_str()?.parse().ok())?;
        u16::try_from(number)
            .ok()
            .filter(|code| (100..600).contains(code))
    })?;
    Some((path, status))
}

fn member<T>(
    json: &Value,
    names: &[&str],
    depth: usize,
    read: &dyn Fn(&Value) -> Option<T>,
) -> Option<T> {
    let members = json.as_object().filter(|_| depth < 5)?;
    let own = names.iter().find_map(|name| read(members.get(*name)?));
    own.or_else(|| {
        members
            .values()
            .find_map(|inner| member(inner, names, depth + 1, read))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_many_servers_are_read() {
        for line in [
            "INFO:     10.0.0.1:5 - \"POST /eval_sets HTTP/1.1\" 307 Temporary Redirect",
            "10.0.0.1 - - [10/Oct/2026:13:55:36 +0000] \"POST /eval_sets?x=1 HTTP/1.1\" 307 12",
            "POST /eval_sets 307 3.1 ms - 12",
            "2026-11-21T13:11:09Z POST /eval_sets -> 307",
        ] {
            assert_eq!(
                request(line),
                Some(("/eval_sets".to_owned(), 307)),
                "{line}"
            );
        }
        assert_eq!(request("GET the token from /x 401"), None);
    }

    #[test]
    fn structured_logs_are_read() {
        for line in [
            r#"{"level":"info","method":"POST","path":"/a?x=1","status":401}"#,
            r#"api-1 | {"level":30,"req":{"method":"POST","url":"/a"},"res":{"statusCode":401},"msg":"request completed"}"#,
            r#"{"request":{"method":"post","uri":"/a"},"status":"401"}"#,
        ] {
            assert_eq!(structured(line), Some(("/a".to_owned(), 401)), "{line}");
        }
        assert_eq!(structured(r#"{"status":401}"#), None);
    }
}
