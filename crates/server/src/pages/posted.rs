//! A form that was sent: checked for its origin and its CSRF token before anything is read.

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use countersign_verify::Cause;
use http::HeaderMap;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::visit::{Turned, Visit};
use crate::App;
use crate::http::Refused;

/// What a visitor sent. An extractor; that there is one proves that origin and CSRF token were
/// checked (ASVS V3.5.1).
pub(super) struct Posted<T> {
    /// The visit.
    pub visit: Visit,
    /// The fields.
    pub answers: T,
}

#[derive(Deserialize)]
struct Sent<T> {
    #[serde(default)]
    csrf_token: String,
    #[serde(flatten)]
    answers: T,
}

/// A form whose only field is its button.
#[derive(Debug, Deserialize)]
pub(super) struct Nothing {}

impl<T: DeserializeOwned> FromRequest<App> for Posted<T> {
    type Rejection = Turned;

    async fn from_request(request: Request, app: &App) -> Result<Self, Turned> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, app).await?;
        let headers: HeaderMap = parts.headers.clone();
        let request = Request::from_parts(parts, body);
        let Form(Sent {
            csrf_token,
            answers,
        }) = Form::from_request(request, app)
            .await
            .map_err(|rejection| unreadable(&rejection))?;
        visit.check_csrf(&headers, &csrf_token)?;
        Ok(Self { visit, answers })
    }
}

fn unreadable(rejection: &FormRejection) -> Refused {
    let cause = if rejection.status() == http::StatusCode::PAYLOAD_TOO_LARGE {
        Cause::RequestTooLarge
    } else {
        Cause::RequestMalformed
    };
    Refused::new(cause, rejection.body_text())
}
