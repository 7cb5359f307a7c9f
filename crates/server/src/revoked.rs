//! What has ended before its time, known in memory (DESIGN 3): no request reads a database for it.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::PoisonError;
use std::sync::RwLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use countersign_domain::{SessionId, Timestamp, UserId};
use countersign_store::{Revocation, RevokedSubject};
use countersign_verify::Cause;

/// Revocations by session and by account.
#[derive(Debug, Default)]
pub struct Revoked {
    sessions: Marks<SessionId>,
    users: Marks<UserId>,
}

impl Revoked {
    /// The cause with which credentials of a session are refused, if it has ended.
    #[must_use]
    pub fn session(&self, id: SessionId) -> Option<Cause> {
        self.sessions.find(&id).map(|mark| mark.cause)
    }

    /// When the account was changed last, as far as that matters to what is cached of it.
    #[must_use]
    pub fn user_changed_at(&self, id: UserId) -> Option<Timestamp> {
        self.users.find(&id).map(|mark| mark.at)
    }

    /// Takes a revocation up; twice does no harm.
    pub fn apply(&self, revocation: &Revocation) {
        let mark = Mark {
            cause: revocation.cause,
            at: revocation.at,
        };
        match revocation.subject {
            RevokedSubject::Session(id) => self.sessions.insert(id, mark),
            RevokedSubject::User(id) => self.users.insert(id, mark),
        }
    }

    /// Forgets what is so old that no token can be of it any more.
    pub fn forget_before(&self, time: Timestamp) {
        self.sessions.forget_before(time);
        self.users.forget_before(time);
    }
}

#[derive(Clone, Copy, Debug)]
struct Mark {
    cause: Cause,
    at: Timestamp,
}

/// Usually there are none, and then nothing but a counter is looked at.
#[derive(Debug)]
struct Marks<K> {
    count: AtomicUsize,
    marks: RwLock<HashMap<K, Mark>>,
}

impl<K> Default for Marks<K> {
    fn default() -> Self {
        Self {
            count: AtomicUsize::new(0),
            marks: RwLock::default(),
        }
    }
}

impl<K: Eq + Hash> Marks<K> {
    fn find(&self, key: &K) -> Option<Mark> {
        if self.count.load(Ordering::Acquire) == 0 {
            return None;
        }
        let marks = self.marks.read().unwrap_or_else(PoisonError::into_inner);
        marks.get(key).copied()
    }

    fn insert(&self, key: K, mark: Mark) {
        let mut marks = self.marks.write().unwrap_or_else(PoisonError::into_inner);
        let known = marks.entry(key).or_insert(mark);
        if mark.at > known.at {
            *known = mark;
        }
        self.count.store(marks.len(), Ordering::Release);
    }

    fn forget_before(&self, time: Timestamp) {
        let mut marks = self.marks.write().unwrap_or_else(PoisonError::into_inner);
        marks.retain(|_, mark| mark.at >= time);
        self.count.store(marks.len(), Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::Entropy;

    const AT: Timestamp = Timestamp::from_seconds(1000);

    fn session(seed: u64) -> SessionId {
        SessionId::new(AT, &mut Entropy::seeded(seed))
    }

    fn revocation(subject: RevokedSubject, at: i64, cause: Cause) -> Revocation {
        let at = Timestamp::from_seconds(at);
        Revocation { subject, cause, at }
    }

    #[test]
    fn only_what_was_revoked_is_refused_and_with_its_cause() {
        let revoked = Revoked::default();
        assert_eq!(revoked.session(session(1)), None);
        let subject = RevokedSubject::Session(session(1));
        revoked.apply(&revocation(subject, 1000, Cause::SessionEvictedByLimit));
        assert_eq!(
            revoked.session(session(1)),
            Some(Cause::SessionEvictedByLimit)
        );
        assert_eq!(revoked.session(session(2)), None);
    }

    #[test]
    fn the_latest_change_of_an_account_counts_in_any_order() {
        let user = UserId::new(AT, &mut Entropy::seeded(1));
        let revoked = Revoked::default();
        for at in [1000, 1010, 1005] {
            revoked.apply(&revocation(
                RevokedSubject::User(user),
                at,
                Cause::AccountLocked,
            ));
        }
        assert_eq!(
            revoked.user_changed_at(user),
            Some(Timestamp::from_seconds(1010))
        );
    }

    #[test]
    fn what_is_old_is_forgotten() {
        let revoked = Revoked::default();
        for (seed, at) in [(1, 1000), (2, 2000)] {
            let subject = RevokedSubject::Session(session(seed));
            revoked.apply(&revocation(subject, at, Cause::SessionRevoked));
        }
        revoked.forget_before(Timestamp::from_seconds(1500));
        assert_eq!(revoked.session(session(1)), None);
        assert!(revoked.session(session(2)).is_some());
    }
}
