//! Who asks, as the audit log and a session remember it.

use std::borrow::Cow;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use countersign_domain::audit::{Actor, AuditEvent, AuditKind};
use countersign_domain::{AuditEventId, Timestamp};
use countersign_verify::{Cause, Check, Refusal, Trace};
use http::HeaderValue;
use http::header::USER_AGENT;

use crate::App;
use crate::http::{Refused, RequestInfo};

/// The client behind a request. An extractor.
#[derive(Clone, Debug)]
pub struct Client {
    /// Trace id and address of the request.
    pub info: RequestInfo,
    /// What the client calls itself (RFC 9110, section 10.1.5).
    pub user_agent: Option<String>,
}

impl Client {
    /// An event of the audit log that this client causes.
    pub(crate) fn event(
        &self,
        app: &App,
        now: Timestamp,
        kind: AuditKind,
        actor: Actor,
    ) -> AuditEvent {
        let mut event = AuditEvent::new(AuditEventId::new(now, &mut app.rng()), now, kind, actor);
        event.ip = Some(self.info.ip);
        event.trace_id = Some(self.info.trace_id.to_string());
        event.user_agent.clone_from(&self.user_agent);
        event
    }

    /// A refusal of this client with the check that failed, for `countersign why`.
    pub(crate) fn refused(
        &self,
        check: Check,
        cause: Cause,
        detail: impl Into<Cow<'static, str>>,
    ) -> Refused {
        let mut trace = Trace::new(self.info.trace_id);
        let refusal = trace.refused(check, Refusal::new(cause, detail));
        Refused::from(refusal).traced(trace)
    }
}

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        Ok(Self {
            info: RequestInfo::from_request_parts(parts, state).await?,
            user_agent: parts.headers.get(USER_AGENT).map(beginning),
        })
    }
}

/// How much of a `User-Agent` header is kept, in bytes.
const USER_AGENT_BYTES: usize = 256;

fn beginning(header: &HeaderValue) -> String {
    let mut text = String::from_utf8_lossy(header.as_bytes()).into_owned();
    text.truncate(text.floor_char_boundary(USER_AGENT_BYTES));
    text
}
