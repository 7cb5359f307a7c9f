//! The pool that hashes passwords, apart from everything else (DESIGN 8).
//!
//! Its threads run at the lowest priority and its queue is short, so that a storm of sign-ins
//! costs those who sign in and nobody else. Callers hold no database connection while they wait.

use std::collections::VecDeque;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use countersign_domain::password::{
    self, Argon2Memory, HashError, Password, PasswordHash, Verification,
};
use countersign_verify::Cause;
use tokio::sync::oneshot;

use crate::http::Refused;

/// After so long without work a thread gives its 19 MiB back.
const IDLE: Duration = Duration::from_secs(5);
const LOWEST_PRIORITY: i32 = 19;

type Job = Box<dyn FnOnce(&mut Argon2Memory) + Send>;

/// A bounded pool of threads that hash. It ends when it is dropped.
pub struct HashPool {
    shared: Arc<Shared>,
    limit: usize,
}

struct Shared {
    queue: Mutex<Queue>,
    work: Condvar,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    closed: bool,
}

impl HashPool {
    /// Starts `threads` threads; `limit` calls may wait for one of them.
    ///
    /// # Errors
    /// What the system said when it refused a thread.
    pub fn new(threads: usize, limit: usize) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            queue: Mutex::default(),
            work: Condvar::new(),
        });
        let pool = Self { shared, limit };
        for number in 0..threads {
            let shared = Arc::clone(&pool.shared);
            std::thread::Builder::new()
                .name(format!("hash-{number}"))
                .spawn(move || shared.run())?;
        }
        Ok(pool)
    }

    /// Hashes a new password.
    ///
    /// # Errors
    /// `overloaded` when the queue is full, `internal-error` when hashing itself fails.
    pub async fn hash(&self, password: Password, salt: [u8; 16]) -> Result<PasswordHash, Refused> {
        let hashed = self.run(move |memory| password::hash(&password, salt, memory));
        hashed.await?.map_err(|error: HashError| {
            Refused::new(Cause::InternalError, format!("hashing failed: {error}"))
        })
    }

    /// Compares a password with a stored hash.
    ///
    /// # Errors
    /// `overloaded` when the queue is full.
    pub async fn verify(
        &self,
        hash: PasswordHash,
        password: Password,
    ) -> Result<Verification, Refused> {
        self.run(move |memory| password::verify(&hash, &password, memory))
            .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Argon2Memory) -> T + Send + 'static,
    ) -> Result<T, Refused> {
        let (answer, answered) = oneshot::channel();
        self.push(Box::new(move |memory| {
            // Whoever asked may have gone away; then the work would be for nobody.
            if !answer.is_closed() && answer.send(work(memory)).is_err() {
                tracing::debug!("nobody waited for a hash any more");
            }
        }))?;
        answered
            .await
            .map_err(|_| Refused::new(Cause::InternalError, "the hash thread gave no answer"))
    }

    fn push(&self, job: Job) -> Result<(), Refused> {
        let mut queue = self.shared.lock();
        if queue.jobs.len() >= self.limit {
            let detail = format!("{} sign-ins wait for a hash thread already", self.limit);
            return Err(Refused::new(Cause::Overloaded, detail).retry_after(1));
        }
        queue.jobs.push_back(job);
        drop(queue);
        self.shared.work.notify_one();
        Ok(())
    }
}

impl Drop for HashPool {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.work.notify_all();
    }
}

impl fmt::Debug for HashPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HashPool")
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        // A queue of jobs is whole after any panic.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self) {
        if let Err(error) = rustix::process::setpriority_process(None, LOWEST_PRIORITY) {
            tracing::warn!(%error, "hash threads run at normal priority");
        }
        let mut memory = Argon2Memory::default();
        while let Some(job) = self.next(&mut memory) {
            if catch_unwind(AssertUnwindSafe(|| job(&mut memory))).is_err() {
                tracing::error!("a hash job panicked");
            }
        }
    }

    /// Waits for a job; `None` when the pool was closed.
    fn next(&self, memory: &mut Argon2Memory) -> Option<Job> {
        let mut queue = self.lock();
        loop {
            if let Some(job) = queue.jobs.pop_front() {
                return Some(job);
            }
            if queue.closed {
                return None;
            }
            let waited = self.work.wait_timeout(queue, IDLE);
            let (guard, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
            queue = guard;
            if timeout.timed_out() && queue.jobs.is_empty() {
                memory.release();
                queue = self
                    .work
                    .wait(queue)
                    .unwrap_or_else(PoisonError::into_inner);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    fn password(text: &str) -> Password {
        Password::parse(text.to_owned()).expect("a password")
    }

    #[tokio::test]
    async fn what_was_hashed_matches_and_nothing_else() {
        let pool = HashPool::new(1, 4).expect("pool");
        let good = password("correct horse battery");
        let hash = pool.hash(good.clone(), [7; 16]).await.expect("hash");
        let same = pool.verify(hash.clone(), good).await.expect("verdict");
        assert!(matches!(same, Verification::Match { .. }), "{same:?}");
        let other = pool.verify(hash, password("wrong horse battery")).await;
        assert!(matches!(other, Ok(Verification::Mismatch)), "{other:?}");
    }

    #[tokio::test]
    async fn beyond_the_queue_callers_are_told_to_come_back() {
        let pool = Arc::new(HashPool::new(1, 1).expect("pool"));
        let (started, has_started) = oneshot::channel();
        let (release, released) = std::sync::mpsc::channel::<()>();
        let running = tokio::spawn({
            let pool = Arc::clone(&pool);
            async move {
                pool.run(move |_| {
                    started.send(()).expect("test waits");
                    released.recv().expect("released");
                })
                .await
            }
        });
        has_started.await.expect("the thread took the job");
        let mut waiting = Box::pin(pool.run(|_| 2));
        assert!((&mut waiting).now_or_never().is_none());
        let refused = pool.run(|_| 3).await.expect_err("full");
        assert_eq!(refused.cause(), Cause::Overloaded);
        assert_eq!(refused.retry_after_seconds(), Some(1));
        release.send(()).expect("the job waits");
        running.await.expect("task").expect("job");
        assert_eq!(waiting.await.expect("job"), 2);
    }

    #[tokio::test]
    async fn a_job_that_panics_takes_nobody_with_it() {
        let pool = HashPool::new(1, 4).expect("pool");
        let refused = pool.run(|_| panic!("odd")).await.map(|(): ()| ());
        assert_eq!(refused.expect_err("refused").cause(), Cause::InternalError);
        assert_eq!(pool.run(|_| 1).await.expect("the thread lives"), 1);
    }

    #[tokio::test]
    async fn work_of_those_who_left_is_not_done() {
        let pool = HashPool::new(1, 4).expect("pool");
        let (release, released) = std::sync::mpsc::channel::<()>();
        let mut first = Box::pin(pool.run(move |_| released.recv().is_ok()));
        assert!((&mut first).now_or_never().is_none());
        let done = Arc::new(Mutex::new(false));
        let mut left = Box::pin(pool.run({
            let done = Arc::clone(&done);
            move |_| *done.lock().expect("lock") = true
        }));
        assert!((&mut left).now_or_never().is_none());
        drop(left);
        release.send(()).expect("the job waits");
        assert!(first.await.expect("job"));
        assert_eq!(pool.run(|_| 5).await.expect("job"), 5);
        assert!(!*done.lock().expect("lock"));
    }
}
