//! The traces of verdicts, kept for a while.

use countersign_domain::Timestamp;
use countersign_verify::Cause;

use crate::driver::{Row, values};
use crate::{Store, StoreError};

/// A trace as it is kept.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StoredTrace {
    /// The trace's id: 32 hexadecimal digits.
    pub id: String,
    /// When the request came.
    pub at: Timestamp,
    /// The cause of the refusal, if it was one.
    pub cause: Option<Cause>,
    /// The trace itself, as JSON.
    pub document: String,
}

impl Store {
    /// Appends traces in one transaction; a trace that is there already is replaced.
    ///
    /// # Errors
    /// As every write.
    pub async fn append_traces(&self, traces: Vec<StoredTrace>) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO cs_traces (id, at, cause, document) VALUES ($1, $2, $3, $4) \
            ON CONFLICT (id) DO UPDATE SET at = excluded.at, cause = excluded.cause, \
            document = excluded.document";
        self.write(move |tx| {
            Box::pin(async move {
                for trace in traces {
                    let values = values![trace.id, trace.at, trace.cause, trace.document];
                    tx.run(SQL, values).await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// The trace of this id.
    ///
    /// # Errors
    /// As every read.
    pub async fn trace(&self, id: &str) -> Result<Option<StoredTrace>, StoreError> {
        const SQL: &str = "SELECT id, at, cause, document FROM cs_traces WHERE id = $1";
        let id = id.to_owned();
        self.read(move |tx| {
            Box::pin(async move { tx.first(SQL, values![id]).await?.map(trace).transpose() })
        })
        .await
    }

    /// The newest traces, newest first.
    ///
    /// # Errors
    /// As every read.
    pub async fn recent_traces(&self, limit: u32) -> Result<Vec<StoredTrace>, StoreError> {
        const SQL: &str =
            "SELECT id, at, cause, document FROM cs_traces ORDER BY at DESC, id DESC LIMIT $1";
        self.read(move |tx| {
            Box::pin(async move {
                tx.all(SQL, values![limit])
                    .await?
                    .into_iter()
                    .map(trace)
                    .collect()
            })
        })
        .await
    }

    /// Removes traces from before a time, and all but the newest `keep`; gives how many.
    ///
    /// # Errors
    /// As every write.
    pub async fn prune_traces(&self, before: Timestamp, keep: u32) -> Result<u64, StoreError> {
        const SQL: &str = "DELETE FROM cs_traces WHERE at < $1 OR at < \
            (SELECT min(at) FROM (SELECT at FROM cs_traces ORDER BY at DESC LIMIT $2) newest)";
        self.write(move |tx| Box::pin(async move { tx.run(SQL, values![before, keep]).await }))
            .await
    }
}

fn trace(row: Row) -> Result<StoredTrace, StoreError> {
    let mut row = row.read("cs_traces");
    Ok(StoredTrace {
        id: row.text("id")?,
        at: row.time("at")?,
        cause: row.optional_parsed("cause", |slug| {
            Cause::find(slug).ok_or_else(|| format!("{slug:?} is not known"))
        })?,
        document: row.text("document")?,
    })
}
