//! The audit log.

use countersign_domain::audit::{AuditEvent, AuditKind, Outcome};
use countersign_domain::{AuditEventId, Timestamp, UserId};
use countersign_verify::Cause;

use crate::driver::{Row, Statement, values};
use crate::{Store, StoreError};

/// Which events to give; every condition that is set must hold.
#[derive(Clone, Debug, Default)]
pub struct AuditQuery {
    /// Events about this account.
    pub user: Option<UserId>,
    /// Events of this kind.
    pub kind: Option<AuditKind>,
    /// Events of the request with this trace.
    pub trace_id: Option<String>,
    /// Events at or after this time.
    pub since: Option<Timestamp>,
    /// With it: events after this one, oldest first (to follow or export the log).
    /// Without it: the newest events, newest first.
    pub after: Option<AuditEventId>,
    /// Events before this one: the next page of the newest.
    pub before: Option<AuditEventId>,
    /// How many at most.
    pub limit: u32,
}

impl Store {
    /// Appends events in one transaction. An event that is there already is left alone.
    ///
    /// # Errors
    /// As every write.
    pub async fn append_audit(&self, events: Vec<AuditEvent>) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                tx.run_together(events.into_iter().map(insert).collect())
                    .await
            })
        })
        .await
    }

    /// Events of the log.
    ///
    /// # Errors
    /// As every read.
    pub async fn audit_events(&self, query: AuditQuery) -> Result<Vec<AuditEvent>, StoreError> {
        const OLDEST: &str = concat!(audit_select!(), " ORDER BY id LIMIT $7");
        const NEWEST: &str = concat!(audit_select!(), " ORDER BY id DESC LIMIT $7");
        let sql = if query.after.is_some() {
            OLDEST
        } else {
            NEWEST
        };
        let text = |id: Option<AuditEventId>| id.map(|id| id.to_string()).unwrap_or_default();
        let values = values![
            query.user.map(|id| id.to_string()).unwrap_or_default(),
            query.kind.map_or("", AuditKind::as_str),
            query.trace_id.unwrap_or_default(),
            query.since.map_or(i64::MIN, Timestamp::micros),
            text(query.after),
            text(query.before),
            query.limit,
        ];
        self.read(move |tx| {
            Box::pin(async move { tx.all(sql, values).await?.into_iter().map(event).collect() })
        })
        .await
    }
}

macro_rules! audit_select {
    () => {
        "SELECT id, at, kind, outcome, actor, user_id, session_id, ip, user_agent, cause, \
         trace_id, detail FROM cs_audit WHERE ($1 = '' OR user_id = $1) AND ($2 = '' OR kind = $2) \
         AND ($3 = '' OR trace_id = $3) AND at >= $4 AND id > $5 AND ($6 = '' OR id < $6)"
    };
}
use audit_select;

/// Writes an event.
pub(crate) fn insert(event: AuditEvent) -> Statement {
    const SQL: &str = "INSERT INTO cs_audit (id, at, kind, outcome, actor, user_id, session_id, \
        ip, user_agent, cause, trace_id, detail) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (id) DO NOTHING";
    let detail =
        (!event.detail.is_empty()).then(|| serde_json::Value::from(event.detail).to_string());
    let values = values![
        event.id,
        event.at,
        event.kind.as_str(),
        event.outcome.as_str(),
        event.actor.to_string(),
        event.user_id,
        event.session_id,
        event.ip,
        event.user_agent,
        event.cause,
        event.trace_id,
        detail,
    ];
    Statement { sql: SQL, values }
}

fn event(row: Row) -> Result<AuditEvent, StoreError> {
    let mut row = row.read("cs_audit");
    Ok(AuditEvent {
        id: row.own("id")?,
        at: row.time("at")?,
        kind: row.named("kind", AuditKind::parse)?,
        outcome: row.named("outcome", Outcome::parse)?,
        actor: row.own("actor")?,
        user_id: row.optional_own("user_id")?,
        session_id: row.optional_own("session_id")?,
        ip: row.optional_own("ip")?,
        user_agent: row.optional_text("user_agent")?,
        cause: row.optional_parsed("cause", |slug| {
            Cause::find(slug).ok_or_else(|| format!("{slug:?} is not known"))
        })?,
        trace_id: row.optional_text("trace_id")?,
        detail: row
            .optional_parsed("detail", |text| serde_json::from_str(text))?
            .unwrap_or_default(),
    })
}
