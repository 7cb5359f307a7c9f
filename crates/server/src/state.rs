//! What every request shares.

mod assemble;

pub use assemble::AssembleError;
pub(crate) use assemble::check_root;

use std::fmt;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use countersign_domain::accounts::{Role, User};
use countersign_domain::audit::AuditEvent;
use countersign_domain::keys::{CsrfKey, RefreshKey, RootKey, SealingKey};
use countersign_domain::origin::Origin;
use countersign_domain::password::{Password, PasswordHash};
use countersign_domain::sessions::{Session, SessionPolicy};
use countersign_domain::throttle::Throttle;
use countersign_domain::{SessionId, Timestamp, UserId};
use countersign_store::{Revocation, RevokedSubject, Store, StoreError};
use countersign_verify::secret_chain::Resolved;
use countersign_verify::{Alg, Cause, Claims, Secret, TraceId};
use rand::Rng;
use tokio::sync::Notify;

use crate::account_cache::AccountCache;
use crate::activity::Activity;
use crate::api::ProofLimit;
use crate::clock::Clock;
use crate::cookie_sessions::CookieSessions;
use crate::entropy::Entropy;
use crate::hashing::HashPool;
use crate::http::{Refused, Rules};
use crate::issuer_keys::IssuerKeys;
use crate::queue::Queue;
use crate::refusals::Refusals;
use crate::revoked::Revoked;
use crate::settings::{Mail, Settings};
use crate::token_keys::TokenKeys;

/// The running server: settings, store, keys, caches and queues. Cloning is cheap.
#[derive(Clone)]
pub struct App(Arc<Inner>);

/// What an [`App`] is made of.
#[derive(Debug)]
pub struct Parts {
    /// The settings.
    pub settings: Settings,
    /// The store, its schema up to date.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// The randomness.
    pub entropy: Entropy,
    /// The key from which all keys of the server itself are derived.
    pub root: RootKey,
    /// The signing secret and its name: given, or made and kept in the data folder.
    pub signing_secret: Option<(String, Secret)>,
    /// What the shell holds every request to.
    pub rules: Rules,
    /// Whether refusals are explained in their body.
    pub explain: bool,
}

struct Inner {
    parts: Parts,
    host: String,
    own_origin: Origin,
    trusted_origins: Vec<Origin>,
    csrf_key: CsrfKey,
    refresh_key: RefreshKey,
    sealing_key: SealingKey,
    cache_seed: u128,
    keys: ArcSwap<TokenKeys>,
    issuer_keys: IssuerKeys,
    keys_read_at: AtomicI64,
    hash_pool: HashPool,
    throttle: Mutex<Throttle>,
    letters: Mutex<Throttle>,
    proofs: Mutex<ProofLimit>,
    revoked: Revoked,
    accounts: AccountCache,
    cookies: CookieSessions,
    activity: Activity,
    audit: Queue<AuditEvent>,
    refusals: Refusals,
    mail_waits: Notify,
}

impl App {
    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.parts.settings
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.0.parts.store
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.parts.clock
    }

    /// The present time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.parts.clock.now()
    }

    /// A handle to the source of randomness, which is an `Rng`.
    #[must_use]
    pub fn rng(&self) -> Entropy {
        self.0.parts.entropy.clone()
    }

    /// Base of the URLs that others see, without a slash at the end.
    #[must_use]
    pub fn public_url(&self) -> &str {
        &self.0.parts.rules.origin
    }

    /// The host of the public URL.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.0.host
    }

    /// The origin of the public URL.
    #[must_use]
    pub fn own_origin(&self) -> &Origin {
        &self.0.own_origin
    }

    /// Origins of other front ends that may send requests with our cookies.
    #[must_use]
    pub fn trusted_origins(&self) -> &[Origin] {
        &self.0.trusted_origins
    }

    /// What the shell holds every request to.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.0.parts.rules
    }

    /// Whether refusals are explained in their body, as in development (DESIGN 3).
    #[must_use]
    pub fn explains(&self) -> bool {
        self.0.parts.explain
    }

    /// Whether mail is kept and shown at /dev/mail.
    #[must_use]
    pub fn has_mail_page(&self) -> bool {
        let settings = self.settings();
        settings.mail == Mail::Kept && settings.dev_features
    }

    /// The keys of tokens. They are swapped when they are rotated: ask anew for each request.
    #[must_use]
    pub fn keys(&self) -> Arc<TokenKeys> {
        self.0.keys.load_full()
    }

    /// The public keys as a JWK set (RFC 7517, section 5); empty while a secret signs.
    #[must_use]
    pub fn public_keys(&self) -> serde_json::Value {
        self.keys().jwks().clone()
    }

    /// The algorithm of our tokens.
    #[must_use]
    pub fn signing_alg(&self) -> Alg {
        self.keys().alg()
    }

    /// An access token of a session. It never outlives the session.
    ///
    /// # Errors
    /// `internal-error` when the library cannot sign.
    pub fn access_token(&self, user: &User, session: &Session) -> Result<AccessToken, Refused> {
        let (now, settings) = (self.now(), self.settings());
        let expires_at = session.access_expiry(now, settings.tokens.access_ttl);
        let mut jti = [0; 16];
        self.rng().fill_bytes(&mut jti);
        let claims = Claims {
            iss: Some(settings.issuer()),
            sub: user.id.to_string(),
            aud: Some(settings.audience()),
            exp: expires_at.seconds(),
            nbf: now.seconds(),
            iat: now.seconds(),
            jti: TraceId::from_bytes(jti).to_string(),
            sid: session.id.to_string(),
            scope: Some(scope_of(user.role).to_owned()),
            email: Some(user.email.as_str().to_owned()),
            role: Some(user.role.as_str().to_owned()),
            amr: session.amr.clone(),
            auth_time: session.auth_time.seconds(),
        };
        let token = self
            .keys()
            .issue(&claims)
            .map_err(|error| Refused::new(Cause::InternalError, error.to_string()))?;
        Ok(AccessToken {
            token,
            issued_at: now,
            expires_at,
        })
    }

    /// The key of CSRF tokens.
    #[must_use]
    pub fn csrf_key(&self) -> &CsrfKey {
        &self.0.csrf_key
    }

    /// The key from which the successors of refresh tokens are derived.
    #[must_use]
    pub fn refresh_key(&self) -> &RefreshKey {
        &self.0.refresh_key
    }

    /// The sync secret, if there is one.
    #[must_use]
    pub fn sync_secret(&self) -> Option<&Resolved> {
        self.settings().secrets.sync.as_ref()
    }

    /// How long sessions live and how many a user may have.
    #[must_use]
    pub fn session_policy(&self) -> SessionPolicy {
        let sessions = self.settings().sessions;
        SessionPolicy {
            absolute: sessions.absolute,
            idle: sessions.idle,
            max_concurrent: sessions.limit,
        }
    }

    /// The pool that hashes passwords.
    #[must_use]
    pub fn hash_pool(&self) -> &HashPool {
        &self.0.hash_pool
    }

    /// Hashes a new password with a new salt.
    ///
    /// # Errors
    /// As [`HashPool::hash`].
    pub async fn hash(&self, password: Password) -> Result<PasswordHash, Refused> {
        let mut salt = [0; 16];
        self.rng().fill_bytes(&mut salt);
        self.hash_pool().hash(password, salt).await
    }

    /// The failed sign-ins of late. Hold it across no `await`.
    pub fn throttle(&self) -> MutexGuard<'_, Throttle> {
        // Counters that a panic left half-updated only count once more or less.
        self.0
            .throttle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The letters that were asked for of late. Hold it across no `await`.
    pub fn letters(&self) -> MutexGuard<'_, Throttle> {
        self.0
            .letters
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The proofs of secrets that were asked for of late. Hold it across no `await`.
    pub(crate) fn proofs(&self) -> MutexGuard<'_, ProofLimit> {
        self.0.proofs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The signing secret; none where tokens are signed with a key pair.
    pub(crate) fn signing_secret(&self) -> Option<&Secret> {
        self.0
            .parts
            .signing_secret
            .as_ref()
            .map(|(_, secret)| secret)
    }

    /// Notes an event for the audit log, which is written in a moment. For what is refused; what
    /// is done goes with its transaction.
    pub fn audit(&self, event: AuditEvent) {
        self.0.audit.push(event);
    }

    /// Refuses from now on, on this node, what belongs to sessions that have just ended. Other
    /// nodes learn it from the store.
    pub fn sessions_ended(&self, ids: &[SessionId], cause: Cause) {
        let at = self.now();
        for id in ids {
            let subject = RevokedSubject::Session(*id);
            self.0.revoked.apply(&Revocation { subject, cause, at });
        }
    }

    /// Forgets, on this node, what is known of an account that has just changed.
    pub fn user_changed(&self, id: UserId) {
        let subject = RevokedSubject::User(id);
        let (cause, at) = (Cause::SessionRevoked, self.now());
        self.0.revoked.apply(&Revocation { subject, cause, at });
        self.0.accounts.clear();
    }

    /// Wakes the job that sends mail.
    pub fn mail_is_waiting(&self) {
        self.0.mail_waits.notify_one();
    }
}

impl App {
    pub(crate) fn audit_queue(&self) -> &Queue<AuditEvent> {
        &self.0.audit
    }

    /// The published keys of the issuers we trust.
    #[must_use]
    pub fn issuer_keys(&self) -> &IssuerKeys {
        &self.0.issuer_keys
    }

    pub(crate) fn refusals(&self) -> &Refusals {
        &self.0.refusals
    }

    pub(crate) fn revoked(&self) -> &Revoked {
        &self.0.revoked
    }

    pub(crate) fn accounts(&self) -> &AccountCache {
        &self.0.accounts
    }

    pub(crate) fn cookie_sessions(&self) -> &CookieSessions {
        &self.0.cookies
    }

    pub(crate) fn activity(&self) -> &Activity {
        &self.0.activity
    }

    pub(crate) async fn mail_waits(&self) {
        self.0.mail_waits.notified().await;
    }

    /// Longer than any access token lives: only revocations of that time matter.
    pub(crate) fn revocation_memory(&self) -> std::time::Duration {
        crate::token_keys::overlap(self.settings()) + countersign_store::REVOCATION_OVERLAP
    }

    /// Takes up every revocation since a time.
    pub(crate) async fn poll_revocations(&self, since: Timestamp) -> Result<(), StoreError> {
        for revocation in self.store().revoked_since(since).await? {
            self.0.revoked.apply(&revocation);
        }
        Ok(())
    }
}

/// An access token, and when it runs out.
#[derive(Clone)]
pub struct AccessToken {
    /// The token.
    pub token: String,
    /// When it was made.
    pub issued_at: Timestamp,
    /// When it runs out.
    pub expires_at: Timestamp,
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccessToken(until {})", self.expires_at)
    }
}

/// What tokens of a role allow (RFC 9068, section 2.2.3).
const fn scope_of(role: Role) -> &'static str {
    match role {
        Role::Admin => "read write admin",
        Role::User => "read write",
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("public_url", &self.public_url())
            .finish_non_exhaustive()
    }
}
