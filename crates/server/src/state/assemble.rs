//! Putting an [`App`] together, and taking up rotated keys.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use arc_swap::ArcSwap;
use countersign_domain::Timestamp;
use countersign_domain::keys::{RootKey, SealingKey};
use countersign_domain::origin::Origin;
use countersign_domain::throttle::{Throttle, ThrottlePolicy};
use countersign_store::{Alongside, Store, StoreError};
use countersign_verify::{IssuerName, JwkSet, KeyError};
use rand::Rng;
use tokio::sync::Notify;

use super::{App, Inner, Parts};
use crate::account_cache::AccountCache;
use crate::accounts;
use crate::activity::Activity;
use crate::cookie_sessions::CookieSessions;
use crate::hashing::HashPool;
use crate::issuer_keys::IssuerKeys;
use crate::queue::Queue;
use crate::refusals::Refusals;
use crate::revoked::Revoked;
use crate::token_keys::{Material, TokenKeys, TokenKeysError, new_row, stored_alg};

/// Refused events that may wait to be written; those of what was done go with their transaction.
const AUDIT_QUEUE: usize = 10_000;

/// Why the server cannot run with its keys or its store.
#[derive(Debug, thiserror::Error)]
pub enum AssembleError {
    /// A key cannot be derived.
    #[error("a key cannot be derived from the encryption key: {0}")]
    Derivation(#[from] countersign_domain::keys::KeyError),
    /// The database was sealed under another encryption key.
    #[error("the database was made with another ENCRYPTION_KEY than the one that is set")]
    EncryptionKeyMismatch,
    /// The public URL has no origin.
    #[error("the public URL has no origin")]
    NoOrigin,
    /// The keys of tokens cannot be used.
    #[error(transparent)]
    Keys(#[from] TokenKeysError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The system gave no thread.
    #[error("no thread to hash passwords with: {0}")]
    Threads(#[from] std::io::Error),
}

impl App {
    /// Puts the parts together: derives and reads the keys, and takes up what has been revoked.
    ///
    /// # Errors
    /// A key that is missing or does not fit the database; a store that does not answer.
    pub async fn assemble(parts: Parts) -> Result<Self, AssembleError> {
        let now = parts.clock.now();
        check_root(&parts.root, &parts.store, now).await?;
        let sealing_key = parts.root.sealing_key()?;
        make_first_key(&parts, &sealing_key, now).await?;
        let mut entropy = parts.entropy.clone();
        let cache_seed = u128::from(entropy.next_u64()) << 64 | u128::from(entropy.next_u64());
        let keys = read_keys(&parts, &sealing_key, cache_seed, now).await?;
        let settings = &parts.settings;
        let own_origin = Origin::of(&settings.public_url).ok_or(AssembleError::NoOrigin)?;
        let trusted = settings
            .cors_origins
            .iter()
            .filter_map(|origin| origin.parse::<url::Url>().ok());
        let inner = Inner {
            host: settings
                .public_url
                .host_str()
                .unwrap_or_default()
                .to_owned(),
            own_origin,
            trusted_origins: trusted.filter_map(|url| Origin::of(&url)).collect(),
            csrf_key: parts.root.csrf_key()?,
            refresh_key: parts.root.refresh_key()?,
            sealing_key,
            cache_seed,
            keys: ArcSwap::from_pointee(keys),
            issuer_keys: IssuerKeys::of(settings),
            keys_read_at: AtomicI64::new(0),
            hash_pool: HashPool::new(settings.hashing, parts.clock.clone())?,
            throttle: Mutex::new(Throttle::new(ThrottlePolicy::default())),
            letters: Mutex::new(Throttle::new(accounts::asking::POLICY)),
            proofs: Mutex::default(),
            revoked: Revoked::default(),
            accounts: AccountCache::default(),
            cookies: CookieSessions::default(),
            activity: Activity::new(settings.sessions.idle),
            audit: Queue::new(AUDIT_QUEUE),
            refusals: Refusals::of(settings, parts.signing_secret.as_ref()),
            mail_waits: Notify::new(),
            parts,
        };
        let app = Self(Arc::new(inner));
        app.poll_revocations(now - app.revocation_memory()).await?;
        Ok(app)
    }

    /// Reads the signing keys anew for a token whose key is unknown, at most once a second; tells
    /// whether it did. Another node may have rotated the keys a moment ago.
    pub(crate) async fn reload_keys_if_due(&self) -> bool {
        let now = self.clock().seconds();
        if self.0.keys_read_at.swap(now, Ordering::Relaxed) == now {
            return false;
        }
        match self.reload_keys().await {
            Ok(()) => true,
            Err(error) => {
                tracing::error!(%error, "the signing keys cannot be read anew");
                false
            }
        }
    }

    /// Reads the signing keys anew, after a rotation here or on another node.
    pub(crate) async fn reload_keys(&self) -> Result<(), AssembleError> {
        let inner = &self.0;
        let keys = read_keys(
            &inner.parts,
            &inner.sealing_key,
            inner.cache_seed,
            self.now(),
        );
        let keys = keys.await?;
        // The key sets of others may change meanwhile: those of the moment are taken over.
        inner.keys.rcu(|before| keys.with_key_sets_of(before));
        Ok(())
    }

    /// Takes another key set of the trusted issuer `name`.
    pub(crate) fn take_key_set(&self, name: &IssuerName, set: &JwkSet) -> Result<(), KeyError> {
        // Whether its keys can be used does not depend on what is held.
        self.keys().with_key_set(name, set)?;
        self.0
            .keys
            .rcu(|before| match before.with_key_set(name, set) {
                Ok(Some(after)) => Arc::new(after),
                Ok(None) | Err(_) => Arc::clone(before),
            });
        Ok(())
    }

    /// Drops the key set of the trusted issuer `name`.
    pub(crate) fn forget_key_set(&self, name: &IssuerName) {
        self.0.keys.rcu(|before| before.without_key_set(name));
    }
}

/// The database knows which root key it was made with.
pub(crate) async fn check_root(
    root: &RootKey,
    store: &Store,
    now: Timestamp,
) -> Result<(), AssembleError> {
    let ours = root.check_value()?;
    let stored = store.server_value(CHECK_VALUE, &ours, now).await?;
    if stored == ours {
        Ok(())
    } else {
        Err(AssembleError::EncryptionKeyMismatch)
    }
}

/// The name under which the store keeps the check value of the encryption key.
const CHECK_VALUE: &str = "encryption_key_check";

async fn make_first_key(
    parts: &Parts,
    sealing: &SealingKey,
    now: Timestamp,
) -> Result<(), AssembleError> {
    if let Some(alg) = stored_alg(parts.settings.signing) {
        let rows = parts.store.signing_keys().await?;
        let active = rows
            .iter()
            .any(|row| row.alg == alg.as_str() && row.state == countersign_store::KeyState::Active);
        if !active {
            let row = new_row(alg, sealing, now, &mut parts.entropy.clone())?;
            parts
                .store
                .first_signing_key(row, Alongside::nothing())
                .await?;
        }
    }
    Ok(())
}

async fn read_keys(
    parts: &Parts,
    sealing: &SealingKey,
    cache_seed: u128,
    now: Timestamp,
) -> Result<TokenKeys, AssembleError> {
    let rows = parts.store.signing_keys().await?;
    let secret = parts.signing_secret.as_ref();
    Ok(TokenKeys::assemble(&Material {
        settings: &parts.settings,
        secret: secret.map(|(name, secret)| (name.as_str(), secret)),
        rows: &rows,
        sealing,
        now,
        cache_seed,
    })?)
}
