//! The answer of an example: what a client gets to see of a cause.

use crate::catalogue::title;
use countersign_verify::problem::{CONTENT_TYPE, Problem};
use countersign_verify::{Cause, TraceId};
use serde_json::{Map, Value, json};

/// The trace id of all examples.
const TRACE_ID: TraceId = TraceId::from_bytes(*b"an example's id!");

/// The answer to a request that is refused for `cause`, as it goes over the wire in production:
/// code and slug of what the client is told (RFC 9457, RFC 6750 section 3), and the trace id.
///
/// `public_url` is the server's, without a slash at its end.
#[must_use]
pub fn answer(cause: Cause, public_url: &str) -> String {
    let mut problem = Problem::new(cause, title, public_url, TRACE_ID);
    if cause == Cause::FieldsInvalid {
        problem = problem.with("errors", example_errors());
    }
    let status = problem.status();
    let mut lines = vec![
        format!("HTTP/1.1 {status} {}", reason(status)),
        format!("Content-Type: {CONTENT_TYPE}"),
    ];
    let challenge = problem.www_authenticate();
    if let Some(Ok(challenge)) = challenge.as_ref().map(|value| value.to_str()) {
        lines.push(format!("WWW-Authenticate: {challenge}"));
    }
    match status {
        429 => lines.push("Retry-After: 30".to_owned()),
        503 => lines.push("Retry-After: 5".to_owned()),
        _ => {}
    }
    lines.push(format!("X-Trace-Id: {TRACE_ID}"));
    lines.push(String::new());
    lines.push("{".to_owned());
    lines.push(members(&problem).join(",\n"));
    lines.push("}".to_owned());
    lines.join("\n")
}

/// The members of the body, a line each, in the order in which they go over the wire.
fn members(problem: &Problem) -> Vec<String> {
    let body: Map<String, Value> = serde_json::from_slice(&problem.body()).unwrap_or_default();
    [
        "type", "title", "status", "code", "slug", "trace_id", "errors",
    ]
    .into_iter()
    .filter_map(|name| Some(format!("  \"{name}\": {}", body.get(name)?)))
    .collect()
}

/// The fields of the example of `fields-invalid`.
fn example_errors() -> Value {
    json!([
        {"field": "email", "message": "no domain after the @"},
        {"field": "password", "message": "this password is too common"},
    ])
}

/// The reason phrases of the statuses that causes have, as they go over the wire.
const fn reason(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        409 => "Conflict",
        413 => "Payload Too Large",
        422 => "Unprocessable Entity",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_cause_is_told_and_a_secret_one_is_not() {
        let expired = answer(Cause::TokenExpired, "http://localhost:8787");
        assert!(
            expired.starts_with("HTTP/1.1 401 Unauthorized\n"),
            "{expired}"
        );
        assert!(expired.contains("\"slug\": \"token-expired\""), "{expired}");
        let unknown = answer(Cause::UserNotProvisioned, "http://localhost:8787");
        assert!(
            unknown.contains("\"slug\": \"credentials-invalid\""),
            "{unknown}"
        );
        assert!(!unknown.contains("provisioned"), "{unknown}");
    }

    #[test]
    fn the_body_is_json_and_its_members_are_those_of_a_problem() {
        for cause in Cause::ALL {
            let text = answer(*cause, "https://auth.example.org");
            let (head, body) = text.split_once("\n\n").unwrap();
            let body: Value = serde_json::from_str(body).unwrap();
            let told = cause.told();
            assert_eq!(
                body["type"],
                format!("https://auth.example.org/docs/errors/{}", told.code())
            );
            assert_eq!(body["status"], told.status());
            assert_eq!(body["trace_id"], TRACE_ID.to_string());
            assert_eq!(body["title"], title(told));
            let fields = *cause == Cause::FieldsInvalid;
            assert_eq!(body.as_object().unwrap().len(), 6 + usize::from(fields));
            assert!(
                told.status() != 401 || head.contains("WWW-Authenticate: Bearer"),
                "{head}"
            );
            assert_eq!(
                head.contains("Retry-After"),
                matches!(told.status(), 429 | 503),
                "{head}"
            );
            assert!(
                !head.lines().next().unwrap().ends_with(' '),
                "no reason phrase: {head}"
            );
        }
    }

    #[test]
    fn a_missing_credential_is_asked_for_without_an_error_code() {
        let head = answer(Cause::CredentialMissing, "");
        assert!(!head.contains("error="), "{head}");
    }
}
