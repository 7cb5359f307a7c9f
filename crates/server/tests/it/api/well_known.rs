//! `/.well-known`.

use countersign_verify::{Alg, JwkSet, jws};
use http::Method;
use serde_json::{Value, json};

use super::people::{ADA, ME, member, text, with_bearer};
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

async fn asymmetric(signing: &str, alg: Alg) {
    let mut app = TestApp::with_environment(&[("SIGNING", signing)]).await;
    let tokens = member(&mut app, ADA).await;
    let token = text(&tokens, "access_token");
    assert_eq!(with_bearer(&app, Method::GET, ME, token).await.status, 200);
    let published = app.get("/.well-known/jwks.json").await;
    assert!(
        published.header("cache-control").contains("max-age"),
        "{:?}",
        published.headers
    );
    assert!(
        !published.text().contains("\"d\""),
        "a private key: {}",
        published.text()
    );
    let set = JwkSet::parse(&published.body).expect("a key set");
    assert_eq!(set.keys.len(), 1);
    let ring = set.ring("published").expect("good keys");
    let payload = jws::verify_compact(token, &ring, Some(alg)).expect("a good signature");
    let claims: Value = serde_json::from_slice(&payload).expect("claims");
    for name in [
        "iss",
        "sub",
        "aud",
        "iat",
        "nbf",
        "exp",
        "jti",
        "sid",
        "scope",
        "email",
        "role",
        "amr",
        "auth_time",
    ] {
        assert!(!claims[name].is_null(), "{name} in {claims}");
    }
    assert_eq!(claims["iss"], "http://localhost:8787");
    assert_eq!(claims["aud"], "http://localhost:8787");
    assert_eq!(claims["sub"], tokens["user"]["id"]);
    assert_eq!(claims["sid"], tokens["session_id"]);
    let metadata = app.get("/.well-known/openid-configuration").await.json();
    let algs = &metadata["id_token_signing_alg_values_supported"];
    assert_eq!(algs, &json!([alg.as_str()]));
}

#[tokio::test]
async fn tokens_of_an_ed25519_key_verify_with_the_published_set() {
    asymmetric("eddsa", Alg::EdDsa).await;
}

#[tokio::test]
async fn tokens_of_a_p_256_key_verify_with_the_published_set() {
    asymmetric("es256", Alg::Es256).await;
}

#[tokio::test]
async fn the_audience_is_in_the_token_where_one_is_configured() {
    let mut app = TestApp::with_environment(&[("AUTH_JWT_AUDIENCE", "my-api")]).await;
    let tokens = member(&mut app, ADA).await;
    let token = text(&tokens, "access_token");
    assert_eq!(with_bearer(&app, Method::GET, ME, token).await.status, 200);
}
