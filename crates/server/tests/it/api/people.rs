//! People who use the API in tests.

use countersign_domain::Email;
use http::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, TestApp};

pub const ADA: &str = "ada@example.com";
pub const PASSWORD: &str = "correct horse battery";
pub const REGISTER: &str = "/api/v1/auth/register";
pub const LOGIN: &str = "/api/v1/auth/jwt/login";
pub const REFRESH: &str = "/api/v1/auth/refresh";
pub const ME: &str = "/api/v1/auth/me";
pub const STATUS: &str = "/api/v1/auth/status";

/// Registers, without verifying the address.
pub async fn register(app: &mut TestApp, email: &str) -> Answer {
    let body = json!({"email": email, "password": PASSWORD, "name": "Ada"});
    app.post(REGISTER, &body).await
}

/// Registers and verifies the address.
pub async fn join(app: &mut TestApp, email: &str) {
    assert_eq!(register(app, email).await.status, 201);
    let token = mailed_token(app, email).await;
    let answer = app.post("/api/v1/auth/email/verify", &json!({"token": token})).await;
    assert_eq!(answer.status, 204, "{}", answer.text());
}

/// Tries to sign in.
pub async fn try_sign_in(app: &mut TestApp, email: &str, password: &str) -> Answer {
    app.post(LOGIN, &json!({"email": email, "password": password})).await
}

/// Signs in; gives the tokens.
pub async fn sign_in(app: &mut TestApp, email: &str) -> Value {
    let answer = try_sign_in(app, email, PASSWORD).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

/// Registers, verifies and signs in; gives the tokens.
pub async fn member(app: &mut TestApp, email: &str) -> Value {
    join(app, email).await;
    sign_in(app, email).await
}

/// Renews a session by its refresh token.
pub async fn refresh(app: &mut TestApp, token: &str) -> Answer {
    app.post(REFRESH, &json!({"refresh_token": token})).await
}

/// A request with a bearer token and no cookie.
pub async fn with_bearer(app: &TestApp, method: Method, path: &str, token: &str) -> Answer {
    app.client().ask(method, path).bearer(token).send().await
}

/// A text of an answer's JSON.
pub fn text<'a>(json: &'a Value, name: &str) -> &'a str {
    json[name].as_str().unwrap_or_else(|| panic!("no text {name} in {json}"))
}

/// The text of the newest mail to an address.
pub async fn newest_mail(app: &TestApp, email: &str) -> String {
    let email = Email::parse(email).expect("an address");
    let mails = app.app.store().recent_mails(50).await.expect("mails");
    let mail = mails.into_iter().find(|stored| stored.mail.recipient == email);
    mail.expect("a mail").mail.text
}

/// The token of the link in the newest mail to an address.
pub async fn mailed_token(app: &TestApp, email: &str) -> String {
    let text = newest_mail(app, email).await;
    let (_, from) = text.split_once("token=").expect("a link");
    from.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).collect()
}

/// The kinds of the audit events so far, oldest first.
pub async fn audited(app: &TestApp) -> Vec<String> {
    app.settled().await;
    let query = countersign_store::AuditQuery { limit: 500, ..Default::default() };
    let mut events = app.app.store().audit_events(query).await.expect("events");
    events.reverse();
    events.into_iter().map(|event| event.kind.to_string()).collect()
}
