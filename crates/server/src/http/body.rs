//! Reading JSON bodies.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use countersign_verify::Cause;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{FieldError, Refused};

/// A JSON body, as extractor and as response.
///
/// As extractor it demands `Content-Type: application/json` (so that a cross-origin page cannot
/// send it without a preflight, ASVS V3.5.2), and refuses what it cannot read.
#[derive(Clone, Copy, Debug)]
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refused> {
        if !is_json(request.headers()) {
            return Err(Refused::new(
                Cause::RequestMalformed,
                "the body must be JSON, sent with Content-Type: application/json",
            ));
        }
        let bytes = bytes(request, state).await?;
        parse(&bytes).map(Self)
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => {
                let kind = HeaderValue::from_static("application/json");
                ([(CONTENT_TYPE, kind)], body).into_response()
            }
            Err(error) => Refused::new(
                Cause::InternalError,
                format!("unwritable response: {error}"),
            )
            .into_response(),
        }
    }
}

/// How long a body may take to arrive; within the time that a whole request has.
const BODY_TIME: Duration = Duration::from_secs(20);

/// Reads the whole body, up to the limit that the shell has set.
pub(crate) async fn bytes<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Refused> {
    let read = tokio::time::timeout(BODY_TIME, Bytes::from_request(request, state));
    let Ok(read) = read.await else {
        let seconds = BODY_TIME.as_secs();
        let detail = format!("the body was not complete within {seconds} s");
        return Err(Refused::new(Cause::RequestTimeout, detail));
    };
    read.map_err(|error| {
        if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
            Refused::new(Cause::RequestTooLarge, "the body is over the limit")
        } else {
            Refused::new(Cause::RequestMalformed, "the body broke off")
        }
    })
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    let essence = kind.and_then(|kind| kind.split(|byte| *byte == b';').next());
    essence.is_some_and(|essence| {
        essence
            .trim_ascii()
            .eq_ignore_ascii_case(b"application/json")
    })
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refused> {
    serde_json::from_slice(bytes).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => {
            Refused::fields(vec![FieldError::new("", error.to_string())])
        }
        _ => Refused::new(
            Cause::RequestMalformed,
            format!("the body is not JSON: {error}"),
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use futures_util::stream::{self, StreamExt as _};

    fn sending(chunks: &'static [&'static str], then_hangs: bool) -> Request {
        let sent = stream::iter(chunks).map(|chunk| Ok::<_, std::io::Error>(*chunk));
        let body = if then_hangs {
            Body::from_stream(sent.chain(stream::pending()))
        } else {
            Body::from_stream(sent)
        };
        Request::new(body)
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_never_ends_is_given_up() {
        let refused = bytes(sending(&["{\"email\": "], true), &())
            .await
            .unwrap_err();
        assert_eq!(refused.cause(), Cause::RequestTimeout);
        assert_eq!(refused.status(), StatusCode::REQUEST_TIMEOUT);
        let whole = bytes(sending(&["{", "}"], false), &()).await.unwrap();
        assert_eq!(&whole[..], b"{}");
    }
}
