//! `/api/v1/auth/password`.

use http::Method;
use serde_json::{Value, json};

use super::people::{
    ADA, ME, PASSWORD, audited, mailed_token, member, newest_mail, refresh, register, sign_in,
    text, try_sign_in, with_bearer,
};
use crate::harness::{Answer, TestApp};

const CHANGE: &str = "/api/v1/auth/password/change";
const FORGOT: &str = "/api/v1/auth/password/forgot";
const RESET: &str = "/api/v1/auth/password/reset";
const NEW: &str = "another horse, another battery";

async fn change(app: &TestApp, token: &str, body: &Value) -> Answer {
    app.client()
        .ask(Method::POST, CHANGE)
        .bearer(token)
        .json(body)
        .send()
        .await
}

#[tokio::test]
async fn a_changed_password_ends_the_other_sessions() {
    let mut app = TestApp::sqlite().await;
    let mine = member(&mut app, ADA).await;
    let other = sign_in(&mut app.client(), ADA).await;
    let (token, body) = (
        text(&mine, "access_token"),
        json!({"current_password": PASSWORD, "new_password": NEW}),
    );
    let answer = change(&app, token, &body).await;
    assert_eq!(answer.status, 204, "{}", answer.text());
    assert_eq!(with_bearer(&app, Method::GET, ME, token).await.status, 200);
    let ended = with_bearer(&app, Method::GET, ME, text(&other, "access_token")).await;
    assert_eq!(ended.json()["slug"], "session-revoked");
    assert_eq!(
        try_sign_in(&mut app.client(), ADA, PASSWORD).await.status,
        401
    );
    assert_eq!(try_sign_in(&mut app.client(), ADA, NEW).await.status, 200);
    assert!(newest_mail(&app, ADA).await.contains("was changed"));
    assert!(
        audited(&app)
            .await
            .contains(&"user.password_changed".to_owned())
    );
}

#[tokio::test]
async fn the_others_may_stay_if_the_user_says_so() {
    let mut app = TestApp::sqlite().await;
    let mine = member(&mut app, ADA).await;
    let other = sign_in(&mut app.client(), ADA).await;
    let body =
        json!({"current_password": PASSWORD, "new_password": NEW, "end_other_sessions": false});
    assert_eq!(
        change(&app, text(&mine, "access_token"), &body)
            .await
            .status,
        204
    );
    let stays = with_bearer(&app, Method::GET, ME, text(&other, "access_token")).await;
    assert_eq!(stays.status, 200);
}

#[tokio::test]
async fn a_change_needs_the_password_of_today_and_a_good_new_one() {
    let mut app = TestApp::sqlite().await;
    let tokens = member(&mut app, ADA).await;
    let token = text(&tokens, "access_token");
    for (body, field) in [
        (
            json!({"current_password": "wrong", "new_password": NEW}),
            "current_password",
        ),
        (
            json!({"current_password": PASSWORD, "new_password": "short"}),
            "new_password",
        ),
        (json!({"new_password": NEW}), "current_password"),
        (
            json!({"current_password": PASSWORD, "new_password": NEW, "end_other_sessions": "no"}),
            "end_other_sessions",
        ),
    ] {
        let answer = change(&app, token, &body).await;
        assert_eq!(answer.status, 422, "{body}");
        assert_eq!(
            answer.json()["errors"][0]["field"],
            field,
            "{}",
            answer.text()
        );
    }
    assert_eq!(
        try_sign_in(&mut app.client(), ADA, PASSWORD).await.status,
        200
    );
    assert!(
        audited(&app)
            .await
            .contains(&"user.password_change_refused".to_owned())
    );
}

#[tokio::test]
async fn a_forgotten_password_is_reset_by_mail_once_on_sqlite() {
    a_forgotten_password_is_reset_by_mail_once(TestApp::sqlite().await).await;
}

#[tokio::test]
async fn a_forgotten_password_is_reset_by_mail_once_on_postgresql() {
    a_forgotten_password_is_reset_by_mail_once(TestApp::postgres().await).await;
}

async fn a_forgotten_password_is_reset_by_mail_once(mut app: TestApp) {
    let tokens = member(&mut app, ADA).await;
    app.app.clock().advance(1);
    assert_eq!(app.post(FORGOT, &json!({"email": ADA})).await.status, 202);
    let token = mailed_token(&app, ADA).await;
    let weak = app
        .post(RESET, &json!({"token": token, "new_password": "password1"}))
        .await;
    assert_eq!(weak.status, 422, "the link still works");
    let body = json!({"token": token, "new_password": NEW});
    assert_eq!(app.post(RESET, &body).await.status, 204);
    let access = text(&tokens, "access_token");
    assert_eq!(
        with_bearer(&app, Method::GET, ME, access).await.json()["slug"],
        "session-revoked"
    );
    let renewed = refresh(&mut app.client(), text(&tokens, "refresh_token")).await;
    assert_eq!(renewed.json()["slug"], "session-revoked");
    assert_eq!(try_sign_in(&mut app.client(), ADA, NEW).await.status, 200);
    let again = app.post(RESET, &body).await;
    assert_eq!(
        (again.status, &again.json()["slug"]),
        (400, &json!("link-invalid"))
    );
}

#[tokio::test]
async fn a_reset_link_lives_ten_minutes_and_the_newest_alone_works() {
    let mut app = TestApp::sqlite().await;
    member(&mut app, ADA).await;
    app.app.clock().advance(1);
    app.post(FORGOT, &json!({"email": ADA})).await;
    let first = mailed_token(&app, ADA).await;
    app.app.clock().advance(1);
    app.post(FORGOT, &json!({"email": ADA})).await;
    let second = mailed_token(&app, ADA).await;
    let reset = |token: &str| json!({"token": token, "new_password": NEW});
    let voided = app.post(RESET, &reset(&first)).await;
    assert_eq!(voided.json()["slug"], "link-invalid");
    app.app.clock().advance(600);
    let late = app.post(RESET, &reset(&second)).await;
    assert_eq!(
        (late.status, &late.json()["slug"]),
        (400, &json!("link-expired"))
    );
    assert_eq!(
        try_sign_in(&mut app.client(), ADA, PASSWORD).await.status,
        200
    );
}

#[tokio::test]
async fn forgetting_tells_nobody_who_has_an_account() {
    let mut app = TestApp::sqlite().await;
    member(&mut app, ADA).await;
    let known = app.post(FORGOT, &json!({"email": ADA})).await;
    let unknown = app
        .post(FORGOT, &json!({"email": "nobody@example.com"}))
        .await;
    assert_eq!((known.status, &known.body), (unknown.status, &unknown.body));
}

#[tokio::test]
async fn a_link_for_one_purpose_does_not_serve_another() {
    let mut app = TestApp::sqlite().await;
    register(&mut app, ADA).await;
    let token = mailed_token(&app, ADA).await;
    let answer = app
        .post(RESET, &json!({"token": token, "new_password": NEW}))
        .await;
    assert_eq!(
        (answer.status, &answer.json()["slug"]),
        (400, &json!("link-invalid"))
    );
}

#[tokio::test]
async fn letters_to_one_address_are_limited_and_nobody_learns_whether_it_has_an_account() {
    let mut app = TestApp::sqlite().await;
    member(&mut app, ADA).await;
    for path in [FORGOT, "/api/v1/auth/email/resend"] {
        app.app.clock().advance(3601);
        for email in [ADA, "nobody@example.com"] {
            for _ in 0..5 {
                let answer = app.post(path, &json!({"email": email})).await;
                assert_eq!(answer.status, 202, "{path} {email}");
            }
            let answer = app.post(path, &json!({"email": email})).await;
            assert_eq!(
                (answer.status, &answer.json()["slug"]),
                (429, &json!("rate-limited")),
                "{path} {email}"
            );
            let after: u32 = answer.header("retry-after").parse().expect("seconds");
            assert!((1..=3600).contains(&after), "{after}");
        }
    }
}
