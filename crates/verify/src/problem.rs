//! Refusals on the wire: problem+json (RFC 9457) and `WWW-Authenticate` (RFC 6750, section 3).
//!
//! The one place that turns a [`Cause`] into an HTTP answer; what a client may not be told
//! ([`Cause::told`]) never gets past it.

use crate::{Cause, TraceId};
use http::HeaderValue;
use serde::Serialize;
use serde_json::{Map, Value};

/// The media type of the body (RFC 9457, section 6.1).
pub const CONTENT_TYPE: &str = "application/problem+json";

/// A refusal as the client gets it.
///
/// ```
/// use countersign_verify::{Cause, TraceId, problem::Problem};
///
/// let id = TraceId::from_bytes([0; 16]);
/// let problem = Problem::new(Cause::SecretMismatch, |cause| cause.slug(), "https://a.example", id);
/// assert_eq!((problem.status(), problem.cause().slug()), (401, "credentials-invalid"));
/// ```
#[derive(Clone, Debug)]
pub struct Problem {
    cause: Cause,
    members: Map<String, Value>,
}

impl Problem {
    /// The problem that `cause` is told as. `title` words a cause in one line; `public_url` is the
    /// server's own address, under which the pages of the causes are found.
    #[must_use]
    pub fn new(
        cause: Cause,
        title: impl FnOnce(Cause) -> &'static str,
        public_url: &str,
        trace_id: TraceId,
    ) -> Self {
        let cause = cause.told();
        let mut members = Map::new();
        let page = format!(
            "{}/docs/errors/{}",
            public_url.trim_end_matches('/'),
            cause.code()
        );
        members.insert("type".to_owned(), page.into());
        members.insert("title".to_owned(), title(cause).into());
        members.insert("status".to_owned(), cause.status().into());
        members.insert("code".to_owned(), cause.code().into());
        members.insert("slug".to_owned(), cause.slug().into());
        members.insert("trace_id".to_owned(), trace_id.to_string().into());
        Self { cause, members }
    }

    /// Adds a member of our own (RFC 9457, section 3.2), such as `errors` or, in development, `fix`.
    ///
    /// A name that is there already is left alone, and so is a value that is no JSON.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Serialize) -> Self {
        if let (false, Ok(value)) = (self.members.contains_key(name), serde_json::to_value(value)) {
            self.members.insert(name.to_owned(), value);
        }
        self
    }

    /// The cause as it is told.
    #[must_use]
    pub const fn cause(&self) -> Cause {
        self.cause
    }

    /// The status of the answer.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.cause.status()
    }

    /// The body, in the order in which RFC 9457 names the members.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        const FIRST: [&str; 6] = ["type", "title", "status", "code", "slug", "trace_id"];
        let own = self
            .members
            .keys()
            .map(String::as_str)
            .filter(|name| !FIRST.contains(name));
        let mut body = Vec::with_capacity(256);
        for name in FIRST.into_iter().chain(own) {
            let Some(value) = self.members.get(name) else {
                continue;
            };
            body.extend_from_slice(if body.is_empty() { b"{" } else { b"," });
            body.extend_from_slice(format!("{}:{value}", Value::from(name)).as_bytes());
        }
        body.push(b'}');
        body
    }

    /// The challenge of a 401, or of a 403 for want of a scope (RFC 6750, section 3).
    #[must_use]
    pub fn www_authenticate(&self) -> Option<HeaderValue> {
        let title = self
            .members
            .get("title")
            .and_then(Value::as_str)
            .unwrap_or_default();
        www_authenticate(self.cause, title)
    }
}

/// The challenge for a cause that is told, where one is due.
fn www_authenticate(cause: Cause, title: &str) -> Option<HeaderValue> {
    let error = if matches!(
        cause,
        Cause::CredentialMissing | Cause::BearerMissingCookiePresent
    ) {
        None // without a credential the challenge says nothing more (RFC 6750, section 3.1)
    } else if cause == Cause::StepUpRequired {
        Some("insufficient_user_authentication") // RFC 9470, section 3
    } else if cause == Cause::ScopeMissing {
        Some("insufficient_scope")
    } else if cause.status() == 401 {
        Some("invalid_token")
    } else {
        return None;
    };
    let challenge = match error {
        None => r#"Bearer realm="countersign""#.to_owned(),
        Some(error) => {
            // RFC 6750, section 3: the description is printable ASCII without quote and backslash.
            let plain: String = title
                .chars()
                .filter(|c| matches!(c, ' '..='~') && !matches!(c, '"' | '\\'))
                .collect();
            format!(r#"Bearer realm="countersign", error="{error}", error_description="{plain}""#)
        }
    };
    HeaderValue::try_from(challenge).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(cause: Cause) -> Problem {
        Problem::new(
            cause,
            Cause::slug,
            "https://auth.example/",
            TraceId::from_bytes([0xab; 16]),
        )
    }

    #[test]
    fn the_body_has_the_members_of_the_contract_in_order() {
        let body = String::from_utf8(
            problem(Cause::TokenExpired)
                .with("fix", "sign in again")
                .body(),
        )
        .unwrap();
        assert_eq!(
            body,
            r#"{"type":"https://auth.example/docs/errors/CSN4001","title":"token-expired","status":401,"code":"CSN4001","slug":"token-expired","trace_id":"abababababababababababababababab","fix":"sign in again"}"#
        );
    }

    #[test]
    fn a_secret_cause_is_told_as_the_generic_one_everywhere() {
        for cause in [
            Cause::SecretMismatch,
            Cause::UserNotProvisioned,
            Cause::AccountLocked,
        ] {
            let problem = problem(cause);
            let body = String::from_utf8(problem.body()).unwrap();
            let challenge = problem.www_authenticate().unwrap();
            for told in [body.as_str(), challenge.to_str().unwrap()] {
                assert!(
                    !told.contains(cause.slug()) && !told.contains(cause.code()),
                    "{told}"
                );
            }
            assert_eq!(problem.status(), 401);
        }
    }

    #[test]
    fn members_cannot_be_overwritten() {
        let body = problem(Cause::TokenExpired)
            .with("status", 200)
            .with("code", "CSN0000")
            .body();
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(
            (body["status"].as_u64(), body["code"].as_str()),
            (Some(401), Some("CSN4001"))
        );
    }

    #[test]
    fn every_401_has_a_challenge_and_no_other_status_but_a_missing_scope_and_step_up() {
        for cause in Cause::ALL {
            let problem = problem(*cause);
            let wanted = problem.status() == 401 || problem.cause() == Cause::ScopeMissing;
            assert_eq!(problem.www_authenticate().is_some(), wanted, "{cause}");
        }
    }

    #[test]
    fn the_challenge_follows_rfc_6750() {
        let challenge = |cause| {
            problem(cause)
                .www_authenticate()
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned()
        };
        assert_eq!(
            challenge(Cause::CredentialMissing),
            r#"Bearer realm="countersign""#
        );
        assert_eq!(
            challenge(Cause::TokenExpired),
            r#"Bearer realm="countersign", error="invalid_token", error_description="token-expired""#
        );
        assert!(challenge(Cause::ScopeMissing).contains(r#"error="insufficient_scope""#));
        assert!(
            challenge(Cause::StepUpRequired)
                .contains(r#"error="insufficient_user_authentication""#)
        );
    }

    #[test]
    fn a_title_cannot_break_out_of_the_challenge() {
        let problem = Problem::new(
            Cause::TokenExpired,
            |_| "a\"b\\c\r\né",
            "http://a",
            TraceId::from_bytes([0; 16]),
        );
        let challenge = problem.www_authenticate().unwrap();
        assert!(
            challenge
                .to_str()
                .unwrap()
                .ends_with(r#"error_description="abc""#)
        );
    }
}
