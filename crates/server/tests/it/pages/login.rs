//! `/login` and signing out

use super::assert_sound;
use super::person::{PASSWORD, Person, hidden};
use crate::harness::TestApp;

#[tokio::test]
async fn signing_in_leads_to_the_page_that_was_asked_for() {
    let app = TestApp::sqlite().await;
    Person::signed_in(&app, "ada@example.org").await;
    let mut ada = Person::new(&app);
    let away = ada.open("/account/sessions").await;
    assert_eq!(away.status, 303);
    assert_eq!(away.header("location"), "/login?next=%2Faccount%2Fsessions");
    let fields = [("email", "ADA@example.org "), ("password", PASSWORD)];
    let location = away.header("location").to_owned();
    let answer = ada.fill_in(&location, "/login", &fields).await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, "/account/sessions")
    );
    assert_eq!(ada.open("/").await.header("location"), "/account");
    assert_eq!(ada.open("/login").await.header("location"), "/account");
}

#[tokio::test]
async fn no_address_leads_to_another_server() {
    let app = TestApp::sqlite().await;
    Person::signed_in(&app, "ada@example.org").await;
    for next in [
        "https%3A%2F%2Fevil.example%2F",
        "%2F%2Fevil.example",
        "%2F%5Cevil.example",
        "%2F%09%2Fevil.example",
        "javascript%3Aalert(1)",
        "%5C%5Cevil.example",
    ] {
        let mut ada = Person::new(&app);
        let path = format!("/login?next={next}");
        let fields = [("email", "ada@example.org"), ("password", PASSWORD)];
        let answer = ada.fill_in(&path, "/login", &fields).await;
        assert_eq!(answer.header("location"), "/account", "{next}");
        // Nor when the field itself is forged, or somebody is signed in already.
        assert_eq!(
            ada.open(&path).await.header("location"),
            "/account",
            "{next}"
        );
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_are_refused_alike() {
    let app = TestApp::with(|parts| parts.explain = false).await;
    Person::signed_in(&app, "ada@example.org").await;
    let mut stranger = Person::new(&app);
    let known = stranger.sign_in("ada@example.org", "wrong horse").await;
    let unknown = stranger.sign_in("bob@example.org", "wrong horse").await;
    assert_eq!((known.status, unknown.status), (401, 401));
    assert_sound(&known);
    assert!(known.text().contains("credentials-invalid"));
    assert!(known.text().contains(known.header("x-trace-id")));
    let plain = |answer: &crate::harness::Answer, email: &str| {
        let text = answer.text().replace(answer.header("x-trace-id"), "TRACE");
        text.replace(email, "EMAIL")
    };
    assert_eq!(
        plain(&known, "ada@example.org"),
        plain(&unknown, "bob@example.org")
    );
}

#[tokio::test]
async fn development_says_what_was_wrong() {
    let app = TestApp::sqlite().await;
    let mut bob = Person::new(&app);
    let answer = bob.sign_in("bob@example.org", "wrong horse").await;
    assert!(answer.text().contains("no account has this address"));
}

#[tokio::test]
async fn an_empty_form_complains_of_both_fields() {
    let app = TestApp::sqlite().await;
    let mut ada = Person::new(&app);
    let answer = ada.fill_in("/login", "/login", &[]).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text().contains("2 fields need another look"));
}

#[tokio::test]
async fn signing_out_ends_the_session_and_takes_the_cookies_away() {
    let app = TestApp::sqlite().await;
    let mut ada = Person::signed_in(&app, "ada@example.org").await;
    let kept = ada.client.cookies.clone();
    let answer = ada.fill_in("/account", "/logout", &[]).await;
    assert_eq!(answer.header("location"), "/login?told=signed-out");
    assert_eq!(ada.open("/account").await.status, 303);
    // Whoever kept the cookie has nothing.
    ada.client.cookies = kept;
    assert_eq!(ada.open("/account").await.status, 303);
}

#[tokio::test]
async fn the_session_cookie_is_new_with_every_sign_in() {
    let app = TestApp::sqlite().await;
    let mut ada = Person::signed_in(&app, "ada@example.org").await;
    let first = ada.client.cookies["countersign_session"].clone();
    ada.fill_in("/account", "/logout", &[]).await;
    ada.sign_in("ada@example.org", PASSWORD).await;
    assert_ne!(ada.client.cookies["countersign_session"], first);
}

#[tokio::test]
async fn the_form_carries_where_to_go_and_nothing_else() {
    let app = TestApp::sqlite().await;
    let mut ada = Person::new(&app);
    let names = |html: &str| -> Vec<String> {
        hidden(html, "/login")
            .into_iter()
            .map(|(name, _)| name)
            .collect()
    };
    assert_eq!(names(ada.open("/login").await.text()), ["csrf_token"]);
    let page = ada.open("/login?next=/account/security").await;
    assert_eq!(names(page.text()), ["csrf_token", "next"]);
}

#[tokio::test]
async fn an_address_with_a_parameter_twice_is_refused_like_all_else() {
    let app = TestApp::sqlite().await;
    let mut ada = Person::new(&app);
    let answer = ada.open("/login?next=%2Faccount&next=%2Fadmin").await;
    assert_eq!(answer.status, 400);
    assert_sound(&answer);
    assert!(
        answer.text().contains("duplicate field"),
        "{}",
        answer.text()
    );
    let link = ada.open("/login?next=%2Faccount&utm_source=mail").await;
    assert_eq!(link.status, 200, "links gain parameters on their way");
}
