//! The one middleware: what happens to every request and every response.

use std::convert::Infallible;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request};
use axum::response::{IntoResponse, Response};
use countersign_domain::AuditEventId;
use countersign_domain::audit::{Actor, AuditEvent};
use countersign_verify::Cause;
use futures_util::FutureExt;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, ORIGIN};
use http::{HeaderMap, HeaderValue, Method, Uri};
use ipnet::IpNet;
use rand::Rng;
use tower::Service;

use super::cors::Cors;
use super::proxies::Proxies;
use super::{Peer, Refused, RequestInfo, TraceId, headers, problem};
use crate::settings::Settings;
use crate::{App, pages};

/// What the shell holds every request to.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Whether the public URL is https.
    pub https: bool,
    /// The origin of the public URL.
    pub origin: String,
    /// Exact origins of other front ends.
    pub cors_origins: Vec<String>,
    /// Networks of proxies whose headers count.
    pub trusted_proxies: Vec<IpNet>,
    /// The largest body, in bytes.
    pub body_limit: usize,
    /// The largest sum of header names and values, in bytes.
    pub header_limit: usize,
    /// How long a request may take.
    pub time_limit: Duration,
}

impl Rules {
    /// The rules that the settings ask for.
    #[must_use]
    pub fn of(settings: &Settings) -> Self {
        Self {
            cors_origins: settings.cors_origins.clone(),
            trusted_proxies: settings.trusted_proxies.clone(),
            ..Self::new(settings.origin())
        }
    }

    /// Rules for a server at `origin`, with the usual limits.
    #[must_use]
    pub fn new(origin: impl Into<String>) -> Self {
        let origin = origin.into();
        Self {
            https: origin.starts_with("https:"),
            origin,
            cors_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            body_limit: 64 * 1024,
            header_limit: 16 * 1024,
            time_limit: Duration::from_secs(30),
        }
    }
}

/// The service that serves every request. Cloning is cheap.
#[derive(Clone)]
pub struct Shell {
    app: App,
    routes: Router,
    set: Arc<Set>,
}

/// The rules as they are applied.
struct Set {
    https: bool,
    cors: Cors,
    proxies: Proxies,
    body_limit: usize,
    header_limit: usize,
    time_limit: Duration,
}

impl Shell {
    /// Puts the shell around `routes`.
    #[must_use]
    pub fn new(app: App, routes: Router, rules: Rules) -> Self {
        let set = Set {
            https: rules.https,
            cors: Cors::new(rules.origin, rules.cors_origins),
            proxies: Proxies::new(rules.trusted_proxies),
            body_limit: rules.body_limit,
            header_limit: rules.header_limit,
            time_limit: rules.time_limit,
        };
        Self {
            app,
            routes,
            set: Arc::new(set),
        }
    }

    pub(super) async fn answer(self, mut request: Request) -> Response {
        let began = self.app.clock().micros();
        let info = self.info(&request);
        let origin = request.headers().get(ORIGIN).cloned();
        let line = Line::of(&request);
        request.extensions_mut().insert(info);
        let mut response = match self.early(&request) {
            Some(response) => response,
            None => self.routed(request).await,
        };
        if let Some(refused) = response.extensions_mut().remove::<Refused>() {
            self.record(&line, &info, &refused);
            response = self.render(&info, &refused, response.headers());
        }
        self.set.cors.share(origin.as_ref(), response.headers_mut());
        headers::secure(response.headers_mut(), self.set.https);
        if let Ok(value) = HeaderValue::from_bytes(&info.trace_id.hex()) {
            response.headers_mut().insert(headers::X_TRACE_ID, value);
        }
        line.answered(&info, &response, self.app.clock().micros() - began);
        response
    }

    fn info(&self, request: &Request) -> RequestInfo {
        let peer = request.extensions().get::<Peer>();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |Peer(address)| {
            address.ip()
        });
        let ip = self.set.proxies.client(peer, request.headers());
        RequestInfo::new(trace_id(&mut self.app.rng()), ip, request.headers())
    }

    /// What is answered without a handler: preflights and requests that are too large or could
    /// not be read.
    fn early(&self, request: &Request) -> Option<Response> {
        if let Some(refused) = request.extensions().get::<Refused>() {
            return Some(refused.clone().into_response());
        }
        let headers = request.headers();
        if let Some(refused) = self.too_large(headers) {
            return Some(refused.into_response());
        }
        self.set.cors.preflight(request.method(), headers)
    }

    fn too_large(&self, headers: &HeaderMap) -> Option<Refused> {
        let one =
            |(name, value): (&http::HeaderName, &HeaderValue)| name.as_str().len() + value.len();
        let bytes: usize = headers.iter().map(one).sum();
        let limit = self.set.header_limit;
        if bytes > limit {
            let detail = format!("the headers have {bytes} bytes; at most {limit} are read");
            return Some(Refused::new(Cause::HeaderTooLarge, detail));
        }
        let length = headers
            .get(CONTENT_LENGTH)?
            .to_str()
            .ok()?
            .parse::<u64>()
            .ok()?;
        let limit = self.set.body_limit as u64;
        (length > limit).then(|| {
            let detail = format!("the body has {length} bytes; at most {limit} are read");
            Refused::new(Cause::RequestTooLarge, detail)
        })
    }

    async fn routed(&self, mut request: Request) -> Response {
        if !axum::body::HttpBody::is_end_stream(request.body()) {
            DefaultBodyLimit::max(self.set.body_limit).apply(&mut request);
        }
        let mut routes = self.routes.clone();
        let answered = AssertUnwindSafe(async move { routes.call(request).await }).catch_unwind();
        match tokio::time::timeout(self.set.time_limit, answered).await {
            Ok(Ok(Ok(response))) => response,
            Ok(Ok(Err(never))) => match never {},
            Ok(Err(_panic)) => {
                Refused::new(Cause::InternalError, "a handler panicked").into_response()
            }
            Err(_elapsed) => {
                let seconds = self.set.time_limit.as_secs();
                let detail = format!("the request was not answered within {seconds} s");
                Refused::new(Cause::Unavailable, detail)
                    .retry_after(1)
                    .into_response()
            }
        }
    }

    /// Keeps a refusal: in the log, as a trace, and in the audit log where it belongs there.
    fn record(&self, line: &Line, info: &RequestInfo, refused: &Refused) {
        line.refused(info, refused);
        let app = &self.app;
        app.refusals()
            .push(app, info, (&line.method, &line.uri), refused);
        let Some(kind) = refused.audit_kind() else {
            return;
        };
        let now = app.now();
        let id = AuditEventId::new(now, &mut app.rng());
        let mut event = AuditEvent::new(id, now, kind, Actor::Anonymous).refused(refused.cause());
        event.ip = Some(info.ip);
        event.trace_id = Some(info.trace_id.to_string());
        event.user_id = refused.user();
        event.session_id = refused.session();
        app.audit(event.with("path", line.uri.path()));
    }

    /// A refusal as page or problem document. Headers that came with it stay (cookies, `Allow`).
    fn render(&self, info: &RequestInfo, refused: &Refused, own: &HeaderMap) -> Response {
        let mut response = match pages::refusal(&self.app, info, refused) {
            Some(page) => page,
            None => problem::render(&self.app, info, refused),
        };
        *response.status_mut() = refused.status();
        let headers = response.headers_mut();
        problem::headers(&self.app, info, refused, headers);
        for (name, value) in own {
            if name != CONTENT_LENGTH && name != CONTENT_TYPE {
                headers.append(name, value.clone());
            }
        }
        response
    }
}

fn trace_id(rng: &mut impl Rng) -> TraceId {
    let mut bytes = [0; 16];
    rng.fill_bytes(&mut bytes);
    TraceId::from_bytes(bytes)
}

/// The request as the log names it: never its query, which may hold a token.
struct Line {
    method: Method,
    uri: Uri,
}

impl Line {
    fn of(request: &Request) -> Self {
        Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
        }
    }

    fn refused(&self, info: &RequestInfo, refused: &Refused) {
        let (cause, status) = (refused.cause(), refused.status().as_u16());
        let (code, slug, detail) = (cause.code(), cause.slug(), refused.detail());
        let trace_id = info.trace_id;
        if status == 500 {
            tracing::error!(%trace_id, code, slug, detail = ?detail, method = %self.method, path = ?self.uri.path(), "failed");
        } else if status >= 503 {
            tracing::warn!(%trace_id, code, slug, detail = ?detail, "not available");
        } else if matches!(cause, Cause::NotFound | Cause::MethodNotAllowed) {
            tracing::debug!(%trace_id, code, slug, path = ?self.uri.path(), "refused");
        } else {
            tracing::info!(%trace_id, code, slug, status, ip = %info.ip, "refused");
        }
    }

    fn answered(&self, info: &RequestInfo, response: &Response, micros: i64) {
        let (trace_id, status) = (info.trace_id, response.status().as_u16());
        if micros > SLOW_MICROS {
            tracing::warn!(%trace_id, status, method = %self.method, path = ?self.uri.path(), micros, "slow");
        } else {
            tracing::debug!(%trace_id, status, method = %self.method, path = ?self.uri.path(), micros, "answered");
        }
    }
}

const SLOW_MICROS: i64 = 2_000_000;

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
        Box::pin(self.clone().answer(request.map(Body::new)).map(Ok))
    }
}

impl fmt::Debug for Shell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shell")
            .field("app", &self.app)
            .finish_non_exhaustive()
    }
}
