//! What has ended before its time, for every node to know.
//!
//! # Polling
//! A row's time is taken before its transaction commits, and nodes' clocks differ a little. So a
//! poller that asked only for rows later than the last one it saw would miss a row that was
//! committed late. It must ask again for what it has seen already: for everything since *the time
//! of the last poll that succeeded* less [`REVOCATION_OVERLAP`]. To apply a row twice does no
//! harm. The overlap suffices, because a write that takes longer is given up: on PostgreSQL after
//! 8 s, and SQLite's writer runs no job that has waited for over 5 s.

use std::time::Duration;

use countersign_domain::{SessionId, Timestamp, UserId};
use countersign_verify::Cause;

use crate::driver::{Row, Tx, values};
use crate::{Store, StoreError};

/// How far before the last poll the next one must ask.
pub const REVOCATION_OVERLAP: Duration = Duration::from_secs(10);

/// Whom a revocation is about.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum RevokedSubject {
    /// A session: its tokens and its cookie are refused from now on.
    Session(SessionId),
    /// An account was changed, closed, opened or deleted: what is cached of it is stale.
    User(UserId),
}

/// One revocation.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Revocation {
    /// Whom it is about.
    pub subject: RevokedSubject,
    /// The cause with which a credential is refused.
    pub cause: Cause,
    /// When it was decided.
    pub at: Timestamp,
}

impl Store {
    /// Every revocation since a time, oldest first. See the module's words on polling.
    ///
    /// # Errors
    /// As every read.
    pub async fn revoked_since(&self, since: Timestamp) -> Result<Vec<Revocation>, StoreError> {
        const SQL: &str = "SELECT subject, kind, cause, at FROM cs_revocations \
            WHERE at >= $1 ORDER BY at";
        self.read(move |tx| {
            Box::pin(async move {
                tx.all(SQL, values![since])
                    .await?
                    .into_iter()
                    .map(revocation)
                    .collect()
            })
        })
        .await
    }
}

/// Writes a revocation; of several about one subject the last counts.
pub(crate) async fn revoke(
    tx: &mut Tx,
    subject: RevokedSubject,
    cause: Cause,
    now: Timestamp,
) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO cs_revocations (subject, kind, cause, at) \
        VALUES ($1, $2, $3, $4) ON CONFLICT (kind, subject) \
        DO UPDATE SET cause = excluded.cause, at = excluded.at";
    let (id, kind) = match subject {
        RevokedSubject::Session(id) => (id.to_string(), "session"),
        RevokedSubject::User(id) => (id.to_string(), "user"),
    };
    tx.run(SQL, values![id, kind, cause, now]).await.map(drop)
}

fn revocation(row: Row) -> Result<Revocation, StoreError> {
    let mut row = row.read("cs_revocations");
    let id = row.text("subject")?;
    let subject = match row.text("kind")?.as_str() {
        "session" => id.parse().map(RevokedSubject::Session),
        "user" => id.parse().map(RevokedSubject::User),
        kind => return Err(row.impossible("kind", format!("{kind:?} is not known"))),
    };
    Ok(Revocation {
        subject: subject.map_err(|error| row.impossible("subject", error))?,
        cause: row.named("cause", Cause::find)?,
        at: row.time("at")?,
    })
}
