//! What holds for every response.

use std::collections::BTreeSet;

use http::Method;
use serde_json::json;

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
    assert!(post.text().contains("not found"), "{}", post.text());
    let ids: BTreeSet<_> = [form, bearer, post]
        .iter()
        .map(|answer| answer.header("x-trace-id").to_owned())
        .collect();
    assert_eq!(ids.len(), 3);
}
