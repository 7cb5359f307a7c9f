//! The answer of an example: what a client gets to see of a cause.

use crate::catalogue::title;
use countersign_verify::Cause;
use serde_json::{Value, json};

/// The trace id of all examples.
pub(crate) const TRACE_ID: &str = "5f0c8a1e9b7d4c3fa2e6d81b90c47f35";

/// The answer to a request that is refused for `cause`, as it goes over the wire in production:
/// code and slug of what the client is told (RFC 9457, RFC 6750 section 3), and the trace id.
///
/// `public_url` is the server's, without a slash at its end.
#[must_use]
pub fn answer(cause: Cause, public_url: &str) -> String {
    let told = cause.told();
    let mut lines = vec![
        format!("HTTP/1.1 {} {}", told.status(), reason(told.status())),
        "Content-Type: application/problem+json".to_owned(),
    ];
    match told.status() {
        401 => lines.push(challenge(told).to_owned()),
        429 | 503 => lines.push("Retry-After: 30".to_owned()),
        _ => {}
    }
    lines.push(format!("X-Trace-Id: {TRACE_ID}"));
    lines.push(String::new());
    lines.push("{".to_owned());
    lines.extend(members(told, public_url));
    lines.push("}".to_owned());
    lines.join("\n")
}

/// The members of the body, in the order in which they are read.
fn members(told: Cause, public_url: &str) -> Vec<String> {
    let kind = format!("{public_url}/docs/errors/{}", told.code());
    let members: [(&str, Value); 6] = [
        ("type", kind.into()),
        ("title", title(told).into()),
        ("status", told.status().into()),
        ("code", told.code().into()),
        ("slug", told.slug().into()),
        ("trace_id", TRACE_ID.into()),
    ];
    let last = members.len() - 1;
    members
        .iter()
        .enumerate()
        .map(|(at, (name, value))| {
            let comma = if at == last { "" } else { "," };
            format!("  {}: {value}{comma}", json!(name))
        })
        .collect()
}

/// RFC 6750, section 3.1: no error code where no credential was presented.
const fn challenge(told: Cause) -> &'static str {
    match told {
        Cause::CredentialMissing => "WWW-Authenticate: Bearer",
        _ => "WWW-Authenticate: Bearer error=\"invalid_token\"",
    }
}

/// The reason phrases of the statuses that causes have (RFC 9110, section 15).
const fn reason(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        409 => "Conflict",
        413 => "Content Too Large",
        422 => "Unprocessable Content",
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
            assert_eq!(body["trace_id"], TRACE_ID);
            assert_eq!(
                head.contains("WWW-Authenticate"),
                told.status() == 401,
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
        assert!(head.contains("WWW-Authenticate: Bearer\n"), "{head}");
    }
}
