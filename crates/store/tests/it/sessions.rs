//! Opening, finding and ending sessions.

use std::time::Duration;

use countersign_domain::accounts::UserStatus;
use countersign_domain::audit::AuditKind;
use countersign_domain::password::PasswordHash;
use countersign_domain::sessions::{SessionEnd, SessionEndReason};
use countersign_domain::{SessionId, SessionToken};
use countersign_store::{
    Alongside, AuditQuery, OpenOutcome, PasswordChange, RevokedSubject, SessionTouch, SessionsToEnd,
};
use countersign_verify::Cause;

use crate::on_both_databases;
use crate::setting::{Setting, meet};

on_both_databases! {
    a_session_is_found_by_id_and_by_cookie
    the_oldest_session_gives_way
    sign_ins_at_once_keep_to_the_limit
    a_session_ends_once
    only_the_owner_ends_a_session
    all_sessions_but_one_end
    a_closed_account_gets_no_session
    a_password_changed_in_between_gets_no_session
    a_stronger_hash_in_between_does_not_matter
    a_password_change_and_a_sign_in_at_once_leave_no_old_session
    touches_move_the_idle_end_forward_only
    touches_and_ends_at_once_do_not_wait_in_a_circle
    open_sessions_of_all_are_listed_in_pages
    sessions_that_are_over_are_pruned
    revocations_are_given_from_a_time_on
}

fn end(setting: &Setting, reason: SessionEndReason) -> SessionEnd {
    SessionEnd {
        at: setting.now(),
        reason,
    }
}

async fn a_session_is_found_by_id_and_by_cookie(setting: Setting) {
    let user = setting.user("ann@example.org").await;
    let opened = setting.open(user.id).await;
    let expected = Some((opened.session.clone(), user));
    let by_id = setting.store.session(opened.session.id).await;
    assert_eq!(by_id.as_ref(), Ok(&expected));
    let by_cookie = setting.store.session_by_cookie(opened.cookie.hash()).await;
    assert_eq!(by_cookie, Ok(expected));
    let foreign = setting.draw(SessionToken::generate);
    let nothing = setting.store.session_by_cookie(foreign.hash()).await;
    assert_eq!(nothing, Ok(None));
}

async fn the_oldest_session_gives_way(setting: Setting) {
    let user = setting.user("ann@example.org").await;
    let mut opened = Vec::new();
    for _ in 0..10 {
        let next = setting.open(user.id).await;
        assert!(next.evicted.is_empty());
        opened.push(next.session.id);
        setting.advance(1);
    }
    let eleventh = setting.open(user.id).await;
    assert_eq!(eleventh.evicted, [opened[0]]);
    let (gone, _) = setting
        .store
        .session(opened[0])
        .await
        .expect("a read")
        .expect("kept");
    assert_eq!(
        gone.state_at(setting.now()),
        Err(Cause::SessionEvictedByLimit)
    );
    let query = AuditQuery {
        kind: Some(AuditKind::SessionEnded),
        limit: 10,
        ..AuditQuery::default()
    };
    let events = setting.store.audit_events(query).await.expect("events");
    assert_eq!(events.len(), 1);
    let ids = serde_json::json!([opened[0].to_string()]);
    assert_eq!(events[0].detail.get("sessions"), Some(&ids));
}

async fn sign_ins_at_once_keep_to_the_limit(setting: Setting) {
    let user = setting.user("ann@example.org").await;
    let opens = (0..24).map(|_| {
        let (open, ..) = setting.session_of(user.id);
        let store = setting.store.clone();
        async move { store.open_session(open, Alongside::nothing()).await }
    });
    for outcome in meet(&setting, "SELECT 1 FROM cs_users FOR UPDATE", opens).await {
        assert!(
            matches!(outcome, Ok(OpenOutcome::Opened { .. })),
            "{outcome:?}"
        );
    }
    let open = setting.store.list_sessions(user.id).await.expect("a list");
    assert_eq!(open.len(), 10);
}

async fn a_session_ends_once(setting: Setting) {
    let user = setting.user("ann@example.org").await;
    let opened = setting.open(user.id).await;
    let id = opened.session.id;
    for (reason, expected) in [
        (SessionEndReason::Logout, true),
        (SessionEndReason::RevokedByAdmin, false),
    ] {
        let event = setting.event(AuditKind::SessionLogout);
        let ended = setting
            .store
            .end_session(id, None, end(&setting, reason), event.into());
        assert_eq!(ended.await, Ok(expected));
    }
    assert_eq!(setting.count_events(AuditKind::SessionLogout).await, 1);
    let (session, _) = setting
        .store
        .session(id)
        .await
        .expect("a read")
        .expect("kept");
    assert_eq!(session.ended, Some(end(&setting, SessionEndReason::Logout)));
    assert_eq!(setting.store.list_sessions(user.id).await, Ok(Vec::new()));
}

async fn only_the_owner_ends_a_session(setting: Setting) {
    let ann = setting.user("ann@example.org").await;
    let bob = setting.user("bob@example.org").await;
    let id = setting.open(ann.id).await.session.id;
    let end = end(&setting, SessionEndReason::RevokedByUser);
    for (owner, expected) in [(bob.id, false), (ann.id, true)] {
        let ended = setting
            .store
            .end_session(id, Some(owner), end, Alongside::nothing());
        assert_eq!(ended.await, Ok(expected));
    }
    let unknown = setting.draw(|rng| SessionId::new(setting.now(), rng));
    let ended = setting
        .store
        .end_session(unknown, None, end, Alongside::nothing());
    assert_eq!(ended.await, Ok(false));
}

async fn all_sessions_but_one_end(setting: Setting) {
    let user = setting.user("ann@example.org").await;
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(setting.open(user.id).await.session.id);
        setting.advance(1);
    }
    let end = end(&setting, SessionEndReason::RevokedByUser);
    let ended = setting
        .store
        .end_sessions(user.id, Some(ids[3]), end, Alongside::nothing());
    assert_eq!(ended.await, Ok(ids[..3].to_vec()));
    let ended = setting
        .store
        .end_sessions(user.id, None, end, Alongside::nothing());
    assert_eq!(ended.await, Ok(vec![ids[3]]));
}

async fn a_closed_account_gets_no_session(setting: Setting) {
    let user = setting.user("ann@example.org").await;
    let suspended = UserStatus::Suspended {
        at: setting.now(),
        reason: Some("unpaid".to_owned()),
    };
    let now = setting.now();
    let done = setting
        .store
        .set_status(user.id, suspended, now, Alongside::nothing());
    assert_eq!(done.await, Ok(Some(Vec::new())));
    let (open, ..) = setting.session_of(user.id);
    let outcome = setting.store.open_session(open, Alongside::nothing()).await;
    assert_eq!(outcome, Ok(OpenOutcome::Refused(Cause::AccountSuspended)));
    let nobody = setting.new_user("bob@example.org").user.id;
    let (open, ..) = setting.session_of(nobody);
    let outcome = setting.store.open_session(open, Alongside::nothing()).await;
    assert_eq!(
        outcome,
        Ok(OpenOutcome::Refused(Cause::UserDeletedStaleToken))
    );
}

fn new_hash(setting_user: countersign_domain::UserId, is_new_password: bool) -> PasswordChange {
    PasswordChange {
        user: setting_user,
        hash: PasswordHash::from_stored("$argon2id$second".to_owned()),
        replaces: None,
        is_new_password,
        sessions: SessionsToEnd::All,
    }
}

async fn a_password_changed_in_between_gets_no_session(setting: Setting) {
    let user = setting.user("ann@example.org").await;
    let sign_in = setting
        .store
        .sign_in(&user.email)
        .await
        .expect("a read")
        .expect("there");
    let changed =
        setting
            .store
            .set_password(new_hash(user.id, true), setting.now(), Alongside::nothing());
    assert_eq!(changed.await, Ok(Some(Vec::new())));
    let (mut open, ..) = setting.session_of(user.id);
    open.epoch = Some(sign_in.epoch);
    let outcome = setting.store.open_session(open, Alongside::nothing()).await;
    assert_eq!(outcome, Ok(OpenOutcome::Refused(Cause::CredentialsInvalid)));
}

async fn a_stronger_hash_in_between_does_not_matter(setting: Setting) {
    let user = setting.user("ann@example.org").await;
    let other = setting.open(user.id).await;
    let sign_in = setting
        .store
        .sign_in(&user.email)
        .await
        .expect("a read")
        .expect("there");
    let changed = setting.store.set_password(
        new_hash(user.id, false),
        setting.now(),
        Alongside::nothing(),
    );
    assert_eq!(changed.await, Ok(Some(Vec::new())));
    let (mut open, ..) = setting.session_of(user.id);
    open.epoch = Some(sign_in.epoch);
    let outcome = setting.store.open_session(open, Alongside::nothing()).await;
    assert_eq!(
        outcome,
        Ok(OpenOutcome::Opened {
            evicted: Vec::new()
        })
    );
    let open = setting.store.list_sessions(user.id).await.expect("a list");
    assert!(open.contains(&other.session));
}

async fn a_password_change_and_a_sign_in_at_once_leave_no_old_session(setting: Setting) {
    let user = setting.user("ann@example.org").await;
    let sign_in = setting
        .store
        .sign_in(&user.email)
        .await
        .expect("a read")
        .expect("there");
    let (mut open, ..) = setting.session_of(user.id);
    open.epoch = Some(sign_in.epoch);
    let (opened, changed) = tokio::join!(
        setting.store.open_session(open, Alongside::nothing()),
        setting
            .store
            .set_password(new_hash(user.id, true), setting.now(), Alongside::nothing()),
    );
    assert!(opened.is_ok() && changed.is_ok(), "{opened:?} {changed:?}");
    assert_eq!(setting.store.list_sessions(user.id).await, Ok(Vec::new()));
}

async fn touches_move_the_idle_end_forward_only(setting: Setting) {
    let user = setting.user("ann@example.org").await;
    let opened = setting.open(user.id).await;
    let id = opened.session.id;
    let later = setting.now() + Duration::from_mins(5);
    let touch = |at, idle| SessionTouch {
        id,
        last_seen_at: at,
        idle_expires_at: idle,
    };
    let idle = opened.session.idle_expires_at + Duration::from_mins(5);
    let touches = vec![
        touch(later, idle),
        touch(setting.now(), opened.session.idle_expires_at),
    ];
    assert_eq!(setting.store.touch_sessions(touches).await, Ok(()));
    let (session, _) = setting
        .store
        .session(id)
        .await
        .expect("a read")
        .expect("there");
    assert_eq!(
        (session.last_seen_at, session.idle_expires_at),
        (later, idle)
    );
}

async fn touches_and_ends_at_once_do_not_wait_in_a_circle(setting: Setting) {
    let user = setting.user("ann@example.org").await;
    let mut ids = Vec::new();
    for _ in 0..10 {
        ids.push(setting.open(user.id).await.session.id);
    }
    let later = setting.now() + Duration::from_mins(5);
    let touch = |id: &SessionId| SessionTouch {
        id: *id,
        last_seen_at: later,
        idle_expires_at: later + Duration::from_hours(14 * 24),
    };
    // Given in the opposite order, so that an unordered batch would meet the other halfway.
    let touches: Vec<_> = ids.iter().rev().map(touch).collect();
    let end = end(&setting, SessionEndReason::RevokedByUser);
    for _ in 0..10 {
        let (noted, ended) = tokio::join!(
            setting.store.touch_sessions(touches.clone()),
            setting
                .store
                .end_sessions(user.id, None, end, Alongside::nothing()),
        );
        assert!(noted.is_ok() && ended.is_ok(), "{noted:?} {ended:?}");
    }
}

async fn open_sessions_of_all_are_listed_in_pages(setting: Setting) {
    let mut ids = Vec::new();
    for name in ["ann", "bob", "cid"] {
        let user = setting.user(&format!("{name}@example.org")).await;
        ids.push(setting.open(user.id).await.session.id);
        setting.advance(1);
    }
    let first = setting.store.all_sessions(None, 2).await.expect("a page");
    assert_eq!(
        first.iter().map(|session| session.id).collect::<Vec<_>>(),
        ids[..2]
    );
    let rest = setting
        .store
        .all_sessions(Some(ids[1]), 2)
        .await
        .expect("a page");
    assert_eq!(
        rest.iter().map(|session| session.id).collect::<Vec<_>>(),
        ids[2..]
    );
}

async fn sessions_that_are_over_are_pruned(setting: Setting) {
    let user = setting.user("ann@example.org").await;
    let old = setting.open(user.id).await;
    setting.advance(91 * 86_400);
    let young = setting.open(user.id).await;
    let keep = countersign_store::Retention::default();
    assert_eq!(setting.store.prune(setting.now(), keep).await, Ok(0));
    setting.advance(30 * 86_400);
    // The session, and its refresh token with it.
    assert_eq!(setting.store.prune(setting.now(), keep).await, Ok(1));
    assert_eq!(setting.store.session(old.session.id).await, Ok(None));
    assert!(
        setting
            .store
            .session(young.session.id)
            .await
            .is_ok_and(|found| found.is_some())
    );
}

async fn revocations_are_given_from_a_time_on(setting: Setting) {
    let user = setting.user("ann@example.org").await;
    let first = setting.open(user.id).await.session.id;
    let second = setting.open(user.id).await.session.id;
    for id in [first, second] {
        setting.advance(60);
        let end = end(&setting, SessionEndReason::Logout);
        let ended = setting
            .store
            .end_session(id, None, end, Alongside::nothing());
        assert_eq!(ended.await, Ok(true));
    }
    let now = setting.now();
    let all = setting
        .store
        .revoked_since(now - Duration::from_mins(2))
        .await
        .expect("a list");
    let subjects: Vec<_> = all.iter().map(|found| found.subject).collect();
    assert_eq!(
        subjects,
        [
            RevokedSubject::Session(first),
            RevokedSubject::Session(second)
        ]
    );
    assert!(all.iter().all(|found| found.cause == Cause::SessionRevoked));
    let last = setting.store.revoked_since(now).await.expect("a list");
    assert_eq!(last, all[1..]);
    let none = setting
        .store
        .revoked_since(now + Duration::from_micros(1))
        .await;
    assert_eq!(none, Ok(Vec::new()));
}
