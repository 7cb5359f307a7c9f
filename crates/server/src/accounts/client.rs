//! Who asks, as the audit log and a session remember it.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use countersign_domain::audit::{Actor, AuditEvent, AuditKind};
use countersign_domain::{AuditEventId, Timestamp};
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
}

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        Ok(Self {
            info: RequestInfo::from_request_parts(parts, state).await?,
            user_agent: parts
                .headers
                .get(USER_AGENT)
                .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()),
        })
    }
}
