//! Signing keys and values of the server's own.

use std::time::Duration;

use countersign_domain::audit::AuditKind;
use countersign_store::{Alongside, KeyState, SigningKeyRow};
use futures_util::future::join_all;

use crate::on_both_databases;
use crate::setting::Setting;

on_both_databases! {
    nodes_that_start_together_agree_on_the_first_key
    a_rotation_keeps_the_old_key_for_a_while
    rotations_at_once_leave_one_active_key
    a_value_is_set_once
}

fn key(setting: &Setting, kid: &str) -> SigningKeyRow {
    SigningKeyRow {
        kid: kid.to_owned(),
        alg: "EdDSA".to_owned(),
        state: KeyState::Active,
        sealed: vec![1, 0, 255],
        public_jwk: "{\"kty\":\"OKP\"}".to_owned(),
        created_at: setting.now(),
    }
}

async fn nodes_that_start_together_agree_on_the_first_key(setting: Setting) {
    let calls = (0..8).map(|number| {
        let event = setting.event(AuditKind::KeyCreated);
        let key = key(&setting, &format!("key-{number}"));
        setting.store.first_signing_key(key, event.into())
    });
    let keys = join_all(calls).await;
    let mut kids: Vec<_> = keys
        .into_iter()
        .map(|key| key.expect("a write").kid)
        .collect();
    kids.dedup();
    assert_eq!(kids.len(), 1);
    let stored = setting.store.signing_keys().await.expect("a read");
    assert_eq!(stored, [key(&setting, &kids[0])]);
    assert_eq!(setting.count_events(AuditKind::KeyCreated).await, 1);
}

async fn a_rotation_keeps_the_old_key_for_a_while(setting: Setting) {
    let first = setting
        .store
        .first_signing_key(key(&setting, "old"), Alongside::nothing())
        .await;
    assert!(first.is_ok(), "{first:?}");
    setting.advance(60);
    let until = setting.now() + Duration::from_hours(2);
    let event = setting.event(AuditKind::KeyRotated);
    let rotated = setting
        .store
        .rotate_signing_key(key(&setting, "new"), until, event.into())
        .await;
    assert_eq!(rotated, Ok(vec!["old".to_owned()]));
    let states = async || {
        let keys = setting.store.signing_keys().await.expect("a read");
        keys.into_iter()
            .map(|key| (key.kid, key.state))
            .collect::<Vec<_>>()
    };
    let new = ("new".to_owned(), KeyState::Active);
    let old = ("old".to_owned(), KeyState::Retiring { until });
    assert_eq!(states().await, [old, new.clone()]);
    setting.advance(31 * 86_400);
    let keep = countersign_store::Retention::default();
    assert_eq!(setting.store.prune(setting.now(), keep).await, Ok(1));
    assert_eq!(states().await, [new]);
}

async fn rotations_at_once_leave_one_active_key(setting: Setting) {
    let until = setting.now() + Duration::from_hours(2);
    let calls = (0..8).map(|number| {
        let key = key(&setting, &format!("key-{number}"));
        setting
            .store
            .rotate_signing_key(key, until, Alongside::nothing())
    });
    for rotated in join_all(calls).await {
        assert!(rotated.is_ok(), "{rotated:?}");
    }
    let keys = setting.store.signing_keys().await.expect("a read");
    let active = keys.iter().filter(|key| key.state == KeyState::Active);
    assert_eq!((active.count(), keys.len()), (1, 8));
}

async fn a_value_is_set_once(setting: Setting) {
    let values = ["a", "b", "c", "d"];
    let calls = values.map(|value| {
        setting
            .store
            .server_value("key-check", value, setting.now())
    });
    let mut got: Vec<_> = join_all(calls)
        .await
        .into_iter()
        .map(|got| got.expect("a write"))
        .collect();
    got.dedup();
    assert_eq!(got.len(), 1);
    let other = setting
        .store
        .server_value("other", "z", setting.now())
        .await;
    assert_eq!(other, Ok("z".to_owned()));
}
