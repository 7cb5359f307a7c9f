//! Accounts as they were at most a second ago, for credentials that carry no session of ours.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use countersign_domain::Timestamp;
use countersign_domain::accounts::User;
use countersign_domain::identity::Lookup;
use countersign_store::{Store, StoreError};

/// How stale an account may be (DESIGN 5).
const STALE: Duration = Duration::from_secs(1);
/// Accounts that are kept at most; then the cache starts anew.
const MOST: usize = 10_000;
const SHARDS: usize = 16;

/// A bounded cache of what lookups gave, misses included.
#[derive(Debug)]
pub struct AccountCache {
    shards: [Mutex<HashMap<Box<str>, Entry>>; SHARDS],
    hasher: RandomState,
}

#[derive(Clone, Debug)]
struct Entry {
    owner: Option<Arc<User>>,
    at: Timestamp,
}

impl Default for AccountCache {
    fn default() -> Self {
        Self {
            shards: std::array::from_fn(|_| Mutex::default()),
            hasher: RandomState::new(),
        }
    }
}

impl AccountCache {
    /// The account that the first fruitful lookup finds. `key` names the lookups; `changed_at` is
    /// when an account was last changed as far as this node knows: what is older is looked up anew.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn owner(
        &self,
        store: &Store,
        key: &str,
        lookups: &[Lookup<'_>],
        now: Timestamp,
    ) -> Result<Option<Arc<User>>, StoreError> {
        if let Some(entry) = self.shard(key).get(key) {
            // A clock that was set back must not keep an entry alive.
            if entry.at <= now && now < entry.at + STALE {
                return Ok(entry.owner.clone());
            }
        }
        let owner = store.token_owner(lookups).await?.map(Arc::new);
        let entry = Entry {
            owner: owner.clone(),
            at: now,
        };
        let mut shard = self.shard(key);
        if shard.len() >= MOST / SHARDS {
            shard.clear();
        }
        shard.insert(key.into(), entry);
        Ok(owner)
    }

    /// Forgets everything, after an account was changed here.
    pub fn clear(&self) {
        for shard in &self.shards {
            lock(shard).clear();
        }
    }

    fn shard(&self, key: &str) -> MutexGuard<'_, HashMap<Box<str>, Entry>> {
        let hash = self.hasher.hash_one(key);
        let at = usize::try_from(hash % SHARDS as u64).unwrap_or(0);
        lock(&self.shards[at])
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A map is whole after any panic.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
