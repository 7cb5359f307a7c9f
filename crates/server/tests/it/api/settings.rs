//! `/api/settings`.

use http::Method;
use serde_json::json;

use super::people::{ADA, member, text, with_bearer};
use crate::harness::TestApp;

const SETTINGS: &str = "/api/settings";

#[tokio::test]
async fn a_document_is_kept_for_each_user() {
    let mut app = TestApp::sqlite().await;
    let ada = member(&mut app, ADA).await;
    let grace = member(&mut app.client(), "grace@example.com").await;
    let token = text(&ada, "access_token");
    assert_eq!(
        with_bearer(&app, Method::GET, SETTINGS, token).await.json(),
        json!({})
    );
    let document = json!({"theme": "dark", "nested": {"list": [1, 2.5, null, "ä"]}});
    let mut client = app.client();
    let put = client
        .ask(Method::PUT, SETTINGS)
        .bearer(token)
        .json(&document)
        .send()
        .await;
    assert_eq!((put.status, put.json()), (200, document.clone()));
    assert_eq!(
        with_bearer(&app, Method::GET, SETTINGS, token).await.json(),
        document
    );
    let other = with_bearer(&app, Method::GET, SETTINGS, text(&grace, "access_token")).await;
    assert_eq!(other.json(), json!({}));
}

#[tokio::test]
async fn what_is_no_document_is_refused_clearly() {
    let mut app = TestApp::sqlite().await;
    let tokens = member(&mut app, ADA).await;
    let token = text(&tokens, "access_token");
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(200), "]".repeat(200));
    let large = json!({"a": "x".repeat(70_000)}).to_string();
    for (body, status) in [
        ("[]", 422),
        ("\"x\"", 422),
        ("{\"a\":1,\"a\":2}", 422),
        ("{\"a\":\"\\u0000\"}", 422),
        ("{\"a\":", 400),
        (deep.as_str(), 400),
        (large.as_str(), 413),
    ] {
        let mut client = app.client();
        let ask = client.ask(Method::PUT, SETTINGS).bearer(token);
        let answer = ask.body("application/json", body).send().await;
        assert_eq!(answer.status, status, "{body:.40}: {}", answer.text());
    }
    assert_eq!(
        with_bearer(&app, Method::GET, SETTINGS, token).await.json(),
        json!({})
    );
}
