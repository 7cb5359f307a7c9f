//! What becomes of a refusal: what the client is told, and what is kept.

use axum::Router;
use axum::routing::get;
use countersign_domain::audit::{AuditEvent, AuditKind};
use countersign_server::App;
use countersign_server::authenticate::{Admin, Authenticated};
use countersign_store::AuditQuery;
use countersign_verify::{Cause, Claims, Secret, SigningKey, issue};
use http::Method;
use serde_json::json;

use crate::harness::{START, TestApp};

fn routes() -> Router<App> {
    Router::new()
        .route(
            "/who",
            get(async |who: Authenticated| who.user_id().to_string()),
        )
        .route("/admin", get(async |_admin: Admin| "admin"))
}

/// A token that another deployment signed.
fn token_of_another(secret: &str) -> String {
    let key = SigningKey::hmac("another", &Secret::from(secret)).expect("key");
    let claims = Claims {
        sub: "x".into(),
        sid: "y".into(),
        iat: START,
        exp: START + 60,
        ..Claims::default()
    };
    issue(&key, &claims).expect("token")
}

async fn audit_log(app: &TestApp) -> Vec<AuditEvent> {
    app.flush().await;
    let query = AuditQuery {
        limit: 10,
        ..AuditQuery::default()
    };
    app.app
        .store()
        .audit_events(query)
        .await
        .expect("the audit log")
}

#[tokio::test]
async fn a_refused_token_is_traced_explained_and_audited() {
    let app = TestApp::with_environment(&[
        ("JWT_SECRET_DEVELOPMENT", TestApp::SIGNING_SECRET),
        ("JWT_SECRET_STAGING", TestApp::SYNC_SECRET),
    ]);
    let mut app = app.await.serving(routes());
    let token = token_of_another(TestApp::SYNC_SECRET);
    let answer = app.ask(Method::GET, "/who").bearer(&token).send().await;
    assert_eq!(answer.status, 401);
    let problem = answer.json();
    assert_eq!(
        problem["slug"], "credentials-invalid",
        "what the client is told"
    );
    assert!(
        problem["explanation"]
            .as_str()
            .is_some_and(|text| text.contains("staging")),
        "{problem}"
    );
    assert!(
        answer.header("www-authenticate").starts_with("Bearer "),
        "RFC 6750"
    );
    app.flush().await;
    let store = app.app.store();
    let stored = store
        .trace(answer.header("x-trace-id"))
        .await
        .expect("store")
        .expect("a trace");
    assert_eq!(stored.cause, Some(Cause::SecretMismatch));
    assert!(
        stored.document.contains("JWT_SECRET_STAGING"),
        "{}",
        stored.document
    );
    assert!(
        !stored.document.contains(&token),
        "a trace holds no credential"
    );
    let events = audit_log(&app).await;
    assert_eq!(events[0].kind, AuditKind::CredentialRefused);
    assert_eq!(events[0].cause, Some(Cause::SecretMismatch));
    assert_eq!(
        events[0].trace_id.as_deref(),
        Some(answer.header("x-trace-id"))
    );
}

#[tokio::test]
async fn in_production_the_client_learns_no_more_than_the_generic_cause() {
    let mut app = TestApp::with(|parts| parts.explain = false)
        .await
        .serving(routes());
    let token = token_of_another(TestApp::SYNC_SECRET);
    let answer = app.ask(Method::GET, "/who").bearer(&token).send().await;
    assert_eq!(answer.json()["slug"], "credentials-invalid");
    for hidden in ["explanation", "fix", "cause", "secret"] {
        assert!(
            !answer.text().contains(hidden),
            "{hidden}: {}",
            answer.text()
        );
    }
}

#[tokio::test]
async fn a_missing_credential_is_a_bare_challenge_and_no_audit_event() {
    let mut app = TestApp::sqlite().await.serving(routes());
    for path in ["/who", "/admin"] {
        let answer = app.get(path).await;
        assert_eq!(
            (answer.status, &answer.json()["slug"]),
            (401, &json!("credential-missing"))
        );
        assert_eq!(
            answer.header("www-authenticate"),
            "Bearer realm=\"countersign\""
        );
    }
    assert!(audit_log(&app).await.is_empty());
}

#[tokio::test]
async fn a_refusal_shown_as_a_page_has_the_same_headers() {
    let mut app = TestApp::sqlite().await.serving(routes());
    let ask = app.ask(Method::GET, "/who").header("accept", "text/html");
    let answer = ask.send().await;
    assert_eq!(answer.status, 401);
    assert!(answer.header("content-type").starts_with("text/html"));
    assert!(answer.header("www-authenticate").starts_with("Bearer "));
    let csp = answer.header("content-security-policy");
    assert!(csp.contains("style-src 'self'"), "{csp}");
}
