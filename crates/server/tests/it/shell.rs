//! What holds for every response.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use countersign_server::App;
use countersign_server::http::{Refused, RequestInfo, Rules};
use http::Method;
use serde_json::json;
use tower::ServiceExt;

use crate::harness::TestApp;

#[tokio::test]
async fn an_unknown_path_is_a_problem_document_with_a_trace_id() {
    let mut app = TestApp::sqlite().await;
    let answer = app.get("/nowhere").await;
    assert_eq!(answer.status, 404);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let problem = answer.json();
    assert_eq!(problem["code"], "CSN0004");
    assert_eq!(problem["slug"], "not-found");
    assert_eq!(problem["trace_id"], answer.header("x-trace-id"));
    assert_eq!(problem["type"], "http://localhost:8787/docs/errors/CSN0004");
}

#[tokio::test]
async fn every_request_has_its_own_trace_id() {
    let mut app = TestApp::sqlite().await;
    let mut other = app.client();
    app.app.clock().advance(60);
    let form = app.ask(Method::POST, "/nowhere").form("a=b").send().await;
    let bearer = other.ask(Method::GET, "/nowhere").bearer("x").send().await;
    let post = app.post("/nowhere", &json!({})).await;
    assert!(post.text().contains("not-found"), "{}", post.text());
    let ids: BTreeSet<_> = [form, bearer, post]
        .iter()
        .map(|answer| answer.header("x-trace-id").to_owned())
        .collect();
    assert_eq!(ids.len(), 3);
}

#[tokio::test]
async fn security_headers_are_on_every_kind_of_response() {
    let mut app = TestApp::sqlite().await;
    let large = "x".repeat(70_000);
    let answers = [
        app.get("/nowhere").await,
        app.get("/assets/style.css").await,
        app.ask(Method::DELETE, "/docs/errors/CSN4001").send().await,
        app.ask(Method::POST, "/nowhere")
            .body("text/plain", large)
            .send()
            .await,
        app.ask(Method::GET, "/")
            .header("x-flood", &"y".repeat(20_000))
            .send()
            .await,
        app.ask(Method::GET, "/docs/errors/CSN4001")
            .header("accept", "text/html")
            .send()
            .await,
    ];
    assert_eq!(answers[3].status, 413);
    assert_eq!(answers[4].status, 431);
    for answer in answers {
        let of = answer.status;
        assert_eq!(answer.header("x-trace-id").len(), 32, "{of}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{of}");
        assert_eq!(
            answer.header("cross-origin-opener-policy"),
            "same-origin",
            "{of}"
        );
        assert_eq!(
            answer.header("cross-origin-resource-policy"),
            "same-origin",
            "{of}"
        );
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{of}");
        let csp = answer.header("content-security-policy");
        assert!(
            csp.contains("frame-ancestors 'none'") && !csp.contains("unsafe"),
            "{of}: {csp}"
        );
        assert!(!answer.header("cache-control").is_empty(), "{of}");
        assert_eq!(
            answer.header("strict-transport-security"),
            "",
            "{of}: not https"
        );
    }
}

#[tokio::test]
async fn a_method_that_is_not_taken_is_405_with_those_that_are() {
    let mut app = TestApp::sqlite().await;
    let answer = app.ask(Method::DELETE, "/docs/errors/CSN4001").send().await;
    assert_eq!((answer.status, answer.header("allow")), (405, "GET,HEAD"));
    assert_eq!(answer.json()["slug"], "method-not-allowed");
}

#[tokio::test]
async fn over_https_browsers_are_told_to_stay_there() {
    let mut app = TestApp::with(|parts| parts.rules = Rules::new("https://auth.example")).await;
    let answer = app.get("/nowhere").await;
    let hsts = answer.header("strict-transport-security");
    assert_eq!(hsts, "max-age=63072000; includeSubDomains");
    assert_eq!(
        answer.json()["type"],
        "https://auth.example/docs/errors/CSN0004"
    );
}

#[tokio::test]
async fn listed_origins_may_read_answers_and_others_may_not() {
    let mut app = TestApp::with(|parts| {
        parts.rules.cors_origins = vec!["https://app.example".into()];
    })
    .await;
    for (origin, allowed) in [
        ("https://app.example", "https://app.example"),
        ("https://evil.example", ""),
    ] {
        let answer = app
            .ask(Method::GET, "/nowhere")
            .header("origin", origin)
            .send()
            .await;
        assert_eq!(
            answer.header("access-control-allow-origin"),
            allowed,
            "{origin}"
        );
        assert_eq!(answer.header("vary"), "Origin");
        let preflight = app
            .ask(Method::OPTIONS, "/api/v1/auth/me")
            .header("origin", origin)
            .header("access-control-request-method", "PATCH")
            .header(
                "access-control-request-headers",
                "authorization, x-csrf-token",
            )
            .send()
            .await;
        let expected = if allowed.is_empty() { 403 } else { 204 };
        assert_eq!(preflight.status, expected, "{origin}");
        assert_eq!(
            preflight.header("access-control-allow-origin"),
            allowed,
            "{origin}"
        );
    }
}

#[tokio::test]
async fn in_production_only_what_is_public_is_told() {
    let mut app = TestApp::with(|parts| parts.explain = false).await;
    let problem = app.get("/nowhere").await.json();
    let members: Vec<_> = problem
        .as_object()
        .expect("object")
        .keys()
        .cloned()
        .collect();
    assert_eq!(
        members,
        ["code", "slug", "status", "title", "trace_id", "type"]
    );
}

#[expect(clippy::panic, reason = "it is what the test is about")]
async fn panics() -> Refused {
    panic!("with hunter2 in it")
}

/// Routes that do what no handler of ours should.
fn odd_routes() -> Router<App> {
    Router::new()
        .route("/panics", get(panics))
        .route("/hangs", get(std::future::pending::<Refused>))
        .route("/where", get(async |info: RequestInfo| info.ip.to_string()))
}

#[tokio::test]
async fn a_panic_is_a_500_that_tells_nothing_and_the_server_lives() {
    let mut app = TestApp::with(|parts| parts.explain = false)
        .await
        .serving(odd_routes());
    let answer = app.get("/panics").await;
    assert_eq!(answer.status, 500);
    assert_eq!(answer.json()["slug"], "internal-error");
    assert!(!answer.text().contains("hunter2"), "{}", answer.text());
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(app.get("/where").await.text(), "127.0.0.1");
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_given_up() {
    let app = TestApp::with(|parts| parts.rules.time_limit = Duration::from_millis(1));
    let answer = app.await.serving(odd_routes()).get("/hangs").await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, "1"));
    assert_eq!(answer.json()["slug"], "unavailable");
}

#[tokio::test]
async fn a_body_without_a_length_is_cut_off_at_the_limit() {
    let app = TestApp::sqlite().await;
    let chunks = (0..100).map(|_| Ok::<_, std::io::Error>(vec![b' '; 1000]));
    let body = axum::body::Body::from_stream(futures_util::stream::iter(chunks));
    let request =
        http::Request::post("/api/v1/auth/register").header("content-type", "application/json");
    let request = request.body(body).expect("request");
    let answer = app.shell().oneshot(request).await.expect("infallible");
    assert_eq!(answer.status(), 413);
}

#[tokio::test]
async fn proxies_are_believed_only_if_they_are_trusted() {
    for (trusted, expected) in [("", "127.0.0.1"), ("127.0.0.0/8", "192.0.2.7")] {
        let app = TestApp::with_environment(&[("TRUSTED_PROXIES", trusted)]).await;
        let mut app = app.serving(odd_routes());
        let ask = app
            .ask(Method::GET, "/where")
            .header("x-forwarded-for", "192.0.2.7");
        assert_eq!(ask.send().await.text(), expected);
    }
}
