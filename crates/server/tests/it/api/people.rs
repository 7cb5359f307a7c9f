//! People who use the API in tests.

use countersign_domain::accounts::{Role, User, UserStatus};
use countersign_domain::password::PasswordHash;
use countersign_domain::{Email, UserId};
use countersign_store::{Alongside, AuditQuery, NewUser, SignIn};
use countersign_verify::Cause;
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
    let answer = app
        .post("/api/v1/auth/email/verify", &json!({"token": token}))
        .await;
    assert_eq!(answer.status, 204, "{}", answer.text());
}

/// Tries to sign in.
pub async fn try_sign_in(app: &mut TestApp, email: &str, password: &str) -> Answer {
    app.post(LOGIN, &json!({"email": email, "password": password}))
        .await
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

/// Gives an account the role admin, as the command line does.
pub async fn promote(app: &TestApp, email: &str) {
    let id = account(app, email).await.user.id;
    let (now, alone) = (app.app.now(), Alongside::nothing());
    let promoted = app.app.store().set_role(id, Role::Admin, now, alone).await;
    assert!(matches!(promoted, Ok(Some(_))), "{promoted:?}");
    app.app.user_changed(id);
}

/// Registers, verifies, is made an admin and signs in; gives the tokens.
pub async fn administrator(app: &mut TestApp, email: &str) -> Value {
    join(app, email).await;
    promote(app, email).await;
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
    let text = json[name].as_str();
    assert!(text.is_some(), "no text {name} in {json}");
    text.unwrap_or_default()
}

/// The text of the newest mail to an address.
pub async fn newest_mail(app: &TestApp, email: &str) -> String {
    let email = Email::parse(email).expect("an address");
    let mut mails = app.mails().await.into_iter();
    let mail = mails.find(|stored| stored.mail.recipient == email);
    mail.expect("a mail").mail.text
}

/// The token of the link in the newest mail to an address.
pub async fn mailed_token(app: &TestApp, email: &str) -> String {
    let text = newest_mail(app, email).await;
    let (_, from) = text.split_once("token=").expect("a link");
    let is_token = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    from.chars().take_while(is_token).collect()
}

/// The kinds of the audit events so far, oldest first.
pub async fn audited(app: &TestApp) -> Vec<String> {
    app.flush().await;
    let query = AuditQuery {
        limit: 500,
        ..AuditQuery::default()
    };
    let mut events = app.app.store().audit_events(query).await.expect("events");
    events.reverse();
    events
        .into_iter()
        .map(|event| event.kind.to_string())
        .collect()
}

/// The trace that a response names, as it is stored.
pub async fn trace(app: &TestApp, answer: &Answer) -> String {
    app.flush().await;
    let trace = app.app.store().trace(answer.header("x-trace-id")).await;
    trace.expect("a read").expect("a trace").document
}

/// The account of an address.
pub async fn account(app: &TestApp, email: &str) -> SignIn {
    let email = Email::parse(email).expect("an address");
    app.app
        .store()
        .sign_in(&email)
        .await
        .expect("a read")
        .expect("an account")
}

/// Locks an account, as the command line does.
pub async fn lock(app: &TestApp, email: &str) {
    let id = account(app, email).await.user.id;
    let status = UserStatus::Locked {
        at: app.app.now(),
        reason: None,
    };
    let ended = app
        .app
        .store()
        .set_status(id, status, app.app.now(), Alongside::nothing())
        .await;
    app.app.sessions_ended(
        &ended.expect("a write").expect("an account"),
        Cause::AccountLocked,
    );
    app.app.user_changed(id);
}

/// Makes an account with a hash of an import.
pub async fn import(app: &TestApp, email: &str, hash: &str) {
    let now = app.app.now();
    let user = User {
        avatar_url: None,
        created_at: now,
        email: Email::parse(email).expect("an address"),
        email_verified_at: Some(now),
        id: UserId::new(now, &mut app.app.rng()),
        name: None,
        role: Role::User,
        status: UserStatus::Active,
        updated_at: now,
    };
    let new = NewUser {
        user,
        password: Some(PasswordHash::from_stored(hash.to_owned())),
    };
    assert_eq!(
        app.app.store().create_user(new, Alongside::nothing()).await,
        Ok(true)
    );
}
