//! `/dev/mail`

use super::assert_sound;
use super::person::Person;
use crate::harness::TestApp;

#[tokio::test]
async fn letters_can_be_read_and_their_links_followed() {
    let app = TestApp::sqlite().await;
    let mut ada = Person::new(&app);
    assert!(ada.open("/dev/mail").await.text().contains("No letter yet"));
    ada.register("ada@example.org").await;
    let list = ada.open("/dev/mail").await;
    assert_sound(&list);
    let path = list
        .text()
        .split("href=\"/dev/mail/")
        .nth(1)
        .expect("a letter");
    let path = format!("/dev/mail/{}", path.split('"').next().expect("end"));
    let letter = ada.open(&path).await;
    assert_eq!(letter.status, 200);
    assert_sound(&letter);
    let link = letter
        .text()
        .split("<a href=\"http://localhost:8787/verify")
        .nth(1);
    let link = format!(
        "/verify{}",
        link.expect("a link").split('"').next().expect("end")
    );
    assert_eq!(ada.open(&link).await.status, 200);
}

#[tokio::test]
async fn a_letter_that_does_not_exist_is_not_found() {
    let app = TestApp::sqlite().await;
    let mut ada = Person::new(&app);
    for id in ["x", "0197c1f0-5a3e-7cc1-8a31-9f2f6f1f4b11"] {
        assert_eq!(ada.open(&format!("/dev/mail/{id}")).await.status, 404);
    }
}

const PRODUCTION: &[(&str, &str)] = &[
    ("ENVIRONMENT", "production"),
    ("PUBLIC_URL", "https://auth.example.com"),
    ("JWT_SECRET_PRODUCTION", TestApp::SIGNING_SECRET),
    ("SMTP_URL", "smtps://u:p@mail.example.com"),
];

#[tokio::test]
async fn outside_development_there_is_no_such_page() {
    let app = TestApp::with_environment(PRODUCTION).await;
    let mut ada = Person::new(&app);
    assert_eq!(ada.open("/dev/mail").await.status, 404);
    let page = ada.open("/login").await;
    assert!(!page.text().contains("/dev/mail"));
    assert!(
        !page.text().contains("class=\"badge\""),
        "no environment's name"
    );
}

#[tokio::test]
async fn a_letter_is_shown_as_html_where_nothing_else_is_loaded_or_run() {
    let app = TestApp::sqlite().await;
    let mut ada = Person::new(&app);
    ada.register("ada@example.org").await;
    let list = ada.open("/dev/mail").await;
    let (_, rest) = list
        .text()
        .split_once("href=\"/dev/mail/")
        .expect("a letter");
    let path = format!("/dev/mail/{}", rest.split('"').next().expect("its end"));
    let page = ada.open(&path).await;
    assert_sound(&page);
    let as_html = format!("{path}/html");
    assert!(page.text().contains(&as_html), "{}", page.text());
    let letter = ada.open(&as_html).await;
    assert_eq!(letter.status, 200);
    assert!(
        letter.text().contains("/verify?token=csl_"),
        "{}",
        letter.text()
    );
    let policy = letter.header("content-security-policy");
    assert_eq!(
        policy,
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    );
    assert_eq!(ada.open("/dev/mail/x/html").await.status, 404);
    let production = TestApp::with_environment(PRODUCTION).await;
    let answer = Person::new(&production).open(&as_html).await;
    assert_eq!(answer.status, 404);
}
