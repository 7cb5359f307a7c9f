//! A tower layer that verifies bearer tokens in front of an axum service, and the extractor of what it found.
//!
//! ```
//! use axum::{Router, routing::get};
//! use countersign_verify::tower_layer::{Verified, VerifyLayer};
//! use countersign_verify::{KeyRing, Policy, Secret, TraceId, Verifier, VerifyingKey};
//! use std::sync::Arc;
//!
//! async fn whoami(user: Verified) -> String {
//!     format!("you are {}", user.sub())
//! }
//!
//! # fn main() -> Result<(), countersign_verify::KeyError> {
//! # let now = || 1_700_000_000;
//! # let random = || [7; 16];
//! let secret = Secret::from("0123456789abcdef0123456789abcdef");
//! let ring = KeyRing::new().with(VerifyingKey::hmac("JWT_SECRET", &secret)?);
//! let verifier = Arc::new(Verifier::new(ring, Policy::default()));
//!
//! // `now` tells the seconds since the epoch, `random` draws 16 bytes.
//! let layer = VerifyLayer::new(move || Arc::clone(&verifier), now, move || TraceId::from_bytes(random()));
//! let app: Router = Router::new().route("/whoami", get(whoami)).layer(layer);
//! # Ok(())
//! # }
//! ```
//!
//! Put a CORS layer outside of this one: a browser's preflight carries no token.

use crate::problem::{self, Problem};
use crate::{
    Accepts, Cause, Credential, Presented, Refusal, Trace, TraceId, VerifiedToken, Verifier,
};
use axum_core::body::Body;
use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use axum_core::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode};
use std::fmt;
use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower_layer::Layer;
use tower_service::Service;

/// The header that names the trace of an answer.
const TRACE_ID: HeaderName = HeaderName::from_static("x-trace-id");

/// Verifies the bearer token of every request, and answers those without a good one with a problem
/// (RFC 9457) and a challenge (RFC 6750, section 3). What it verified reaches handlers as [`Verified`].
#[derive(Clone)]
pub struct VerifyLayer(Arc<Shared>);

#[derive(Clone)]
struct Shared {
    verifier: Arc<dyn Fn() -> Arc<Verifier> + Send + Sync>,
    now: Arc<dyn Fn() -> i64 + Send + Sync>,
    trace_id: Arc<dyn Fn() -> TraceId + Send + Sync>,
    title: fn(Cause) -> &'static str,
    public_url: String,
    optional: bool,
}

impl VerifyLayer {
    /// A layer that asks `verifier` for the verifier of the moment (swap it to rotate keys), `now` for the
    /// seconds since the epoch and `trace_id` for a new random id.
    pub fn new(
        verifier: impl Fn() -> Arc<Verifier> + Send + Sync + 'static,
        now: impl Fn() -> i64 + Send + Sync + 'static,
        trace_id: impl Fn() -> TraceId + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(Shared {
            verifier: Arc::new(verifier),
            now: Arc::new(now),
            trace_id: Arc::new(trace_id),
            title: Cause::slug,
            public_url: String::new(),
            optional: false,
        }))
    }

    /// Lets requests without any credential pass; a bad one is refused all the same.
    #[must_use]
    pub fn optional(self) -> Self {
        self.changed(|shared| shared.optional = true)
    }

    /// The address under which `/docs/errors/{code}` is served, for the `type` of problems.
    #[must_use]
    pub fn public_url(self, url: &str) -> Self {
        self.changed(|shared| url.clone_into(&mut shared.public_url))
    }

    /// The words for causes, such as `countersign_diagnose::title`; without them, slugs.
    #[must_use]
    pub fn titles(self, title: fn(Cause) -> &'static str) -> Self {
        self.changed(|shared| shared.title = title)
    }

    fn changed(self, change: impl FnOnce(&mut Shared)) -> Self {
        let mut shared = Arc::unwrap_or_clone(self.0);
        change(&mut shared);
        Self(Arc::new(shared))
    }
}

impl fmt::Debug for VerifyLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyLayer")
            .field("optional", &self.0.optional)
            .finish_non_exhaustive()
    }
}

impl<S> Layer<S> for VerifyLayer {
    type Service = VerifyService<S>;

    fn layer(&self, inner: S) -> VerifyService<S> {
        VerifyService {
            inner,
            shared: Arc::clone(&self.0),
        }
    }
}

/// The service that [`VerifyLayer`] makes.
#[derive(Clone)]
pub struct VerifyService<S> {
    inner: S,
    shared: Arc<Shared>,
}

impl<S: fmt::Debug> fmt::Debug for VerifyService<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyService")
            .field("inner", &self.inner)
            .finish_non_exhaustive()
    }
}

impl<S, B> Service<Request<B>> for VerifyService<S>
where
    S: Service<Request<B>, Response = Response>,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
{
    type Response = Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        match self.shared.check(request.headers()) {
            Ok(checked) => {
                request.extensions_mut().insert(checked);
                Box::pin(self.inner.call(request))
            }
            Err(rejected) => Box::pin(std::future::ready(Ok(rejected.into_response()))),
        }
    }
}

/// What the layer leaves behind for the extractor.
#[derive(Clone)]
struct Checked {
    token: Option<Arc<VerifiedToken>>,
    trace_id: TraceId,
    shared: Arc<Shared>,
}

impl Shared {
    fn check(self: &Arc<Self>, headers: &HeaderMap) -> Result<Checked, Rejected> {
        let mut trace = Trace::new((self.trace_id)());
        let trace_id = trace.id;
        let presented = Presented::from_headers(headers, "", Accepts::BEARER);
        let checked = |token| Checked {
            token,
            trace_id,
            shared: Arc::clone(self),
        };
        if self.optional && presented.credential.is_none() && presented.near_misses.is_empty() {
            return Ok(checked(None));
        }
        let verdict = presented
            .credential(&mut trace)
            .and_then(|credential| match credential {
                Credential::Bearer(token) => {
                    (self.verifier)().verify(token, (self.now)(), &mut trace)
                }
                Credential::ApiKey(_) | Credential::SessionCookie(_) => Err(presented.refusal()),
            });
        verdict
            .map(|token| checked(Some(token)))
            .map_err(|refusal| self.refuse(&refusal, trace_id))
    }

    fn refuse(&self, refusal: &Refusal, trace_id: TraceId) -> Rejected {
        answer(
            &Problem::new(refusal.cause, self.title, &self.public_url, trace_id),
            trace_id,
        )
    }
}

fn answer(problem: &Problem, trace_id: TraceId) -> Rejected {
    let mut response = Response::new(Body::from(problem.body()));
    *response.status_mut() =
        StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static(problem::CONTENT_TYPE),
    );
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(challenge) = problem.www_authenticate() {
        headers.insert(WWW_AUTHENTICATE, challenge);
    }
    if let Ok(id) = HeaderValue::from_bytes(&trace_id.hex()) {
        headers.insert(TRACE_ID, id);
    }
    Rejected(Box::new(response))
}

/// The verified token of a request: the extractor for handlers behind a [`VerifyLayer`].
///
/// `Option<Verified>` is for handlers behind an [optional](VerifyLayer::optional) one.
#[derive(Clone, Debug)]
pub struct Verified(Arc<VerifiedToken>);

impl Deref for Verified {
    type Target = VerifiedToken;

    fn deref(&self) -> &VerifiedToken {
        &self.0
    }
}

/// The answer to a request that a handler with [`Verified`] cannot take.
#[derive(Debug)]
pub struct Rejected(Box<Response>);

impl IntoResponse for Rejected {
    fn into_response(self) -> Response {
        *self.0
    }
}

impl<S: Sync> FromRequestParts<S> for Verified {
    type Rejection = Rejected;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Rejected> {
        let checked = checked(parts)?;
        checked.token.clone().map(Self).ok_or_else(|| {
            let refusal = Refusal::new(
                Cause::CredentialMissing,
                "the request carries no credential",
            );
            checked.shared.refuse(&refusal, checked.trace_id)
        })
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for Verified {
    type Rejection = Rejected;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Option<Self>, Rejected> {
        checked(parts).map(|checked| checked.token.clone().map(Self))
    }
}

/// What the layer found; without a layer the program is wrong, and nobody may pass.
fn checked(parts: &Parts) -> Result<&Checked, Rejected> {
    parts.extensions.get().ok_or_else(|| {
        let none = TraceId::from_bytes([0; 16]);
        answer(
            &Problem::new(Cause::InternalError, Cause::slug, "", none),
            none,
        )
    })
}
