//! Users whom a front end hands over.

use countersign_domain::accounts::User;
use countersign_domain::audit::AuditKind;
use countersign_domain::{Email, IdentityId, UserId};
use countersign_store::{SyncUser, Synced};
use futures_util::future::join_all;

use crate::on_both_databases;
use crate::setting::Setting;

on_both_databases! {
    a_new_user_is_made_once
    many_at_once_make_one_account
    many_identities_of_one_address_at_once_share_one_account
    a_verified_account_of_the_address_is_linked
    an_account_that_nobody_verified_is_handed_over_without_its_password
    what_has_changed_at_the_provider_is_brought_up_to_date
    an_address_that_another_account_has_is_not_taken_from_it
}

fn sync(setting: &Setting, subject: &str, email: &str) -> SyncUser {
    SyncUser {
        provider: "github".to_owned(),
        subject: subject.to_owned(),
        email: Email::parse(email).expect("an address"),
        name: Some("Ann Example".to_owned()),
        avatar_url: None,
        new_user: setting.draw(|rng| UserId::new(setting.now(), rng)),
        new_identity: setting.draw(|rng| IdentityId::new(setting.now(), rng)),
    }
}

async fn synced(setting: &Setting, sync: SyncUser) -> Synced {
    let event = setting.event(AuditKind::UserSynced);
    let synced = setting.store.sync_user(sync, setting.now(), event).await;
    synced.expect("the store answers")
}

async fn owner(setting: &Setting, subject: &str) -> Option<User> {
    let found = setting.store.user_by_identity("github", subject).await;
    found.expect("a read")
}

async fn a_new_user_is_made_once(setting: Setting) {
    let first = synced(&setting, sync(&setting, "7", "ann@example.org")).await;
    assert!(first.created && first.user.email_verified_at.is_some());
    let second = synced(&setting, sync(&setting, "7", "ann@example.org")).await;
    assert!(!second.created && !second.email_kept);
    assert_eq!(second.user, first.user);
    assert_eq!(owner(&setting, "7").await, Some(first.user));
    assert_eq!(owner(&setting, "8").await, None);
    assert_eq!(setting.count_events(AuditKind::UserSynced).await, 2);
}

async fn many_at_once_make_one_account(setting: Setting) {
    let calls = (0..16).map(|_| {
        let sync = sync(&setting, "7", "ann@example.org");
        let store = setting.store.clone();
        let (now, event) = (setting.now(), setting.event(AuditKind::UserSynced));
        tokio::spawn(async move { store.sync_user(sync, now, event).await })
    });
    let calls: Vec<_> = calls.collect();
    let mut created = 0;
    let mut ids = Vec::new();
    for synced in join_all(calls).await {
        let synced = synced.expect("no panic").expect("the store answers");
        created += usize::from(synced.created);
        ids.push(synced.user.id);
    }
    ids.dedup();
    assert_eq!((created, ids.len()), (1, 1));
}

async fn many_identities_of_one_address_at_once_share_one_account(setting: Setting) {
    let calls = (0..12).map(|number| {
        let sync = sync(&setting, &format!("{}", number % 3), "ann@example.org");
        let store = setting.store.clone();
        let (now, event) = (setting.now(), setting.event(AuditKind::UserSynced));
        tokio::spawn(async move { store.sync_user(sync, now, event).await })
    });
    let calls: Vec<_> = calls.collect();
    let mut ids = Vec::new();
    for synced in join_all(calls).await {
        ids.push(
            synced
                .expect("no panic")
                .expect("the store answers")
                .user
                .id,
        );
    }
    ids.dedup();
    assert_eq!(ids.len(), 1);
    for subject in ["0", "1", "2"] {
        assert_eq!(
            owner(&setting, subject).await.map(|user| user.id),
            Some(ids[0])
        );
    }
}

async fn a_verified_account_of_the_address_is_linked(setting: Setting) {
    let mut new = setting.new_user("ann@example.org");
    new.user.email_verified_at = Some(setting.now());
    let user = new.user.clone();
    let made = setting
        .store
        .create_user(new, countersign_store::Alongside::nothing())
        .await;
    assert_eq!(made, Ok(true));
    let session = setting.open(user.id).await.session;
    let linked = synced(&setting, sync(&setting, "7", "Ann@example.org")).await;
    assert_eq!((linked.created, linked.user.id), (false, user.id));
    assert_eq!(linked.ended, []);
    let sign_in = setting
        .store
        .sign_in(&user.email)
        .await
        .expect("a read")
        .expect("there");
    assert!(sign_in.password.is_some());
    assert_eq!(
        setting.store.list_sessions(user.id).await,
        Ok(vec![session])
    );
}

async fn an_account_that_nobody_verified_is_handed_over_without_its_password(setting: Setting) {
    let stranger = setting.user("ann@example.org").await;
    let session = setting.open(stranger.id).await.session.id;
    let owner = synced(&setting, sync(&setting, "7", "ann@example.org")).await;
    assert_eq!((owner.created, owner.user.id), (false, stranger.id));
    assert_eq!(owner.ended, [session]);
    assert!(owner.user.email_verified_at.is_some());
    let sign_in = setting
        .store
        .sign_in(&stranger.email)
        .await
        .expect("a read")
        .expect("there");
    assert_eq!(sign_in.password, None);
}

async fn what_has_changed_at_the_provider_is_brought_up_to_date(setting: Setting) {
    let first = synced(&setting, sync(&setting, "7", "ann@example.org")).await;
    setting.advance(1);
    let mut changed = sync(&setting, "7", "ann@example.net");
    changed.name = None;
    changed.avatar_url = Some("https://example.net/ann.png".to_owned());
    let second = synced(&setting, changed).await;
    assert_eq!(second.user.id, first.user.id);
    assert_eq!(second.user.email.as_str(), "ann@example.net");
    assert_eq!(second.user.name, first.user.name);
    assert_eq!(
        second.user.avatar_url.as_deref(),
        Some("https://example.net/ann.png")
    );
    assert_eq!(second.user.updated_at, setting.now());
}

async fn an_address_that_another_account_has_is_not_taken_from_it(setting: Setting) {
    let ann = synced(&setting, sync(&setting, "7", "ann@example.org")).await;
    let bob = synced(&setting, sync(&setting, "8", "bob@example.org")).await;
    let again = synced(&setting, sync(&setting, "8", "ann@example.org")).await;
    assert!(again.email_kept);
    assert_eq!(again.user, bob.user);
    assert_eq!(owner(&setting, "7").await, Some(ann.user));
}
