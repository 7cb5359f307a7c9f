//! A refusal on its way to the client.

use axum::response::{IntoResponse, Response};
use countersign_verify::Cause;
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
    page: Option<String>,
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
            page: None,
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

    /// Seconds after which it makes sense to try again.
    #[must_use]
    pub fn retry_after_seconds(&self) -> Option<u32> {
        self.0.retry_after
    }

    /// The status that the client gets.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.cause().told().status())
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
