//! What runs beside the requests: writing batches, polling, sending mail, clearing up.

mod outbox;
mod periodic;

pub use outbox::{Mailer, MailerError};

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::App;

/// How long a batch may grow before it is written.
const BATCH: Duration = Duration::from_millis(50);
/// After a stop the queues are written within this time.
const LAST_WRITES: Duration = Duration::from_secs(5);

/// The running jobs.
#[derive(Debug)]
pub struct Jobs {
    app: App,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Jobs {
    /// Starts every job.
    ///
    /// # Errors
    /// A mail server that cannot be used as it is configured.
    pub fn start(app: &App) -> Result<Self, MailerError> {
        let (stop, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        tasks.spawn(until(stopped.clone(), write_audit(app.clone())));
        tasks.spawn(until(stopped.clone(), write_traces(app.clone())));
        tasks.spawn(until(stopped.clone(), periodic::revocations(app.clone())));
        tasks.spawn(until(stopped.clone(), periodic::activity(app.clone())));
        tasks.spawn(until(stopped.clone(), periodic::keys(app.clone())));
        tasks.spawn(until(stopped.clone(), periodic::issuer_keys(app.clone())));
        tasks.spawn(until(stopped.clone(), periodic::clearing(app.clone())));
        if let Some(mailer) = Mailer::of(app)? {
            tasks.spawn(until(stopped, mailer.run()));
        }
        Ok(Self {
            app: app.clone(),
            stop,
            tasks,
        })
    }

    /// Stops every job and writes what is still queued.
    pub async fn stop(mut self) {
        if self.stop.send(true).is_err() {
            tracing::debug!("every job had ended already");
        }
        while let Some(ended) = self.tasks.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a job did not end well");
            }
        }
        if tokio::time::timeout(LAST_WRITES, flush(&self.app))
            .await
            .is_err()
        {
            tracing::error!("the last entries of queues could not be written in time");
        }
    }
}

/// Writes everything that is queued. Tests call it in place of the jobs.
pub async fn flush(app: &App) {
    flush_audit(app).await;
    app.refusals().flush(app).await;
    periodic::write_activity(app).await;
}

/// Takes up at once what other nodes have revoked or rotated. The jobs do it all the time; tests
/// call it in place of them.
///
/// # Errors
/// What keeps the store or the keys from being read.
pub async fn catch_up(app: &App) -> Result<(), crate::state::AssembleError> {
    let since = app.now() - app.revocation_memory();
    app.poll_revocations(since).await?;
    app.reload_keys().await
}

/// Runs a job until the stop, also in the midst of its wait.
async fn until(mut stopped: watch::Receiver<bool>, job: impl Future<Output = ()>) {
    tokio::select! {
        biased;
        _ = stopped.wait_for(|stop| *stop) => {}
        () = job => {}
    }
}

async fn write_audit(app: App) {
    loop {
        app.audit_queue().filled().await;
        tokio::time::sleep(BATCH).await;
        flush_audit(&app).await;
    }
}

async fn flush_audit(app: &App) {
    let queue = app.audit_queue();
    let dropped = queue.dropped();
    if dropped > 0 {
        tracing::error!(
            dropped,
            "audit events of refusals were dropped: too many at once"
        );
    }
    let events = queue.take();
    if events.is_empty() {
        return;
    }
    if let Err(error) = app.store().append_audit(events.clone()).await {
        tracing::error!(%error, "audit events could not be written; trying again");
        queue.put_back(events);
    }
}

async fn write_traces(app: App) {
    loop {
        app.refusals().filled().await;
        tokio::time::sleep(BATCH).await;
        app.refusals().flush(&app).await;
    }
}
