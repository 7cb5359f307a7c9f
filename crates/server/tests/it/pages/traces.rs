//! The trace id that a page shows can be looked up.

use super::person::{PASSWORD, Person};
use crate::harness::{Answer, TestApp};
use countersign_verify::Cause;

async fn recorded_cause(app: &TestApp, answer: &Answer) -> Option<Cause> {
    let id = answer.header("x-trace-id");
    assert!(answer.text().contains(id), "the page shows its trace id");
    app.flush().await;
    let stored = app.app.store().trace(id).await.expect("a store");
    stored.expect("a stored trace").cause
}

#[tokio::test]
async fn of_a_refused_sign_in() {
    let app = TestApp::sqlite().await;
    let mut ada = Person::new(&app);
    let refused = ada.sign_in("ada@example.org", PASSWORD).await;
    assert_eq!(
        recorded_cause(&app, &refused).await,
        Some(Cause::CredentialsInvalid)
    );
}

#[tokio::test]
async fn of_a_session_that_ended() {
    let app = TestApp::sqlite().await;
    let mut ada = Person::signed_in(&app, "ada@example.org").await;
    let kept = ada.client.cookies.clone();
    ada.fill_in("/account/sessions", "/account/sessions/end-all", &[])
        .await;
    ada.client.cookies = kept;
    let told = ada.open("/login").await;
    assert_eq!(
        recorded_cause(&app, &told).await,
        Some(Cause::SessionRevoked)
    );
}

#[tokio::test]
async fn of_a_form_without_its_token() {
    let app = TestApp::sqlite().await;
    let mut ada = Person::signed_in(&app, "ada@example.org").await;
    let refused = ada.send("/account", &[("name".into(), "Eve".into())]).await;
    assert_eq!(
        recorded_cause(&app, &refused).await,
        Some(Cause::CsrfTokenMissing)
    );
}
