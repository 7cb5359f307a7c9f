//! Keeps processors that hash attentive to everything else.
//!
//! Linux from 6.12 on preempts lazily: a thread that another processor wakes on a busy one gets it at
//! that one's next tick, up to 4 ms later, although hashing is of the idle class and should give way at
//! once. A thread of each processor's own that wakes often makes it look up. The threads sleep as long
//! as no storm of sign-ins blows.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use thread_priority::unix::NormalThreadSchedulePolicy;

/// How often a processor looks up from hashing: a quarter of a millisecond costs it about 1%.
const BEAT: Duration = Duration::from_micros(250);

/// The threads of all processors. They end when it is dropped.
pub(super) struct Heartbeat {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// Whether they beat; read without the lock, changed under it.
    beats: AtomicBool,
    closed: Mutex<bool>,
    changed: Condvar,
}

impl Heartbeat {
    /// Starts a thread for each processor that this process may use; none where fewer than these threads
    /// hash, for then one is always free.
    ///
    /// # Errors
    /// What the system said when it refused a thread.
    pub(super) fn new(hash_threads: usize) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let heart = Self {
            shared: Arc::clone(&shared),
        };
        let processors = affinity::processors();
        if hash_threads < processors.len() {
            return Ok(heart);
        }
        for processor in processors {
            let shared = Arc::clone(&shared);
            std::thread::Builder::new()
                .name(format!("heartbeat-{processor}"))
                .spawn(move || {
                    // Before all that hashes, and after everything else.
                    super::lowest_of(NormalThreadSchedulePolicy::Other);
                    affinity::stay_on(processor);
                    shared.run();
                })?;
        }
        Ok(heart)
    }

    /// Beats from now on, or rests.
    pub(super) fn beat(&self, beats: bool) {
        if self.shared.beats() == beats {
            return;
        }
        let closed = self.shared.lock();
        self.shared.beats.store(beats, Ordering::Relaxed);
        drop(closed);
        self.shared.changed.notify_all();
    }

    /// Whether it was told to beat.
    #[cfg(test)]
    pub(super) fn beats(&self) -> bool {
        self.shared.beats()
    }
}

impl Drop for Heartbeat {
    fn drop(&mut self) {
        *self.shared.lock() = true;
        self.shared.beats.store(false, Ordering::Relaxed);
        self.shared.changed.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, bool> {
        self.closed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn beats(&self) -> bool {
        self.beats.load(Ordering::Relaxed)
    }

    fn run(&self) {
        let mut closed = self.lock();
        while !*closed {
            closed = if self.beats() {
                let waited = self.changed.wait_timeout(closed, BEAT);
                waited.unwrap_or_else(PoisonError::into_inner).0
            } else {
                let waited = self.changed.wait(closed);
                waited.unwrap_or_else(PoisonError::into_inner)
            };
        }
    }
}

#[cfg(target_os = "linux")]
mod affinity {
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

    /// The numbers of the processors that this process may use.
    pub(super) fn processors() -> Vec<usize> {
        match sched_getaffinity(None) {
            Ok(set) => (0..CpuSet::MAX_CPU)
                .filter(|processor| set.is_set(*processor))
                .collect(),
            Err(error) => {
                tracing::warn!(%error, "the system does not tell which processors may be used");
                Vec::new()
            }
        }
    }

    /// Keeps this thread on one processor.
    pub(super) fn stay_on(processor: usize) {
        let mut set = CpuSet::new();
        set.set(processor);
        if let Err(error) = sched_setaffinity(None, &set) {
            tracing::warn!(%error, processor, "a heartbeat does not stay on its processor");
        }
    }
}

/// Other systems preempt at once.
#[cfg(not(target_os = "linux"))]
mod affinity {
    pub(super) fn processors() -> Vec<usize> {
        Vec::new()
    }

    pub(super) fn stay_on(_processor: usize) {}
}
