//! What is known of a request before anybody authenticates it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use countersign_verify::Cause;

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
}

impl RequestInfo {
    pub(super) const fn new(trace_id: TraceId, peer: Option<Peer>) -> Self {
        let ip = match peer {
            Some(Peer(address)) => address.ip(),
            None => IpAddr::V4(Ipv4Addr::LOCALHOST),
        };
        Self { trace_id, ip }
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
