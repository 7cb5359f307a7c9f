//! Signing in and out, `status` and `me`.

use http::Method;
use serde_json::json;

use super::people::{
    ADA, ME, PASSWORD, STATUS, account, audited, import, join, lock, member, register, sign_in,
    text, try_sign_in, with_bearer,
};
use crate::harness::{START, TestApp};

#[tokio::test]
async fn a_sign_in_hands_out_tokens_and_cookies() {
    let mut app = TestApp::sqlite().await;
    join(&mut app, ADA).await;
    let answer = try_sign_in(&mut app, ADA, PASSWORD).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("cache-control"), "no-store");
    let tokens = answer.json();
    let mut names: Vec<_> = tokens.as_object().expect("an object").keys().collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "access_token",
            "expires_in",
            "refresh_token",
            "session_id",
            "token_type",
            "user"
        ]
    );
    assert_eq!(
        (&tokens["token_type"], &tokens["expires_in"]),
        (&json!("Bearer"), &json!(3600))
    );
    assert!(text(&tokens, "refresh_token").starts_with("csr_"));
    assert_eq!(text(&tokens, "access_token").split('.').count(), 3);
    for cookie in answer.headers.get_all("set-cookie") {
        let cookie = cookie.to_str().expect("text");
        assert!(
            cookie.contains("Path=/") && cookie.contains("SameSite="),
            "{cookie}"
        );
        assert_eq!(
            cookie.contains("HttpOnly"),
            !cookie.contains("csrf"),
            "{cookie}"
        );
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
    assert!(
        app.cookies.contains_key("countersign_session"),
        "{:?}",
        app.cookies.keys()
    );
    assert!(app.cookies.contains_key("countersign_csrf"));
}

#[tokio::test]
async fn bearer_and_cookie_show_who_one_is() {
    let mut app = TestApp::sqlite().await;
    let tokens = member(&mut app, ADA).await;
    let by_cookie = app.get(ME).await;
    let by_bearer = with_bearer(&app, Method::GET, ME, text(&tokens, "access_token")).await;
    assert_eq!(
        (by_cookie.status, by_bearer.status),
        (200, 200),
        "{}",
        by_cookie.text()
    );
    assert_eq!(by_cookie.json(), by_bearer.json());
    assert_eq!(by_cookie.json()["email"], ADA);
}

#[tokio::test]
async fn status_tells_who_one_is_or_why_not() {
    let mut app = TestApp::sqlite().await;
    let tokens = member(&mut app, ADA).await;
    let token = text(&tokens, "access_token");
    let status = with_bearer(&app, Method::GET, STATUS, token).await;
    assert_eq!(status.status, 200, "{}", status.text());
    let status = status.json();
    assert_eq!(status["authenticated"], true);
    assert_eq!(status["principal"]["user_id"], tokens["user"]["id"]);
    assert_eq!(status["principal"]["email"], ADA);
    assert_eq!(status["session"]["id"], tokens["session_id"]);
    assert_eq!(app.get(STATUS).await.json()["authenticated"], true);
    let nobody = app.client().get(STATUS).await;
    assert_eq!(
        (nobody.status, nobody.json()),
        (200, json!({"authenticated": false}))
    );
    let bad = with_bearer(&app, Method::GET, STATUS, "x.y.z").await;
    assert_eq!(bad.status, 401);
    assert_eq!(bad.json()["slug"], "token-malformed");
    assert!(
        bad.header("www-authenticate").starts_with("Bearer"),
        "{:?}",
        bad.headers
    );
    assert_eq!(bad.json()["trace_id"], bad.header("x-trace-id"));
}

#[tokio::test]
async fn an_access_token_ends_to_the_second_plus_leeway() {
    let mut app = TestApp::sqlite().await;
    let tokens = member(&mut app, ADA).await;
    let token = text(&tokens, "access_token");
    app.app.clock().advance(3600 + 59);
    assert_eq!(with_bearer(&app, Method::GET, ME, token).await.status, 200);
    app.app.clock().advance(2);
    let expired = with_bearer(&app, Method::GET, ME, token).await;
    assert_eq!(
        (expired.status, &expired.json()["slug"]),
        (401, &json!("token-expired"))
    );
}

#[tokio::test]
async fn a_clock_that_is_set_back_refuses_clearly_and_loses_nothing() {
    let mut app = TestApp::sqlite().await;
    let tokens = member(&mut app, ADA).await;
    let token = text(&tokens, "access_token");
    app.app.clock().advance(-7200);
    let early = with_bearer(&app, Method::GET, ME, token).await;
    assert_eq!(
        (early.status, &early.json()["slug"]),
        (401, &json!("clock-skew"))
    );
    assert_eq!(
        try_sign_in(&mut app.client(), ADA, PASSWORD).await.status,
        200
    );
    app.app.clock().advance(7200);
    assert_eq!(with_bearer(&app, Method::GET, ME, token).await.status, 200);
    assert_eq!(app.app.clock().seconds(), START);
}

#[tokio::test]
async fn unknown_people_wrong_passwords_and_closed_accounts_look_alike() {
    let mut app = TestApp::sqlite().await;
    join(&mut app, ADA).await;
    join(&mut app, "locked@example.com").await;
    lock(&app, "locked@example.com").await;
    let mut seen = Vec::new();
    for (email, password) in [
        (ADA, "wrong horse battery"),
        ("nobody@example.com", PASSWORD),
        ("locked@example.com", PASSWORD),
        ("locked@example.com", "wrong horse battery"),
    ] {
        let answer = try_sign_in(&mut app.client(), email, password).await;
        let problem = answer.json();
        seen.push((
            answer.status,
            problem["slug"].clone(),
            problem["title"].clone(),
        ));
    }
    assert_eq!(seen[0].0, 401);
    assert_eq!(seen[0].1, "credentials-invalid");
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{seen:?}");
}

#[tokio::test]
async fn only_the_right_password_tells_that_an_address_is_unverified() {
    let mut app = TestApp::sqlite().await;
    register(&mut app, ADA).await;
    let wrong = try_sign_in(&mut app, ADA, "wrong horse battery").await;
    assert_eq!(wrong.json()["slug"], "credentials-invalid");
    let right = try_sign_in(&mut app, ADA, PASSWORD).await;
    assert_eq!(
        (right.status, &right.json()["slug"]),
        (403, &json!("email-unverified"))
    );
}

#[tokio::test]
async fn guessing_has_to_wait_and_success_does_not() {
    let mut app = TestApp::sqlite().await;
    join(&mut app, ADA).await;
    for _ in 0..30 {
        assert_eq!(
            try_sign_in(&mut app.client(), ADA, PASSWORD).await.status,
            200
        );
    }
    let mut last = try_sign_in(&mut app.client(), ADA, "wrong").await;
    for _ in 0..12 {
        last = try_sign_in(&mut app.client(), ADA, "wrong").await;
    }
    assert_eq!(
        (last.status, &last.json()["slug"]),
        (429, &json!("rate-limited"))
    );
    let wait: i64 = last.header("retry-after").parse().expect("seconds");
    assert_eq!(
        try_sign_in(&mut app.client(), ADA, PASSWORD).await.status,
        429
    );
    app.app.clock().advance(wait);
    assert_eq!(
        try_sign_in(&mut app.client(), ADA, PASSWORD).await.status,
        200
    );
}

#[tokio::test]
async fn a_sign_in_from_a_strangers_page_is_refused() {
    let mut app = TestApp::sqlite().await;
    join(&mut app, ADA).await;
    let body = json!({"email": ADA, "password": PASSWORD});
    for (header, value, status) in [
        ("origin", "https://evil.example", 403),
        ("origin", "null", 403),
        ("origin", "http://localhost:8787", 200),
        ("sec-fetch-site", "cross-site", 403),
        ("sec-fetch-site", "same-origin", 200),
    ] {
        let mut client = app.client();
        let ask = client.ask(Method::POST, super::people::LOGIN).json(&body);
        let answer = ask.header(header, value).send().await;
        assert_eq!(answer.status, status, "{header}: {value}");
        if status == 403 {
            assert_eq!(answer.json()["slug"], "csrf-origin-untrusted");
        }
    }
}

#[tokio::test]
async fn a_bcrypt_hash_verifies_and_is_replaced() {
    let mut app = TestApp::sqlite().await;
    // "U*U", a public test vector of crypt_blowfish.
    let hash = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
    import(&app, ADA, hash).await;
    assert_eq!(try_sign_in(&mut app, ADA, "U*U").await.status, 200);
    let stored = account(&app, ADA).await.password.expect("a hash");
    assert!(stored.as_str().starts_with("$argon2id$"));
    assert_eq!(try_sign_in(&mut app, ADA, "U*U").await.status, 200);
    assert_eq!(try_sign_in(&mut app, ADA, "U*U*").await.status, 401);
    let kinds = audited(&app).await;
    assert_eq!(
        kinds
            .iter()
            .filter(|kind| *kind == "user.password_rehashed")
            .count(),
        1
    );
}

#[tokio::test]
async fn signing_out_ends_this_session_the_others_or_all() {
    let mut app = TestApp::sqlite().await;
    join(&mut app, ADA).await;
    for (scope, survivors) in [
        ("", [0, 1, 1]),
        ("?scope=others", [1, 0, 0]),
        ("?scope=global", [0; 3]),
    ] {
        let mut clients = [app.client(), app.client(), app.client()];
        for client in &mut clients {
            sign_in(client, ADA).await;
        }
        let csrf = clients[0].cookies["countersign_csrf"].clone();
        let path = format!("/api/v1/auth/logout{scope}");
        let ask = clients[0]
            .ask(Method::POST, &path)
            .header("x-csrf-token", &csrf);
        let answer = ask.send().await;
        assert!(
            matches!(answer.status, 200 | 204),
            "{scope}: {}",
            answer.text()
        );
        for (client, survives) in clients.iter_mut().zip(survivors) {
            let status = client.get(ME).await.status;
            assert_eq!(status, if survives == 1 { 200 } else { 401 }, "{scope}");
        }
    }
}

#[tokio::test]
async fn a_signed_out_session_is_dead_in_every_form() {
    let mut app = TestApp::sqlite().await;
    let tokens = member(&mut app, ADA).await;
    let cookies = app.cookies.clone();
    let access = text(&tokens, "access_token").to_owned();
    let out = with_bearer(&app, Method::POST, "/api/v1/auth/logout", &access).await;
    assert!(matches!(out.status, 200 | 204), "{}", out.text());
    let bearer = with_bearer(&app, Method::GET, ME, &access).await;
    assert_eq!(
        (bearer.status, &bearer.json()["slug"]),
        (401, &json!("session-revoked"))
    );
    app.cookies = cookies;
    assert_eq!(app.get(ME).await.json()["slug"], "session-revoked");
    let renewed = super::people::refresh(&mut app.client(), text(&tokens, "refresh_token")).await;
    assert_eq!(
        (renewed.status, &renewed.json()["slug"]),
        (401, &json!("session-revoked"))
    );
}

#[tokio::test]
async fn an_unknown_scope_is_told() {
    let mut app = TestApp::sqlite().await;
    let tokens = member(&mut app, ADA).await;
    let token = text(&tokens, "access_token");
    let answer = with_bearer(&app, Method::POST, "/api/v1/auth/logout?scope=all", token).await;
    assert_eq!(answer.status, 422, "{}", answer.text());
    assert_eq!(answer.json()["errors"][0]["field"], "scope");
    assert_eq!(with_bearer(&app, Method::GET, ME, token).await.status, 200);
}

#[tokio::test]
async fn a_query_that_is_not_understood_is_refused_and_nothing_is_done() {
    let mut app = TestApp::sqlite().await;
    let tokens = member(&mut app, ADA).await;
    let token = text(&tokens, "access_token");
    let session = format!("/api/v1/sessions/{}?all=true", text(&tokens, "session_id"));
    for (method, path, field) in [
        (
            Method::POST,
            "/api/v1/auth/logout?scope=others&scope=global",
            "scope",
        ),
        (
            Method::POST,
            "/api/v1/auth/logout?scope=others&dry_run=1",
            "dry_run",
        ),
        (Method::POST, "/api/v1/auth/logout?Scope=others", "Scope"),
        (Method::DELETE, &session, "all"),
        (Method::PUT, "/api/settings?merge=true", "merge"),
        (
            Method::POST,
            "/api/v1/auth/password/forgot?email=a",
            "email",
        ),
    ] {
        let answer = with_bearer(&app, method, path, token).await;
        assert_eq!(answer.status, 422, "{path}: {}", answer.text());
        assert_eq!(answer.json()["errors"][0]["field"], field, "{path}");
    }
    assert_eq!(with_bearer(&app, Method::GET, ME, token).await.status, 200);
}

#[tokio::test]
async fn a_profile_is_changed_in_part() {
    let mut app = TestApp::sqlite().await;
    let tokens = member(&mut app, ADA).await;
    let token = text(&tokens, "access_token").to_owned();
    let mut client = app.client();
    for (change, name, picture) in [
        (
            json!({"avatar_url": "https://x.org/a.png"}),
            json!("Ada"),
            json!("https://x.org/a.png"),
        ),
        (
            json!({"name": "  Countess  "}),
            json!("Countess"),
            json!("https://x.org/a.png"),
        ),
        (json!({"avatar_url": null}), json!("Countess"), json!(null)),
        (json!({}), json!("Countess"), json!(null)),
    ] {
        let answer = client
            .ask(Method::PATCH, ME)
            .bearer(&token)
            .json(&change)
            .send()
            .await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(
            (&answer.json()["name"], &answer.json()["avatar_url"]),
            (&name, &picture)
        );
        assert_eq!(
            with_bearer(&app, Method::GET, ME, &token).await.json()["name"],
            name
        );
    }
    let wrong = json!({"name": "", "avatar_url": "javascript:alert(1)"});
    let answer = client
        .ask(Method::PATCH, ME)
        .bearer(&token)
        .json(&wrong)
        .send()
        .await;
    assert_eq!(answer.status, 422);
    assert_eq!(answer.json()["errors"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn signing_in_anew_ends_the_session_of_before_in_this_browser_alone() {
    let mut app = TestApp::sqlite().await;
    join(&mut app, ADA).await;
    let elsewhere = sign_in(&mut app.client(), ADA).await;
    let before = sign_in(&mut app, ADA).await;
    assert_eq!(try_sign_in(&mut app, ADA, "wrong").await.status, 401);
    let token = text(&before, "access_token");
    assert_eq!(with_bearer(&app, Method::GET, ME, token).await.status, 200);
    let after = sign_in(&mut app, ADA).await;
    assert_ne!(after["session_id"], before["session_id"]);
    let old = with_bearer(&app, Method::GET, ME, token).await;
    assert_eq!(
        (old.status, &old.json()["slug"]),
        (401, &json!("session-revoked"))
    );
    for tokens in [&elsewhere, &after] {
        let answer = with_bearer(&app, Method::GET, ME, text(tokens, "access_token")).await;
        assert_eq!(answer.status, 200);
    }
}
