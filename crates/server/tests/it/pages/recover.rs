//! `/forgot` and `/reset`

use super::assert_sound;
use super::person::{PASSWORD, Person, newest_link, subjects};
use crate::harness::TestApp;

const NEW: &str = "seven loud geese complain";

#[tokio::test]
async fn a_forgotten_password_is_replaced_and_every_device_signed_out() {
    let app = TestApp::sqlite().await;
    let mut elsewhere = Person::signed_in(&app, "ada@example.org").await;
    let mut ada = Person::new(&app);
    let sent = ada
        .fill_in("/forgot", "/forgot", &[("email", "ada@example.org")])
        .await;
    assert_eq!(
        (sent.status, sent.header("location")),
        (303, "/forgot/sent")
    );
    assert_sound(&ada.open("/forgot/sent").await);
    let link = newest_link(&app.app, "ada@example.org", "/reset").await;
    let page = ada.open(&link).await;
    assert_sound(&page);
    let done = ada.fill_in(&link, "/reset", &[("new_password", NEW)]).await;
    assert_eq!(
        done.header("location"),
        "/login?told=password-reset",
        "{}",
        done.text()
    );
    assert_eq!(ada.sign_in("ada@example.org", PASSWORD).await.status, 401);
    assert_eq!(ada.sign_in("ada@example.org", NEW).await.status, 303);
    assert_eq!(elsewhere.open("/account").await.status, 303);
    let page = elsewhere.open("/login").await;
    assert!(
        page.text().contains("You were signed out because"),
        "{}",
        page.text()
    );
    let again = Person::new(&app)
        .fill_in(&link, "/reset", &[("new_password", PASSWORD)])
        .await;
    assert_eq!(again.status, 400);
    assert!(again.text().contains("link-invalid"));
    let letters = subjects(&app.app, "ada@example.org").await;
    let told = letters
        .iter()
        .any(|subject| subject.starts_with("Your password was changed"));
    assert!(told, "{letters:?}");
}

#[tokio::test]
async fn a_bad_new_password_does_not_use_up_the_link() {
    let app = TestApp::sqlite().await;
    Person::signed_in(&app, "ada@example.org").await;
    let mut ada = Person::new(&app);
    ada.fill_in("/forgot", "/forgot", &[("email", "ada@example.org")])
        .await;
    let link = newest_link(&app.app, "ada@example.org", "/reset").await;
    for bad in ["short", "ada@example.org", "11111111111"] {
        let answer = ada.fill_in(&link, "/reset", &[("new_password", bad)]).await;
        assert_eq!(answer.status, 422, "{bad}");
        assert!(answer.text().contains("new_password-error"), "{bad}");
    }
    let done = ada.fill_in(&link, "/reset", &[("new_password", NEW)]).await;
    assert_eq!(done.status, 303);
}

#[tokio::test]
async fn a_known_and_an_unknown_address_are_answered_alike() {
    let app = TestApp::sqlite().await;
    Person::signed_in(&app, "ada@example.org").await;
    let mut stranger = Person::new(&app);
    let known = stranger
        .fill_in("/forgot", "/forgot", &[("email", "ada@example.org")])
        .await;
    let unknown = stranger
        .fill_in("/forgot", "/forgot", &[("email", "bob@example.org")])
        .await;
    assert_eq!(
        (known.status, known.text()),
        (unknown.status, unknown.text())
    );
    assert_eq!(subjects(&app.app, "bob@example.org").await.len(), 0);
}

#[tokio::test]
async fn a_link_runs_out_after_ten_minutes() {
    let app = TestApp::sqlite().await;
    Person::signed_in(&app, "ada@example.org").await;
    let mut ada = Person::new(&app);
    ada.fill_in("/forgot", "/forgot", &[("email", "ada@example.org")])
        .await;
    let link = newest_link(&app.app, "ada@example.org", "/reset").await;
    app.app.clock().advance(601);
    let late = ada.fill_in(&link, "/reset", &[("new_password", NEW)]).await;
    assert_eq!(late.status, 400);
    assert!(late.text().contains("link-expired"));
}

#[tokio::test]
async fn a_link_of_another_kind_or_none_is_refused() {
    let app = TestApp::sqlite().await;
    let mut ada = Person::new(&app);
    ada.register("ada@example.org").await;
    let link = newest_link(&app.app, "ada@example.org", "/verify").await;
    let token = link.split_once('=').expect("token").1;
    for token in [token, "csl_", "x", "%3Cscript%3E"] {
        let path = format!("/reset?token={token}");
        let answer = ada.fill_in(&path, "/reset", &[("new_password", NEW)]).await;
        assert_eq!(answer.status, 400, "{token}");
        assert!(answer.text().contains("link-invalid"), "{token}");
        assert_sound(&answer);
    }
    assert_eq!(ada.open("/reset").await.header("location"), "/forgot");
}
