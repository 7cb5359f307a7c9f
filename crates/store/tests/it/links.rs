//! Single-use links.

use countersign_domain::accounts::{Role, User};
use countersign_domain::audit::AuditKind;
use countersign_domain::links::{Link, LinkPurpose};
use countersign_domain::password::PasswordHash;
use countersign_domain::{LinkToken, TokenHash};
use countersign_store::{Alongside, StoreError};
use countersign_verify::Cause;
use futures_util::future::join_all;

use crate::on_both_databases;
use crate::setting::{Setting, meet};

on_both_databases! {
    a_link_verifies_the_address_once
    of_many_at_once_one_uses_the_link
    a_newer_link_voids_the_older
    links_run_out
    a_link_serves_its_purpose_only
    a_link_that_verifies_sets_a_password_for_a_new_account_only
    a_reset_ends_all_sessions_and_voids_other_resets
    the_setup_link_makes_the_first_admin_only
    a_setup_that_fails_leaves_the_link
}

async fn link(setting: &Setting, purpose: LinkPurpose, user: Option<&User>) -> TokenHash {
    let hash = setting.draw(LinkToken::generate).hash();
    let owner = user.map(|user| (user.id, user.email.clone()));
    let link = Link::new(hash, purpose, owner, setting.now());
    let made = setting
        .store
        .create_link(link.clone(), Alongside::nothing())
        .await;
    assert_eq!(made, Ok(()));
    assert_eq!(setting.store.link(hash).await, Ok(Some(link)));
    hash
}

async fn verify(setting: &Setting, hash: TokenHash) -> Result<(), Cause> {
    let event = setting.event(AuditKind::UserEmailVerified);
    let used = setting.store.verify_email(hash, setting.now(), event).await;
    used.expect("the store answers").map(drop)
}

async fn a_link_verifies_the_address_once(setting: Setting) {
    let user = setting.user("ann@example.org").await;
    let hash = link(&setting, LinkPurpose::VerifyEmail, Some(&user)).await;
    assert_eq!(verify(&setting, hash).await, Ok(()));
    let found = setting
        .store
        .user(user.id)
        .await
        .expect("a read")
        .expect("there");
    assert_eq!(found.email_verified_at, Some(setting.now()));
    assert_eq!(verify(&setting, hash).await, Err(Cause::LinkInvalid));
    assert_eq!(setting.count_events(AuditKind::UserEmailVerified).await, 1);
    let unknown = setting.draw(LinkToken::generate).hash();
    assert_eq!(verify(&setting, unknown).await, Err(Cause::LinkInvalid));
}

async fn of_many_at_once_one_uses_the_link(setting: Setting) {
    let user = setting.user("ann@example.org").await;
    let hash = link(&setting, LinkPurpose::VerifyEmail, Some(&user)).await;
    let calls = (0..16).map(|_| {
        let store = setting.store.clone();
        let (now, event) = (setting.now(), setting.event(AuditKind::UserEmailVerified));
        async move { store.verify_email(hash, now, event).await }
    });
    let outcomes = meet(&setting, "SELECT 1 FROM cs_links FOR UPDATE", calls).await;
    let mut won = 0;
    for outcome in outcomes {
        match outcome.expect("the store answers") {
            Ok(_) => won += 1,
            Err(cause) => assert_eq!(cause, Cause::LinkInvalid),
        }
    }
    assert_eq!(won, 1);
    assert_eq!(setting.count_events(AuditKind::UserEmailVerified).await, 1);
}

async fn a_newer_link_voids_the_older(setting: Setting) {
    let ann = setting.user("ann@example.org").await;
    let bob = setting.user("bob@example.org").await;
    let old = link(&setting, LinkPurpose::VerifyEmail, Some(&ann)).await;
    let reset = link(&setting, LinkPurpose::ResetPassword, Some(&ann)).await;
    let others = link(&setting, LinkPurpose::VerifyEmail, Some(&bob)).await;
    let new = link(&setting, LinkPurpose::VerifyEmail, Some(&ann)).await;
    assert_eq!(verify(&setting, old).await, Err(Cause::LinkInvalid));
    assert_eq!(verify(&setting, new).await, Ok(()));
    assert_eq!(verify(&setting, others).await, Ok(()));
    let reset = setting
        .store
        .link(reset)
        .await
        .expect("a read")
        .expect("there");
    assert_eq!(reset.consumed_at, None);
}

async fn links_run_out(setting: Setting) {
    let user = setting.user("ann@example.org").await;
    let hash = link(&setting, LinkPurpose::VerifyEmail, Some(&user)).await;
    setting.advance(24 * 3600);
    assert_eq!(verify(&setting, hash).await, Err(Cause::LinkExpired));
    setting.advance(24 * 3600 + 1);
    let keep = countersign_store::Retention::default();
    assert_eq!(setting.store.prune(setting.now(), keep).await, Ok(1));
    assert_eq!(setting.store.link(hash).await, Ok(None));
}

async fn reset(setting: &Setting, hash: TokenHash) -> Result<usize, Cause> {
    set_password(setting, hash, LinkPurpose::ResetPassword).await
}

async fn set_password(
    setting: &Setting,
    hash: TokenHash,
    purpose: LinkPurpose,
) -> Result<usize, Cause> {
    let event = setting.event(AuditKind::UserPasswordReset);
    let password = PasswordHash::from_stored("$argon2id$reset".to_owned());
    let used = setting
        .store
        .reset_password(hash, purpose, password, setting.now(), event)
        .await;
    used.expect("the store answers")
        .map(|(_, ended)| ended.len())
}

async fn a_link_serves_its_purpose_only(setting: Setting) {
    let user = setting.user("ann@example.org").await;
    let hash = link(&setting, LinkPurpose::VerifyEmail, Some(&user)).await;
    assert_eq!(reset(&setting, hash).await, Err(Cause::LinkInvalid));
    assert_eq!(verify(&setting, hash).await, Ok(()));
}

async fn a_link_that_verifies_sets_a_password_for_a_new_account_only(setting: Setting) {
    let purpose = LinkPurpose::VerifyEmail;
    let user = setting.user("ann@example.org").await;
    setting.open(user.id).await;
    let hash = link(&setting, purpose, Some(&user)).await;
    assert_eq!(set_password(&setting, hash, purpose).await, Ok(1));
    let user = setting.store.user(user.id).await.expect("a read");
    let user = user.expect("there");
    assert!(user.email_verified_at.is_some());
    let again = link(&setting, purpose, Some(&user)).await;
    let refused = set_password(&setting, again, purpose).await;
    assert_eq!(refused, Err(Cause::LinkInvalid), "it is verified already");
}

async fn a_reset_ends_all_sessions_and_voids_other_resets(setting: Setting) {
    let user = setting.user("ann@example.org").await;
    setting.open(user.id).await;
    setting.open(user.id).await;
    let hash = link(&setting, LinkPurpose::ResetPassword, Some(&user)).await;
    assert_eq!(reset(&setting, hash).await, Ok(2));
    assert_eq!(reset(&setting, hash).await, Err(Cause::LinkInvalid));
    let sign_in = setting
        .store
        .sign_in(&user.email)
        .await
        .expect("a read")
        .expect("there");
    assert_eq!(
        sign_in.password,
        Some(PasswordHash::from_stored("$argon2id$reset".to_owned()))
    );
    // The mail reached its owner.
    assert!(sign_in.user.email_verified_at.is_some());
    assert_eq!(setting.count_events(AuditKind::UserPasswordReset).await, 1);
}

async fn first_admin(
    setting: &Setting,
    hash: TokenHash,
    email: &str,
) -> Result<Result<(), Cause>, StoreError> {
    let mut new = setting.new_user(email);
    new.user.role = Role::Admin;
    let event = setting.event(AuditKind::AdminUserCreated);
    let made = setting
        .store
        .create_first_admin(hash, new, setting.now(), event)
        .await;
    made.map(|made| made.map(drop))
}

async fn the_setup_link_makes_the_first_admin_only(setting: Setting) {
    let hash = link(&setting, LinkPurpose::AdminSetup, None).await;
    let calls = (0..8).map(|number| {
        let setting = &setting;
        async move { first_admin(setting, hash, &format!("admin{number}@example.org")).await }
    });
    let made = join_all(calls).await;
    assert_eq!(
        made.iter().filter(|made| **made == Ok(Ok(()))).count(),
        1,
        "{made:?}"
    );
    assert_eq!(setting.store.admin_exists().await, Ok(true));
    let late = link(&setting, LinkPurpose::AdminSetup, None).await;
    let made = first_admin(&setting, late, "late@example.org").await;
    assert_eq!(made, Ok(Err(Cause::LinkInvalid)));
    assert_eq!(setting.count_events(AuditKind::AdminUserCreated).await, 1);
}

async fn a_setup_that_fails_leaves_the_link(setting: Setting) {
    setting.user("ann@example.org").await;
    let hash = link(&setting, LinkPurpose::AdminSetup, None).await;
    let made = first_admin(&setting, hash, "ann@example.org").await;
    assert_eq!(made, Ok(Err(Cause::Conflict)));
    let made = first_admin(&setting, hash, "admin@example.org").await;
    assert_eq!(made, Ok(Ok(())));
}
