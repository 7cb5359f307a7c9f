//! A refusal on its way to the client.

use axum::response::{IntoResponse, Response};
use countersign_domain::audit::AuditKind;
use countersign_domain::{SessionId, UserId};
use countersign_store::StoreError;
use countersign_verify::{Cause, Refusal, Secret, Trace};
use http::StatusCode;
use serde::Serialize;

/// A refusal: one cause, and what an operator needs to know of it.
///
/// As a response it is a mere marker, which the shell turns into the problem document
/// (RFC 9457) with trace id, headers and, in development, the explanation.
#[derive(Clone, Debug)]
pub struct Refused(Box<Parts>);

#[derive(Clone, Debug)]
struct Parts {
    cause: Cause,
    detail: String,
    fields: Vec<FieldError>,
    retry_after: Option<u32>,
    challenge: Option<String>,
    page: Option<String>,
    trace: Option<Trace>,
    token: Option<Secret>,
    user: Option<UserId>,
    session: Option<SessionId>,
    audit: Option<AuditKind>,
}

/// One field of the input that is wrong.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct FieldError {
    /// The field's name, as the client sent it; empty for the whole body.
    pub field: String,
    /// What is wrong with it, and what is allowed. Shown to people.
    pub message: String,
}

impl FieldError {
    /// Says what is wrong with `field`.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            message: message.into(),
        }
    }
}

impl Refused {
    /// Refuses for `cause`. `detail` is for operators and for development; it holds no secret.
    pub fn new(cause: Cause, detail: impl Into<String>) -> Self {
        Self(Box::new(Parts {
            cause,
            detail: detail.into(),
            fields: Vec::new(),
            retry_after: None,
            challenge: None,
            page: None,
            trace: None,
            token: None,
            user: None,
            session: None,
            audit: None,
        }))
    }

    /// Refuses input with every field that is wrong.
    #[must_use]
    pub fn fields(fields: Vec<FieldError>) -> Self {
        let names: Vec<_> = fields.iter().map(|error| error.field.as_str()).collect();
        let mut refused = Self::new(
            Cause::FieldsInvalid,
            format!("wrong fields: {}", names.join(", ")),
        );
        refused.0.fields = fields;
        refused
    }

    /// Says after how many seconds it makes sense to try again (`Retry-After`, RFC 9110,
    /// section 10.2.3).
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// Adds a parameter to the challenge: the `scope` that is needed (RFC 6750, section 3), or the
    /// `max_age` of a sign-in in seconds (RFC 9470, section 3). `value` has no quote in it.
    #[must_use]
    pub fn asking(mut self, parameter: &'static str, value: impl std::fmt::Display) -> Self {
        self.0.challenge = Some(format!("{parameter}=\"{value}\""));
        self
    }

    /// The parameter that the challenge gets besides the usual ones.
    #[must_use]
    pub fn asked(&self) -> Option<&str> {
        self.0.challenge.as_deref()
    }

    /// Brings the checks that led here, for `countersign why`.
    #[must_use]
    pub fn traced(mut self, trace: Trace) -> Self {
        self.0.trace = Some(trace);
        self
    }

    /// Brings the credential that was refused, to be explained; it is never stored or shown.
    #[must_use]
    pub fn presented(mut self, token: Secret) -> Self {
        self.0.token = Some(token);
        self
    }

    /// Says whose credential it was, as far as that is known.
    #[must_use]
    pub fn of(mut self, user: Option<UserId>, session: Option<SessionId>) -> Self {
        self.0.user = user;
        self.0.session = session;
        self
    }

    /// Has the refusal written into the audit log.
    #[must_use]
    pub fn audited_as(mut self, kind: AuditKind) -> Self {
        self.0.audit = Some(kind);
        self
    }

    /// The checks that led here.
    #[must_use]
    pub fn trace(&self) -> Option<&Trace> {
        self.0.trace.as_ref()
    }

    /// The credential that was refused.
    #[must_use]
    pub fn token(&self) -> Option<&Secret> {
        self.0.token.as_ref()
    }

    /// Whose credential it was.
    #[must_use]
    pub fn user(&self) -> Option<UserId> {
        self.0.user
    }

    /// The session of the credential.
    #[must_use]
    pub fn session(&self) -> Option<SessionId> {
        self.0.session
    }

    /// As what the audit log is to hold it.
    #[must_use]
    pub fn audit_kind(&self) -> Option<AuditKind> {
        self.0.audit
    }

    /// Shows browsers this page (HTML) in place of the usual one: the form that was refused,
    /// with what is wrong with it.
    #[must_use]
    pub fn shown_as(mut self, page: String) -> Self {
        self.0.page = Some(page);
        self
    }

    /// The page to show browsers in place of the usual one.
    #[must_use]
    pub fn page(&self) -> Option<&str> {
        self.0.page.as_deref()
    }

    /// The true cause, which clients may not be told.
    #[must_use]
    pub fn cause(&self) -> Cause {
        self.0.cause
    }

    /// What happened, for operators.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// The fields that are wrong.
    #[must_use]
    pub fn field_errors(&self) -> &[FieldError] {
        &self.0.fields
    }

    /// Seconds after which it makes sense to try again; every 503 has some (DESIGN 3).
    #[must_use]
    pub fn retry_after_seconds(&self) -> Option<u32> {
        let down = self.status() == StatusCode::SERVICE_UNAVAILABLE;
        self.0.retry_after.or(down.then_some(RETRY_AFTER))
    }

    /// The status that the client gets.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.cause().told().status())
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self::new(refusal.cause, refusal.detail)
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::new(error.cause(), error.to_string())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// When to try again after a 503 that knows nothing better, in seconds (DESIGN 3).
const RETRY_AFTER: u32 = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_unavailable_says_when_to_come_back() {
        let after = |cause| Refused::new(cause, "").retry_after_seconds();
        for cause in [
            Cause::Unavailable,
            Cause::DbRefused,
            Cause::SyncSecretMissing,
        ] {
            assert_eq!(after(cause), Some(RETRY_AFTER), "{}", cause.slug());
        }
        assert_eq!(after(Cause::TokenExpired), None);
        let sooner = Refused::new(Cause::Overloaded, "").retry_after(1);
        assert_eq!(sooner.retry_after_seconds(), Some(1));
    }

    #[test]
    fn the_status_is_that_of_what_the_client_is_told() {
        let locked = Refused::new(Cause::AccountLocked, "by an admin");
        assert_eq!(locked.status(), StatusCode::UNAUTHORIZED);
        let wrong = Refused::fields(vec![FieldError::new("email", "is not an address")]);
        assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(wrong.detail(), "wrong fields: email");
    }

    #[test]
    fn a_response_carries_its_refusal_to_the_shell() {
        let response = Refused::new(Cause::Overloaded, "queue full")
            .retry_after(2)
            .into_response();
        let refused = response.extensions().get::<Refused>().expect("marker");
        assert_eq!(refused.retry_after_seconds(), Some(2));
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    }
}
