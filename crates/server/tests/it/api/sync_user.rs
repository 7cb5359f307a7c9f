//! `POST /api/auth/sync-user`, and field report 000 from its 401 to its 200.

use countersign_testkit::TempDatabase;
use countersign_verify::{Claims, Secret, SigningKey};
use http::Method;
use serde_json::{Value, json};

use super::people::{
    ADA, audited, member, register, sign_in, text, trace, try_sign_in, with_bearer,
};
use crate::harness::{Answer, START, TestApp};

const SYNC: &str = "/api/auth/sync-user";
const SETTINGS: &str = "/api/settings";

pub fn octocat() -> Value {
    json!({
        "email": "octocat@example.com",
        "name": "The Octocat",
        "avatar_url": "https://avatars.githubusercontent.com/u/583231",
        "github_id": "583231",
    })
}

pub async fn sync(app: &TestApp, secret: Option<&str>, body: &Value) -> Answer {
    let mut client = app.client();
    let ask = client.ask(Method::POST, SYNC).json(body);
    match secret {
        Some(secret) => ask.header("x-auth-secret", secret).send().await,
        None => ask.send().await,
    }
}

/// A token as Auth.js makes it with the shared secret: typ JWT, `sub` the id at the provider.
pub fn front_end_token(secret: &str, claims: &Value) -> String {
    let encode = |value: &Value| base64url(value.to_string().as_bytes());
    let input = format!(
        "{}.{}",
        encode(&json!({"alg": "HS256", "typ": "JWT"})),
        encode(claims)
    );
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret.as_bytes());
    let tag = aws_lc_rs::hmac::sign(&key, input.as_bytes());
    format!("{input}.{}", base64url(tag.as_ref()))
}

fn base64url(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

pub fn octocat_claims() -> Value {
    json!({"sub": "583231", "email": "octocat@example.com", "iat": START, "exp": START + 900})
}

#[tokio::test]
async fn field_report_000_from_401_to_200_on_sqlite() {
    field_report_000_from_401_to_200(TestApp::with_sync_secret().await).await;
}

#[tokio::test]
async fn field_report_000_from_401_to_200_on_postgresql() {
    let secrets = [
        ("AUTH_SECRET", TestApp::SIGNING_SECRET),
        ("AUTH_SYNC_SECRET", TestApp::SYNC_SECRET),
    ];
    let app = TestApp::start(TempDatabase::postgres(), &secrets, |_| ()).await;
    field_report_000_from_401_to_200(app).await;
}

async fn field_report_000_from_401_to_200(app: TestApp) {
    let token = front_end_token(TestApp::SIGNING_SECRET, &octocat_claims());
    let refused = with_bearer(&app, Method::GET, SETTINGS, &token).await;
    assert_eq!(
        (refused.status, &refused.json()["slug"]),
        (401, &json!("credentials-invalid"))
    );
    let trace = trace(&app, &refused).await;
    assert!(trace.contains("user-not-provisioned"), "{trace}");
    let synced = sync(&app, Some(TestApp::SYNC_SECRET), &octocat()).await;
    assert_eq!(
        (synced.status, &synced.json()["created"]),
        (201, &json!(true))
    );
    app.app.clock().advance(2);
    let settings = with_bearer(&app, Method::GET, SETTINGS, &token).await;
    assert_eq!(
        (settings.status, settings.json()),
        (200, json!({})),
        "{}",
        settings.text()
    );
}

#[tokio::test]
async fn a_sync_is_seen_at_once() {
    let app = TestApp::with_sync_secret().await;
    let token = front_end_token(TestApp::SIGNING_SECRET, &octocat_claims());
    assert_eq!(
        with_bearer(&app, Method::GET, SETTINGS, &token)
            .await
            .status,
        401
    );
    sync(&app, Some(TestApp::SYNC_SECRET), &octocat()).await;
    assert_eq!(
        with_bearer(&app, Method::GET, SETTINGS, &token)
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn syncing_again_updates_and_makes_no_second_account() {
    let app = TestApp::with_sync_secret().await;
    let secret = Some(TestApp::SYNC_SECRET);
    let first = sync(&app, secret, &octocat()).await.json();
    let mut renamed = octocat();
    renamed["name"] = json!("Mona");
    renamed["github_id"] = json!(583_231);
    let second = sync(&app, secret, &renamed).await;
    assert_eq!(
        (second.status, &second.json()["created"]),
        (200, &json!(false))
    );
    assert_eq!(second.json()["user"]["id"], first["user"]["id"]);
    assert_eq!(second.json()["user"]["name"], "Mona");
    assert_eq!(second.json()["user"]["email_verified"], true);
}

#[tokio::test]
async fn many_syncs_at_once_make_one_account_on_sqlite() {
    many_syncs_at_once_make_one_account(TestApp::with_sync_secret().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_syncs_at_once_make_one_account_on_postgresql() {
    let secret = [("AUTH_SYNC_SECRET", TestApp::SYNC_SECRET)];
    let app = TestApp::start(TempDatabase::postgres(), &secret, |_| ()).await;
    many_syncs_at_once_make_one_account(app).await;
}

async fn many_syncs_at_once_make_one_account(app: TestApp) {
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let app = app.client();
        tasks.spawn(async move { sync(&app, Some(TestApp::SYNC_SECRET), &octocat()).await });
    }
    let answers = tasks.join_all().await;
    let created = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(created, 1);
    assert!(
        answers
            .iter()
            .all(|answer| matches!(answer.status, 200 | 201))
    );
}

#[tokio::test]
async fn a_wrong_secret_is_refused_with_both_fingerprints_in_the_trace() {
    let app = TestApp::with_sync_secret().await;
    for secret in [None, Some(""), Some("wrong"), Some(TestApp::SIGNING_SECRET)] {
        let answer = sync(&app, secret, &octocat()).await;
        let slug = answer.json()["slug"].clone();
        assert_eq!(
            (answer.status, slug),
            (401, json!("sync-secret-mismatch")),
            "{secret:?}"
        );
        assert!(!answer.text().contains(TestApp::SYNC_SECRET));
    }
    let answer = sync(&app, Some("wrong"), &octocat()).await;
    let trace = trace(&app, &answer).await;
    for secret in ["wrong", TestApp::SYNC_SECRET] {
        let fingerprint = Secret::from(secret).fingerprint().to_string();
        assert!(trace.contains(&fingerprint), "{fingerprint} in {trace}");
    }
    assert!(audited(&app).await.contains(&"sync.refused".to_owned()));
}

#[tokio::test]
async fn without_a_secret_on_the_server_it_says_so() {
    let app = TestApp::sqlite().await;
    let answer = sync(&app, Some("anything"), &octocat()).await;
    let slug = answer.json()["slug"].clone();
    assert_eq!((answer.status, slug), (503, json!("sync-secret-missing")));
}

#[tokio::test]
async fn the_secret_is_looked_at_before_the_body() {
    let app = TestApp::with_sync_secret().await;
    assert_eq!(sync(&app, Some("wrong"), &json!([])).await.status, 401);
    let wrong = sync(
        &app,
        Some(TestApp::SYNC_SECRET),
        &json!({"email": 7, "name": ""}),
    )
    .await;
    assert_eq!(wrong.status, 422);
    assert_eq!(wrong.json()["errors"].as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn an_account_that_a_stranger_registered_is_handed_to_its_owner() {
    let mut app = TestApp::with_sync_secret().await;
    register(&mut app, "octocat@example.com").await;
    let synced = sync(&app, Some(TestApp::SYNC_SECRET), &octocat()).await;
    assert_eq!(synced.json()["created"], false);
    let stranger = try_sign_in(&mut app, "octocat@example.com", super::people::PASSWORD).await;
    assert_eq!(stranger.json()["slug"], "credentials-invalid");
}

#[tokio::test]
async fn a_verified_account_keeps_its_password() {
    let mut app = TestApp::with_sync_secret().await;
    member(&mut app, ADA).await;
    let body = json!({"email": ADA, "github_id": "7", "name": null, "avatar_url": null});
    let synced = sync(&app, Some(TestApp::SYNC_SECRET), &body).await;
    assert_eq!(
        (synced.status, &synced.json()["created"]),
        (200, &json!(false))
    );
    let tokens = sign_in(&mut app, ADA).await;
    assert_eq!(tokens["user"]["id"], synced.json()["user"]["id"]);
    let token = front_end_token(
        TestApp::SIGNING_SECRET,
        &json!({"sub": "7", "iat": START, "exp": START + 900}),
    );
    let me = with_bearer(&app, Method::GET, "/api/v1/auth/me", &token).await;
    assert_eq!(me.json()["email"], ADA, "{}", me.text());
}

#[tokio::test]
async fn an_address_of_another_account_is_not_taken_and_the_answer_says_so() {
    let mut app = TestApp::with_sync_secret().await;
    member(&mut app, ADA).await;
    let secret = Some(TestApp::SYNC_SECRET);
    let first = sync(&app, secret, &octocat()).await.json();
    assert_eq!(first.get("conflict"), None, "{first}");
    let mut moved = octocat();
    moved["email"] = json!(ADA);
    moved["name"] = json!("Mona");
    for _ in 0..2 {
        let synced = sync(&app, secret, &moved).await;
        let answer = synced.json();
        assert_eq!((synced.status, &answer["created"]), (200, &json!(false)));
        assert_eq!(answer["user"]["id"], first["user"]["id"]);
        assert_eq!(answer["user"]["email"], "octocat@example.com");
        assert_eq!(answer["user"]["name"], "Mona", "all else is taken");
        let conflict = &answer["conflict"];
        assert_eq!(
            (&conflict["slug"], &conflict["field"]),
            (&json!("conflict"), &json!("email")),
            "{answer}"
        );
        assert!(text(conflict, "fix").contains("user list"), "{answer}");
    }
}

#[tokio::test]
async fn tokens_of_the_front_end_are_found_by_id_identity_or_address() {
    let app = TestApp::with_sync_secret().await;
    let synced = sync(&app, Some(TestApp::SYNC_SECRET), &octocat())
        .await
        .json();
    let id = text(&synced["user"], "id");
    for (claims, status) in [
        (json!({"sub": id}), 200),
        (json!({"sub": "583231"}), 200),
        (json!({"sub": "else", "email": "Octocat@example.com"}), 200),
        (json!({"sub": "else", "email": "nobody@example.com"}), 401),
        (
            json!({"sub": "else", "email": "octocat@example.com", "email_verified": false}),
            401,
        ),
        (json!({"sub": "else"}), 401),
    ] {
        let mut all = claims.clone();
        all["iat"] = json!(START);
        all["exp"] = json!(START + 900);
        let token = front_end_token(TestApp::SIGNING_SECRET, &all);
        let answer = with_bearer(&app, Method::GET, SETTINGS, &token).await;
        assert_eq!(answer.status, status, "{claims}: {}", answer.text());
    }
}

#[tokio::test]
async fn a_token_does_what_its_scope_allows_and_without_one_what_its_account_may() {
    let app = TestApp::with_sync_secret().await;
    sync(&app, Some(TestApp::SYNC_SECRET), &octocat()).await;
    for (scope, get, put) in [
        (None, 200, 200),
        (Some("openid profile"), 200, 200),
        (Some("read write"), 200, 200),
        (Some("openid read"), 200, 403),
        (Some("write"), 403, 200),
    ] {
        let mut claims = octocat_claims();
        if let Some(scope) = scope {
            claims["scope"] = json!(scope);
        }
        let token = front_end_token(TestApp::SIGNING_SECRET, &claims);
        let mut client = app.client();
        let read = client
            .ask(Method::GET, SETTINGS)
            .bearer(&token)
            .send()
            .await;
        let put_it = client.ask(Method::PUT, SETTINGS).bearer(&token);
        let written = put_it.json(&json!({"theme": "dark"})).send().await;
        assert_eq!((read.status, written.status), (get, put), "{scope:?}");
        for (answer, needed) in [(read, "read"), (written, "write")] {
            if answer.status == 403 {
                assert_eq!(answer.json()["slug"], "scope-missing");
                let challenge = answer.header("www-authenticate");
                assert!(
                    challenge.contains("error=\"insufficient_scope\""),
                    "{challenge}"
                );
                let asks = format!(", scope=\"{needed}\"");
                assert!(challenge.ends_with(&asks), "{challenge}");
            }
        }
    }
}

#[tokio::test]
async fn a_token_of_another_secret_is_refused_without_saying_so_to_the_client() {
    let app = TestApp::with_sync_secret().await;
    sync(&app, Some(TestApp::SYNC_SECRET), &octocat()).await;
    let token = front_end_token("another-secret-of-32-characters!!", &octocat_claims());
    let answer = with_bearer(&app, Method::GET, SETTINGS, &token).await;
    assert_eq!(
        (answer.status, &answer.json()["slug"]),
        (401, &json!("credentials-invalid"))
    );
    let trace = trace(&app, &answer).await;
    assert!(trace.contains("secret-mismatch"), "{trace}");
}

#[tokio::test]
async fn a_token_of_ours_whose_user_is_unknown_is_not_provisioned() {
    let app = TestApp::with_sync_secret().await;
    let secret = Secret::from(TestApp::SIGNING_SECRET);
    let key = SigningKey::hmac("JWT_SECRET", &secret).expect("a key");
    let claims = Claims {
        sub: "0197c1f0-5a3e-7cc1-8a31-9f2f6f1f4b11".into(),
        iat: START,
        nbf: START,
        exp: START + 900,
        ..Claims::default()
    };
    let token = countersign_verify::issue(&key, &claims).expect("a token");
    let answer = with_bearer(&app, Method::GET, SETTINGS, &token).await;
    assert_eq!(answer.status, 401, "{}", answer.text());
}
