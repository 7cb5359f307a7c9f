//! Jobs that come round.

use std::time::Duration;

use countersign_domain::Timestamp;
use countersign_store::{REVOCATION_OVERLAP, Retention};
use tokio::time::{MissedTickBehavior, interval};

use crate::App;
use crate::settings::Signing;

/// Nodes learn of a revocation within twice this time (DESIGN 3: a second).
const REVOCATIONS: Duration = Duration::from_millis(400);
const ACTIVITY: Duration = Duration::from_secs(5);
const KEYS: Duration = Duration::from_secs(5);
const CLEARING: Duration = Duration::from_hours(1);

const DAY: Duration = Duration::from_hours(24);
const TRACES_KEPT_FOR: Duration = Duration::from_hours(30 * 24);
const TRACES_KEPT: u32 = 10_000;

/// Takes up what other nodes and the command line have revoked.
pub(super) async fn revocations(app: App) {
    let mut since = app.now();
    let mut healthy = true;
    let mut ticks = interval(REVOCATIONS);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let began = app.now();
        // Also when the clock was set back: what was revoked since then is asked for again.
        let from = since.min(began) - REVOCATION_OVERLAP;
        match app.poll_revocations(from).await {
            Ok(()) => {
                since = began;
                if !healthy {
                    tracing::info!("revocations are read again");
                }
                healthy = true;
            }
            Err(error) if healthy => {
                tracing::error!(%error, "revocations cannot be read: sessions that others end live on here");
                healthy = false;
            }
            Err(_still) => {}
        }
    }
}

/// Writes which sessions were in use.
pub(super) async fn activity(app: App) {
    let mut ticks = interval(ACTIVITY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        write_activity(&app).await;
    }
}

/// Writes which sessions were in use since the last time.
pub(super) async fn write_activity(app: &App) {
    let touches = app.activity().take();
    if touches.is_empty() {
        return;
    }
    if let Err(error) = app.store().touch_sessions(touches).await {
        // A minute later they are noted again.
        tracing::warn!(%error, "the last use of sessions could not be written");
    }
}

/// Renews the published keys of the issuers we trust.
pub(super) async fn issuer_keys(app: App) {
    let mut ticks = interval(KEYS);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        app.issuer_keys().renew(&app).await;
    }
}

/// Takes up rotated signing keys.
pub(super) async fn keys(app: App) {
    if app.settings().signing == Signing::Secret {
        return;
    }
    let mut ticks = interval(KEYS);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks.tick().await;
    loop {
        ticks.tick().await;
        if let Err(error) = app.reload_keys().await {
            tracing::error!(%error, "the signing keys cannot be read anew");
        }
    }
}

/// Removes what is over.
pub(super) async fn clearing(app: App) {
    let mut ticks = interval(CLEARING);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // Not at the start, which is to be fast.
    ticks.tick().await;
    loop {
        ticks.tick().await;
        clear(&app, app.now()).await;
    }
}

async fn clear(app: &App, now: Timestamp) {
    let memory = app.revocation_memory();
    app.revoked().forget_before(now - memory);
    let keep = Retention {
        sessions: DAY * 30,
        links: DAY * 7,
        mails: DAY * 7,
        revocations: memory * 2,
    };
    if let Err(error) = app.store().prune(now, keep).await {
        tracing::warn!(%error, "old rows could not be removed");
    }
    if let Err(error) = app
        .store()
        .prune_traces(now - TRACES_KEPT_FOR, TRACES_KEPT)
        .await
    {
        tracing::warn!(%error, "old traces could not be removed");
    }
}
