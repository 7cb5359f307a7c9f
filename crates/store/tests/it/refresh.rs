//! The rotation of refresh tokens, with and without a race.

use std::time::Duration;

use countersign_domain::accounts::UserStatus;
use countersign_domain::audit::AuditKind;
use countersign_domain::keys::{RefreshKey, RootKey};
use countersign_domain::refresh::Decision;
use countersign_domain::sessions::{SessionEnd, SessionEndReason, SessionPolicy};
use countersign_domain::{RefreshToken, Timestamp};
use countersign_store::{Alongside, RefreshAttempt, RefreshOutcome, RevokedSubject, StoreError};
use countersign_verify::Cause;

use crate::on_both_databases;
use crate::setting::{Opened, Setting, meet};

on_both_databases! {
    a_token_gives_its_successor
    a_repeat_gives_the_same_successor
    thirty_two_at_once_get_one_successor
    a_response_lost_for_long_gets_a_fresh_successor
    lost_responses_at_once_get_one_fresh_successor
    a_replay_and_its_successor_at_once_are_not_both_served
    a_thief_and_an_honest_client_are_found_out
    a_superseded_token_ends_the_family
    nobody_knows_a_foreign_token
    an_expired_token_is_refused
    an_ended_session_refuses
    a_closed_account_refuses
    use_is_noted_once_a_minute
    a_logout_and_a_refresh_at_once_leave_no_live_session
}

fn key() -> RefreshKey {
    RootKey::from_bytes([7; 32]).refresh_key().expect("a key")
}

fn attempt(setting: &Setting, token: &RefreshToken) -> RefreshAttempt {
    RefreshAttempt {
        token: token.clone(),
        key: key(),
        now: setting.now(),
        ttl: Duration::from_hours(24 * 30),
        policy: SessionPolicy::default(),
        reuse: setting.event(AuditKind::SessionRefreshReused),
    }
}

async fn refresh(setting: &Setting, token: &RefreshToken) -> RefreshOutcome {
    let outcome = setting.store.refresh(attempt(setting, token)).await;
    outcome.expect("the store answers")
}

async fn refreshed(setting: &Setting, token: &RefreshToken) -> (RefreshToken, Decision) {
    match refresh(setting, token).await {
        RefreshOutcome::Refreshed {
            successor,
            decision,
            ..
        } => (successor, decision),
        other => panic!("{other:?}"),
    }
}

async fn refusal(setting: &Setting, token: &RefreshToken) -> (Cause, bool) {
    match refresh(setting, token).await {
        RefreshOutcome::Refused { cause, ended, .. } => (cause, ended),
        other => panic!("{other:?}"),
    }
}

async fn opened(setting: &Setting) -> Opened {
    let user = setting.user("ann@example.org").await;
    setting.open(user.id).await
}

async fn a_token_gives_its_successor(setting: Setting) {
    let first = opened(&setting).await;
    setting.advance(5);
    let RefreshOutcome::Refreshed {
        successor,
        expires_at,
        decision,
        session,
        user,
    } = refresh(&setting, &first.refresh).await
    else {
        panic!("refused");
    };
    assert_eq!(decision, Decision::Rotate);
    assert_ne!(successor, first.refresh);
    assert_eq!(expires_at, setting.now() + Duration::from_hours(24 * 30));
    assert_eq!(session.id, first.session.id);
    assert_eq!(user.email.as_str(), "ann@example.org");
    let (next, decision) = refreshed(&setting, &successor).await;
    assert_eq!(decision, Decision::Rotate);
    assert_ne!(next, successor);
}

async fn a_repeat_gives_the_same_successor(setting: Setting) {
    let first = opened(&setting).await;
    let (successor, _) = refreshed(&setting, &first.refresh).await;
    setting.advance(30);
    let again = refreshed(&setting, &first.refresh).await;
    assert_eq!(again, (successor.clone(), Decision::Repeat { attempt: 0 }));
    // Even after the successor was used: parallel tabs do not wait for each other.
    refreshed(&setting, &successor).await;
    assert_eq!(refreshed(&setting, &first.refresh).await.0, successor);
}

async fn thirty_two_at_once_get_one_successor(setting: Setting) {
    let first = opened(&setting).await;
    let calls = (0..32).map(|_| {
        let store = setting.store.clone();
        let attempt = attempt(&setting, &first.refresh);
        async move { store.refresh(attempt).await }
    });
    let lock = "SELECT 1 FROM cs_sessions FOR UPDATE";
    let outcomes = meet(&setting, lock, calls).await;
    let mut rotations = 0;
    let mut successors = Vec::new();
    for outcome in outcomes {
        match outcome.expect("the store answers") {
            RefreshOutcome::Refreshed {
                successor,
                decision,
                ..
            } => {
                rotations += usize::from(decision == Decision::Rotate);
                successors.push(successor.hash());
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(rotations, 1);
    assert_eq!(successors.len(), 32);
    successors.dedup();
    assert_eq!(successors.len(), 1);
}

async fn a_response_lost_for_long_gets_a_fresh_successor(setting: Setting) {
    let first = opened(&setting).await;
    let (lost, _) = refreshed(&setting, &first.refresh).await;
    setting.advance(3600);
    let (fresh, decision) = refreshed(&setting, &first.refresh).await;
    assert_eq!(decision, Decision::Replace { attempt: 1 });
    assert_ne!(fresh, lost);
    // Within the window after it, the fresh one is repeated.
    setting.advance(10);
    let again = refreshed(&setting, &first.refresh).await;
    assert_eq!(again, (fresh.clone(), Decision::Repeat { attempt: 1 }));
    assert_eq!(refreshed(&setting, &fresh).await.1, Decision::Rotate);
}

async fn lost_responses_at_once_get_one_fresh_successor(setting: Setting) {
    let first = opened(&setting).await;
    let (lost, _) = refreshed(&setting, &first.refresh).await;
    setting.advance(3600);
    let calls = (0..16).map(|_| {
        let store = setting.store.clone();
        let attempt = attempt(&setting, &first.refresh);
        async move { store.refresh(attempt).await }
    });
    let lock = "SELECT 1 FROM cs_sessions FOR UPDATE";
    let mut fresh = Vec::new();
    for outcome in meet(&setting, lock, calls).await {
        match outcome.expect("the store answers") {
            RefreshOutcome::Refreshed { successor, .. } => fresh.push(successor.hash()),
            other => panic!("{other:?}"),
        }
    }
    fresh.dedup();
    assert_eq!(fresh.len(), 1);
    assert_ne!(fresh[0], lost.hash());
}

async fn a_replay_and_its_successor_at_once_are_not_both_served(setting: Setting) {
    let first = opened(&setting).await;
    let (second, _) = refreshed(&setting, &first.refresh).await;
    setting.advance(3600);
    let tokens = vec![first.refresh, second];
    let calls = tokens.into_iter().map(|token| {
        let store = setting.store.clone();
        let attempt = attempt(&setting, &token);
        async move { store.refresh(attempt).await }
    });
    let lock = "SELECT 1 FROM cs_sessions FOR UPDATE";
    let outcomes = meet(&setting, lock, calls).await;
    let mut served = 0;
    for outcome in outcomes {
        match outcome.expect("the store answers") {
            RefreshOutcome::Refreshed { .. } => served += 1,
            RefreshOutcome::Refused { cause, ended, .. } => {
                assert_eq!((cause, ended), (Cause::RefreshReused, true));
            }
            RefreshOutcome::Unknown => panic!("both are known"),
        }
    }
    assert_eq!(served, 1);
}

async fn a_thief_and_an_honest_client_are_found_out(setting: Setting) {
    let first = opened(&setting).await;
    let (thiefs, _) = refreshed(&setting, &first.refresh).await;
    setting.advance(31);
    let (next, _) = refreshed(&setting, &thiefs).await;
    setting.advance(31);
    // The honest client comes with the token that the thief has used.
    assert_eq!(
        refusal(&setting, &first.refresh).await,
        (Cause::RefreshReused, true)
    );
    // The thief's own is dead too, and says why.
    assert_eq!(
        refusal(&setting, &next).await,
        (Cause::RefreshReused, false)
    );
    let events = setting.count_events(AuditKind::SessionRefreshReused).await;
    assert_eq!(events, 1);
    let revoked = setting.store.revoked_since(setting.now()).await;
    let revoked = revoked.expect("revocations");
    assert_eq!(revoked.len(), 1);
    assert_eq!(
        (revoked[0].subject, revoked[0].cause),
        (
            RevokedSubject::Session(first.session.id),
            Cause::RefreshReused
        )
    );
}

async fn a_superseded_token_ends_the_family(setting: Setting) {
    let first = opened(&setting).await;
    let (lost, _) = refreshed(&setting, &first.refresh).await;
    setting.advance(60);
    refreshed(&setting, &first.refresh).await;
    assert_eq!(refusal(&setting, &lost).await, (Cause::RefreshReused, true));
}

async fn nobody_knows_a_foreign_token(setting: Setting) {
    opened(&setting).await;
    let foreign = setting.draw(RefreshToken::generate);
    let outcome = refresh(&setting, &foreign).await;
    assert!(matches!(outcome, RefreshOutcome::Unknown), "{outcome:?}");
}

async fn an_expired_token_is_refused(setting: Setting) {
    let user = setting.user("ann@example.org").await;
    let (mut open, token, _) = setting.session_of(user.id);
    open.refresh = Some((token.hash(), setting.now() + Duration::from_secs(10)));
    let done = setting.store.open_session(open, Alongside::nothing()).await;
    assert!(done.is_ok(), "{done:?}");
    setting.advance(10);
    let refused = refusal(&setting, &token).await;
    assert_eq!(refused, (Cause::RefreshTokenExpired, false));
}

async fn an_ended_session_refuses(setting: Setting) {
    let first = opened(&setting).await;
    let end = SessionEnd {
        at: setting.now(),
        reason: SessionEndReason::RevokedByAdmin,
    };
    let ended = setting
        .store
        .end_session(first.session.id, None, end, Alongside::nothing())
        .await;
    assert_eq!(ended, Ok(true));
    let refused = refusal(&setting, &first.refresh).await;
    assert_eq!(refused, (Cause::SessionRevoked, false));
    // The clock ends sessions too.
    let other = setting.open(first.session.user_id).await;
    setting.advance(14 * 86_400);
    let refused = refusal(&setting, &other.refresh).await;
    assert_eq!(refused, (Cause::SessionExpiredIdle, false));
}

async fn a_closed_account_refuses(setting: Setting) {
    let first = opened(&setting).await;
    let user = first.session.user_id;
    let now = setting.now();
    let locked = UserStatus::Locked {
        at: now,
        reason: None,
    };
    let ended = setting
        .store
        .set_status(user, locked, now, Alongside::nothing());
    assert_eq!(ended.await, Ok(Some(vec![first.session.id])));
    let refused = refusal(&setting, &first.refresh).await;
    assert_eq!(refused, (Cause::AccountLocked, false));
}

async fn use_is_noted_once_a_minute(setting: Setting) {
    let first = opened(&setting).await;
    let noted = async |setting: &Setting| -> Result<(Timestamp, Timestamp), StoreError> {
        let found = setting.store.session(first.session.id).await?;
        let (session, _) = found.expect("the session is there");
        Ok((session.last_seen_at, session.idle_expires_at))
    };
    setting.advance(59);
    let (second, _) = refreshed(&setting, &first.refresh).await;
    let unchanged = (first.session.last_seen_at, first.session.idle_expires_at);
    assert_eq!(noted(&setting).await, Ok(unchanged));
    setting.advance(1);
    refreshed(&setting, &second).await;
    let idle = SessionPolicy::default().idle;
    assert_eq!(
        noted(&setting).await,
        Ok((setting.now(), setting.now() + idle))
    );
}

async fn a_logout_and_a_refresh_at_once_leave_no_live_session(setting: Setting) {
    let first = opened(&setting).await;
    let end = SessionEnd {
        at: setting.now(),
        reason: SessionEndReason::Logout,
    };
    let id = first.session.id;
    let logout = setting
        .store
        .end_session(id, None, end, Alongside::nothing());
    let (refreshed, ended) = tokio::join!(refresh(&setting, &first.refresh), logout);
    assert_eq!(ended, Ok(true));
    let token = match refreshed {
        RefreshOutcome::Refreshed { successor, .. } => successor,
        RefreshOutcome::Refused { cause, .. } => {
            assert_eq!(cause, Cause::SessionRevoked);
            first.refresh
        }
        RefreshOutcome::Unknown => panic!("the token is known"),
    };
    let refused = refusal(&setting, &token).await;
    assert_eq!(refused, (Cause::SessionRevoked, false));
}
