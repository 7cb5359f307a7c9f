//! `/api/v1/sessions`.

use http::Method;
use serde_json::json;

use super::people::{ADA, ME, join, member, sign_in, text, with_bearer};
use crate::harness::TestApp;

const SESSIONS: &str = "/api/v1/sessions";

#[tokio::test]
async fn one_sees_and_ends_ones_sessions() {
    let mut app = TestApp::sqlite().await;
    let here = member(&mut app, ADA).await;
    app.app.clock().advance(60);
    let mut phone = app.client();
    let there = sign_in(&mut phone, ADA).await;
    let (mine, other) = (text(&here, "access_token"), text(&there, "access_token"));
    let listed = with_bearer(&app, Method::GET, SESSIONS, mine).await.json();
    let sessions = listed["sessions"].as_array().expect("sessions").clone();
    assert_eq!(sessions.len(), 2);
    let current: Vec<_> = sessions
        .iter()
        .filter(|session| session["current"] == true)
        .collect();
    assert_eq!(current.len(), 1);
    assert_eq!(current[0]["id"], here["session_id"]);
    assert_eq!(current[0]["amr"], json!(["pwd"]));
    assert!(text(current[0], "created_at").ends_with('Z'));
    let path = format!("{SESSIONS}/{}", text(&there, "session_id"));
    assert_eq!(
        with_bearer(&app, Method::DELETE, &path, mine).await.status,
        204
    );
    let ended = with_bearer(&app, Method::GET, ME, other).await;
    assert_eq!(
        (ended.status, &ended.json()["slug"]),
        (401, &json!("session-revoked"))
    );
    assert_eq!(phone.get(ME).await.status, 401);
    let again = with_bearer(&app, Method::DELETE, &path, mine).await;
    assert_eq!(
        (again.status, &again.json()["slug"]),
        (404, &json!("not-found"))
    );
}

#[tokio::test]
async fn the_sessions_of_others_do_not_exist() {
    let mut app = TestApp::sqlite().await;
    let ada = member(&mut app, ADA).await;
    let mut other = app.client();
    let grace = member(&mut other, "grace@example.com").await;
    let token = text(&grace, "access_token");
    let id = text(&ada, "session_id");
    for id in [
        id,
        &id.replace('-', ""),
        "x",
        "%00",
        "%ff",
        "..%2f..",
        "00000000-0000-7000-8000-000000000000",
    ] {
        let answer = with_bearer(&app, Method::DELETE, &format!("{SESSIONS}/{id}"), token).await;
        assert_eq!(
            (answer.status, &answer.json()["slug"]),
            (404, &json!("not-found")),
            "{id}"
        );
    }
    assert_eq!(app.get(ME).await.status, 200);
    let listed = with_bearer(&app, Method::GET, SESSIONS, token).await.json();
    assert_eq!(listed["sessions"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn sessions_that_ran_out_are_not_listed() {
    let mut app = TestApp::sqlite().await;
    join(&mut app, ADA).await;
    sign_in(&mut app.client(), ADA).await;
    app.app.clock().advance(15 * 86_400);
    let tokens = sign_in(&mut app.client(), ADA).await;
    let token = text(&tokens, "access_token");
    let listed = with_bearer(&app, Method::GET, SESSIONS, token).await.json();
    assert_eq!(listed["sessions"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn other_sessions_end_within_ten_minutes_of_a_sign_in_only() {
    let mut app = TestApp::sqlite().await;
    let there = member(&mut app, ADA).await;
    let here = sign_in(&mut app.client(), ADA).await;
    let (mine, other) = (text(&here, "access_token"), text(&there, "session_id"));
    app.app.clock().advance(11 * 60);
    for (method, path) in [
        (Method::DELETE, format!("{SESSIONS}/{other}")),
        (Method::POST, "/api/v1/auth/logout?scope=others".to_owned()),
        (Method::POST, "/api/v1/auth/logout?scope=global".to_owned()),
    ] {
        let answer = with_bearer(&app, method, &path, mine).await;
        assert_eq!(
            (answer.status, &answer.json()["slug"]),
            (401, &json!("step-up-required")),
            "{path}: {}",
            answer.text()
        );
        let challenge = answer.header("www-authenticate");
        assert!(
            challenge.contains("insufficient_user_authentication"),
            "{challenge}"
        );
        assert!(challenge.ends_with(", max_age=\"600\""), "{challenge}");
    }
    let listed = with_bearer(&app, Method::GET, SESSIONS, mine).await.json();
    assert_eq!(listed["sessions"].as_array().map(Vec::len), Some(2));
    // One's own session ends at any time; and after a sign-in all of them do.
    let own = format!("{SESSIONS}/{}", text(&here, "session_id"));
    assert_eq!(
        with_bearer(&app, Method::DELETE, &own, mine).await.status,
        204
    );
    let again = sign_in(&mut app.client(), ADA).await;
    let path = format!("{SESSIONS}/{other}");
    let token = text(&again, "access_token");
    assert_eq!(
        with_bearer(&app, Method::DELETE, &path, token).await.status,
        204
    );
}
