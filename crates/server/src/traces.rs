//! The traces that are kept, read back: what `countersign why`, the API and the pages of administration tell.

use countersign_diagnose::TraceRecord;
use countersign_domain::Timestamp;
use countersign_domain::audit::AuditEvent;
use countersign_store::{AuditQuery, Store, StoreError, StoredTrace, TracePosition, TraceQuery};
use countersign_verify::{Cause, TraceId};
use serde_json::Value;

use crate::http::Refused;

/// The most events of the audit log that are told with a trace.
const MOST_EVENTS: u32 = 100;

/// A kept trace, and what the audit log says of the same request.
#[derive(Clone, Debug)]
pub struct KeptTrace {
    /// The trace.
    pub record: TraceRecord,
    /// The events, oldest first.
    pub events: Vec<AuditEvent>,
}

/// Why a trace cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum KeptTraceError {
    /// The store does not work.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Another version of the program wrote it.
    #[error("trace {id} cannot be read: {error}")]
    Unreadable {
        /// The trace.
        id: TraceId,
        /// What is wrong with it.
        error: serde_json::Error,
    },
}

impl KeptTrace {
    /// The trace of this id, if it is kept.
    ///
    /// # Errors
    /// [`KeptTraceError`].
    pub async fn find(store: &Store, id: TraceId) -> Result<Option<Self>, KeptTraceError> {
        let name = id.to_string();
        let Some(stored) = store.trace(&name).await? else {
            return Ok(None);
        };
        let record = serde_json::from_str(&stored.document);
        let record = record.map_err(|error| KeptTraceError::Unreadable { id, error })?;
        let query = AuditQuery {
            trace_id: Some(name),
            limit: MOST_EVENTS,
            ..AuditQuery::default()
        };
        let mut events = store.audit_events(query).await?;
        events.reverse();
        Ok(Some(Self { record, events }))
    }

    /// The whole story for scripts. Members are stable; new ones may be added.
    #[must_use]
    pub fn json(&self) -> Value {
        let mut json = self.record.json();
        json["audit"] = self.events.iter().map(AuditEvent::json).collect();
        json
    }
}

impl From<KeptTraceError> for Refused {
    fn from(error: KeptTraceError) -> Self {
        match error {
            KeptTraceError::Store(error) => error.into(),
            unreadable @ KeptTraceError::Unreadable { .. } => {
                Self::new(Cause::InternalError, unreadable.to_string())
            }
        }
    }
}

/// Reads a trace id as it was copied from a header or a body.
#[must_use]
pub fn copied_trace_id(text: &str) -> Option<TraceId> {
    TraceId::parse(text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',')))
}

/// Some of the kept traces, newest first.
#[derive(Clone, Debug)]
pub(crate) struct TracePage {
    /// The traces.
    pub traces: Vec<ListedTrace>,
    /// Where the next page begins, if there is one.
    pub next: Option<TracePosition>,
}

/// A trace as lists show it.
#[derive(Clone, Debug)]
pub(crate) struct ListedTrace {
    /// Its id.
    pub id: String,
    /// When the request came.
    pub at: Timestamp,
    /// The cause of the refusal.
    pub cause: Option<Cause>,
    /// What is known of the request; nothing where another version of the program wrote it.
    pub record: Option<TraceRecord>,
}

impl TracePage {
    /// The first page after `query.before`.
    ///
    /// # Errors
    /// As every read of the store.
    pub(crate) async fn read(store: &Store, query: TraceQuery) -> Result<Self, StoreError> {
        let limit = query.limit as usize;
        // One more than is shown tells whether there are more.
        let query = TraceQuery {
            limit: query.limit.saturating_add(1),
            ..query
        };
        let mut stored = store.traces(query).await?;
        let more = stored.len() > limit;
        stored.truncate(limit);
        Ok(Self {
            next: stored.last().filter(|_| more).map(StoredTrace::position),
            traces: stored.into_iter().map(ListedTrace::from).collect(),
        })
    }
}

impl From<StoredTrace> for ListedTrace {
    fn from(stored: StoredTrace) -> Self {
        Self {
            record: serde_json::from_str(&stored.document).ok(),
            id: stored.id,
            at: stored.at,
            cause: stored.cause,
        }
    }
}
