//! Environments: one chain of names for every service, and secrets that do not cross over.
//!
//! Field report 001: the back end read `JWT_SECRET_STAGING`, the auth service `JWT_SECRET_KEY` alone,
//! so each refused the other's tokens.

use http::Method;
use serde_json::json;

use super::people::{ADA, ME, member, text, trace, with_bearer};
use super::sync_user::{front_end_token, octocat, octocat_claims, sync};
use crate::harness::TestApp;

const STAGING: &str = "7SVLKvh7mJNeF6njiRJMoZpUWLya3NfsvJfRHPc0";
const GENERIC: &str = "Qm3xT9wZ1rVb6Yk8Lp4Hc7Nd2Gf5Js0AeUiOo1Ea";
const PRODUCTION: &str = "Zx8Cv6Bn4Mq2We0Rt9Yu7Io5Pa3Sd1FgHjKlQwEr";
const SETTINGS: &str = "/api/settings";

/// A staging service with the given signing secrets.
async fn staging(secrets: &[(&str, &str)]) -> TestApp {
    let mut process = vec![
        ("ENVIRONMENT", "staging"),
        ("PUBLIC_URL", "https://auth.staging.example.com"),
        ("SMTP_URL", "off"),
        ("AUTH_SYNC_SECRET", TestApp::SYNC_SECRET),
    ];
    process.extend(secrets);
    TestApp::with_environment(&process).await
}

#[tokio::test]
async fn field_report_001_both_names_lead_every_service_to_one_secret() {
    let token = front_end_token(STAGING, &octocat_claims());
    for secrets in [
        &[("JWT_SECRET_STAGING", STAGING)][..],
        &[("JWT_SECRET_KEY", STAGING)],
        &[("JWT_SECRET", STAGING)],
        &[("AUTH_SECRET", STAGING)],
        &[("JWT_SECRET_STAGING", STAGING), ("JWT_SECRET_KEY", GENERIC)],
        &[("AUTH_SECRET", GENERIC), ("JWT_SECRET_KEY", STAGING)],
    ] {
        let app = staging(secrets).await;
        sync(&app, Some(TestApp::SYNC_SECRET), &octocat()).await;
        let answer = with_bearer(&app, Method::GET, SETTINGS, &token).await;
        assert_eq!(answer.status, 200, "{secrets:?}: {}", answer.text());
    }
}

#[tokio::test]
async fn a_token_of_the_name_that_does_not_count_is_refused_and_the_trace_names_it() {
    let app = staging(&[("JWT_SECRET_STAGING", STAGING), ("JWT_SECRET_KEY", GENERIC)]).await;
    sync(&app, Some(TestApp::SYNC_SECRET), &octocat()).await;
    let token = front_end_token(GENERIC, &octocat_claims());
    let answer = with_bearer(&app, Method::GET, SETTINGS, &token).await;
    assert_eq!(
        (answer.status, &answer.json()["slug"]),
        (401, &json!("credentials-invalid"))
    );
    assert!(!answer.text().contains("JWT_SECRET"), "{}", answer.text());
    let trace = trace(&app, &answer).await;
    assert!(
        trace.contains("JWT_SECRET_KEY") && trace.contains("env-var-name-mismatch"),
        "{trace}"
    );
    assert!(!trace.contains(GENERIC) && !trace.contains(STAGING) && !trace.contains(&token));
}

#[tokio::test]
async fn a_token_of_another_environment_is_refused_and_the_trace_says_whose_it_is() {
    let secrets = [
        ("JWT_SECRET_STAGING", STAGING),
        ("JWT_SECRET_PRODUCTION", PRODUCTION),
    ];
    let app = staging(&secrets).await;
    sync(&app, Some(TestApp::SYNC_SECRET), &octocat()).await;
    let token = front_end_token(PRODUCTION, &octocat_claims());
    let answer = with_bearer(&app, Method::GET, SETTINGS, &token).await;
    assert_eq!(
        (answer.status, &answer.json()["slug"]),
        (401, &json!("credentials-invalid"))
    );
    let trace = trace(&app, &answer).await;
    assert!(trace.contains("production"), "{trace}");
    assert!(!trace.contains(PRODUCTION), "{trace}");
}

#[tokio::test]
async fn outside_development_a_client_is_told_the_generic_cause_alone() {
    let app = staging(&[("JWT_SECRET_STAGING", STAGING)]).await;
    let token = front_end_token(STAGING, &octocat_claims());
    let answer = with_bearer(&app, Method::GET, SETTINGS, &token).await;
    let problem = answer.json();
    assert_eq!(
        (answer.status, &problem["slug"]),
        (401, &json!("credentials-invalid"))
    );
    for hidden in ["explanation", "fix", "cause"] {
        assert!(problem[hidden].is_null(), "{problem}");
    }
    assert!(trace(&app, &answer).await.contains("user-not-provisioned"));
}

#[tokio::test]
async fn over_https_every_cookie_is_secure_and_has_the_host_prefix() {
    let mut app = staging(&[("JWT_SECRET_STAGING", STAGING)]).await;
    member(&mut app, ADA).await;
    let names: Vec<_> = app.cookies.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "__Host-countersign_csrf",
            "__Host-countersign_refresh",
            "__Host-countersign_session"
        ]
    );
    let again = super::people::try_sign_in(&mut app, ADA, super::people::PASSWORD).await;
    for cookie in again.headers.get_all("set-cookie") {
        let cookie = cookie.to_str().expect("text");
        assert!(
            cookie.contains("; Secure") && cookie.contains("Path=/"),
            "{cookie}"
        );
        assert!(
            cookie.len() < 4096 && !cookie.contains("Domain"),
            "{cookie}"
        );
    }
    assert_eq!(app.get(ME).await.status, 200);
}

#[tokio::test]
async fn a_listed_front_end_of_another_origin_may_sign_in() {
    let app = TestApp::with_environment(&[("CORS_ORIGINS", "https://app.example.com")]).await;
    super::people::join(&mut app.client(), ADA).await;
    let body = json!({"email": ADA, "password": super::people::PASSWORD});
    for (origin, status) in [
        ("https://app.example.com", 200),
        ("https://evil.example.com", 403),
    ] {
        let mut client = app.client();
        let ask = client.ask(Method::POST, super::people::LOGIN).json(&body);
        let answer = ask.header("origin", origin).send().await;
        assert_eq!(answer.status, status, "{origin}");
        let allowed = answer.header("access-control-allow-origin");
        assert_eq!(allowed, if status == 200 { origin } else { "" });
    }
}

#[tokio::test]
async fn where_addresses_need_not_be_verified_one_signs_in_at_once() {
    let mut app = TestApp::with_environment(&[("EMAIL_VERIFICATION", "optional")]).await;
    super::people::register(&mut app, ADA).await;
    let tokens = super::people::sign_in(&mut app, ADA).await;
    assert_eq!(tokens["user"]["email_verified"], false);
    assert!(!text(&tokens, "access_token").is_empty());
}
