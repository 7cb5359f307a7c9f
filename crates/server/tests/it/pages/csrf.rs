//! Forms that others send, or that went stale

use super::assert_sound;
use super::person::{PASSWORD, Person, encode, hidden};
use crate::harness::{Answer, TestApp};
use http::Method;

async fn post(person: &mut Person, body: &str, headers: &[(&str, &str)]) -> Answer {
    let mut ask = person
        .client
        .ask(Method::POST, "/account")
        .header("accept", "text/html");
    for (name, value) in headers {
        ask = ask.header(name, value);
    }
    ask.form(body).send().await
}

async fn signed_in() -> (Person, String) {
    let app = TestApp::sqlite().await;
    let mut ada = Person::signed_in(&app, "ada@example.org").await;
    let mut fields = hidden(ada.open("/account").await.text(), "/account");
    fields.push(("name".into(), "Eve".into()));
    (ada, encode(&fields))
}

async fn assert_refused(ada: &mut Person, answer: &Answer, slug: &str) {
    assert_eq!(answer.status, 403, "{slug}");
    assert_sound(answer);
    assert!(answer.text().contains(slug), "{slug}: {}", answer.text());
    assert!(!ada.open("/account").await.text().contains("value=\"Eve\""));
}

#[tokio::test]
async fn a_form_of_another_site_is_refused() {
    let (mut ada, body) = signed_in().await;
    for headers in [
        &[("origin", "https://evil.example")][..],
        &[("origin", "null")],
        &[("sec-fetch-site", "cross-site")],
    ] {
        let answer = post(&mut ada, &body, headers).await;
        assert_refused(&mut ada, &answer, "csrf-origin-untrusted").await;
    }
}

#[tokio::test]
async fn a_form_without_a_token_is_refused() {
    let (mut ada, _) = signed_in().await;
    let answer = post(&mut ada, "name=Eve", &[]).await;
    assert_refused(&mut ada, &answer, "csrf-token-missing").await;
}

#[tokio::test]
async fn a_form_with_another_token_is_refused() {
    let (mut ada, _) = signed_in().await;
    let answer = post(&mut ada, "name=Eve&csrf_token=forged", &[]).await;
    assert_refused(&mut ada, &answer, "csrf-token-mismatch").await;
}

#[tokio::test]
async fn a_token_of_another_session_is_refused_even_if_the_cookie_agrees() {
    let app = TestApp::sqlite().await;
    let mut eve = Person::signed_in(&app, "eve@example.org").await;
    let mut ada = Person::signed_in(&app, "ada@example.org").await;
    let mut fields = hidden(eve.open("/account").await.text(), "/account");
    fields.push(("name".into(), "Eve".into()));
    let planted = eve.client.cookies["countersign_csrf"].clone();
    ada.client
        .cookies
        .insert("countersign_csrf".into(), planted);
    let answer = post(&mut ada, &encode(&fields), &[]).await;
    assert_refused(&mut ada, &answer, "csrf-token-mismatch").await;
}

#[tokio::test]
async fn two_cookies_with_different_values_are_refused() {
    let (ada, body) = signed_in().await;
    let cookies: Vec<_> = ada
        .client
        .cookies
        .iter()
        .map(|(k, v)| format!("{k}={v}"))
        .collect();
    let cookies = format!("{}; countersign_csrf=other", cookies.join("; "));
    let mut other = Person {
        client: ada.client.client(),
    };
    let answer = other
        .client
        .ask(Method::POST, "/account")
        .header("accept", "text/html")
        .header("cookie", &cookies)
        .form(&body)
        .send()
        .await;
    assert_eq!(answer.status, 403);
    assert!(answer.text().contains("csrf-cookie-duplicate-path"));
}

#[tokio::test]
async fn signing_in_needs_a_token_too() {
    let app = TestApp::sqlite().await;
    Person::signed_in(&app, "ada@example.org").await;
    let mut eve = Person::new(&app);
    let body = format!(
        "email=ada%40example.org&password={}",
        PASSWORD.replace(' ', "+")
    );
    let answer = eve
        .client
        .ask(Method::POST, "/login")
        .header("accept", "text/html")
        .form(&body)
        .send()
        .await;
    assert_eq!(answer.status, 403);
    assert!(answer.text().contains("csrf-token-missing"));
}

#[tokio::test]
async fn a_form_that_is_no_form_is_refused() {
    let (mut ada, _) = signed_in().await;
    let json = ada
        .client
        .ask(Method::POST, "/account")
        .header("accept", "text/html");
    let answer = json.body("application/json", "{}").send().await;
    assert_eq!(answer.status, 400);
    assert_sound(&answer);
    let twice = post(&mut ada, "name=a&name=b", &[]).await;
    assert_eq!(twice.status, 400);
    let huge = format!("name={}", "x".repeat(100_000));
    assert_eq!(post(&mut ada, &huge, &[]).await.status, 413);
}

#[tokio::test]
async fn nothing_changes_by_opening_a_page() {
    let app = TestApp::sqlite().await;
    let mut ada = Person::signed_in(&app, "ada@example.org").await;
    for path in [
        "/logout",
        "/account/sessions/end-all",
        "/account/sessions/end-others",
        "/verify/resend",
    ] {
        assert_eq!(ada.open(path).await.status, 405, "{path}");
    }
    assert_eq!(ada.open("/account").await.status, 200);
}
