//! Sessions of cookies, as the store had them, kept in memory.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use countersign_domain::accounts::User;
use countersign_domain::sessions::Session;
use countersign_domain::{Timestamp, TokenHash};
use countersign_store::{Store, StoreError};

/// Even what nothing seems to have changed is read anew after so long.
const STALE: Duration = Duration::from_mins(1);
/// Sessions that are kept at most; then the cache starts anew.
const MOST: usize = 10_000;

/// A session and its account at one moment.
#[derive(Debug)]
pub struct Known {
    /// The session, ended or not.
    pub session: Session,
    /// Its account.
    pub user: User,
    /// When both were read.
    pub read_at: Timestamp,
}

/// A bounded cache from cookie hashes to sessions. Misses are not kept.
#[derive(Debug, Default)]
pub struct CookieSessions(RwLock<HashMap<TokenHash, Arc<Known>>>);

impl CookieSessions {
    /// The session of a cookie. `changed_at` tells when its account was changed last.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn find(
        &self,
        store: &Store,
        cookie: TokenHash,
        now: Timestamp,
        changed_at: impl Fn(&Known) -> Option<Timestamp>,
    ) -> Result<Option<Arc<Known>>, StoreError> {
        if let Some(known) = self.known(&cookie)
            && known.read_at <= now
            && now < known.read_at + STALE
            // What another node has put off is not over: read it before refusing.
            && known.session.state_at(now).is_ok()
            && changed_at(&known).is_none_or(|changed| changed < known.read_at)
        {
            return Ok(Some(known));
        }
        let Some((session, user)) = store.session_by_cookie(cookie).await? else {
            return Ok(None);
        };
        let found = Arc::new(Known {
            session,
            user,
            read_at: now,
        });
        self.keep(cookie, Arc::clone(&found));
        Ok(Some(found))
    }

    fn known(&self, cookie: &TokenHash) -> Option<Arc<Known>> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.get(cookie).cloned()
    }

    fn keep(&self, cookie: TokenHash, found: Arc<Known>) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(cookie, found);
    }
}
