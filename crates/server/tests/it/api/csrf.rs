//! CSRF: what a request that is authenticated by a cookie needs.

use http::Method;
use serde_json::json;

use super::people::{ADA, ME, join, member, sign_in, text};
use crate::harness::TestApp;

const CSRF: &str = "/api/v1/auth/csrf-token";

/// A change by cookie, with these headers and this in the place of the CSRF cookies.
async fn change(app: &mut TestApp, headers: &[(&str, &str)], csrf: &[&str]) -> (u16, String) {
    let session = app.cookies["countersign_session"].clone();
    let mut cookies = format!("countersign_session={session}");
    for value in csrf {
        cookies.push_str("; countersign_csrf=");
        cookies.push_str(value);
    }
    let mut client = app.client();
    let mut ask = client
        .ask(Method::PATCH, ME)
        .json(&json!({}))
        .header("cookie", &cookies);
    for (name, value) in headers {
        ask = ask.header(name, value);
    }
    let answer = ask.send().await;
    let slug = if answer.status == 200 {
        String::new()
    } else {
        text(&answer.json(), "slug").to_owned()
    };
    (answer.status, slug)
}

#[tokio::test]
async fn the_four_causes_are_told_apart() {
    let mut app = TestApp::sqlite().await;
    member(&mut app, ADA).await;
    let good = app.cookies["countersign_csrf"].clone();
    let mut other = app.client();
    sign_in(&mut other, ADA).await;
    let foreign = other.cookies["countersign_csrf"].clone();
    let (good, foreign) = (good.as_str(), foreign.as_str());
    let evil = ("origin", "https://evil.example");
    let refused = |slug: &str| (403, slug.to_owned());
    for (headers, cookies, expected) in [
        (
            vec![("x-csrf-token", good)],
            vec![good],
            (200, String::new()),
        ),
        (
            vec![("x-csrf-token", good)],
            vec![good, good],
            (200, String::new()),
        ),
        (vec![], vec![good], refused("csrf-token-missing")),
        (
            vec![("x-csrf-token", good)],
            vec![],
            refused("csrf-token-missing"),
        ),
        (
            vec![("x-csrf-token", foreign)],
            vec![good],
            refused("csrf-token-mismatch"),
        ),
        (
            vec![("x-csrf-token", foreign)],
            vec![foreign],
            refused("csrf-token-mismatch"),
        ),
        (
            vec![("x-csrf-token", "x")],
            vec!["x"],
            refused("csrf-token-mismatch"),
        ),
        (
            vec![("x-csrf-token", good)],
            vec![good, foreign],
            refused("csrf-cookie-duplicate-path"),
        ),
        (
            vec![("x-csrf-token", good), evil],
            vec![good],
            refused("csrf-origin-untrusted"),
        ),
    ] {
        assert_eq!(
            change(&mut app, &headers, &cookies).await,
            expected,
            "{headers:?} {cookies:?}"
        );
    }
}

#[tokio::test]
async fn the_endpoint_gives_the_cookie_its_value_and_keeps_it() {
    let mut app = TestApp::sqlite().await;
    let first = app.get(CSRF).await;
    assert_eq!(first.status, 200);
    assert_eq!(
        first.json()["csrf_token"],
        app.cookies["countersign_csrf"].as_str()
    );
    assert_eq!(app.get(CSRF).await.json(), first.json(), "other tabs go on");
    // A session needs a token of its own; the one of before would not do.
    join(&mut app, ADA).await;
    sign_in(&mut app, ADA).await;
    let bound = app.get(CSRF).await;
    assert_ne!(bound.json(), first.json());
    let token = app.cookies["countersign_csrf"].clone();
    assert_eq!(
        change(&mut app, &[("x-csrf-token", &token)], &[&token])
            .await
            .0,
        200
    );
}

#[tokio::test]
async fn a_planted_cookie_is_replaced() {
    let mut app = TestApp::sqlite().await;
    app.cookies
        .insert("countersign_csrf".into(), "planted".into());
    let answer = app.get(CSRF).await;
    assert_ne!(answer.json()["csrf_token"], "planted");
    assert_eq!(
        answer.json()["csrf_token"],
        app.cookies["countersign_csrf"].as_str()
    );
}

#[tokio::test]
async fn bearer_requests_need_no_csrf_token() {
    let mut app = TestApp::sqlite().await;
    let tokens = member(&mut app, ADA).await;
    let mut client = app.client();
    let ask = client
        .ask(Method::PATCH, ME)
        .bearer(text(&tokens, "access_token"));
    let answer = ask.json(&json!({})).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[tokio::test]
async fn reading_changes_nothing_and_needs_no_csrf_token() {
    let mut app = TestApp::sqlite().await;
    member(&mut app, ADA).await;
    for path in [
        ME,
        "/api/v1/sessions",
        "/api/settings",
        "/api/v1/auth/status",
    ] {
        let answer = app
            .ask(Method::GET, path)
            .header("origin", "https://evil.example")
            .send()
            .await;
        assert_eq!(answer.status, 200, "{path}");
    }
}
