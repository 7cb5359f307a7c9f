//! The ratchet: every route has a row that says what a stranger gets.

use std::collections::{BTreeMap, BTreeSet};

use http::Method;
use serde_json::{Value, json};

use super::people::{ADA, member, text};
use crate::harness::TestApp;

/// What a request without any credential gets.
const CASES: &[(&str, &str, u16)] = &[
    ("DELETE", "/api/v1/sessions/{id}", 401),
    ("GET", "/api/settings", 401),
    ("GET", "/api/v1/admin/traces", 401),
    ("GET", "/api/v1/admin/traces/{trace_id}", 401),
    ("GET", "/api/v1/auth/me", 401),
    ("GET", "/api/v1/sessions", 401),
    ("PATCH", "/api/v1/auth/me", 401),
    ("POST", "/api/auth/sync-user", 503),
    ("POST", "/api/v1/auth/logout", 401),
    ("POST", "/api/v1/auth/password/change", 401),
    ("POST", "/api/v1/auth/refresh", 401),
    ("POST", "/api/v1/secrets/proof", 401),
    ("PUT", "/api/settings", 401),
];

/// Routes that are for everybody, and what they answer to an empty request. This list may only
/// shrink: a route that is added here needs a reason in its commit.
const PUBLIC: &[(&str, &str, u16)] = &[
    ("GET", "/.well-known/jwks.json", 200),
    ("GET", "/.well-known/openid-configuration", 200),
    ("GET", "/api/health", 200),
    ("GET", "/api/health/auth", 200),
    ("GET", "/api/health/database", 200),
    ("GET", "/api/openapi.json", 200),
    ("GET", "/api/v1/auth/csrf-token", 200),
    ("GET", "/api/v1/auth/status", 200),
    ("POST", "/api/v1/auth/email/resend", 422),
    ("POST", "/api/v1/auth/email/verify", 422),
    ("POST", "/api/v1/auth/jwt/login", 422),
    ("POST", "/api/v1/auth/password/forgot", 422),
    ("POST", "/api/v1/auth/password/reset", 422),
    ("POST", "/api/v1/auth/register", 422),
];

/// The routes of the description, by method and path.
fn described(description: &Value) -> BTreeMap<(String, String), Value> {
    let paths = description["paths"].as_object().expect("paths");
    let operations = paths.iter().flat_map(|(path, item)| {
        item.as_object()
            .expect("an item")
            .iter()
            .map(move |(method, operation)| {
                ((method.to_uppercase(), path.clone()), operation.clone())
            })
    });
    operations.collect()
}

fn method(name: &str) -> Method {
    Method::from_bytes(name.as_bytes()).expect("a method")
}

#[tokio::test]
async fn every_route_has_its_case_and_every_case_its_route() {
    let mut app = TestApp::sqlite().await;
    let description = app.get("/api/openapi.json").await.json();
    let routes: BTreeSet<_> = described(&description).into_keys().collect();
    let cases: BTreeSet<_> = CASES
        .iter()
        .chain(PUBLIC)
        .map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned()))
        .collect();
    let without: Vec<_> = routes.difference(&cases).collect();
    let stale: Vec<_> = cases.difference(&routes).collect();
    assert!(
        without.is_empty(),
        "routes without an authorisation case: {without:?}"
    );
    assert!(stale.is_empty(), "cases without a route: {stale:?}");
    assert!(
        PUBLIC.len() <= 14,
        "the list of public routes may only shrink"
    );
}

#[tokio::test]
async fn every_route_of_the_api_is_described() {
    let mut app = TestApp::sqlite().await;
    let description = app.get("/api/openapi.json").await.json();
    let described: BTreeSet<_> = described(&description)
        .into_keys()
        .map(|(_, path)| path)
        .collect();
    // The router shows its paths in its debug form alone.
    let routed: BTreeSet<_> = format!("{:?}", countersign_server::api::router())
        .split('"')
        .filter(|text| text.len() > 1 && text.starts_with('/') && !text.contains("__private__"))
        .map(ToOwned::to_owned)
        .collect();
    assert!(routed.len() > 20, "{routed:?}");
    assert_eq!(routed, described);
}

#[tokio::test]
async fn strangers_get_what_the_table_says() {
    let app = TestApp::sqlite().await;
    for (name, path, status) in CASES.iter().chain(PUBLIC) {
        let path = path
            .replace("{id}", "0197c1f0-5a3e-7cc1-8a31-9f2f6f1f4b11")
            .replace("{trace_id}", "0d3c1a2b4e5f60718293a4b5c6d7e8f9");
        let mut client = app.client();
        let mut ask = client.ask(method(name), &path);
        if matches!(*name, "POST" | "PUT" | "PATCH") {
            ask = ask.json(&json!({}));
        }
        let answer = ask.send().await;
        assert_eq!(answer.status, *status, "{name} {path}: {}", answer.text());
        let challenge = answer.header("www-authenticate");
        assert_eq!(
            !challenge.is_empty(),
            *status == 401,
            "{name} {path}: {challenge}"
        );
    }
}

#[tokio::test]
async fn what_needs_a_credential_says_so_in_the_description() {
    let mut app = TestApp::sqlite().await;
    let description = app.get("/api/openapi.json").await.json();
    for ((name, path), operation) in described(&description) {
        let is_case = CASES.iter().any(|case| case.0 == name && case.1 == path);
        let takes_one = is_case || path.ends_with("/status");
        assert_eq!(operation["security"].is_array(), takes_one, "{name} {path}");
        let summary = operation["summary"].as_str().unwrap_or_default();
        assert!(
            summary.len() > 5 && operation["tags"].is_array(),
            "{name} {path}"
        );
        let is_refused = takes_one || path.ends_with("/login");
        let described = operation["responses"]["401"].is_object();
        assert_eq!(described, is_refused, "{name} {path}");
    }
}

#[tokio::test]
async fn a_bad_credential_is_refused_everywhere_it_counts() {
    let mut app = TestApp::sqlite().await;
    let tokens = member(&mut app, ADA).await;
    let token = text(&tokens, "access_token");
    let forged = format!("{}A", &token[..token.len() - 1]);
    let forged = if forged == token {
        format!("{}B", &token[..token.len() - 1])
    } else {
        forged
    };
    for (name, path, _) in CASES {
        if path.ends_with("sync-user") || path.ends_with("refresh") {
            continue;
        }
        let path = path
            .replace("{id}", text(&tokens, "session_id"))
            .replace("{trace_id}", "0d3c1a2b4e5f60718293a4b5c6d7e8f9");
        let mut client = app.client();
        let ask = client
            .ask(method(name), &path)
            .bearer(&forged)
            .json(&json!({}));
        assert_eq!(ask.send().await.status, 401, "{name} {path}");
    }
}
