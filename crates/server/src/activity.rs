//! That sessions are in use: noted at most once a minute for each, written in batches.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use countersign_domain::{SessionId, Timestamp};
use countersign_store::SessionTouch;

/// How exactly the last use of a session is known.
const GRAIN: Duration = Duration::from_mins(1);
/// Sessions that are remembered at most; then all are noted anew.
const MOST: usize = 100_000;
const SHARDS: usize = 16;

/// Which sessions were in use since the last batch.
#[derive(Debug)]
pub struct Activity {
    noted: [RwLock<HashMap<SessionId, Timestamp>>; SHARDS],
    waiting: Mutex<HashMap<SessionId, SessionTouch>>,
    idle: Duration,
}

impl Activity {
    /// Sessions end `idle` after their last use.
    #[must_use]
    pub fn new(idle: Duration) -> Self {
        Self {
            noted: std::array::from_fn(|_| RwLock::default()),
            waiting: Mutex::default(),
            idle,
        }
    }

    /// Notes that a session is in use.
    pub fn note(&self, id: SessionId, now: Timestamp) {
        let shard = &self.noted[usize::from(id.as_uuid().as_bytes()[15]) % SHARDS];
        let known = shard
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&id)
            .copied();
        if known.is_some_and(|known| known <= now && now < known + GRAIN) {
            return;
        }
        let mut noted = shard.write().unwrap_or_else(PoisonError::into_inner);
        if noted.len() >= MOST / SHARDS {
            noted.clear();
        }
        noted.insert(id, now);
        drop(noted);
        let touch = SessionTouch {
            id,
            last_seen_at: now,
            idle_expires_at: now + self.idle,
        };
        self.waiting().insert(id, touch);
    }

    /// Takes what is to be written.
    #[must_use]
    pub fn take(&self) -> Vec<SessionTouch> {
        std::mem::take(&mut *self.waiting()).into_values().collect()
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<SessionId, SessionTouch>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::Entropy;

    #[test]
    fn a_session_is_written_once_a_minute_at_most() {
        let start = Timestamp::from_seconds(1000);
        let id = SessionId::new(start, &mut Entropy::seeded(1));
        let activity = Activity::new(Duration::from_hours(1));
        for seconds in [0, 1, 59] {
            activity.note(id, start + Duration::from_secs(seconds));
        }
        let touches = activity.take();
        assert_eq!(touches.len(), 1);
        assert_eq!(touches[0].last_seen_at, start);
        assert_eq!(touches[0].idle_expires_at, start + Duration::from_hours(1));
        activity.note(id, start + Duration::from_secs(59));
        assert!(activity.take().is_empty());
        activity.note(id, start + Duration::from_mins(1));
        assert_eq!(activity.take().len(), 1);
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_stop_it() {
        let start = Timestamp::from_seconds(100_000);
        let id = SessionId::new(start, &mut Entropy::seeded(1));
        let activity = Activity::new(Duration::from_hours(1));
        activity.note(id, start);
        activity.note(id, start - Duration::from_hours(5));
        assert_eq!(activity.take().len(), 1);
    }
}
