//! The layer and the extractor, in front of a router.

use crate::making::{NOW, hs256, ring, session_claims, token_of};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response};
use axum::routing::get;
use countersign_verify::tower_layer::{Verified, VerifyLayer};
use countersign_verify::{Cause, Policy, TraceId, Verifier, issue};
use serde_json::{Value, json};
use std::sync::Arc;
use tower::ServiceExt as _;

fn layer() -> VerifyLayer {
    let verifier = Arc::new(Verifier::new(ring(), Policy::default()));
    VerifyLayer::new(
        move || Arc::clone(&verifier),
        || NOW,
        || TraceId::from_bytes([0xab; 16]),
    )
    .public_url("https://auth.example")
}

fn app() -> Router {
    Router::new()
        .route(
            "/me",
            get(|user: Verified| async move { user.sub().to_owned() }),
        )
        .route(
            "/maybe",
            get(|user: Option<Verified>| async move { format!("{}", user.is_some()) }),
        )
}

async fn call(app: Router, path: &str, authorization: Option<&str>) -> Response<Body> {
    let mut request = Request::get(path);
    if let Some(value) = authorization {
        request = request.header("authorization", value);
    }
    app.oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap()
}

async fn text(response: Response<Body>) -> String {
    String::from_utf8(
        to_bytes(response.into_body(), 65_536)
            .await
            .unwrap()
            .to_vec(),
    )
    .unwrap()
}

#[tokio::test]
async fn a_good_token_reaches_the_handler() {
    let token = issue(&hs256(), &session_claims()).unwrap();
    let response = call(
        app().layer(layer()),
        "/me",
        Some(&format!("Bearer {token}")),
    )
    .await;
    assert_eq!(response.status(), 200);
    assert_eq!(text(response).await, session_claims().sub);
}

#[tokio::test]
async fn a_refusal_is_a_problem_with_a_challenge() {
    let token = token_of(&json!({"sub": "u", "exp": 1}));
    let response = call(
        app().layer(layer()),
        "/me",
        Some(&format!("Bearer {token}")),
    )
    .await;
    assert_eq!(response.status(), 401);
    let headers = response.headers().clone();
    assert_eq!(headers["content-type"], "application/problem+json");
    assert_eq!(headers["cache-control"], "no-store");
    assert_eq!(headers["x-trace-id"], "ab".repeat(16));
    assert!(
        headers["www-authenticate"]
            .to_str()
            .unwrap()
            .contains(r#"error="invalid_token""#)
    );
    let body: Value = serde_json::from_str(&text(response).await).unwrap();
    assert_eq!(body["type"], "https://auth.example/docs/errors/CSN4001");
    assert_eq!(
        (body["slug"].as_str(), body["status"].as_u64()),
        (Some("token-expired"), Some(401))
    );
}

#[tokio::test]
async fn a_secret_cause_is_not_told() {
    let mut token = token_of(&json!({"sub": "u", "exp": NOW + 9}));
    token.replace_range(token.len() - 3.., "AAA");
    let response = call(
        app().layer(layer()),
        "/me",
        Some(&format!("Bearer {token}")),
    )
    .await;
    let body = text(response).await;
    assert!(
        body.contains("credentials-invalid") && !body.contains("secret"),
        "{body}"
    );
}

#[tokio::test]
async fn without_a_credential_the_challenge_is_bare() {
    let response = call(app().layer(layer()), "/me", None).await;
    assert_eq!(
        response.headers()["www-authenticate"],
        r#"Bearer realm="countersign""#
    );
    assert!(text(response).await.contains("credential-missing"));
}

#[tokio::test]
async fn an_optional_layer_lets_only_the_absent_pass() {
    let app = || app().layer(layer().optional());
    assert_eq!(text(call(app(), "/maybe", None).await).await, "false");
    let token = issue(&hs256(), &session_claims()).unwrap();
    assert_eq!(
        text(call(app(), "/maybe", Some(&format!("Bearer {token}"))).await).await,
        "true"
    );
    assert_eq!(
        call(app(), "/maybe", Some("Bearer null")).await.status(),
        401
    );
    assert_eq!(call(app(), "/me", None).await.status(), 401);
}

#[tokio::test]
async fn titles_are_the_callers() {
    let layer = layer().titles(|cause| {
        if cause == Cause::CredentialMissing {
            "Sign in first"
        } else {
            "?"
        }
    });
    let body = text(call(app().layer(layer), "/me", None).await).await;
    assert!(body.contains(r#""title":"Sign in first""#), "{body}");
}

#[tokio::test]
async fn without_the_layer_nobody_passes() {
    for path in ["/me", "/maybe"] {
        assert_eq!(call(app(), path, None).await.status(), 500);
    }
}
