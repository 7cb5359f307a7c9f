//! The published keys of the issuers we trust: had by HTTPS, kept, and renewed.
//!
//! The verifier asks for a key set by the issuer's name; this is who brings it. One request at a time
//! goes out for an issuer, at most one in [`RETRY`] for a key that is unknown, and what was had last
//! is kept for [`STALE_AT_MOST`] when the issuer does not answer.

mod address;
mod documents;
mod fetch;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use countersign_domain::Timestamp;
use countersign_verify::{Cause, IssuerName, JwkSet, VerifyingKey};
use serde_json::Value;
use tokio::sync::Semaphore;
use url::Url;

use crate::App;
use crate::settings::{KeysAt, PublishedKeys, Reach, Settings};
use crate::token_keys::TokenKeys;
use fetch::Fetched;

/// An issuer is asked again for an unknown key, or after a failure, no sooner than this.
pub const RETRY: Duration = Duration::from_secs(30);
/// A key set counts for so long if the issuer says nothing else.
pub const FRESH: Duration = Duration::from_mins(10);
/// Whatever the issuer says, its key set is asked for no sooner than this…
pub const FRESH_AT_LEAST: Duration = Duration::from_mins(1);
/// … and no later, so that a key that was taken back does not live on.
pub const FRESH_AT_MOST: Duration = Duration::from_hours(1);
/// The last good key set of an issuer that does not answer counts for so long.
pub const STALE_AT_MOST: Duration = Duration::from_hours(24);
/// Discovery document and key set together must be here within this time.
pub const TIME_LIMIT: Duration = Duration::from_secs(5);
/// The most keys of one set.
pub const MOST_KEYS: usize = 100;
/// The most issuers that are asked at a time.
const AT_A_TIME: usize = 4;

/// Why a key set cannot be had.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{text}")]
pub struct KeysError {
    /// The cause.
    pub cause: Cause,
    /// What was met, in one sentence.
    pub text: String,
}

impl KeysError {
    fn unavailable(text: impl Into<String>) -> Self {
        Self {
            cause: Cause::JwksUnavailable,
            text: text.into(),
        }
    }

    fn refused(text: impl Into<String>) -> Self {
        Self {
            cause: Cause::JwksAddressRefused,
            text: text.into(),
        }
    }
}

/// What came of asking an issuer for its keys.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Brought {
    /// It was asked just now, and answered: look again.
    Anew,
    /// It does not answer, now or a moment ago.
    Failed(KeysError),
    /// It answered a moment ago, so it was not asked again.
    NotDue,
}

/// A key set as it was answered.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FetchedKeySet {
    /// The document.
    pub body: Vec<u8>,
    /// The clock of whoever answered, in seconds since the epoch; none if a cache did.
    pub date: Option<i64>,
}

/// What is known of an issuer by its answers, for explanations.
#[derive(Clone, Debug)]
pub(crate) struct HeldKeys {
    /// When its key set was had, in seconds since the epoch.
    pub fetched_at: i64,
    /// How far its clock was ahead of ours then, in seconds; negative if behind.
    pub clock_ahead: Option<i64>,
    /// Keys that it had before, and has no longer.
    pub previous: Arc<[VerifyingKey]>,
}

/// Asks for a key set on behalf of somebody at a terminal: by https wherever it is, by http on this
/// machine alone, without a redirect, within [`TIME_LIMIT`] and 256 KiB.
///
/// # Errors
///
/// [`KeysError`] says what was met.
pub async fn fetch_key_set(address: &str) -> Result<FetchedKeySet, KeysError> {
    let url = Url::parse(address)
        .map_err(|error| KeysError::refused(format!("{address} is no address: {error}")))?;
    let reach = Reach::Private {
        loopback_http: true,
    };
    let asked = tokio::time::timeout(TIME_LIMIT, fetch::get_redirected(&url, reach, 0)).await;
    let limit = TIME_LIMIT.as_secs();
    let late = |_| KeysError::unavailable(format!("{url} gave no answer within {limit} s"));
    let Fetched { body, date, .. } = asked.map_err(late)??;
    Ok(FetchedKeySet { body, date })
}

/// The published keys of all issuers.
#[derive(Debug)]
pub struct IssuerKeys {
    sources: Vec<Source>,
    gate: Semaphore,
}

/// One issuer's keys.
#[derive(Debug)]
struct Source {
    name: IssuerName,
    kind: &'static str,
    keys: PublishedKeys,
    /// Held while a request is out, so that there is one at a time.
    flight: tokio::sync::Mutex<()>,
    state: Mutex<State>,
}

#[derive(Clone, Debug, Default)]
struct State {
    tried_at: Option<Timestamp>,
    held: Option<Held>,
    previous: Arc<[VerifyingKey]>,
    failure: Option<KeysError>,
}

#[derive(Clone, Debug)]
struct Held {
    at: Timestamp,
    fresh_until: Timestamp,
    clock_ahead: Option<i64>,
    published: Arc<[Value]>,
}

/// What an issuer answered.
struct Answer {
    set: JwkSet,
    fresh: Duration,
    /// Its clock, in seconds since the epoch.
    date: Option<i64>,
}

/// How an issuer's keys are, for health.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KeysState {
    /// The issuer's name.
    pub name: IssuerName,
    /// Its kind, as settings write it.
    pub kind: &'static str,
    /// Keys that are held.
    pub keys: usize,
    /// When they were had.
    pub fetched_at: Option<Timestamp>,
    /// Why they could not be had the last time.
    pub failure: Option<Cause>,
}

impl IssuerKeys {
    /// The issuers of the settings that publish keys. None is asked yet.
    #[must_use]
    pub fn of(settings: &Settings) -> Self {
        let sources = settings.trusted_issuers.iter().filter_map(|issuer| {
            Some(Source {
                name: issuer.name.clone(),
                kind: issuer.kind.as_str(),
                keys: issuer.keys.clone()?,
                flight: tokio::sync::Mutex::default(),
                state: Mutex::default(),
            })
        });
        Self {
            sources: sources.collect(),
            gate: Semaphore::new(AT_A_TIME),
        }
    }

    /// Asks the issuer `name` for its keys, unless it was asked a moment ago, and has `app` take them.
    pub async fn bring(&self, app: &App, name: &IssuerName) -> Brought {
        match self.sources.iter().find(|source| source.name == *name) {
            Some(source) => self.bring_from(source, app).await,
            None => Brought::NotDue,
        }
    }

    /// Renews what is due, and drops what is too old. A job calls it all the time.
    pub async fn renew(&self, app: &App) {
        for source in &self.sources {
            if source.wants_renewal(app.now()) {
                self.bring_from(source, app).await;
            }
            source.drop_stale(app);
        }
    }

    /// How the keys of each issuer are.
    #[must_use]
    pub fn states(&self) -> Vec<KeysState> {
        let states = self.sources.iter().map(|source| {
            let state = source.state();
            KeysState {
                name: source.name.clone(),
                kind: source.kind,
                keys: state.held.as_ref().map_or(0, |held| held.published.len()),
                fetched_at: state.held.as_ref().map(|held| held.at),
                failure: state.failure.as_ref().map(|failure| failure.cause),
            }
        });
        states.collect()
    }

    /// What is known of the issuer `name` by its answers; `None` if it gave none yet.
    pub(crate) fn held(&self, name: &IssuerName) -> Option<HeldKeys> {
        let source = self.sources.iter().find(|source| source.name == *name)?;
        let state = source.state();
        let held = state.held.as_ref()?;
        Some(HeldKeys {
            fetched_at: held.at.seconds(),
            clock_ahead: held.clock_ahead,
            previous: Arc::clone(&state.previous),
        })
    }

    async fn bring_from(&self, source: &Source, app: &App) -> Brought {
        if !source.may_ask(app.now()) {
            return source.standing(Brought::NotDue);
        }
        let flight = source.flight.lock().await;
        if !source.may_ask(app.now()) {
            return source.standing(Brought::Anew); // another request asked while this one waited
        }
        let asked = tokio::time::timeout(TIME_LIMIT, self.ask(source)).await;
        let answer = asked.unwrap_or_else(|_| {
            let limit = TIME_LIMIT.as_secs();
            Err(KeysError::unavailable(format!(
                "no answer within {limit} s"
            )))
        });
        let brought = source.record(app, answer);
        drop(flight);
        brought
    }

    async fn ask(&self, source: &Source) -> Result<Answer, KeysError> {
        // The gate is never closed.
        let _place = self.gate.acquire().await;
        let reach = source.keys.reach;
        let address = match &source.keys.at {
            KeysAt::KeySet(url) => url.clone(),
            KeysAt::Discovery(issuer, name) => {
                let document = fetch::get(&documents::discovery_of(issuer)?, reach).await?;
                documents::jwks_uri(name, &document.body)?
            }
        };
        let fetched = fetch::get(&address, reach).await?;
        let fresh = fetched.max_age.unwrap_or(FRESH);
        Ok(Answer {
            set: documents::key_set(&address, &fetched.body)?,
            fresh: fresh.clamp(FRESH_AT_LEAST, FRESH_AT_MOST),
            date: fetched.date,
        })
    }
}

impl Source {
    fn state(&self) -> MutexGuard<'_, State> {
        // Whole values are stored, so poison means nothing here.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the issuer was not asked a moment ago. A clock that was set back counts as time passed.
    fn may_ask(&self, now: Timestamp) -> bool {
        self.state()
            .tried_at
            .is_none_or(|tried| now < tried || now.since(tried) >= RETRY)
    }

    fn wants_renewal(&self, now: Timestamp) -> bool {
        let state = self.state();
        let fresh = state
            .held
            .as_ref()
            .is_some_and(|held| now < held.fresh_until);
        !fresh || state.failure.is_some()
    }

    fn standing(&self, otherwise: Brought) -> Brought {
        let failure = self.state().failure.clone();
        failure.map_or(otherwise, Brought::Failed)
    }

    fn record(&self, app: &App, answer: Result<Answer, KeysError>) -> Brought {
        let (now, name) = (app.now(), &self.name);
        let taken = answer.and_then(|Answer { set, fresh, date }| {
            let published: Arc<[Value]> =
                set.keys.iter().filter_map(countersign_verify::Jwk::public_json).collect();
            let known = self.state().held.as_ref().map(|held| Arc::clone(&held.published));
            if known.as_ref() != Some(&published) {
                let before = app.keys();
                app.take_key_set(name, &set)
                    .map_err(|error| KeysError::unavailable(error.to_string()))?;
                self.remember(&before, &set);
                tracing::info!(issuer = %name, keys = published.len(), "took the key set of a trusted issuer");
            }
            Ok(Held {
                at: now,
                fresh_until: now + fresh,
                clock_ahead: date.map(|date| date.saturating_sub(now.seconds())),
                published,
            })
        });
        let mut state = self.state();
        state.tried_at = Some(now);
        match taken {
            Ok(held) => {
                state.held = Some(held);
                state.failure = None;
                Brought::Anew
            }
            Err(error) => {
                let kept = state.held.is_some();
                tracing::warn!(issuer = %name, code = error.cause.code(), %error, kept, "the key set of a trusted issuer cannot be had");
                state.failure = Some(error.clone());
                Brought::Failed(error)
            }
        }
    }

    /// Keeps the keys that are no longer in the set: a token from before is told by them.
    fn remember(&self, before: &TokenKeys, set: &JwkSet) {
        let mut trusted = before.verifier().trusted().iter();
        let Some(issuer) = trusted.find(|issuer| *issuer.name() == self.name) else {
            return;
        };
        let stays = |key: &VerifyingKey| set.keys.iter().any(|jwk| jwk.kid() == key.kid());
        let keys = issuer.ring().keys().iter();
        let gone: Arc<[_]> = keys.filter(|key| !stays(key)).cloned().collect();
        if !gone.is_empty() {
            self.state().previous = gone;
        }
    }

    fn drop_stale(&self, app: &App) {
        let mut state = self.state();
        let now = app.now();
        let too_old = state
            .held
            .as_ref()
            .is_some_and(|held| now.since(held.at) > STALE_AT_MOST);
        if too_old {
            state.held = None;
            app.forget_key_set(&self.name);
            tracing::error!(issuer = %self.name, "the key set of a trusted issuer is too old and was dropped");
        }
    }
}
