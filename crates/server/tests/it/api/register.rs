//! `POST /api/v1/auth/register` and the verification of addresses.

use serde_json::json;

use super::people::{
    ADA, PASSWORD, REGISTER, audited, join, mailed_token, newest_mail, register, sign_in,
    try_sign_in,
};
use crate::harness::TestApp;

#[tokio::test]
async fn who_registers_verifies_and_signs_in_on_sqlite() {
    who_registers_verifies_and_signs_in(TestApp::sqlite().await).await;
}

#[tokio::test]
async fn who_registers_verifies_and_signs_in_on_postgresql() {
    who_registers_verifies_and_signs_in(TestApp::postgres().await).await;
}

async fn who_registers_verifies_and_signs_in(mut app: TestApp) {
    let answer = register(&mut app, " Ada@Example.COM ").await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    app.app.clock().advance(1);
    let early = try_sign_in(&mut app, ADA, PASSWORD).await;
    assert_eq!(
        (early.status, &early.json()["slug"]),
        (403, &json!("email-unverified"))
    );
    app.app.clock().advance(1);
    let token = mailed_token(&app, ADA).await;
    let verified = app
        .post("/api/v1/auth/email/verify", &json!({"token": token}))
        .await;
    assert_eq!(verified.status, 204);
    app.app.clock().advance(1);
    let user = &sign_in(&mut app, ADA).await["user"];
    assert_eq!(user["email"], ADA);
    assert_eq!(user["email_verified"], true);
    assert_eq!(
        (&user["name"], &user["role"]),
        (&json!("Ada"), &json!("user"))
    );
    let kinds = audited(&app).await;
    assert_eq!(
        kinds,
        [
            "user.registered",
            "session.login_refused",
            "user.email_verified",
            "session.login"
        ]
    );
}

#[tokio::test]
async fn a_taken_address_is_answered_like_a_new_one_and_its_owner_is_told() {
    let mut app = TestApp::sqlite().await;
    join(&mut app, ADA).await;
    let fresh = register(&mut app, "grace@example.com").await;
    app.app.clock().advance(1);
    let taken = register(&mut app, ADA).await;
    assert_eq!((taken.status, &taken.body), (fresh.status, &fresh.body));
    let names = |answer: &crate::harness::Answer| -> Vec<String> {
        answer.headers.keys().map(ToString::to_string).collect()
    };
    assert_eq!(names(&taken), names(&fresh));
    assert!(
        newest_mail(&app, ADA)
            .await
            .contains("There is one already")
    );
    // The other's password did not become Ada's.
    sign_in(&mut app, ADA).await;
}

#[tokio::test]
async fn all_wrong_fields_are_named_at_once_and_no_account_is_made() {
    let mut app = TestApp::sqlite().await;
    let body = json!({"email": "not an address", "password": "short", "name": "\u{7}"});
    let answer = app.post(REGISTER, &body).await;
    assert_eq!(answer.status, 422);
    let problem = answer.json();
    assert_eq!(problem["slug"], "fields-invalid");
    let errors = problem["errors"].as_array().expect("errors");
    let mut fields: Vec<_> = errors.iter().map(|error| error["field"].as_str()).collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [Some("email"), Some("name"), Some("password")],
        "{problem}"
    );
    assert!(audited(&app).await.is_empty());
}

#[tokio::test]
async fn weak_passwords_are_refused_with_the_reason() {
    let mut app = TestApp::sqlite().await;
    for (password, reason) in [
        ("seven77", "8"),
        ("password1", "common"),
        ("aaaaaaaaaaaa", "repeats"),
        ("countersign1", "easy to guess"),
        ("ada@example.com", "easy to guess"),
    ] {
        let answer = app
            .post(REGISTER, &json!({"email": ADA, "password": password}))
            .await;
        assert_eq!(answer.status, 422, "{password}");
        assert_eq!(answer.json()["errors"][0]["field"], "password");
        assert!(
            answer.text().contains(reason),
            "{password}: {}",
            answer.text()
        );
        assert!(!answer.text().contains("seven77"));
    }
}

#[tokio::test]
async fn passwords_of_every_length_get_a_clear_answer() {
    let mut app = TestApp::sqlite().await;
    let long = |length: usize| "correct horse battery staple ".repeat(4000)[..length].to_owned();
    for (length, status) in [(0, 422), (72, 201), (73, 201), (1000, 201), (100_000, 413)] {
        let email = format!("p{length}@example.com");
        let answer = app
            .post(REGISTER, &json!({"email": email, "password": long(length)}))
            .await;
        assert_eq!(answer.status, status, "{length}: {}", answer.text());
    }
    // The 73rd byte counts: nothing is cut.
    let token = mailed_token(&app, "p73@example.com").await;
    app.post("/api/v1/auth/email/verify", &json!({"token": token}))
        .await;
    let cut = try_sign_in(&mut app, "p73@example.com", &long(72)).await;
    assert_eq!(cut.status, 401);
    let whole = try_sign_in(&mut app, "p73@example.com", &long(73)).await;
    assert_eq!(whole.status, 200);
}

#[tokio::test]
async fn a_link_verifies_once_and_runs_out() {
    let mut app = TestApp::sqlite().await;
    register(&mut app, ADA).await;
    let token = mailed_token(&app, ADA).await;
    let path = "/api/v1/auth/email/verify";
    app.app.clock().advance(24 * 3600);
    let late = app.post(path, &json!({"token": token})).await;
    assert_eq!(
        (late.status, &late.json()["slug"]),
        (400, &json!("link-expired"))
    );
    let resent = app
        .post("/api/v1/auth/email/resend", &json!({"email": ADA}))
        .await;
    assert_eq!(resent.status, 202);
    let token = mailed_token(&app, ADA).await;
    assert_eq!(app.post(path, &json!({"token": token})).await.status, 204);
    let again = app.post(path, &json!({"token": token})).await;
    assert_eq!(
        (again.status, &again.json()["slug"]),
        (400, &json!("link-invalid"))
    );
    for wrong in ["", "x", "csl_short"] {
        let answer = app.post(path, &json!({"token": wrong})).await;
        assert_eq!(answer.json()["slug"], "link-invalid", "{wrong}");
    }
}

#[tokio::test]
async fn resending_tells_nobody_who_has_an_account() {
    let mut app = TestApp::sqlite().await;
    join(&mut app, ADA).await;
    register(&mut app, "grace@example.com").await;
    let path = "/api/v1/auth/email/resend";
    let mut answers = Vec::new();
    for email in [ADA, "grace@example.com", "nobody@example.com"] {
        let answer = app.post(path, &json!({"email": email})).await;
        answers.push((answer.status, answer.body));
    }
    assert_eq!(answers[0].0, 202);
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
}

#[tokio::test]
async fn a_front_end_with_a_page_of_its_own_has_the_password_checked() {
    let mut app = TestApp::sqlite().await;
    register(&mut app, ADA).await;
    let token = mailed_token(&app, ADA).await;
    let verify = |password: &str| json!({"token": token, "password": password});
    let path = "/api/v1/auth/email/verify";
    let wrong = app.post(path, &verify("another horse grazes")).await;
    assert_eq!(wrong.status, 422, "{}", wrong.text());
    assert_eq!(wrong.json()["errors"][0]["field"], "password");
    assert_eq!(app.post(path, &verify(PASSWORD)).await.status, 204);
    sign_in(&mut app, ADA).await;
}
