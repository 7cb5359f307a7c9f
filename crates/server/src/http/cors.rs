//! Which other origins may call the API (Fetch, section 3.2).

use axum::response::{IntoResponse, Response};
use countersign_verify::Cause;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use super::Refused;

const HEADERS: [&str; 3] = ["authorization", "content-type", "x-csrf-token"];
const HEADERS_VALUE: HeaderValue =
    HeaderValue::from_static("Authorization, Content-Type, X-CSRF-Token");
const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE");
const EXPOSED: HeaderValue = HeaderValue::from_static("X-Trace-Id, Retry-After");
const MAX_AGE: HeaderValue = HeaderValue::from_static("7200");
const TRUE: HeaderValue = HeaderValue::from_static("true");
const VARY_ORIGIN: HeaderValue = HeaderValue::from_static("Origin");

/// The origins of `CORS_ORIGINS`, and our own.
#[derive(Debug)]
pub(super) struct Cors {
    own: String,
    allowed: Vec<String>,
}

impl Cors {
    /// `own` is the origin of the public URL; `allowed` are exact origins.
    pub(super) const fn new(own: String, allowed: Vec<String>) -> Self {
        Self { own, allowed }
    }

    /// Answers a preflight; `None` for every other request.
    pub(super) fn preflight(&self, method: &Method, headers: &HeaderMap) -> Option<Response> {
        let asked =
            method == Method::OPTIONS && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        let origin = headers.get(ORIGIN).filter(|_| asked)?;
        Some(match self.judge(origin, headers) {
            Ok(()) => {
                let mut response = StatusCode::NO_CONTENT.into_response();
                let answer = response.headers_mut();
                answer.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
                answer.insert(ACCESS_CONTROL_ALLOW_HEADERS, HEADERS_VALUE);
                answer.insert(ACCESS_CONTROL_MAX_AGE, MAX_AGE);
                response
            }
            Err(refused) => refused.into_response(),
        })
    }

    /// Lets an allowed origin read the response. A handler's own `*` (public keys) stays.
    pub(super) fn share(&self, origin: Option<&HeaderValue>, answer: &mut HeaderMap) {
        if self.allowed.is_empty() || answer.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN) {
            return;
        }
        answer.append(VARY, VARY_ORIGIN);
        if let Some(origin) = origin.filter(|origin| self.allows(origin)) {
            answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            answer.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, TRUE);
            answer.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        }
    }

    fn allows(&self, origin: &HeaderValue) -> bool {
        let listed = |allowed: &String| allowed.as_bytes() == origin.as_bytes();
        self.allowed.iter().any(listed)
    }

    fn judge(&self, origin: &HeaderValue, headers: &HeaderMap) -> Result<(), Refused> {
        if !self.allows(origin) && self.own.as_bytes() != origin.as_bytes() {
            let shown = String::from_utf8_lossy(origin.as_bytes());
            return Err(Refused::new(
                Cause::CorsOriginNotAllowed,
                format!("{shown} is neither the public URL nor in CORS_ORIGINS"),
            ));
        }
        match unknown_header(headers) {
            Some(name) => Err(Refused::new(
                Cause::CorsHeaderNotAllowed,
                format!("{name} is not among {}", HEADERS.join(", ")),
            )),
            None => Ok(()),
        }
    }
}

fn unknown_header(headers: &HeaderMap) -> Option<String> {
    let asked = headers.get_all(ACCESS_CONTROL_REQUEST_HEADERS).iter();
    asked
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
        .map(|name| String::from_utf8_lossy(name.trim_ascii()).to_lowercase())
        .find(|name| !name.is_empty() && !HEADERS.contains(&name.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cors() -> Cors {
        Cors::new(
            "https://auth.example".into(),
            vec!["https://app.example".into()],
        )
    }

    fn asking(origin: &'static str, wanted: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(ORIGIN, HeaderValue::from_static(origin));
        headers.insert(
            ACCESS_CONTROL_REQUEST_METHOD,
            HeaderValue::from_static("POST"),
        );
        headers.insert(
            ACCESS_CONTROL_REQUEST_HEADERS,
            HeaderValue::from_static(wanted),
        );
        headers
    }

    #[test]
    fn preflights() {
        for (origin, wanted, refused) in [
            ("https://app.example", "authorization, X-CSRF-Token", None),
            ("https://auth.example", "content-type", None),
            ("https://app.example", "", None),
            (
                "https://evil.example",
                "authorization",
                Some(Cause::CorsOriginNotAllowed),
            ),
            (
                "https://app.example.evil",
                "",
                Some(Cause::CorsOriginNotAllowed),
            ),
            ("null", "", Some(Cause::CorsOriginNotAllowed)),
            (
                "https://app.example",
                "x-auth-secret",
                Some(Cause::CorsHeaderNotAllowed),
            ),
        ] {
            let answer = cors()
                .preflight(&Method::OPTIONS, &asking(origin, wanted))
                .expect("a preflight");
            let cause = answer.extensions().get::<Refused>().map(Refused::cause);
            assert_eq!(cause, refused, "{origin} {wanted}");
        }
    }

    #[test]
    fn only_options_with_a_requested_method_is_a_preflight() {
        let headers = asking("https://app.example", "");
        assert!(cors().preflight(&Method::GET, &headers).is_none());
        assert!(
            cors()
                .preflight(&Method::OPTIONS, &HeaderMap::new())
                .is_none()
        );
    }

    #[test]
    fn answers_are_shared_with_listed_origins_only() {
        for (origin, shared) in [
            ("https://app.example", true),
            ("https://evil.example", false),
            ("https://auth.example", false),
        ] {
            let mut answer = HeaderMap::new();
            cors().share(Some(&HeaderValue::from_static(origin)), &mut answer);
            let allowed = answer.get(ACCESS_CONTROL_ALLOW_ORIGIN);
            assert_eq!(
                allowed.is_some_and(|value| value == origin),
                shared,
                "{origin}"
            );
            assert_eq!(
                answer.contains_key(ACCESS_CONTROL_ALLOW_CREDENTIALS),
                shared
            );
            assert_eq!(answer[VARY], "Origin");
        }
    }

    #[test]
    fn a_public_answer_stays_public_without_credentials() {
        let mut answer = HeaderMap::new();
        answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        cors().share(
            Some(&HeaderValue::from_static("https://app.example")),
            &mut answer,
        );
        assert_eq!(answer[ACCESS_CONTROL_ALLOW_ORIGIN], "*");
        assert!(!answer.contains_key(ACCESS_CONTROL_ALLOW_CREDENTIALS));
    }
}
