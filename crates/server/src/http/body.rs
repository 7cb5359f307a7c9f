//! Bodies: reading their bytes, and writing JSON.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use countersign_verify::Cause;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use serde::Serialize;

use super::Refused;

/// The JSON body of a response. Those of requests are read by the API.
#[derive(Clone, Copy, Debug)]
pub struct Json<T>(pub T);

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
