//! Who a request comes from: bearer tokens, cookies, tokens of others, and what ends them.

use std::net::{IpAddr, Ipv4Addr};

use aws_lc_rs::hmac;
use axum::extract::FromRequestParts;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_domain::accounts::{Role, User, UserStatus};
use countersign_domain::audit::{Actor, AuditEvent, AuditKind};
use countersign_domain::csrf::{Binding, mint};
use countersign_domain::sessions::Session;
use countersign_domain::{AuditEventId, Email, SessionId, SessionToken, UserId};
use countersign_server::App;
use countersign_server::authenticate::{Admin, Authenticated, How, Member};
use countersign_server::http::{Refused, RequestInfo, TraceId};
use countersign_store::{Alongside, NewUser, OpenSession};
use countersign_verify::Cause;
use http::{Method, Request};
use serde_json::{Value, json};

use crate::harness::{START, TestApp};

/// A user with an open session.
pub struct Person {
    pub user: User,
    pub session: Session,
    cookie: SessionToken,
    pub token: String,
}

pub fn event(app: &App, kind: AuditKind) -> AuditEvent {
    let id = AuditEventId::new(app.now(), &mut app.rng());
    AuditEvent::new(id, app.now(), kind, Actor::System)
}

pub async fn person(app: &App, email: &str, role: Role) -> Person {
    let now = app.now();
    let user = User {
        avatar_url: None,
        created_at: now,
        email: Email::parse(email).expect("address"),
        email_verified_at: Some(now),
        id: UserId::new(now, &mut app.rng()),
        name: None,
        role,
        status: UserStatus::Active,
        updated_at: now,
    };
    let new = NewUser {
        user: user.clone(),
        password: None,
    };
    let made = app.store().create_user(new, Alongside::nothing()).await;
    assert!(made.expect("store"), "the address is free");
    let policy = app.session_policy();
    let id = SessionId::new(now, &mut app.rng());
    let session = Session::open(id, user.id, vec!["pwd".into()], now, &policy);
    let cookie = SessionToken::generate(&mut app.rng());
    let open = OpenSession {
        session: session.clone(),
        cookie: Some(cookie.hash()),
        refresh: None,
        epoch: None,
        policy,
        eviction: event(app, AuditKind::SessionEnded),
    };
    app.store()
        .open_session(open, Alongside::nothing())
        .await
        .expect("opened");
    let token = app.access_token(&user, &session).expect("token").token;
    Person {
        user,
        session,
        cookie,
        token,
    }
}

fn ask(method: Method, headers: &[(&str, &str)]) -> http::request::Parts {
    let mut builder = Request::builder().method(method).uri("/x");
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    let mut request = builder.body(()).expect("request");
    request.extensions_mut().insert(RequestInfo {
        trace_id: TraceId::from_bytes([5; 16]),
        ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
        html: false,
    });
    request.into_parts().0
}

pub async fn by_bearer(app: &App, token: &str) -> Result<Authenticated, Refused> {
    let value = format!("Bearer {token}");
    let mut parts = ask(Method::GET, &[("authorization", &value)]);
    Authenticated::from_request_parts(&mut parts, app).await
}

pub fn cause(result: Result<Authenticated, Refused>) -> Option<Cause> {
    result.err().map(|refused| refused.cause())
}

/// A token as a front end makes it: typed JWT, without a session.
fn foreign(secret: &str, sub: &str, email: Option<&str>) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let mut claims = json!({"sub": sub, "iat": START, "exp": START + 600});
    if let Some(email) = email {
        claims["email"] = email.into();
    }
    let head = encode(&json!({"alg": "HS256", "typ": "JWT"}));
    let input = format!("{head}.{}", encode(&claims));
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, input.as_bytes());
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(tag))
}

#[tokio::test]
async fn a_bearer_token_of_ours_needs_no_database() {
    let server = TestApp::sqlite().await;
    let app = server.app.clone();
    let ada = person(&app, "ada@example.com", Role::User).await;
    app.store().close().await;
    let known = by_bearer(&app, &ada.token).await.expect("authenticated");
    assert_eq!(known.user_id(), ada.user.id);
    assert_eq!(known.session_id(), Some(ada.session.id));
    assert_eq!((known.role(), known.how()), (Role::User, How::Bearer));
    assert_eq!(known.email(), Some("ada@example.com"));
    assert_eq!(known.auth_time(), Some(START));
    assert_eq!(known.amr(), ["pwd"]);
    assert_eq!(known.scope(), Some("read write"));
}

#[tokio::test]
async fn an_ended_session_is_refused_at_once_with_its_cause() {
    for (end, expected) in [
        (Cause::SessionRevoked, Cause::SessionRevoked),
        (Cause::SessionEvictedByLimit, Cause::SessionEvictedByLimit),
    ] {
        let server = TestApp::sqlite().await;
        let app = server.app.clone();
        let ada = person(&app, "ada@example.com", Role::User).await;
        app.sessions_ended(&[ada.session.id], end);
        let refused = by_bearer(&app, &ada.token).await.expect_err("refused");
        assert_eq!(refused.cause(), expected);
        assert_eq!(refused.audit_kind(), Some(AuditKind::CredentialRefused));
        assert!(refused.trace().is_some_and(|trace| trace.steps.len() > 3));
    }
}

#[tokio::test]
async fn a_token_ends_with_its_time_and_not_before() {
    let server = TestApp::sqlite().await;
    let app = server.app.clone();
    let ada = person(&app, "ada@example.com", Role::User).await;
    app.clock().advance(3600 + 59);
    assert!(
        by_bearer(&app, &ada.token).await.is_ok(),
        "within the leeway"
    );
    app.clock().advance(2);
    assert_eq!(
        cause(by_bearer(&app, &ada.token).await),
        Some(Cause::TokenExpired)
    );
    app.clock().advance(-7 * 3600);
    assert_eq!(
        cause(by_bearer(&app, &ada.token).await),
        Some(Cause::ClockSkew)
    );
}

#[tokio::test]
async fn after_a_change_of_the_account_its_present_role_and_status_count() {
    let server = TestApp::sqlite().await;
    let app = server.app.clone();
    let ada = person(&app, "ada@example.com", Role::Admin).await;
    let now = app.now();
    let audit = event(&app, AuditKind::AdminUserRoleChanged);
    app.store()
        .set_role(ada.user.id, Role::User, now, audit.into())
        .await
        .expect("changed");
    app.user_changed(ada.user.id);
    let known = by_bearer(&app, &ada.token).await.expect("authenticated");
    assert_eq!(known.role(), Role::User, "the token still says admin");
    let value = format!("Bearer {}", ada.token);
    let mut parts = ask(Method::GET, &[("authorization", &value)]);
    let refused = Admin::from_request_parts(&mut parts, &app)
        .await
        .expect_err("no admin");
    assert_eq!(refused.cause(), Cause::RoleMissing);
    assert_eq!(refused.status(), 403);
}

#[tokio::test]
async fn a_cookie_is_enough_to_read_and_needs_its_csrf_token_to_write() {
    let server = TestApp::sqlite().await;
    let app = server.app.clone();
    let ada = person(&app, "ada@example.com", Role::User).await;
    let session = format!("countersign_session={}", ada.cookie.expose());
    let good = mint(
        app.csrf_key(),
        Binding::Session(ada.session.id),
        &mut app.rng(),
    );
    let other = mint(app.csrf_key(), Binding::Anonymous, &mut app.rng());
    let both = format!("{session}; countersign_csrf={good}");
    let wrong = format!("{session}; countersign_csrf={other}");
    let twice = format!("{both}; countersign_csrf={other}");
    let (own, evil) = ("http://localhost:8787", "https://evil.example");
    let (missing, mismatch) = (Cause::CsrfTokenMissing, Cause::CsrfTokenMismatch);
    let (twofold, untrusted) = (Cause::CsrfCookieDuplicatePath, Cause::CsrfOriginUntrusted);
    let (get, post) = (Method::GET, Method::POST);
    for (method, cookie, origin, header, expected) in [
        (&get, &session, evil, "", None),
        (&Method::HEAD, &session, own, "", None),
        (&post, &both, own, &*good, None),
        (&post, &session, own, &good, Some(missing)),
        (&post, &both, own, "", Some(missing)),
        (&post, &both, own, &other, Some(mismatch)),
        (&post, &wrong, own, &other, Some(mismatch)),
        (&post, &twice, own, &good, Some(twofold)),
        (&Method::DELETE, &both, evil, &good, Some(untrusted)),
        (&post, &both, "null", &good, Some(untrusted)),
    ] {
        let headers = [
            ("cookie", cookie.as_str()),
            ("origin", origin),
            ("x-csrf-token", header),
        ];
        let result = asked(&app, method, &headers).await;
        assert_eq!(
            cause(result),
            expected,
            "{method} {cookie} {origin} {header}"
        );
    }
}

/// Sends a request; what is refused for its CSRF token is audited as that.
async fn asked(
    app: &App,
    method: &Method,
    headers: &[(&str, &str)],
) -> Result<Authenticated, Refused> {
    let mut parts = ask(method.clone(), headers);
    let result = Authenticated::from_request_parts(&mut parts, app).await;
    if let Err(refused) = &result {
        assert_eq!(refused.audit_kind(), Some(AuditKind::CsrfRefused));
    }
    result
}

#[tokio::test]
async fn a_cookie_ends_with_its_session_and_its_account() {
    let server = TestApp::postgres().await;
    let app = &server.app;
    let ada = person(app, "ada@example.com", Role::User).await;
    let session = format!("countersign_session={}", ada.cookie.expose());
    let authenticate = async || {
        let mut parts = ask(Method::GET, &[("cookie", &session)]);
        cause(Authenticated::from_request_parts(&mut parts, app).await)
    };
    assert_eq!(authenticate().await, None);
    let at = app.now();
    let locked = UserStatus::Locked { at, reason: None };
    let audit = event(app, AuditKind::AdminUserLocked);
    let ended = app
        .store()
        .set_status(ada.user.id, locked, at, audit.into())
        .await;
    assert!(ended.expect("locked").is_some());
    app.user_changed(ada.user.id);
    assert_eq!(authenticate().await, Some(Cause::AccountLocked));
}

#[tokio::test]
async fn idle_and_absolute_lives_end_a_cookie() {
    let server = TestApp::sqlite().await;
    let app = server.app.clone();
    let ada = person(&app, "ada@example.com", Role::User).await;
    let session = format!("countersign_session={}", ada.cookie.expose());
    let authenticate = async || {
        let mut parts = ask(Method::GET, &[("cookie", &session)]);
        cause(Authenticated::from_request_parts(&mut parts, &app).await)
    };
    let day = 86_400;
    for _ in 0..6 {
        app.clock().advance(13 * day);
        assert_eq!(authenticate().await, None, "each use puts the end off");
        countersign_server::jobs::flush(&app).await;
    }
    app.clock().advance(13 * day);
    assert_eq!(authenticate().await, Some(Cause::SessionExpiredAbsolute));
    let bob = person(&app, "bob@example.com", Role::User).await;
    let session = format!("countersign_session={}", bob.cookie.expose());
    app.clock().advance(15 * day);
    let mut parts = ask(Method::GET, &[("cookie", &session)]);
    let result = Authenticated::from_request_parts(&mut parts, &app).await;
    assert_eq!(cause(result), Some(Cause::SessionExpiredIdle));
}

#[tokio::test]
async fn nothing_presented_is_anonymous_and_a_bad_credential_is_not() {
    let server = TestApp::sqlite().await;
    let app = server.app.clone();
    for (headers, expected) in [
        (&[][..], Ok(true)),
        (&[("cookie", "theme=dark")], Ok(true)),
        (
            &[("authorization", "Bearer null")],
            Err(Cause::TokenNullOrUndefined),
        ),
        (
            &[("authorization", "Bearer a.b.c")],
            Err(Cause::TokenMalformed),
        ),
        (
            &[("cookie", "countersign_session=x")],
            Err(Cause::SessionUnknown),
        ),
    ] {
        let mut parts = ask(Method::GET, headers);
        let result = Option::<Authenticated>::from_request_parts(&mut parts, &app).await;
        let result = result
            .map(|known| known.is_none())
            .map_err(|refused| refused.cause());
        assert_eq!(result, expected, "{headers:?}");
    }
}

/// Field report 000: the token is good, and nobody ever told the server of its user.
#[tokio::test]
async fn a_token_of_the_front_end_is_whose_identity_or_verified_address_it_names() {
    let server = TestApp::with_sync_secret().await;
    let app = server.app.clone();
    let unknown = foreign(TestApp::SIGNING_SECRET, "583231", Some("ada@example.com"));
    let refused = by_bearer(&app, &unknown).await.expect_err("nobody");
    assert_eq!(
        refused.cause(),
        Cause::UserNotProvisioned,
        "{}",
        refused.detail()
    );
    assert!(refused.detail().contains("github"), "{}", refused.detail());
    let ada = person(&app, "ada@example.com", Role::User).await;
    app.clock().advance(1);
    let known = by_bearer(&app, &unknown).await.expect("found by address");
    assert_eq!((known.user_id(), known.session_id()), (ada.user.id, None));
    let by_id = foreign(TestApp::SIGNING_SECRET, &ada.user.id.to_string(), None);
    assert_eq!(
        by_bearer(&app, &by_id)
            .await
            .expect("found by id")
            .user_id(),
        ada.user.id
    );
    let elsewhere = foreign(TestApp::SYNC_SECRET, "583231", Some("ada@example.com"));
    assert_eq!(
        cause(by_bearer(&app, &elsewhere).await),
        Some(Cause::SecretMismatch)
    );
}

#[tokio::test]
async fn a_member_comes_with_account_and_session_of_now() {
    let server = TestApp::sqlite().await;
    let app = server.app.clone();
    let ada = person(&app, "ada@example.com", Role::User).await;
    let value = format!("Bearer {}", ada.token);
    let mut parts = ask(Method::GET, &[("authorization", &value)]);
    let member = Member::from_request_parts(&mut parts, &app)
        .await
        .expect("member");
    assert_eq!(member.user, ada.user);
    assert_eq!(member.session_id(), Some(ada.session.id));
}

#[tokio::test]
async fn refusals_are_kept_with_their_explanation_and_without_the_token() {
    let server = TestApp::with_environment(&[
        ("JWT_SECRET_DEVELOPMENT", TestApp::SIGNING_SECRET),
        ("JWT_SECRET_STAGING", TestApp::SYNC_SECRET),
    ])
    .await;
    let token = foreign(TestApp::SYNC_SECRET, "x", None);
    let refused = by_bearer(&server.app, &token).await.expect_err("refused");
    assert_eq!(refused.cause(), Cause::SecretMismatch);
    assert!(refused.token().is_some());
    assert!(!format!("{refused:?}").contains(&token));
    assert!(server.mails().await.is_empty());
    server.flush().await;
}
