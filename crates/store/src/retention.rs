//! How long things are kept that nobody needs any more.

use std::time::Duration;

use countersign_domain::Timestamp;

use crate::driver::values;
use crate::{Store, StoreError};

const DAY: Duration = Duration::from_hours(24);

/// How long to keep what is over. The audit log is kept for good.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Retention {
    /// Sessions and refresh tokens, from their end.
    pub sessions: Duration,
    /// Links, from when they ran out.
    pub links: Duration,
    /// Mails that were sent or given up.
    pub mails: Duration,
    /// Revocations: longer than any access token lives, since they are what refuses it.
    pub revocations: Duration,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            sessions: DAY * 30,
            links: DAY,
            mails: DAY * 7,
            revocations: DAY * 2,
        }
    }
}

impl Store {
    /// Removes what is over for long enough; gives how many rows.
    ///
    /// # Errors
    /// As every write.
    pub async fn prune(&self, now: Timestamp, keep: Retention) -> Result<u64, StoreError> {
        const SESSIONS: &str =
            "DELETE FROM cs_sessions WHERE absolute_expires_at < $1 OR ended_at < $1";
        const REFRESH_TOKENS: &str = "DELETE FROM cs_refresh_tokens WHERE expires_at < $1";
        const LINKS: &str = "DELETE FROM cs_links WHERE expires_at < $1";
        const MAILS: &str =
            "DELETE FROM cs_outbox WHERE next_attempt_at IS NULL AND created_at < $1";
        const REVOCATIONS: &str = "DELETE FROM cs_revocations WHERE at < $1";
        const KEYS: &str = "DELETE FROM cs_keys WHERE retire_at < $1";
        let steps = [
            (SESSIONS, keep.sessions),
            (REFRESH_TOKENS, keep.sessions),
            (LINKS, keep.links),
            (MAILS, keep.mails),
            (REVOCATIONS, keep.revocations),
            (KEYS, keep.sessions),
        ];
        let mut removed = 0;
        for (sql, age) in steps {
            // Each by itself, so that none holds up other writes for long.
            removed += self
                .write(move |tx| Box::pin(async move { tx.run(sql, values![now - age]).await }))
                .await?;
        }
        Ok(removed)
    }
}
