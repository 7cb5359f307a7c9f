//! `/api/v1/admin`: administration.

use countersign_domain::audit::AuditKind;
use countersign_verify::{Claims, Secret, SigningKey, issue};
use http::Method;
use serde_json::{Value, json};

use super::people::{ADA, administrator, audited, member, promote, sign_in, text, with_bearer};
use crate::harness::{Answer, START, TestApp};

const TRACES: &str = "/api/v1/admin/traces";
const EVE: &str = "eve@example.com";

/// Asks for something with a token of another secret.
async fn refused(app: &TestApp) -> Answer {
    let key = SigningKey::hmac("another", &Secret::from(TestApp::SYNC_SECRET)).expect("a key");
    let claims = Claims {
        sub: "x".into(),
        sid: "y".into(),
        iat: START,
        exp: START + 60,
        ..Claims::default()
    };
    let token = issue(&key, &claims).expect("a token");
    let answer = with_bearer(app, Method::GET, "/api/settings", &token).await;
    assert_eq!(answer.status, 401);
    answer
}

async fn ask(app: &TestApp, tokens: &Value, path: &str) -> Answer {
    with_bearer(app, Method::GET, path, text(tokens, "access_token")).await
}

async fn an_admin_learns_why_a_request_was_refused(mut app: TestApp) {
    let admin = administrator(&mut app, ADA).await;
    let answer = refused(&app).await;
    app.flush().await;
    let id = answer.header("x-trace-id");
    let told = ask(&app, &admin, &format!("{TRACES}/{id}")).await;
    assert_eq!(told.status, 200, "{}", told.text());
    let story = told.json();
    assert_eq!(story["trace_id"], id);
    assert_eq!(story["cause"]["slug"], "secret-mismatch");
    assert_eq!(story["told"]["slug"], "credentials-invalid");
    assert_eq!(story["request"]["path"], "/api/settings");
    assert_eq!(
        story["audit"][0]["kind"],
        AuditKind::CredentialRefused.as_str()
    );
    let fingerprint = story["token"]["fingerprint"].as_str().unwrap_or_default();
    assert!(fingerprint.starts_with("sha256:"), "{story}");
    assert!(story["fix"]["summary"].is_string(), "{story}");
    assert!(!told.text().contains(TestApp::SYNC_SECRET));
    assert!(!told.text().contains("eyJ"), "no token: {}", told.text());
    let in_upper_case = format!("{TRACES}/{}", id.to_uppercase());
    assert_eq!(ask(&app, &admin, &in_upper_case).await.status, 200);
}

#[tokio::test]
async fn an_admin_learns_why_a_request_was_refused_sqlite() {
    an_admin_learns_why_a_request_was_refused(TestApp::with_sync_secret().await).await;
}

#[tokio::test]
async fn an_admin_learns_why_a_request_was_refused_postgres() {
    an_admin_learns_why_a_request_was_refused(TestApp::postgres().await).await;
}

/// The traces of all pages from `path` on, page by page.
async fn pages(app: &TestApp, admin: &Value, path: &str) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut next = path.to_owned();
    loop {
        let answer = ask(app, admin, &next).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let json = answer.json();
        let traces = json["traces"].as_array().expect("traces").iter();
        pages.push(traces.map(|one| text(one, "trace_id").to_owned()).collect());
        let Some(cursor) = json["next_cursor"].as_str() else {
            return pages;
        };
        next = format!("{path}&cursor={cursor}");
    }
}

async fn traces_are_listed_in_pages_of_one_cause_or_of_all(mut app: TestApp) {
    let admin = administrator(&mut app, ADA).await;
    let mut ids = Vec::new();
    for number in 0..5 {
        let answer = if number % 2 == 0 {
            refused(&app).await
        } else {
            app.client().get("/api/settings").await
        };
        ids.push(answer.header("x-trace-id").to_owned());
        app.app.clock().advance(1);
    }
    app.flush().await;
    ids.reverse();
    let all = pages(&app, &admin, &format!("{TRACES}?limit=2")).await;
    assert_eq!(all, [&ids[..2], &ids[2..4], &ids[4..]]);
    let whole = pages(&app, &admin, &format!("{TRACES}?limit=5")).await;
    assert_eq!(whole, [&ids[..]], "a full last page is the last");
    for name in ["secret-mismatch", "CSN3002"] {
        let some = pages(&app, &admin, &format!("{TRACES}?limit=2&cause={name}")).await;
        assert_eq!(
            some,
            [vec![ids[0].clone(), ids[2].clone()], vec![ids[4].clone()]]
        );
    }
    let answer = ask(&app, &admin, TRACES).await.json();
    let newest = &answer["traces"][0];
    assert_eq!(newest["cause"]["slug"], "secret-mismatch");
    assert_eq!(newest["path"], "/api/settings");
    assert_eq!(newest["method"], "GET");
    assert!(answer["next_cursor"].is_null(), "{answer}");
}

#[tokio::test]
async fn traces_are_listed_in_pages_of_one_cause_or_of_all_sqlite() {
    traces_are_listed_in_pages_of_one_cause_or_of_all(TestApp::sqlite().await).await;
}

#[tokio::test]
async fn traces_are_listed_in_pages_of_one_cause_or_of_all_postgres() {
    traces_are_listed_in_pages_of_one_cause_or_of_all(TestApp::postgres().await).await;
}

#[tokio::test]
async fn what_is_wrong_with_the_query_is_said_at_once() {
    let mut app = TestApp::sqlite().await;
    let admin = administrator(&mut app, ADA).await;
    for (query, wrong) in [
        (
            "cause=none&cursor=x&limit=0",
            vec!["cause", "cursor", "limit"],
        ),
        ("limit=101", vec!["limit"]),
        ("limit=-1", vec!["limit"]),
        ("cursor=", vec!["cursor"]),
        ("cause=token-expired&before=5", vec!["before"]),
    ] {
        let answer = ask(&app, &admin, &format!("{TRACES}?{query}")).await;
        assert_eq!(answer.status, 422, "{query}");
        let errors = answer.json()["errors"].clone();
        let fields = errors.as_array().expect("errors").iter();
        let fields: Vec<_> = fields
            .map(|error| text(error, "field").to_owned())
            .collect();
        assert_eq!(fields, wrong, "{query}");
    }
}

#[tokio::test]
async fn a_trace_that_is_not_kept_is_not_found() {
    let mut app = TestApp::sqlite().await;
    let admin = administrator(&mut app, ADA).await;
    for id in [
        "0".repeat(32),
        "%00".into(),
        "%ff".into(),
        "..".into(),
        "x".repeat(3000),
    ] {
        let answer = ask(&app, &admin, &format!("{TRACES}/{id}")).await;
        assert_eq!(answer.status, 404, "{id}");
    }
}

#[tokio::test]
async fn others_are_refused_and_that_is_audited() {
    let mut app = TestApp::sqlite().await;
    let user = member(&mut app, EVE).await;
    for path in [TRACES.to_owned(), format!("{TRACES}/{}", "0".repeat(32))] {
        let answer = ask(&app, &user, &path).await;
        assert_eq!(
            (answer.status, &answer.json()["slug"]),
            (403, &json!("role-missing")),
            "{path}"
        );
    }
    let audited = audited(&app).await;
    let refused = audited.iter().filter(|kind| *kind == "credential.refused");
    assert_eq!(refused.count(), 2, "{audited:?}");
}

#[tokio::test]
async fn a_token_without_the_scope_does_not_administer() {
    let mut app = TestApp::with_sync_secret().await;
    member(&mut app, ADA).await;
    promote(&app, ADA).await;
    let admin = sign_in(&mut app, ADA).await;
    let key = Secret::from(TestApp::SIGNING_SECRET);
    let key = SigningKey::hmac("AUTH_SECRET", &key).expect("a key");
    let claims = Claims {
        sub: text(&admin["user"], "id").into(),
        sid: text(&admin, "session_id").into(),
        iat: START,
        exp: START + 60,
        role: Some("admin".into()),
        scope: Some("read write".into()),
        ..Claims::default()
    };
    let token = issue(&key, &claims).expect("a token");
    let answer = with_bearer(&app, Method::GET, TRACES, &token).await;
    assert_eq!(
        (answer.status, &answer.json()["slug"]),
        (403, &json!("scope-missing"))
    );
    assert!(
        answer
            .header("www-authenticate")
            .contains("scope=\"admin\"")
    );
}
