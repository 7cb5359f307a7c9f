//! `POST /api/v1/auth/refresh`.

use std::collections::BTreeSet;

use http::Method;
use serde_json::json;

use super::people::{ADA, ME, REFRESH, audited, member, refresh, sign_in, text, with_bearer};
use crate::harness::TestApp;

#[tokio::test]
async fn a_refresh_rotates() {
    let mut app = TestApp::sqlite().await;
    let tokens = member(&mut app, ADA).await;
    app.app.clock().advance(3700);
    let answer = refresh(&mut app.client(), text(&tokens, "refresh_token")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let renewed = answer.json();
    assert_eq!(renewed["session_id"], tokens["session_id"]);
    assert_eq!(renewed["user"], tokens["user"]);
    assert_ne!(renewed["refresh_token"], tokens["refresh_token"]);
    assert_ne!(renewed["access_token"], tokens["access_token"]);
    let me = with_bearer(&app, Method::GET, ME, text(&renewed, "access_token")).await;
    assert_eq!(me.status, 200);
}

async fn concurrent_refreshes_agree(app: TestApp) {
    let mut app = app;
    let tokens = member(&mut app, ADA).await;
    let token = text(&tokens, "refresh_token").to_owned();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..32 {
        let (mut client, token) = (app.client(), token.clone());
        tasks.spawn(async move { refresh(&mut client, &token).await });
    }
    let answers = tasks.join_all().await;
    let mut successors = BTreeSet::new();
    for answer in &answers {
        assert_eq!(answer.status, 200, "{}", answer.text());
        successors.insert(text(&answer.json(), "refresh_token").to_owned());
    }
    assert_eq!((answers.len(), successors.len()), (32, 1));
    let successor = successors.pop_first().expect("one");
    assert_eq!(refresh(&mut app.client(), &successor).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn thirty_two_at_once_get_one_successor_on_sqlite() {
    concurrent_refreshes_agree(TestApp::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn thirty_two_at_once_get_one_successor_on_postgresql() {
    concurrent_refreshes_agree(TestApp::postgres().await).await;
}

#[tokio::test]
async fn a_lost_answer_is_given_again_even_long_after() {
    let mut app = TestApp::sqlite().await;
    let tokens = member(&mut app, ADA).await;
    let token = text(&tokens, "refresh_token");
    let lost = refresh(&mut app.client(), token).await.json();
    app.app.clock().advance(30);
    let again = refresh(&mut app.client(), token).await.json();
    assert_eq!(again["refresh_token"], lost["refresh_token"]);
    app.app.clock().advance(31);
    let later = refresh(&mut app.client(), token).await;
    assert_eq!(later.status, 200, "{}", later.text());
    assert_ne!(later.json()["refresh_token"], lost["refresh_token"]);
}

async fn a_thief_is_found_out(app: TestApp) {
    let mut app = app;
    let tokens = member(&mut app, ADA).await;
    let stolen = text(&tokens, "refresh_token").to_owned();
    let thief = refresh(&mut app.client(), &stolen).await.json();
    app.app.clock().advance(3600);
    let thief = refresh(&mut app.client(), text(&thief, "refresh_token"))
        .await
        .json();
    app.app.clock().advance(3600);
    let owner = refresh(&mut app.client(), &stolen).await;
    assert_eq!(
        (owner.status, &owner.json()["slug"]),
        (401, &json!("refresh-reused"))
    );
    let access = text(&thief, "access_token");
    let acted = with_bearer(&app, Method::GET, ME, access).await;
    assert_eq!(
        (acted.status, &acted.json()["slug"]),
        (401, &json!("refresh-reused"))
    );
    let renewed = refresh(&mut app.client(), text(&thief, "refresh_token")).await;
    assert_eq!(renewed.json()["slug"], "refresh-reused");
    let kinds = audited(&app).await;
    let reused = kinds
        .iter()
        .filter(|kind| *kind == "session.refresh_reused")
        .count();
    assert_eq!(reused, 1, "{kinds:?}");
}

#[tokio::test]
async fn a_thief_is_found_out_on_sqlite() {
    a_thief_is_found_out(TestApp::sqlite().await).await;
}

#[tokio::test]
async fn a_thief_is_found_out_on_postgresql() {
    a_thief_is_found_out(TestApp::postgres().await).await;
}

#[tokio::test]
async fn refusals_say_why() {
    let mut app = TestApp::sqlite().await;
    let tokens = member(&mut app, ADA).await;
    let access = text(&tokens, "access_token");
    for (token, slug) in [
        (format!("csr_{}", "A".repeat(43)), "refresh-token-unknown"),
        ("csr_short".to_owned(), "refresh-token-unknown"),
        ("nonsense".to_owned(), "refresh-token-unknown"),
        (String::new(), "refresh-token-unknown"),
        (access.to_owned(), "refresh-token-unknown"),
    ] {
        let answer = refresh(&mut app.client(), &token).await;
        assert_eq!(
            (answer.status, &answer.json()["slug"]),
            (401, &json!(slug)),
            "{token}"
        );
    }
    app.app.clock().advance(31 * 86_400);
    let answer = refresh(&mut app.client(), text(&tokens, "refresh_token")).await;
    let slug = answer.json()["slug"].clone();
    assert_eq!((answer.status, slug), (401, json!("session-expired-idle")));
}

#[tokio::test]
async fn use_keeps_a_session_alive_up_to_its_absolute_end() {
    let mut app = TestApp::sqlite().await;
    let mut tokens = member(&mut app, ADA).await;
    for _ in 0..8 {
        app.app.clock().advance(11 * 86_400);
        let answer = refresh(&mut app.client(), text(&tokens, "refresh_token")).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        tokens = answer.json();
    }
    app.app.clock().advance(2 * 86_400 - 600);
    let last = refresh(&mut app.client(), text(&tokens, "refresh_token")).await;
    assert_eq!(last.status, 200, "{}", last.text());
    assert_eq!(
        last.json()["expires_in"],
        600,
        "the access token ends with its session"
    );
    app.app.clock().advance(600);
    let late = refresh(&mut app.client(), text(&last.json(), "refresh_token")).await;
    assert_eq!(
        late.json()["slug"],
        "session-expired-absolute",
        "{}",
        late.text()
    );
}

#[tokio::test]
async fn a_browser_refreshes_by_cookie_with_its_csrf_token() {
    let mut app = TestApp::sqlite().await;
    member(&mut app, ADA).await;
    let bare = app.ask(Method::POST, REFRESH).send().await;
    assert_eq!(
        (bare.status, &bare.json()["slug"]),
        (403, &json!("csrf-token-missing"))
    );
    let before = app.cookies["countersign_refresh"].clone();
    let csrf = app.cookies["countersign_csrf"].clone();
    let answer = app
        .ask(Method::POST, REFRESH)
        .header("x-csrf-token", &csrf)
        .send()
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_ne!(app.cookies["countersign_refresh"], before);
    assert_eq!(
        answer.json()["refresh_token"],
        app.cookies["countersign_refresh"].as_str()
    );
}

#[tokio::test]
async fn a_bearer_token_beside_the_cookie_neither_spoils_nor_spares_the_checks() {
    let mut app = TestApp::sqlite().await;
    let tokens = member(&mut app, ADA).await;
    let access = text(&tokens, "access_token").to_owned();
    let csrf = app.cookies["countersign_csrf"].clone();
    let bare = app.ask(Method::POST, REFRESH).bearer(&access).send().await;
    assert_eq!(bare.json()["slug"], "csrf-token-missing");
    app.app.clock().advance(2 * 3600);
    let ask = app.ask(Method::POST, REFRESH).bearer(&access);
    let answer = ask.header("x-csrf-token", &csrf).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[tokio::test]
async fn without_any_token_that_is_said() {
    let app = TestApp::sqlite().await;
    let mut client = app.client();
    let nothing = client.ask(Method::POST, REFRESH).send().await;
    assert_eq!(
        (nothing.status, &nothing.json()["slug"]),
        (401, &json!("credential-missing"))
    );
    let empty = client.post(REFRESH, &json!({})).await;
    assert_eq!(empty.json()["slug"], "credential-missing");
    let number = client.post(REFRESH, &json!({"refresh_token": 7})).await;
    assert_eq!(
        (number.status, &number.json()["slug"]),
        (422, &json!("fields-invalid"))
    );
}

#[tokio::test]
async fn the_eleventh_session_ends_the_oldest() {
    let mut app = TestApp::sqlite().await;
    let first = member(&mut app, ADA).await;
    for _ in 0..9 {
        app.app.clock().advance(1);
        sign_in(&mut app.client(), ADA).await;
    }
    let token = text(&first, "access_token");
    assert_eq!(with_bearer(&app, Method::GET, ME, token).await.status, 200);
    sign_in(&mut app.client(), ADA).await;
    let evicted = with_bearer(&app, Method::GET, ME, token).await;
    let slug = evicted.json()["slug"].clone();
    assert_eq!(
        (evicted.status, slug),
        (401, json!("session-evicted-by-limit"))
    );
    let renewed = refresh(&mut app.client(), text(&first, "refresh_token")).await;
    assert_eq!(renewed.json()["slug"], "session-evicted-by-limit");
}
