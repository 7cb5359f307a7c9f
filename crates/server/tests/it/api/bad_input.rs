//! Whatever is sent, the answer is a clear refusal, and never a 500.

use http::Method;
use serde_json::json;

use super::people::{ADA, LOGIN, ME, PASSWORD, REFRESH, REGISTER, member, text};
use crate::harness::TestApp;

const BODIES: [&str; 9] = [
    REGISTER,
    LOGIN,
    REFRESH,
    "/api/v1/auth/password/change",
    "/api/v1/auth/password/forgot",
    "/api/v1/auth/password/reset",
    "/api/v1/auth/email/verify",
    "/api/v1/auth/email/resend",
    "/api/auth/sync-user",
];

#[tokio::test]
async fn every_endpoint_refuses_every_kind_of_bad_body_clearly() {
    let mut app = TestApp::with_sync_secret().await;
    let tokens = member(&mut app, ADA).await;
    let deep = format!("{}1", "{\"a\":".repeat(5000));
    let large = format!("{{\"email\":\"{}\"}}", "a".repeat(70_000));
    let bodies: [(&[u8], &[u16]); 14] = [
        (b"{", &[400]),
        (b"\xff\xfe", &[400]),
        (b"{\"email\":\"\xff\"}", &[400]),
        (b"{\"email\":\"\\ud800\"}", &[400]),
        (b"email=ada", &[400]),
        (b"[]", &[422]),
        (b"null", &[422]),
        (b"\"text\"", &[422]),
        (b"{\"email\":{\"$ne\":\"\"},\"password\":[],\"token\":7,\"refresh_token\":7}", &[422]),
        (b"{\"email\":true,\"password\":true,\"new_password\":1,\"refresh_token\":{}}", &[422]),
        (b"{\"email\":\"a\\u0000@b.org\",\"password\":\"x\",\"token\":\"\\u0000\",\"refresh_token\":\"\\u0000\"}", &[422]),
        (b"{\"email\":\"a@b.org\",\"email\":\"c@d.org\",\"token\":\"a\",\"token\":\"b\",\"refresh_token\":\"a\",\"refresh_token\":\"b\"}", &[422]),
        (deep.as_bytes(), &[400]),
        (large.as_bytes(), &[413]),
    ];
    for path in BODIES {
        for (body, statuses) in bodies {
            let mut client = app.client();
            let mut ask = client
                .ask(Method::POST, path)
                .body("application/json", body);
            ask = match path {
                "/api/auth/sync-user" => ask.header("x-auth-secret", TestApp::SYNC_SECRET),
                "/api/v1/auth/password/change" => ask.bearer(text(&tokens, "access_token")),
                _ => ask,
            };
            let answer = ask.send().await;
            let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
            assert!(
                statuses.contains(&answer.status),
                "{path} {shown}: {}",
                answer.text()
            );
            assert_eq!(answer.header("content-type"), "application/problem+json");
            let problem = answer.json();
            assert!(problem["trace_id"].is_string() && problem["code"].is_string());
            if answer.status == 422 {
                let errors = problem["errors"].as_array().expect("errors");
                assert!(!errors.is_empty(), "{path} {shown}");
                for error in errors {
                    assert!(error["field"].is_string() && error["message"].is_string());
                }
            }
        }
    }
}

#[tokio::test]
async fn a_body_of_another_kind_is_refused() {
    let mut app = TestApp::sqlite().await;
    let body = json!({"email": ADA, "password": PASSWORD}).to_string();
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "",
    ] {
        let answer = app
            .ask(Method::POST, LOGIN)
            .body(kind, body.clone())
            .send()
            .await;
        assert_eq!(
            (answer.status, &answer.json()["slug"]),
            (400, &json!("request-malformed"))
        );
    }
}

#[tokio::test]
async fn odd_addresses_are_folded_or_refused_but_never_confused() {
    let mut app = TestApp::sqlite().await;
    member(&mut app, "jose\u{301}@example.com").await;
    for same in [
        "José@Example.com",
        " JOSÉ@EXAMPLE.COM\u{a0}",
        "josé@example.com",
    ] {
        let answer = app
            .post(LOGIN, &json!({"email": same, "password": PASSWORD}))
            .await;
        assert_eq!(answer.status, 200, "{same}: {}", answer.text());
    }
    for odd in [
        "josé@example.com\u{200b}",
        "josé@example.com\n",
        "josé@exa mple.com",
        "josé@@example.com",
        "\"josé\"@example.com",
        "josé",
        "@",
        "",
    ] {
        let answer = app
            .post(LOGIN, &json!({"email": odd, "password": PASSWORD}))
            .await;
        let blank_at_the_end = odd.ends_with('\n');
        assert_eq!(
            answer.status,
            if blank_at_the_end { 200 } else { 422 },
            "{odd:?}"
        );
    }
}

#[tokio::test]
async fn tokens_of_every_malformed_kind_get_a_401_with_a_challenge() {
    let mut app = TestApp::sqlite().await;
    let tokens = member(&mut app, ADA).await;
    let good = text(&tokens, "access_token").to_owned();
    let (head, tail) = good.split_at(good.len() / 2);
    let none = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.";
    let refresh = text(&tokens, "refresh_token");
    let parts: Vec<_> = good.split('.').collect();
    for authorization in [
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        "Bearer null".to_owned(),
        "Bearer undefined".to_owned(),
        "Bearer [object Object]".to_owned(),
        format!("Bearer \"{good}\""),
        format!("Bearer Bearer {good}"),
        good.clone(),
        format!("Token {good}"),
        format!("Basic {good}"),
        format!("Bearer {head}"),
        format!("Bearer {head}A{tail}"),
        format!("Bearer {}.{}.", parts[0], parts[1]),
        format!("Bearer {none}"),
        format!("Bearer {refresh}"),
        format!("Bearer {}", "a".repeat(10_000)),
        "Bearer ....".to_owned(),
    ] {
        let mut client = app.client();
        let ask = client
            .ask(Method::GET, ME)
            .header("authorization", &authorization);
        let answer = ask.send().await;
        assert_eq!(answer.status, 401, "{authorization:.60}: {}", answer.text());
        assert!(
            answer.header("www-authenticate").starts_with("Bearer"),
            "{authorization:.60}"
        );
        assert_eq!(answer.json()["trace_id"], answer.header("x-trace-id"));
    }
}

#[tokio::test]
async fn methods_and_paths_that_are_not_there_are_said_to_be_so() {
    let mut app = TestApp::sqlite().await;
    let wrong = app.ask(Method::GET, LOGIN).send().await;
    assert_eq!(
        (wrong.status, &wrong.json()["slug"]),
        (405, &json!("method-not-allowed"))
    );
    assert!(
        wrong.header("allow").contains("POST"),
        "{:?}",
        wrong.headers
    );
    let nowhere = app.get("/api/v1/nowhere").await;
    assert_eq!(
        (nowhere.status, &nowhere.json()["slug"]),
        (404, &json!("not-found"))
    );
}

#[tokio::test]
async fn two_authorization_headers_are_no_anonymous_request() {
    let mut app = TestApp::sqlite().await;
    let tokens = member(&mut app, ADA).await;
    let good = format!("Bearer {}", text(&tokens, "access_token"));
    let mut client = app.client();
    let twice = client
        .ask(Method::GET, "/api/v1/auth/status")
        .header("authorization", &good)
        .header("authorization", &good);
    let answer = twice.send().await;
    assert_eq!(
        (answer.status, &answer.json()["slug"]),
        (401, &json!("authorization-header-conflict"))
    );
    // A proxy's own sign-in is none of ours.
    let proxy = client
        .ask(Method::GET, "/api/v1/auth/status")
        .header("authorization", "Basic dXNlcjpwYXNz");
    assert_eq!(proxy.send().await.status, 200);
}
