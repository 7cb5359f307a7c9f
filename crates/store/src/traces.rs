//! The traces of verdicts, kept for a while.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use countersign_domain::Timestamp;
use countersign_verify::{Cause, TraceId};

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

impl StoredTrace {
    /// Where the trace stands among all: what is older comes after it.
    #[must_use]
    pub fn position(&self) -> TracePosition {
        TracePosition {
            at: self.at,
            id: self.id.clone(),
        }
    }
}

/// A place in the order of traces, newest first. As text it is `MICROSECONDS-ID`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TracePosition {
    at: Timestamp,
    id: String,
}

impl fmt::Display for TracePosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.at.micros(), self.id)
    }
}

/// A text that names no place.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected what the page before gave")]
pub struct TracePositionError;

impl FromStr for TracePosition {
    type Err = TracePositionError;

    fn from_str(text: &str) -> Result<Self, TracePositionError> {
        let (at, id) = text.split_once('-').ok_or(TracePositionError)?;
        let is_number = !at.is_empty() && at.bytes().all(|byte| byte.is_ascii_digit());
        let at = at.parse().ok().filter(|_| is_number);
        let id = TraceId::parse(id).ok_or(TracePositionError)?;
        Ok(Self {
            at: Timestamp::from_micros(at.ok_or(TracePositionError)?),
            id: id.to_string(),
        })
    }
}

/// Which traces to give.
#[derive(Clone, Debug, Default)]
pub struct TraceQuery {
    /// Those of this cause.
    pub cause: Option<Cause>,
    /// Those that come after this place: the next page.
    pub before: Option<TracePosition>,
    /// How many at most.
    pub limit: u32,
}

/// How often something was refused within one hour.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RefusalCount {
    /// Why.
    pub cause: Cause,
    /// How many whole hours ago: 0 is the hour that ends now.
    pub hours_ago: i64,
    /// How often.
    pub refusals: i64,
}

const DAY: Duration = Duration::from_hours(24);

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

    /// Traces, newest first.
    ///
    /// # Errors
    /// As every read.
    pub async fn traces(&self, query: TraceQuery) -> Result<Vec<StoredTrace>, StoreError> {
        const OF_ALL: &str = "SELECT id, at, cause, document FROM cs_traces \
            WHERE (at, id) < ($1, $2) ORDER BY at DESC, id DESC LIMIT $3";
        const OF_ONE: &str = "SELECT id, at, cause, document FROM cs_traces \
            WHERE cause = $4 AND (at, id) < ($1, $2) ORDER BY at DESC, id DESC LIMIT $3";
        let newest = || TracePosition {
            at: Timestamp::from_micros(i64::MAX),
            id: String::new(),
        };
        let before = query.before.unwrap_or_else(newest);
        let mut values = values![before.at, before.id, query.limit];
        let sql = if query.cause.is_some() {
            values.push(query.cause.into());
            OF_ONE
        } else {
            OF_ALL
        };
        self.read(move |tx| {
            Box::pin(async move { tx.all(sql, values).await?.into_iter().map(trace).collect() })
        })
        .await
    }

    /// How many refusals of each cause are kept of the 24 hours before `now`, by the hour. Of more
    /// than `most` the newest are counted.
    ///
    /// # Errors
    /// As every read.
    pub async fn refusals_of_last_day(
        &self,
        now: Timestamp,
        most: u32,
    ) -> Result<Vec<RefusalCount>, StoreError> {
        const SQL: &str = "SELECT cause, hours, count(*) AS refusals FROM \
            (SELECT cause, ($1 - at) / 3600000000 AS hours FROM cs_traces \
            WHERE at > $2 AND at <= $1 AND cause IS NOT NULL ORDER BY at DESC, id DESC LIMIT $3) newest \
            GROUP BY cause, hours ORDER BY cause, hours";
        let values = values![now, now - DAY, most];
        self.read(move |tx| {
            Box::pin(async move { tx.all(SQL, values).await?.into_iter().map(count).collect() })
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

fn count(row: Row) -> Result<RefusalCount, StoreError> {
    let mut row = row.read("cs_traces");
    Ok(RefusalCount {
        cause: row.named("cause", Cause::find)?,
        hours_ago: row.integer("hours")?,
        refusals: row.integer("refusals")?,
    })
}
