//! What is known of a request before anybody authenticates it.

use std::net::{IpAddr, SocketAddr};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use countersign_verify::Cause;
use http::HeaderMap;
use http::header::ACCEPT;

use super::{Refused, TraceId};

/// The other end of the connection; the server puts it into the request's extensions.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// What every handler may know of its request. An extractor.
#[derive(Clone, Copy, Debug)]
pub struct RequestInfo {
    /// Names the request, and is on its response as `X-Trace-Id`.
    pub trace_id: TraceId,
    /// The client's address, seen through trusted proxies only.
    pub ip: IpAddr,
    /// Whether the client is a browser that shows a page (`Accept: text/html`; RFC 9110,
    /// section 12.5.1), so that a refusal is one too.
    pub html: bool,
}

impl RequestInfo {
    pub(super) fn new(trace_id: TraceId, ip: IpAddr, headers: &HeaderMap) -> Self {
        let html = headers.get_all(ACCEPT).iter().any(|value| {
            value
                .to_str()
                .is_ok_and(|value| value.contains("text/html"))
        });
        Self { trace_id, ip, html }
    }
}

impl<S: Sync> FromRequestParts<S> for RequestInfo {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Refused> {
        parts
            .extensions
            .get()
            .copied()
            .ok_or_else(|| Refused::new(Cause::InternalError, "the request did not pass the shell"))
    }
}
