//! The outbox.

use std::time::Duration;

use countersign_domain::{Email, MailId};
use countersign_store::{Alongside, OutgoingMail};

use crate::on_both_databases;
use crate::setting::{Setting, meet};

on_both_databases! {
    a_mail_is_claimed_and_sent_once
    a_mail_that_nobody_answers_for_is_due_again
    a_mail_that_failed_is_tried_later_or_given_up
    of_many_at_once_one_claims_a_mail
    a_mail_goes_along_with_an_account
    the_text_is_kept_for_development_only
    mails_that_are_done_are_pruned
}

const LEASE: Duration = Duration::from_mins(1);

fn mail(setting: &Setting, subject: &str) -> OutgoingMail {
    OutgoingMail {
        id: setting.draw(|rng| MailId::new(setting.now(), rng)),
        kind: "verify_email".to_owned(),
        recipient: Email::parse("ann@example.org").expect("an address"),
        subject: subject.to_owned(),
        text: "https://example.org/verify?token=secret".to_owned(),
        html: None,
    }
}

async fn enqueue(setting: &Setting, subject: &str) -> MailId {
    let mail = mail(setting, subject);
    let id = mail.id;
    let queued = setting.store.enqueue_mail(mail, setting.now()).await;
    assert_eq!(queued, Ok(()));
    id
}

async fn claim(setting: &Setting) -> Vec<MailId> {
    let due = setting
        .store
        .claim_due_mails(setting.now(), LEASE, 10)
        .await;
    due.expect("a write")
        .iter()
        .map(|due| due.mail.id)
        .collect()
}

async fn a_mail_is_claimed_and_sent_once(setting: Setting) {
    let first = enqueue(&setting, "one").await;
    setting.advance(1);
    let second = enqueue(&setting, "two").await;
    assert_eq!(setting.store.mails_waiting().await, Ok(2));
    assert_eq!(claim(&setting).await, [first, second]);
    assert_eq!(claim(&setting).await, []);
    let sent = setting.store.mail_sent(first, setting.now(), false).await;
    assert_eq!(sent, Ok(()));
    setting.advance(61);
    assert_eq!(claim(&setting).await, [second]);
    let stored = setting
        .store
        .mail(first)
        .await
        .expect("a read")
        .expect("there");
    assert!(stored.sent_at.is_some() && stored.mail.text.is_empty());
    assert_eq!(setting.store.mails_waiting().await, Ok(1));
}

async fn a_mail_that_nobody_answers_for_is_due_again(setting: Setting) {
    let id = enqueue(&setting, "one").await;
    for attempt in 1..=3 {
        assert_eq!(claim(&setting).await, [id]);
        let stored = setting
            .store
            .mail(id)
            .await
            .expect("a read")
            .expect("there");
        assert_eq!(stored.attempts, attempt);
        setting.advance(60);
    }
}

async fn a_mail_that_failed_is_tried_later_or_given_up(setting: Setting) {
    let id = enqueue(&setting, "one").await;
    claim(&setting).await;
    let later = setting.now() + Duration::from_mins(5);
    let failed = setting.store.mail_failed(id, "421 busy", Some(later)).await;
    assert_eq!(failed, Ok(()));
    setting.advance(299);
    assert_eq!(claim(&setting).await, []);
    setting.advance(1);
    assert_eq!(claim(&setting).await, [id]);
    let failed = setting
        .store
        .mail_failed(id, "550 no such user", None)
        .await;
    assert_eq!(failed, Ok(()));
    setting.advance(86_400);
    assert_eq!(claim(&setting).await, []);
    let stored = setting
        .store
        .mail(id)
        .await
        .expect("a read")
        .expect("there");
    assert_eq!(stored.last_error.as_deref(), Some("550 no such user"));
    assert!(stored.mail.text.is_empty());
}

async fn of_many_at_once_one_claims_a_mail(setting: Setting) {
    for number in 0..5 {
        enqueue(&setting, &format!("{number}")).await;
    }
    let calls = (0..8).map(|_| {
        let (store, now) = (setting.store.clone(), setting.now());
        async move { store.claim_due_mails(now, LEASE, 10).await }
    });
    let mut claimed = Vec::new();
    for due in meet(&setting, "SELECT 1 FROM cs_outbox FOR UPDATE", calls).await {
        claimed.extend(due.expect("a write").iter().map(|due| due.mail.id));
    }
    assert_eq!(claimed.len(), 5);
    claimed.sort_unstable();
    claimed.dedup();
    assert_eq!(claimed.len(), 5);
}

async fn a_mail_goes_along_with_an_account(setting: Setting) {
    for expected in [true, false] {
        let new = setting.new_user("ann@example.org");
        let alongside = Alongside::nothing().with_mail(mail(&setting, "welcome"));
        let made = setting.store.create_user(new, alongside).await;
        assert_eq!(made, Ok(expected));
        assert_eq!(setting.store.mails_waiting().await, Ok(1));
    }
}

async fn the_text_is_kept_for_development_only(setting: Setting) {
    let kept = enqueue(&setting, "kept").await;
    setting.advance(1);
    let removed = enqueue(&setting, "removed").await;
    for (id, keep) in [(kept, true), (removed, false)] {
        let sent = setting.store.mail_sent(id, setting.now(), keep).await;
        assert_eq!(sent, Ok(()));
    }
    let recent = setting.store.recent_mails(10).await.expect("a read");
    let texts: Vec<_> = recent
        .iter()
        .map(|stored| (stored.mail.subject.as_str(), stored.mail.text.is_empty()))
        .collect();
    assert_eq!(texts, [("removed", true), ("kept", false)]);
    // Neither text nor recipient is in the debug form, which may come into a log.
    let shown = format!("{recent:?}");
    assert!(
        !shown.contains("token=secret") && !shown.contains("ann@"),
        "{shown}"
    );
}

async fn mails_that_are_done_are_pruned(setting: Setting) {
    let done = enqueue(&setting, "done").await;
    let waiting = enqueue(&setting, "waiting").await;
    let sent = setting.store.mail_sent(done, setting.now(), true).await;
    assert_eq!(sent, Ok(()));
    setting.advance(8 * 86_400);
    let keep = countersign_store::Retention::default();
    assert_eq!(setting.store.prune(setting.now(), keep).await, Ok(1));
    assert!(
        setting
            .store
            .mail(waiting)
            .await
            .is_ok_and(|found| found.is_some())
    );
}
