//! Accounts: making, finding, changing and deleting them.

use countersign_domain::accounts::{Role, UserStatus};
use countersign_domain::audit::AuditKind;
use countersign_domain::identity::Lookup;
use countersign_domain::password::PasswordHash;
use countersign_domain::{Email, SessionId, UserId};
use countersign_store::{
    Alongside, PasswordChange, ProfileChange, RevokedSubject, SessionsToEnd, StoreError, UserPage,
};
use countersign_verify::Cause;
use futures_util::future::join_all;

use crate::on_both_databases;
use crate::setting::Setting;

on_both_databases! {
    an_account_is_found_as_it_was_made
    an_address_is_taken_once
    registrations_at_once_make_one_account
    a_registration_is_written_one_way_or_the_other
    what_goes_alongside_is_written_with_the_act_or_not_at_all
    accounts_are_listed_in_pages
    a_search_finds_address_and_name_and_no_pattern
    a_password_is_replaced_only_if_it_is_the_expected_one
    a_new_password_ends_the_other_sessions
    the_role_is_set_and_the_first_admin_seen
    closing_an_account_ends_its_sessions
    the_profile_changes_field_by_field
    an_address_is_verified_once_and_only_if_it_is_still_the_same
    a_deleted_account_leaves_its_id_and_the_audit_log
    a_token_s_owner_is_found_in_order
    a_nul_character_is_refused
    an_impossible_row_is_named
}

async fn an_account_is_found_as_it_was_made(setting: Setting) {
    let mut new = setting.new_user("Ann@Example.org");
    new.user.email_verified_at = Some(setting.now());
    new.user.avatar_url = Some("https://example.org/ann.png".to_owned());
    new.user.status = UserStatus::Locked {
        at: setting.now(),
        reason: Some("a \"reason\" with Ünïcode 🦀".to_owned()),
    };
    let user = new.user.clone();
    let made = setting.store.create_user(new, Alongside::nothing()).await;
    assert_eq!(made, Ok(true));
    assert_eq!(setting.store.user(user.id).await, Ok(Some(user.clone())));
    let by_email = setting.store.user_by_email(&user.email).await;
    assert_eq!(by_email, Ok(Some(user.clone())));
    let sign_in = setting.store.sign_in_by_id(user.id).await.expect("a read");
    let password = sign_in.and_then(|found| found.password);
    assert_eq!(
        password,
        Some(PasswordHash::from_stored("$argon2id$first".to_owned()))
    );
    let nobody = Email::parse("bob@example.org").expect("an address");
    assert_eq!(setting.store.user_by_email(&nobody).await, Ok(None));
}

async fn an_address_is_taken_once(setting: Setting) {
    setting.user("ann@example.org").await;
    let second = setting.new_user("ANN@example.org");
    let made = setting
        .store
        .create_user(second, Alongside::nothing())
        .await;
    assert_eq!(made, Ok(false));
}

async fn registrations_at_once_make_one_account(setting: Setting) {
    let calls = (0..16).map(|_| {
        let new = setting.new_user("ann@example.org");
        let store = setting.store.clone();
        let event = setting.event(AuditKind::UserRegistered);
        tokio::spawn(async move { store.create_user(new, event.into()).await })
    });
    let calls: Vec<_> = calls.collect();
    let made = join_all(calls)
        .await
        .into_iter()
        .filter(|made| matches!(made, Ok(Ok(true))));
    assert_eq!(made.count(), 1);
    assert_eq!(setting.count_events(AuditKind::UserRegistered).await, 1);
}

async fn a_registration_is_written_one_way_or_the_other(setting: Setting) {
    let register = async || {
        let new = setting.new_user("ann@example.org");
        let made = setting.event(AuditKind::UserRegistered).into();
        let taken = setting.event(AuditKind::UserPasswordForgot).into();
        setting.store.register_user(new, made, taken).await
    };
    let counts = async || {
        let made = setting.count_events(AuditKind::UserRegistered).await;
        (
            made,
            setting.count_events(AuditKind::UserPasswordForgot).await,
        )
    };
    assert_eq!(register().await, Ok(true));
    assert_eq!(counts().await, (1, 0));
    assert_eq!(register().await, Ok(false));
    assert_eq!(counts().await, (1, 1));
}

async fn what_goes_alongside_is_written_with_the_act_or_not_at_all(setting: Setting) {
    let new = setting.new_user("ann@example.org");
    let event = setting.event(AuditKind::UserRegistered);
    let broken = event.clone().with("x", "y");
    let mut second = broken.clone();
    second.user_agent = Some("a\0b".to_owned());
    // The second event cannot be written, so the account is not made either.
    let alongside = Alongside::from(event.clone()).with_audit(second);
    let made = setting.store.create_user(new.clone(), alongside).await;
    assert_eq!(made, Err(StoreError::NulCharacter));
    assert_eq!(setting.store.user(new.user.id).await, Ok(None));
    assert_eq!(setting.count_events(AuditKind::UserRegistered).await, 0);
    let made = setting.store.create_user(new, event.into()).await;
    assert_eq!(made, Ok(true));
    assert_eq!(setting.count_events(AuditKind::UserRegistered).await, 1);
}

fn page(after: Option<UserId>, limit: u32, search: Option<&str>) -> UserPage {
    UserPage {
        after,
        limit,
        search: search.map(str::to_owned),
    }
}

async fn accounts_are_listed_in_pages(setting: Setting) {
    let mut ids = Vec::new();
    for number in 0..5 {
        ids.push(setting.user(&format!("user{number}@example.org")).await.id);
        setting.advance(1);
    }
    let listed = async |page| {
        let users = setting.store.list_users(page).await.expect("a page");
        users.iter().map(|user| user.id).collect::<Vec<_>>()
    };
    assert_eq!(listed(page(None, 3, None)).await, ids[..3]);
    assert_eq!(listed(page(Some(ids[2]), 3, None)).await, ids[3..]);
    assert_eq!(listed(page(Some(ids[4]), 3, None)).await, []);
}

async fn a_search_finds_address_and_name_and_no_pattern(setting: Setting) {
    setting.user("ann_1@example.org").await;
    setting.user("annx1@example.net").await;
    for (search, found) in [
        ("ANN_1", 1),
        ("example.net", 1),
        ("ann example", 2),
        ("%", 0),
        ("", 2),
        ("nobody", 0),
        ("'; DROP TABLE cs_users; --", 0),
    ] {
        let users = setting.store.list_users(page(None, 10, Some(search))).await;
        assert_eq!(users.map(|users| users.len()), Ok(found), "{search}");
    }
}

fn change(user: UserId, hash: &str, replaces: Option<&str>) -> PasswordChange {
    PasswordChange {
        user,
        hash: PasswordHash::from_stored(hash.to_owned()),
        replaces: replaces.map(|hash| PasswordHash::from_stored(hash.to_owned())),
        is_new_password: true,
        sessions: SessionsToEnd::All,
    }
}

async fn a_password_is_replaced_only_if_it_is_the_expected_one(setting: Setting) {
    let user = setting.user("ann@example.org").await;
    let nobody = setting.new_user("bob@example.org").user.id;
    for (change, done) in [
        (change(user.id, "$2", Some("$other")), false),
        (change(user.id, "$2", Some("$argon2id$first")), true),
        (change(user.id, "$3", Some("$argon2id$first")), false),
        (change(user.id, "$3", None), true),
        (change(nobody, "$3", None), false),
    ] {
        let event = setting.event(AuditKind::UserPasswordChanged);
        let changed = setting
            .store
            .set_password(change, setting.now(), event.into());
        assert_eq!(changed.await.map(|ended| ended.is_some()), Ok(done));
    }
    let sign_in = setting.store.sign_in(&user.email).await.expect("a read");
    let password = sign_in.and_then(|found| found.password);
    assert_eq!(password, Some(PasswordHash::from_stored("$3".to_owned())));
    assert_eq!(
        setting.count_events(AuditKind::UserPasswordChanged).await,
        2
    );
}

async fn a_new_password_ends_the_other_sessions(setting: Setting) {
    let user = setting.user("ann@example.org").await;
    let mut open: Vec<SessionId> = Vec::new();
    for _ in 0..3 {
        open.push(setting.open(user.id).await.session.id);
        setting.advance(1);
    }
    let mut change = change(user.id, "$2", None);
    change.sessions = SessionsToEnd::AllBut(open[1]);
    let ended = setting
        .store
        .set_password(change, setting.now(), Alongside::nothing());
    assert_eq!(ended.await, Ok(Some(vec![open[0], open[2]])));
    let (session, _) = setting
        .store
        .session(open[0])
        .await
        .expect("a read")
        .expect("kept");
    assert_eq!(session.state_at(setting.now()), Err(Cause::SessionRevoked));
}

async fn the_role_is_set_and_the_first_admin_seen(setting: Setting) {
    let user = setting.user("ann@example.org").await;
    assert_eq!(setting.store.admin_exists().await, Ok(false));
    let now = setting.now();
    let event = setting.event(AuditKind::AdminUserRoleChanged);
    let changed = setting
        .store
        .set_role(user.id, Role::Admin, now, event.into())
        .await;
    assert_eq!(
        changed.map(|user| user.map(|user| user.role)),
        Ok(Some(Role::Admin))
    );
    assert_eq!(setting.store.admin_exists().await, Ok(true));
    let stale = setting.store.revoked_since(now).await.expect("a list");
    assert_eq!(stale[0].subject, RevokedSubject::User(user.id));
    let nobody = setting.new_user("bob@example.org").user.id;
    let changed = setting
        .store
        .set_role(nobody, Role::Admin, now, Alongside::nothing());
    assert_eq!(changed.await, Ok(None));
}

async fn closing_an_account_ends_its_sessions(setting: Setting) {
    let user = setting.user("ann@example.org").await;
    let session = setting.open(user.id).await.session.id;
    let now = setting.now();
    let locked = UserStatus::Locked {
        at: now,
        reason: Some("stolen".to_owned()),
    };
    let event = setting.event(AuditKind::AdminUserLocked);
    let ended = setting
        .store
        .set_status(user.id, locked.clone(), now, event.into());
    assert_eq!(ended.await, Ok(Some(vec![session])));
    let found = setting
        .store
        .user(user.id)
        .await
        .expect("a read")
        .expect("there");
    assert_eq!(found.status, locked);
    let (found, _) = setting
        .store
        .session(session)
        .await
        .expect("a read")
        .expect("kept");
    assert_eq!(found.state_at(now), Err(Cause::AccountLocked));
    let opened = setting
        .store
        .set_status(user.id, UserStatus::Active, now, Alongside::nothing());
    assert_eq!(opened.await, Ok(Some(Vec::new())));
    let found = setting
        .store
        .user(user.id)
        .await
        .expect("a read")
        .expect("there");
    assert_eq!(found.status, UserStatus::Active);
}

async fn the_profile_changes_field_by_field(setting: Setting) {
    let user = setting.user("ann@example.org").await;
    setting.advance(1);
    let avatar = Some("https://example.org/a.png".to_owned());
    let set = ProfileChange {
        name: None,
        avatar_url: Some(avatar.clone()),
    };
    let clear = ProfileChange {
        name: Some(None),
        avatar_url: None,
    };
    let now = setting.now();
    let changed = setting
        .store
        .update_profile(user.id, set, now, Alongside::nothing())
        .await;
    let changed = changed.expect("a write").expect("there");
    assert_eq!(
        (changed.name, changed.avatar_url),
        (user.name, avatar.clone())
    );
    assert_eq!(changed.updated_at, now);
    let changed = setting
        .store
        .update_profile(user.id, clear, now, Alongside::nothing())
        .await;
    let changed = changed.expect("a write").expect("there");
    assert_eq!((changed.name, changed.avatar_url), (None, avatar));
}

async fn an_address_is_verified_once_and_only_if_it_is_still_the_same(setting: Setting) {
    let user = setting.user("ann@example.org").await;
    let other = Email::parse("other@example.org").expect("an address");
    for (email, marked) in [
        (other, false),
        (user.email.clone(), true),
        (user.email, false),
    ] {
        let event = setting.event(AuditKind::UserEmailVerified);
        let done = setting
            .store
            .mark_email_verified(user.id, email, setting.now(), event.into());
        assert_eq!(done.await, Ok(marked));
    }
    assert_eq!(setting.count_events(AuditKind::UserEmailVerified).await, 1);
}

async fn a_deleted_account_leaves_its_id_and_the_audit_log(setting: Setting) {
    let user = setting.user("ann@example.org").await;
    let session = setting.open(user.id).await.session.id;
    let document = serde_json::json!({"theme": "dark"});
    let put = setting
        .store
        .put_settings_document(user.id, &document, setting.now())
        .await;
    assert_eq!(put, Ok(true));
    let now = setting.now();
    let event = setting.event(AuditKind::AdminUserDeleted).about(user.id);
    let ended = setting.store.delete_user(user.id, now, event.into()).await;
    assert_eq!(ended, Ok(Some(vec![session])));
    assert_eq!(setting.store.user(user.id).await, Ok(None));
    assert_eq!(setting.store.session(session).await, Ok(None));
    assert_eq!(setting.store.settings_document(user.id).await, Ok(None));
    assert_eq!(setting.store.user_was_deleted(user.id).await, Ok(Some(now)));
    assert_eq!(setting.count_events(AuditKind::AdminUserDeleted).await, 1);
    assert_eq!(setting.count_events(AuditKind::SessionLogin).await, 1);
    let revoked = setting.store.revoked_since(now).await.expect("a list");
    assert!(
        revoked
            .iter()
            .all(|found| found.cause == Cause::UserDeletedStaleToken)
    );
    assert_eq!(revoked.len(), 2);
    let again = setting
        .store
        .delete_user(user.id, now, Alongside::nothing())
        .await;
    assert_eq!(again, Ok(None));
    // The address is free again; the new account is another one.
    let anew = setting.user("ann@example.org").await;
    assert_ne!(anew.id, user.id);
    assert_eq!(setting.store.user_was_deleted(anew.id).await, Ok(None));
}

async fn a_token_s_owner_is_found_in_order(setting: Setting) {
    let ann = setting.user("ann@example.org").await;
    let mut new = setting.new_user("bob@example.org");
    new.user.email_verified_at = Some(setting.now());
    let bob = new.user.clone();
    let made = setting.store.create_user(new, Alongside::nothing()).await;
    assert_eq!(made, Ok(true));
    let unknown = Lookup::Identity {
        provider: "github",
        subject: "1",
    };
    let by_email =
        |user: &countersign_domain::accounts::User| Lookup::VerifiedEmail(user.email.clone());
    for (lookups, found) in [
        (vec![Lookup::UserId(ann.id), by_email(&bob)], Some(&ann)),
        (vec![unknown.clone(), by_email(&bob)], Some(&bob)),
        (vec![unknown.clone(), by_email(&ann)], None),
        (vec![unknown], None),
        (vec![], None),
    ] {
        let owner = setting.store.token_owner(&lookups).await;
        assert_eq!(owner.as_ref().map(Option::as_ref), Ok(found), "{lookups:?}");
    }
}

async fn a_nul_character_is_refused(setting: Setting) {
    let mut new = setting.new_user("ann@example.org");
    new.user.name = Some("Ann\0".to_owned());
    let made = setting.store.create_user(new, Alongside::nothing()).await;
    assert_eq!(made, Err(StoreError::NulCharacter));
    let found = setting.store.user_by_identity("git\0hub", "1").await;
    assert_eq!(found, Err(StoreError::NulCharacter));
}

async fn an_impossible_row_is_named(setting: Setting) {
    let user = setting.user("ann@example.org").await;
    crate::setting::tamper(&setting, "UPDATE cs_users SET role = 'king'").await;
    let error = setting.store.user(user.id).await.err();
    let expected = StoreError::ImpossibleRow {
        table: "cs_users",
        column: "role",
        row: user.id.to_string(),
        problem: "\"king\" is not known".to_owned(),
    };
    assert_eq!(error, Some(expected));
    crate::setting::tamper(
        &setting,
        "UPDATE cs_users SET role = 'user', status = 'locked'",
    )
    .await;
    let error = setting.store.user(user.id).await.err();
    let text = error.map(|error| error.to_string()).unwrap_or_default();
    assert!(
        text.contains("column status") && text.contains("without a time"),
        "{text}"
    );
}
