//! `/.well-known`.

use serde_json::json;

use crate::harness::TestApp;

#[tokio::test]
async fn a_shared_secret_is_not_published() {
    let mut app = TestApp::sqlite().await;
    let answer = app.get("/.well-known/jwks.json").await;
    assert_eq!((answer.status, answer.json()), (200, json!({"keys": []})));
}

#[tokio::test]
async fn the_metadata_points_to_what_is_there() {
    let mut app = TestApp::sqlite().await;
    let metadata = app.get("/.well-known/openid-configuration").await.json();
    assert_eq!(metadata["issuer"], "http://localhost:8787");
    assert_eq!(
        metadata["jwks_uri"],
        "http://localhost:8787/.well-known/jwks.json"
    );
    for name in ["jwks_uri", "userinfo_endpoint"] {
        let url = metadata[name].as_str().expect("a URL");
        let path = url.strip_prefix("http://localhost:8787").expect("our URL");
        assert_ne!(app.get(path).await.status, 404, "{name}");
    }
}
