//! The one middleware: what happens to every request and every response.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request};
use axum::response::{IntoResponse, Response};
use countersign_verify::Cause;
use futures_util::FutureExt;
use http::{HeaderName, HeaderValue};
use tower::Service;

use super::{Refused, RequestInfo, TraceId, problem};
use crate::{App, pages};

const BODY_LIMIT: usize = 64 * 1024;
const X_TRACE_ID: HeaderName = HeaderName::from_static("x-trace-id");

/// The service that serves every request. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Shell {
    app: App,
    routes: Router,
}

impl Shell {
    pub(super) const fn new(app: App, routes: Router) -> Self {
        Self { app, routes }
    }

    /// Answers one request.
    async fn answer(mut self, mut request: Request) -> Response {
        let peer = request.extensions().get().copied();
        let info = RequestInfo::new(TraceId::new(&mut self.app.rng()), peer, request.headers());
        request.extensions_mut().insert(info);
        DefaultBodyLimit::max(BODY_LIMIT).apply(&mut request);
        let answered = AssertUnwindSafe(self.routes.call(request))
            .catch_unwind()
            .await;
        let mut response = match answered {
            Ok(Ok(response)) => response,
            Ok(Err(never)) => match never {},
            Err(_panic) => Refused::new(Cause::InternalError, "a handler panicked").into_response(),
        };
        if let Some(refused) = response.extensions_mut().remove::<Refused>() {
            response = pages::refusal(&self.app, &info, &refused)
                .unwrap_or_else(|| problem::render(&self.app, &info, &refused));
        }
        if let Ok(value) = HeaderValue::try_from(info.trace_id.to_string()) {
            response.headers_mut().insert(X_TRACE_ID, value);
        }
        response
    }
}

impl<B> Service<http::Request<B>> for Shell
where
    B: axum::body::HttpBody<Data = axum::body::Bytes> + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        let shell = self.clone();
        Box::pin(async move { Ok(shell.answer(request.map(Body::new)).await) })
    }
}
