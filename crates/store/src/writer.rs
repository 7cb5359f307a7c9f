//! SQLite's one writer, which commits groups of concurrent requests together.
//!
//! A job is a closure over the transaction. The writer takes the jobs that wait, runs each in a
//! savepoint of one transaction, commits once (one fsync), and only then answers them all. A job
//! that fails is rolled back alone; a commit that fails is the failure of all.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use sqlx::{Connection as _, SqliteConnection};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use crate::StoreError;
use crate::driver::Tx;

/// Jobs that one transaction takes at most; it bounds how long the first one waits.
const GROUP: usize = 64;

/// How long a job may wait for its turn. Revocations are polled with an overlap that is longer
/// (see `revocations`), so a row's time must not lie further back when it is committed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// The way to the writer.
#[derive(Debug)]
pub(crate) struct Writer {
    sender: mpsc::Sender<Message>,
}

impl Writer {
    /// Starts the writer on its connection; it ends with the last `Writer`.
    pub(crate) fn start(connection: SqliteConnection, queue: usize) -> Self {
        let (sender, receiver) = mpsc::channel(queue);
        tokio::spawn(serve(Tx::SqliteWriter(connection), receiver));
        Self { sender }
    }

    /// Runs a job; answers after its commit.
    pub(crate) async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, StoreError>> + Send + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        let job = Job {
            queued: Instant::now(),
            work: Box::new(Typed {
                work: Some(work),
                outcome: None,
                sender,
            }),
        };
        self.sender
            .try_send(Message::Job(job))
            .map_err(|refused| match refused {
                TrySendError::Full(_) => StoreError::Overloaded {
                    waiting: self.sender.max_capacity(),
                },
                TrySendError::Closed(_) => given_up("the database is closed"),
            })?;
        receiver
            .await
            .unwrap_or_else(|_| Err(given_up("the database was closed before its turn")))
    }

    /// How many jobs wait.
    pub(crate) fn waiting(&self) -> usize {
        self.sender.max_capacity() - self.sender.capacity()
    }

    /// Ends the writer after the jobs that wait, and closes its connection.
    pub(crate) async fn close(&self) {
        let (sender, receiver) = oneshot::channel();
        if self.sender.send(Message::Close(sender)).await.is_ok() {
            // An error only says that the writer is gone already.
            let _ = receiver.await;
        }
    }
}

enum Message {
    Close(oneshot::Sender<()>),
    Job(Job),
}

struct Job {
    queued: Instant,
    work: Box<dyn Work>,
}

/// A job without its type.
trait Work: Send {
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> BoxFuture<'t, Result<(), StoreError>>;
    fn answer(self: Box<Self>, group: Result<(), StoreError>);
}

struct Typed<F, T> {
    work: Option<F>,
    outcome: Option<Result<T, StoreError>>,
    sender: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Work for Typed<F, T>
where
    T: Send,
    F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, StoreError>> + Send,
{
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> BoxFuture<'t, Result<(), StoreError>> {
        Box::pin(async move {
            let Some(work) = self.work.take() else {
                return Ok(());
            };
            // A panic must not take the writer, and with it every later write, along.
            let outcome = AssertUnwindSafe(work(tx))
                .catch_unwind()
                .await
                .unwrap_or_else(|_| Err(given_up("it failed inside; see the log")));
            let done = outcome.as_ref().map(|_| ()).map_err(Clone::clone);
            self.outcome = Some(outcome);
            done
        })
    }

    fn answer(self: Box<Self>, group: Result<(), StoreError>) {
        let outcome = match (self.outcome, group) {
            (Some(Err(error)), _) | (_, Err(error)) => Err(error),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (None, Ok(())) => Err(given_up("it waited too long for its turn")),
        };
        // The caller may have gone; what was committed stays.
        let _ = self.sender.send(outcome);
    }
}

async fn serve(mut tx: Tx, mut receiver: mpsc::Receiver<Message>) {
    let mut closing = None;
    while closing.is_none() {
        closing = match receiver.recv().await {
            Some(Message::Job(first)) => group(&mut tx, first, &mut receiver).await,
            Some(Message::Close(done)) => Some(Some(done)),
            None => Some(None),
        };
    }
    if let Tx::SqliteWriter(connection) = tx
        && let Err(error) = connection.close().await
    {
        tracing::warn!(%error, "the database was not closed cleanly; nothing is lost");
    }
    if let Some(Some(done)) = closing {
        // Whoever asked may have gone.
        let _ = done.send(());
    }
}

type Closing = Option<Option<oneshot::Sender<()>>>;

/// Runs and commits one group of jobs, then answers them. Each statement is a way to the database's
/// thread and back, so those that nobody decides between go together.
async fn group(tx: &mut Tx, first: Job, receiver: &mut mpsc::Receiver<Message>) -> Closing {
    let mut closing = None;
    let mut jobs = Vec::new();
    let mut group = step(tx, "BEGIN IMMEDIATE; SAVEPOINT job").await;
    let mut next = Some(first);
    while let Some(mut job) = next.take() {
        if group.is_ok() {
            group = attempt(tx, &mut job).await;
        }
        jobs.push(job);
        if jobs.len() < GROUP {
            match receiver.try_recv() {
                Ok(Message::Job(job)) => next = Some(job),
                Ok(Message::Close(done)) => closing = Some(Some(done)),
                Err(_) => {}
            }
        }
        if group.is_ok() && next.is_some() {
            group = step(tx, "RELEASE job; SAVEPOINT job").await;
        }
    }
    if group.is_ok() {
        group = step(tx, "RELEASE job; COMMIT").await;
    }
    if group.is_err() {
        // It fails where nothing began, or SQLite has rolled back by itself already.
        let _ = step(tx, "ROLLBACK").await;
    }
    for job in jobs {
        job.work.answer(group.clone());
    }
    closing
}

/// Runs one job in the savepoint; an error is the failure of the whole group.
async fn attempt(tx: &mut Tx, job: &mut Job) -> Result<(), StoreError> {
    if job.queued.elapsed() > PATIENCE {
        return Ok(());
    }
    if let Err(error) = job.work.run(tx).await {
        // After some failures (a full disk) SQLite has left the transaction: then all have failed.
        step(tx, "ROLLBACK TO job").await.map_err(|_| error)?;
    }
    Ok(())
}

async fn step(tx: &mut Tx, sql: &'static str) -> Result<(), StoreError> {
    tx.run(sql, Vec::new()).await.map(drop)
}

fn given_up(reason: &str) -> StoreError {
    StoreError::GivenUp {
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use countersign_testkit::TempDatabase;
    use countersign_verify::Cause;
    use futures_util::future::join_all;

    use super::*;
    use crate::driver::values;
    use crate::{DatabaseUrl, Store, StoreOptions};

    async fn store(database: &TempDatabase) -> Result<Store, StoreError> {
        let url = DatabaseUrl::parse(database.url())?;
        let store = Store::connect(&url, StoreOptions::default()).await?;
        let table = "CREATE TABLE numbers (number BIGINT, text TEXT)";
        store
            .write(move |tx| Box::pin(async move { tx.run(table, values![]).await }))
            .await?;
        Ok(store)
    }

    async fn insert(store: &Store, number: i64, text: &str) -> Result<u64, StoreError> {
        let text = text.to_owned();
        let sql = "INSERT INTO numbers VALUES ($1, $2)";
        store
            .write(move |tx| Box::pin(async move { tx.run(sql, values![number, text]).await }))
            .await
    }

    async fn count(store: &Store) -> Result<i64, StoreError> {
        let sql = "SELECT count(*) FROM numbers";
        let row = store.read(|tx| Box::pin(async move { tx.first(sql, values![]).await }));
        row.await?
            .map_or(Ok(-1), |row| row.read("numbers").integer("count"))
    }

    #[tokio::test]
    async fn a_panic_fails_its_own_job_only() -> Result<(), StoreError> {
        let database = TempDatabase::sqlite();
        let store = store(&database).await?;
        let panics = store.write::<(), _>(move |tx| {
            Box::pin(async move {
                tx.run("INSERT INTO numbers VALUES (0, 'lost')", values![])
                    .await?;
                panic!("as a test")
            })
        });
        let (panicked, before, after) =
            tokio::join!(panics, insert(&store, 1, "kept"), insert(&store, 2, "kept"));
        let cause = panicked.map_err(|error| error.cause());
        assert_eq!(
            (cause, before, after),
            (Err(Cause::Unavailable), Ok(1), Ok(1))
        );
        assert_eq!(count(&store).await, Ok(2));
        Ok(())
    }

    #[tokio::test]
    async fn a_full_disk_fails_the_whole_group_and_nothing_is_half_written()
    -> Result<(), StoreError> {
        let database = TempDatabase::sqlite();
        let store = store(&database).await?;
        let limit = "PRAGMA max_page_count = 4";
        store
            .write(move |tx| Box::pin(async move { tx.all(limit, values![]).await }))
            .await?;
        let big = "x".repeat(20_000);
        let jobs =
            (0..8).map(|number| insert(&store, number, if number == 4 { &big } else { "a" }));
        let outcomes = join_all(jobs).await;
        let written = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        let failed = outcomes.iter().filter_map(|outcome| outcome.as_ref().err());
        for error in failed {
            assert_eq!(error.cause(), Cause::Unavailable, "{error}");
        }
        assert!(outcomes[4].is_err());
        // Whoever was told of success is there, nobody else is, and the writer goes on.
        assert_eq!(
            count(&store).await,
            i64::try_from(written).map_err(|_| StoreError::NulCharacter)
        );
        assert_eq!(insert(&store, 9, "small").await, Ok(1));
        Ok(())
    }

    #[tokio::test]
    async fn jobs_that_wait_are_committed_together() -> Result<(), StoreError> {
        let database = TempDatabase::sqlite();
        let store = store(&database).await?;
        let inside = Arc::new(AtomicUsize::new(0));
        let jobs = (0..40_i64).map(|number| {
            let inside = Arc::clone(&inside);
            store.write(move |tx| {
                Box::pin(async move {
                    tx.run("INSERT INTO numbers VALUES ($1, 'a')", values![number])
                        .await?;
                    // Nothing is answered, and nothing to be seen outside, before all have run.
                    Ok(inside.fetch_add(1, Ordering::SeqCst))
                })
            })
        });
        let mut order = Vec::new();
        for place in join_all(jobs.collect::<Vec<_>>()).await {
            assert_eq!(inside.load(Ordering::SeqCst), 40);
            order.push(place?);
        }
        assert_eq!(order, (0..40).collect::<Vec<_>>());
        assert_eq!(count(&store).await, Ok(40));
        Ok(())
    }
}
