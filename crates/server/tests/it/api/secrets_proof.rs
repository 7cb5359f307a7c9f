//! `POST /api/v1/secrets/proof`: secrets compared without being shown.

use countersign_verify::Secret;
use http::Method;
use serde_json::json;

use super::people::{ADA, audited, member, text, with_bearer};
use crate::harness::{Answer, TestApp};

const PROOF: &str = "/api/v1/secrets/proof";
const NONCE: &str = "000102030405060708090a0b0c0d0e0f";

async fn asked(app: &TestApp, secret: &str, nonce: &str) -> Answer {
    let mut client = app.client();
    let ask = client
        .ask(Method::POST, PROOF)
        .json(&json!({"nonce": nonce}));
    ask.header("x-auth-secret", secret).send().await
}

#[tokio::test]
async fn the_holder_of_the_sync_secret_can_compare() {
    let app = TestApp::with_sync_secret().await;
    let answer = asked(&app, TestApp::SYNC_SECRET, NONCE).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("cache-control"), "no-store");
    let body = answer.json();
    assert_eq!(
        body["sync_secret"],
        Secret::from(TestApp::SYNC_SECRET).proof(NONCE.as_bytes())
    );
    assert_eq!(
        body["signing_secret"],
        Secret::from(TestApp::SIGNING_SECRET).proof(NONCE.as_bytes())
    );
    assert!(!answer.text().contains(TestApp::SYNC_SECRET));
    assert!(audited(&app).await.contains(&"secret.proved".to_owned()));
}

#[tokio::test]
async fn others_learn_nothing() {
    let mut app = TestApp::with_sync_secret().await;
    let wrong = asked(&app, "another-secret", NONCE).await;
    assert_eq!(
        (wrong.status, &wrong.json()["slug"]),
        (401, &json!("sync-secret-mismatch"))
    );
    let bad = asked(&app, TestApp::SYNC_SECRET, "head.payload").await;
    assert_eq!(bad.status, 422);
    let signed_in = member(&mut app, ADA).await;
    let token = text(&signed_in, "access_token");
    let user = with_bearer(&app, Method::POST, PROOF, token).await;
    assert_eq!(user.status, 403, "{}", user.text());
}

#[tokio::test]
async fn proofs_are_limited() {
    let app = TestApp::with_sync_secret().await;
    for _ in 0..30 {
        assert_eq!(asked(&app, TestApp::SYNC_SECRET, NONCE).await.status, 200);
    }
    let refused = asked(&app, TestApp::SYNC_SECRET, NONCE).await;
    assert_eq!(refused.status, 429);
    assert!(!refused.header("retry-after").is_empty());
}
