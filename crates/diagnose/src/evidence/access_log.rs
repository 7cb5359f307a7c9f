//! Lines of servers' logs that name a request and how it was answered.

use super::{Evidence, Spot, without_secrets};
use serde_json::Value;

const METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// One logged request.
#[derive(Clone, Debug)]
pub(crate) struct Logged {
    pub(crate) method: String,
    /// The path without its query.
    pub(crate) path: String,
    pub(crate) status: u16,
    /// Which process or machine answered, where the line tells.
    pub(crate) instance: Option<String>,
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
            if let Some((method, path, status)) = request(line) {
                found.push(Logged {
                    method,
                    path,
                    status,
                    instance: instance(line),
                    spot: Spot::line(&source, at + 1, without_secrets(line)),
                });
            }
        }
    }
    found
}

/// `"GET /x HTTP/1.1" 401`, `GET /x 401`, `GET /x -> 401`, `method=GET path="/x" status=401`.
fn request(line: &str) -> Option<(String, String, u16)> {
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
        return Some((word.to_owned(), path.to_owned(), status));
    }
    structured(line).or_else(|| in_pairs(line))
}

/// A request in pairs of names and values, as routers and JSON loggers write them.
fn in_pairs(line: &str) -> Option<(String, String, u16)> {
    let first = |names: &[&str]| names.iter().find_map(|name| value_of(line, name));
    let method =
        first(&["method", "verb", "request_method"]).filter(|one| METHODS.contains(one))?;
    let target = first(&["path", "uri", "url", "request_uri", "target"])?;
    let status = first(&["status", "statusCode", "status_code", "code"])?;
    let status = status
        .parse()
        .ok()
        .filter(|status| (100..600).contains(status))?;
    let path = target
        .split('?')
        .next()
        .filter(|path| path.starts_with('/'))?;
    Some((method.to_owned(), path.to_owned(), status))
}

/// `302` of `status=302` and of `"status": 302`.
fn value_of<'l>(line: &'l str, name: &str) -> Option<&'l str> {
    line.match_indices(name).find_map(|(at, _)| {
        let before = line.get(..at)?.chars().next_back();
        if before.is_some_and(|c| !(c.is_whitespace() || "\"{,".contains(c))) {
            return None;
        }
        let behind = line.get(at + name.len()..)?;
        let behind = behind.strip_prefix('"').unwrap_or(behind);
        let behind = behind.strip_prefix(['=', ':'])?.trim_start();
        let behind = behind.strip_prefix('"').unwrap_or(behind);
        let end = behind.find(|c: char| c.is_whitespace() || "\",}".contains(c));
        behind.get(..end.unwrap_or(behind.len()))
    })
}

/// Which process or machine of several wrote a line or answered what it tells of.
fn instance(line: &str) -> Option<String> {
    let named = [
        "dyno",
        "pid",
        "worker",
        "pod",
        "instance",
        "replica",
        "hostname",
        "upstream",
        "upstream_addr",
    ];
    if let Some(value) = named.iter().find_map(|name| value_of(line, name)) {
        return Some(value.to_owned());
    }
    // `api-2  | …`, `2|api  | …`, `[pod/api-7d9c/api] …`, `app[web.1]: …`, `[…] [8] GET …`
    if let Some((before, _)) = line.split_once('|') {
        let name = before.trim();
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.@/".contains(c);
        let numbered = name.chars().any(|c| c.is_ascii_digit());
        if numbered && name.chars().all(plain) {
            return Some(name.to_owned());
        }
    }
    let before = METHODS
        .iter()
        .filter_map(|method| line.find(method))
        .min()?;
    let marks = line.get(..before)?.split(['[', '(']).skip(1);
    let inner: Vec<&str> = marks
        .filter_map(|rest| rest.split([']', ')']).next())
        .collect();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    let found = inner.into_iter().rev().find(|name| {
        let is_level = name.chars().all(|c| c.is_ascii_alphabetic());
        // A day or a time is no name.
        let is_time =
            name.matches(['/', '-']).count() >= 2 && name.starts_with(|c: char| c.is_ascii_digit());
        !name.is_empty() && !is_level && !is_time && name.chars().all(plain)
    });
    found.map(str::to_owned)
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
fn structured(line: &str) -> Option<(String, String, u16)> {
    let json: Value = serde_json::from_str(line.get(line.find('{')?..)?).ok()?;
    let [methods, paths, statuses] = NAMES;
    let method = member(&json, methods, 0, &|value| {
        let method = value.as_str()?.to_ascii_uppercase();
        METHODS.contains(&method.as_str()).then_some(method)
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
    Some((method, path, status))
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
            "heroku[router]: at=info method=POST path=\"/eval_sets?x=1\" host=x dyno=web.1 connect=0ms status=307",
            r#"{"level":"info","method":"POST","url":"/eval_sets","status":307}"#,
        ] {
            assert_eq!(
                request(line),
                Some(("POST".to_owned(), "/eval_sets".to_owned(), 307)),
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
            let wanted = ("POST".to_owned(), "/a".to_owned(), 401);
            assert_eq!(structured(line), Some(wanted), "{line}");
        }
        assert_eq!(structured(r#"{"status":401}"#), None);
    }

    #[test]
    fn a_line_names_the_process_that_answered() {
        for (line, wanted) in [
            (
                "[2027-07-10 07:26:52 +0000] [7] GET /moorings -> 302 /login",
                Some("7"),
            ),
            (
                "api-2  | INFO: 10.0.1.5:4 - \"GET /beds HTTP/1.1\" 401",
                Some("api-2"),
            ),
            (
                "reed_api.1.k2v@node-a    | \"GET /beds HTTP/1.1\" 401",
                Some("reed_api.1.k2v@node-a"),
            ),
            ("2027-01-01T10:00:00Z app[web.1]: GET /x 200", Some("web.1")),
            (
                "[pod/api-7d9c-abcde/api] GET /x 200",
                Some("pod/api-7d9c-abcde/api"),
            ),
            (
                "at=info method=GET path=\"/x\" dyno=web.2 status=302",
                Some("web.2"),
            ),
            (
                "10.0.0.1 - - [10/Oct/2026:13:55:36 +0000] \"GET /x HTTP/1.1\" 307 12",
                None,
            ),
            ("[INFO] GET /x 200", None),
        ] {
            assert_eq!(instance(line).as_deref(), wanted, "{line}");
        }
    }
}
