//! The pool that hashes passwords, apart from everything else (DESIGN 8).
//!
//! Its threads run only where nothing else wants the processor, and its queue is short in length and in
//! time, so that a storm of sign-ins costs those who sign in and nobody else: who would have to wait too
//! long is told to come back. Callers hold no database connection while they wait.

mod heartbeat;

use std::collections::VecDeque;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use countersign_domain::password::{
    self, Argon2Memory, HashError, Password, PasswordHash, Verification,
};
use countersign_verify::Cause;
use thread_priority::ThreadPriority;
use thread_priority::unix::{
    NormalThreadSchedulePolicy, ThreadSchedulePolicy, set_thread_priority_and_policy,
    thread_native_id,
};
use tokio::sync::oneshot;

use crate::clock::Clock;
use crate::http::Refused;
use crate::settings::Hashing;
use heartbeat::Heartbeat;

/// After so long without work a thread gives its 19 MiB back.
const IDLE: Duration = Duration::from_secs(5);

/// From so many waiting calls a thread on, processors are kept attentive, which costs hashing about 1%.
const STORM: usize = 4;

/// Work that gets the memory to hash in, or nothing where it waited too long.
type Job = Box<dyn FnOnce(Option<&mut Argon2Memory>) + Send>;

/// A bounded pool of threads that hash. It ends when it is dropped.
pub struct HashPool {
    shared: Arc<Shared>,
}

struct Shared {
    queue: Mutex<Queue>,
    work: Condvar,
    bounds: Hashing,
    clock: Clock,
    heartbeat: Heartbeat,
}

#[derive(Default)]
struct Queue {
    /// Each with the time it came.
    jobs: VecDeque<(Duration, Job)>,
    /// The running mean of how long a job takes.
    mean: Duration,
    closed: bool,
}

impl HashPool {
    /// Starts its threads. `clock` tells how long a call has waited.
    ///
    /// # Errors
    /// What the system said when it refused a thread.
    pub fn new(bounds: Hashing, clock: Clock) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            queue: Mutex::default(),
            work: Condvar::new(),
            bounds,
            clock,
            heartbeat: Heartbeat::new(bounds.threads)?,
        });
        let pool = Self { shared };
        for number in 0..bounds.threads {
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
    /// `overloaded` when the wait is too long, `internal-error` when hashing itself fails.
    pub async fn hash(&self, password: Password, salt: [u8; 16]) -> Result<PasswordHash, Refused> {
        let hashed = self.run(move |memory| password::hash(&password, salt, memory));
        hashed.await?.map_err(|error: HashError| {
            Refused::new(Cause::InternalError, format!("hashing failed: {error}"))
        })
    }

    /// Compares a password with a stored hash.
    ///
    /// # Errors
    /// `overloaded` when the wait is too long.
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
            if answer.is_closed() {
                return;
            }
            let done = memory.map(work).ok_or_else(too_late);
            if answer.send(done).is_err() {
                tracing::debug!("nobody waited for a hash any more");
            }
        }))?;
        answered
            .await
            .map_err(|_| Refused::new(Cause::InternalError, "the hash thread gave no answer"))?
    }

    fn push(&self, job: Job) -> Result<(), Refused> {
        let Shared { bounds, clock, .. } = &*self.shared;
        let mut queue = self.shared.lock();
        let waiting = queue.jobs.len();
        // As long as this many threads need for all that are before this one.
        let rounds = u32::try_from(waiting / bounds.threads.max(1)).unwrap_or(u32::MAX);
        if waiting >= bounds.queue || queue.mean.saturating_mul(rounds) > bounds.wait {
            let detail = format!("{waiting} sign-ins wait for a hash thread already");
            return Err(Refused::new(Cause::Overloaded, detail).retry_after(1));
        }
        queue.jobs.push_back((clock.monotonic(), job));
        if waiting >= STORM * bounds.threads {
            self.shared.heartbeat.beat(true);
        }
        drop(queue);
        self.shared.work.notify_one();
        Ok(())
    }
}

fn too_late() -> Refused {
    let detail = "the sign-in waited too long for a hash thread";
    Refused::new(Cause::Overloaded, detail).retry_after(1)
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
            .field("bounds", &self.shared.bounds)
            .finish_non_exhaustive()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        // A queue of jobs is whole after any panic.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self) {
        yield_to_all_others();
        let mut memory = Argon2Memory::default();
        while let Some((came, job)) = self.next(&mut memory) {
            let began = self.clock.monotonic();
            let late = began.saturating_sub(came) > self.bounds.wait;
            let turn = (!late).then_some(&mut memory);
            if catch_unwind(AssertUnwindSafe(|| job(turn))).is_err() {
                tracing::error!("a hash job panicked");
            }
            if !late {
                let took = self.clock.monotonic().saturating_sub(began);
                let mut queue = self.lock();
                queue.mean = (queue.mean * 7 + took) / 8;
            }
        }
    }

    /// Waits for a job; `None` when the pool was closed.
    fn next(&self, memory: &mut Argon2Memory) -> Option<(Duration, Job)> {
        let mut queue = self.lock();
        loop {
            if let Some(job) = queue.jobs.pop_front() {
                return Some(job);
            }
            if queue.closed {
                return None;
            }
            self.heartbeat.beat(false);
            queue = self.rest(queue, memory);
        }
    }

    /// Waits for a call, and after a while without one for as long as it takes, without its memory.
    fn rest<'a>(
        &'a self,
        queue: MutexGuard<'a, Queue>,
        memory: &mut Argon2Memory,
    ) -> MutexGuard<'a, Queue> {
        let waited = self.work.wait_timeout(queue, IDLE);
        let (queue, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
        if !timeout.timed_out() || !queue.jobs.is_empty() || queue.closed {
            return queue;
        }
        memory.release();
        self.work
            .wait(queue)
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets every other thread go first: the system's class for idle work, else the lowest priority.
///
/// At nice 19 alone a thread keeps its processor for the rest of its slice, some milliseconds, when
/// another wakes; one of the idle class is put aside at once.
fn yield_to_all_others() {
    lowest_of(NormalThreadSchedulePolicy::Idle);
}

/// Makes this thread the last of a class.
fn lowest_of(class: NormalThreadSchedulePolicy) {
    let policy = ThreadSchedulePolicy::Normal(class);
    let set = set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, policy);
    if let Err(error) = set {
        tracing::warn!(?error, "a thread of the hash pool runs at normal priority");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    fn password(text: &str) -> Password {
        Password::parse(text.to_owned()).expect("a password")
    }

    fn pool(queue: usize) -> HashPool {
        let bounds = Hashing {
            threads: 1,
            queue,
            wait: Duration::from_millis(500),
        };
        HashPool::new(bounds, Clock::fixed(0)).expect("pool")
    }

    #[tokio::test]
    async fn what_was_hashed_matches_and_nothing_else() {
        let pool = pool(4);
        let good = password("correct horse battery");
        let hash = pool.hash(good.clone(), [7; 16]).await.expect("hash");
        let same = pool.verify(hash.clone(), good).await.expect("verdict");
        assert!(matches!(same, Verification::Match { .. }), "{same:?}");
        let other = pool.verify(hash, password("wrong horse battery")).await;
        assert!(matches!(other, Ok(Verification::Mismatch)), "{other:?}");
    }

    #[tokio::test]
    async fn beyond_the_queue_callers_are_told_to_come_back() {
        let pool = Arc::new(pool(1));
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

    /// A pool of one thread that is busy until the sender says so.
    async fn busy(clock: &Clock, queue: usize) -> (Arc<HashPool>, std::sync::mpsc::Sender<()>) {
        let wait = Duration::from_millis(500);
        let bounds = Hashing {
            threads: 1,
            queue,
            wait,
        };
        let pool = Arc::new(HashPool::new(bounds, clock.clone()).expect("pool"));
        let (started, has_started) = oneshot::channel();
        let (release, released) = std::sync::mpsc::channel::<()>();
        let running = Arc::clone(&pool);
        tokio::spawn(async move {
            let work = move |_: &mut Argon2Memory| {
                started.send(()).expect("test waits");
                released.recv().expect("released");
            };
            running.run(work).await
        });
        has_started.await.expect("the thread took the job");
        (pool, release)
    }

    #[tokio::test]
    async fn who_waited_too_long_is_told_to_come_back_without_a_hash() {
        let clock = Clock::fixed(0);
        let (pool, release) = busy(&clock, 9).await;
        let mut late = Box::pin(pool.run(|_| "hashed"));
        assert!((&mut late).now_or_never().is_none());
        clock.advance(1);
        let mut fresh = Box::pin(pool.run(|_| "hashed"));
        assert!((&mut fresh).now_or_never().is_none());
        release.send(()).expect("the job waits");
        let refused = late.await.expect_err("too late");
        assert_eq!(refused.cause(), Cause::Overloaded);
        assert_eq!(refused.retry_after_seconds(), Some(1));
        assert_eq!(fresh.await.expect("in time"), "hashed");
    }

    #[tokio::test]
    async fn a_queue_that_would_take_too_long_takes_nobody_more() {
        let clock = Clock::fixed(0);
        let (pool, release) = busy(&clock, 99).await;
        clock.advance(4);
        release.send(()).expect("the job waits");
        // That job took four seconds, which makes the mean half a second and over.
        pool.run(|_| ()).await.expect("nobody is before it");
        assert!(pool.shared.lock().mean > Duration::from_millis(250));
        let (started, has_started) = oneshot::channel();
        let (again, released) = std::sync::mpsc::channel::<()>();
        let mut running = Box::pin(pool.run(move |_| {
            started.send(()).expect("test waits");
            released.recv().expect("released");
        }));
        assert!((&mut running).now_or_never().is_none());
        has_started.await.expect("the thread took the job");
        let mut waiting = Vec::new();
        let refused = loop {
            let mut next = Box::pin(pool.run(|_| ()));
            match (&mut next).now_or_never() {
                None => waiting.push(next),
                Some(answer) => break answer.expect_err("the wait would be too long"),
            }
            assert!(waiting.len() < 9, "nobody was refused");
        };
        assert_eq!(refused.cause(), Cause::Overloaded);
        again.send(()).expect("the job waits");
        running.await.expect("job");
    }

    #[tokio::test]
    async fn processors_are_kept_attentive_only_in_a_storm() {
        let (pool, release) = busy(&Clock::fixed(0), 9).await;
        let heartbeat = &pool.shared.heartbeat;
        let mut waiting = Vec::new();
        for number in 0..=STORM {
            assert!(!heartbeat.beats(), "{number} wait");
            let mut next = Box::pin(pool.run(|_| ()));
            assert!((&mut next).now_or_never().is_none());
            waiting.push(next);
        }
        assert!(heartbeat.beats(), "more than {STORM} wait");
        release.send(()).expect("the job waits");
        for job in waiting {
            job.await.expect("job");
        }
        while heartbeat.beats() {
            std::thread::yield_now();
        }
    }

    #[tokio::test]
    async fn a_job_that_panics_takes_nobody_with_it() {
        let pool = pool(4);
        let refused = pool.run(|_| panic!("odd")).await.map(|(): ()| ());
        assert_eq!(refused.expect_err("refused").cause(), Cause::InternalError);
        assert_eq!(pool.run(|_| 1).await.expect("the thread lives"), 1);
    }

    #[tokio::test]
    async fn work_of_those_who_left_is_not_done() {
        let pool = pool(4);
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
