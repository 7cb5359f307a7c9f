//! `/account` and what is below it

use super::assert_sound;
use super::person::{PASSWORD, Person, hidden};
use crate::harness::TestApp;

const NEW: &str = "seven loud geese complain";

#[tokio::test]
async fn every_page_of_the_account_asks_for_a_sign_in_and_has_a_sign_out() {
    let app = TestApp::sqlite().await;
    let mut stranger = Person::new(&app);
    let mut ada = Person::signed_in(&app, "ada@example.org").await;
    for path in ["/account", "/account/security", "/account/sessions"] {
        let away = stranger.open(path).await;
        assert_eq!(away.status, 303, "{path}");
        assert!(
            away.header("location").starts_with("/login?next="),
            "{path}"
        );
        let page = ada.open(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert_sound(&page);
        assert!(page.text().contains("action=\"/logout\""), "{path}");
        assert!(page.text().contains("aria-current=\"page\""), "{path}");
        assert_eq!(page.header("cache-control"), "no-store", "{path}");
    }
}

#[tokio::test]
async fn the_name_can_be_changed_and_the_session_goes_on() {
    let app = TestApp::sqlite().await;
    let mut ada = Person::signed_in(&app, "ada@example.org").await;
    let done = ada
        .fill_in("/account", "/account", &[("name", " Ada Lovelace ")])
        .await;
    assert_eq!(
        done.header("location"),
        "/account?told=name-saved",
        "{}",
        done.text()
    );
    let page = ada.open("/account?told=name-saved").await;
    assert!(page.text().contains("value=\"Ada Lovelace\""));
    assert!(page.text().contains("Your name was saved"));
    let long = "x".repeat(101);
    let wrong = ada
        .fill_in("/account", "/account", &[("name", &long)])
        .await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("name-error"));
}

#[tokio::test]
async fn a_word_that_no_page_says_says_nothing() {
    let app = TestApp::sqlite().await;
    let mut ada = Person::signed_in(&app, "ada@example.org").await;
    let page = ada.open("/account?told=%3Cscript%3E").await;
    assert_eq!(page.status, 200);
    assert!(!page.text().contains("role=\"status\""));
}

#[tokio::test]
async fn changing_the_password_needs_the_current_one_and_ends_the_other_sessions() {
    let app = TestApp::sqlite().await;
    let mut ada = Person::signed_in(&app, "ada@example.org").await;
    let mut phone = Person::new(&app);
    phone.sign_in("ada@example.org", PASSWORD).await;
    let path = "/account/security";
    let fields = [("current_password", "wrong horse"), ("new_password", NEW)];
    let wrong = ada.fill_in(path, path, &fields).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("current_password-error"));
    assert_eq!(phone.open("/account").await.status, 200);
    let fields = [
        ("current_password", PASSWORD),
        ("new_password", NEW),
        ("end_others", "yes"),
    ];
    let done = ada.fill_in(path, path, &fields).await;
    assert_eq!(
        done.header("location"),
        "/account/security?told=password-changed",
        "{}",
        done.text()
    );
    assert_eq!(ada.open("/account").await.status, 200);
    assert_eq!(phone.open("/account").await.status, 303);
    assert_eq!(phone.sign_in("ada@example.org", PASSWORD).await.status, 401);
    assert_eq!(phone.sign_in("ada@example.org", NEW).await.status, 303);
}

#[tokio::test]
async fn other_sessions_stay_if_that_is_wanted() {
    let app = TestApp::sqlite().await;
    let mut ada = Person::signed_in(&app, "ada@example.org").await;
    let mut phone = Person::new(&app);
    phone.sign_in("ada@example.org", PASSWORD).await;
    let path = "/account/security";
    let fields = [("current_password", PASSWORD), ("new_password", NEW)];
    assert_eq!(ada.fill_in(path, path, &fields).await.status, 303);
    assert_eq!(phone.open("/account").await.status, 200);
}

#[tokio::test]
async fn one_session_can_be_ended_from_another_and_is_told_why() {
    let app = TestApp::sqlite().await;
    let mut ada = Person::signed_in(&app, "ada@example.org").await;
    let mut phone = Person::new(&app);
    phone.sign_in("ada@example.org", PASSWORD).await;
    let page = ada.open("/account/sessions").await;
    assert_eq!(page.text().matches("/end\"").count(), 2);
    assert_eq!(page.text().matches("this device").count(), 1);
    let mine = page
        .text()
        .split("<li>")
        .find(|row| !row.contains("this device") && row.contains("/end\""));
    let action = mine.and_then(|row| row.split("action=\"").nth(1)?.split('"').next());
    let action = action.expect("the other session").to_owned();
    let done = ada.fill_in("/account/sessions", &action, &[]).await;
    assert_eq!(
        done.header("location"),
        "/account/sessions?told=session-ended"
    );
    assert_eq!(phone.open("/account").await.status, 303);
    let told = phone.open("/login").await;
    assert_sound(&told);
    assert!(
        told.text()
            .contains("You were signed out because the session was ended from another device")
    );
    assert!(told.text().contains("session-revoked"));
    assert_eq!(ada.open("/account").await.status, 200);
}

#[tokio::test]
async fn nobody_ends_a_session_of_somebody_else() {
    let app = TestApp::sqlite().await;
    let mut ada = Person::signed_in(&app, "ada@example.org").await;
    let mut eve = Person::signed_in(&app, "eve@example.org").await;
    let page = ada.open("/account/sessions").await;
    let action = page
        .text()
        .split("action=\"/account/sessions/")
        .nth(1)
        .expect("form");
    let action = format!(
        "/account/sessions/{}",
        action.split('"').next().expect("end")
    );
    let token = hidden(eve.open("/account").await.text(), "/logout");
    let answer = eve.send(&action, &token).await;
    assert_eq!(answer.status, 404);
    assert_eq!(ada.open("/account").await.status, 200);
}

#[tokio::test]
async fn signing_out_others_and_everywhere() {
    let app = TestApp::sqlite().await;
    let mut ada = Person::signed_in(&app, "ada@example.org").await;
    let mut phone = Person::new(&app);
    phone.sign_in("ada@example.org", PASSWORD).await;
    let path = "/account/sessions";
    let done = ada.fill_in(path, "/account/sessions/end-others", &[]).await;
    assert_eq!(
        done.header("location"),
        "/account/sessions?told=others-ended"
    );
    assert_eq!(phone.open("/account").await.status, 303);
    assert_eq!(ada.open("/account").await.status, 200);
    phone.sign_in("ada@example.org", PASSWORD).await;
    let done = ada.fill_in(path, "/account/sessions/end-all", &[]).await;
    assert_eq!(done.header("location"), "/login?told=signed-out-everywhere");
    assert_eq!(phone.open("/account").await.status, 303);
    assert_eq!(ada.open("/account").await.status, 303);
}

#[tokio::test]
async fn ending_sessions_asks_for_the_password_ten_minutes_after_the_sign_in() {
    let app = TestApp::sqlite().await;
    let mut there = Person::signed_in(&app, "ada@example.org").await;
    let mut ada = Person::new(&app);
    ada.sign_in("ada@example.org", PASSWORD).await;
    let page = ada.open("/account/sessions").await;
    let others = hidden(page.text(), "/account/sessions/end-others");
    app.app.clock().advance(11 * 60);
    let page = ada.open("/account/sessions").await;
    assert_sound(&page);
    assert!(!page.text().contains("end-others"), "{}", page.text());
    assert!(page.text().contains("show first that it is you"));
    let stale = ada.send("/account/sessions/end-others", &others).await;
    assert_eq!(stale.status, 401);
    assert_sound(&stale);
    assert!(
        stale.text().contains("step-up-required"),
        "{}",
        stale.text()
    );
    assert_eq!(there.open("/account").await.status, 200, "nothing ended");

    let path = "/account/sessions";
    let wrong = ada.fill_in(path, path, &[("password", "guess")]).await;
    assert_eq!(wrong.status, 422);
    assert_sound(&wrong);
    let confirmed = ada.fill_in(path, path, &[("password", PASSWORD)]).await;
    assert_eq!(
        confirmed.header("location"),
        "/account/sessions?told=confirmed"
    );
    let done = ada.fill_in(path, "/account/sessions/end-others", &[]).await;
    assert_eq!(
        done.header("location"),
        "/account/sessions?told=others-ended"
    );
    assert_eq!(there.open("/account").await.status, 303);
    assert_eq!(ada.open("/account").await.status, 200);
}
