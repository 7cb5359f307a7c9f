//! `/register` and `/verify`

use super::assert_sound;
use super::person::{PASSWORD, Person, newest_link, subjects};
use crate::harness::TestApp;

#[tokio::test]
async fn a_new_account_is_verified_by_pressing_the_button_and_not_by_opening_the_link() {
    let app = TestApp::sqlite().await;
    let mut ada = Person::new(&app);
    let sent = ada.register("ada@example.org").await;
    assert_eq!(
        (sent.status, sent.header("location")),
        (303, "/register/sent")
    );
    assert_sound(&ada.open("/register/sent").await);

    let link = newest_link(&app.app, "ada@example.org", "/verify").await;
    for _ in 0..3 {
        let page = ada.open(&link).await;
        assert_eq!(page.status, 200);
        assert_sound(&page);
    }
    let early = ada.sign_in("ada@example.org", PASSWORD).await;
    assert_eq!(early.status, 403);
    assert!(early.text().contains("email-unverified"));

    let done = ada
        .fill_in(&link, "/verify", &[("password", PASSWORD)])
        .await;
    assert_eq!(done.header("location"), "/login?told=email-verified");
    assert!(
        ada.open("/login?told=email-verified")
            .await
            .text()
            .contains("is confirmed")
    );
    assert_eq!(ada.sign_in("ada@example.org", PASSWORD).await.status, 303);
}

#[tokio::test]
async fn an_address_that_a_stranger_registered_does_not_open_with_the_strangers_password() {
    let app = TestApp::sqlite().await;
    let mut stranger = Person::new(&app);
    stranger.register("ada@example.org").await;
    let link = newest_link(&app.app, "ada@example.org", "/verify").await;
    let mut ada = Person::new(&app);
    let page = ada.open(&link).await;
    assert!(
        page.text().contains("value=\"ada@example.org\""),
        "for password managers"
    );
    for password in ["", "another horse grazes"] {
        let wrong = ada
            .fill_in(&link, "/verify", &[("password", password)])
            .await;
        assert_eq!(wrong.status, 422, "{}", wrong.text());
        assert_sound(&wrong);
        assert!(wrong.text().contains("password-error"), "{}", wrong.text());
    }
    let early = stranger.sign_in("ada@example.org", PASSWORD).await;
    assert_eq!(early.status, 403, "nothing was confirmed");

    let (_, token) = link.split_once('=').expect("a token");
    let other_way = format!("/verify/new?token={token}");
    assert!(
        page.text().contains(&format!("href=\"{other_way}\"")),
        "{}",
        page.text()
    );
    assert_sound(&ada.open(&other_way).await);
    let fields = [("new_password", "calm harbour at dusk")];
    let done = ada.fill_in(&other_way, "/verify/new", &fields).await;
    assert_eq!(done.header("location"), "/login?told=password-reset");
    let stranger = stranger.sign_in("ada@example.org", PASSWORD).await;
    assert_eq!(stranger.status, 401);
    let owner = ada.sign_in("ada@example.org", "calm harbour at dusk").await;
    assert_eq!(owner.status, 303);
    let again = Person::new(&app)
        .fill_in(&other_way, "/verify/new", &fields)
        .await;
    assert_eq!(again.status, 400, "the link works once");
}

#[tokio::test]
async fn the_password_at_the_confirmation_cannot_be_guessed_without_end() {
    let app = TestApp::sqlite().await;
    let mut eve = Person::new(&app);
    eve.register("ada@example.org").await;
    let link = newest_link(&app.app, "ada@example.org", "/verify").await;
    for _ in 0..10 {
        let wrong = eve
            .fill_in(&link, "/verify", &[("password", "guess")])
            .await;
        assert_eq!(wrong.status, 422);
    }
    let limited = eve
        .fill_in(&link, "/verify", &[("password", PASSWORD)])
        .await;
    assert_eq!(limited.status, 429, "{}", limited.text());
    assert_sound(&limited);
}

#[tokio::test]
async fn a_link_that_was_used_offers_another_letter() {
    let app = TestApp::sqlite().await;
    let mut ada = Person::new(&app);
    ada.register("ada@example.org").await;
    let link = newest_link(&app.app, "ada@example.org", "/verify").await;
    ada.verify("ada@example.org").await;
    let again = ada
        .fill_in(&link, "/verify", &[("password", PASSWORD)])
        .await;
    assert_eq!(again.status, 400);
    assert_sound(&again);
    assert!(again.text().contains("link-invalid"));
    assert!(again.text().contains("action=\"/verify/resend\""));
}

#[tokio::test]
async fn a_letter_can_be_asked_for_again_and_voids_the_older_link() {
    let app = TestApp::sqlite().await;
    let mut ada = Person::new(&app);
    ada.register("ada@example.org").await;
    let old = newest_link(&app.app, "ada@example.org", "/verify").await;
    let fields = [("email", "ada@example.org")];
    let sent = ada.fill_in("/verify", "/verify/resend", &fields).await;
    assert_eq!(sent.header("location"), "/verify/sent");
    let void = ada
        .fill_in(&old, "/verify", &[("password", PASSWORD)])
        .await;
    assert_eq!(void.status, 400);
    ada.verify("ada@example.org").await;
}

#[tokio::test]
async fn all_errors_are_shown_at_once_and_everything_but_the_password_is_kept() {
    let app = TestApp::sqlite().await;
    let mut ada = Person::new(&app);
    let fields = [
        ("name", "Ada\u{1}"),
        ("email", "ada@"),
        ("password", "password"),
    ];
    let answer = ada.fill_in("/register", "/register", &fields).await;
    assert_eq!(answer.status, 422);
    assert_sound(&answer);
    let html = answer.text();
    for id in ["name-error", "email-error", "password-error"] {
        assert!(html.contains(&format!("id=\"{id}\"")), "{id} in {html}");
        assert!(html.contains(&format!("aria-describedby=\"{id}")), "{id}");
    }
    assert!(html.contains("value=\"ada@\""));
    assert!(!html.contains("value=\"password\""));
}

#[tokio::test]
async fn a_known_address_is_answered_like_an_unknown_one_and_its_owner_is_told() {
    let app = TestApp::sqlite().await;
    Person::signed_in(&app, "ada@example.org").await;
    let mut stranger = Person::new(&app);
    let known = stranger.register("ada@example.org").await;
    let unknown = stranger.register("new@example.org").await;
    assert_eq!(known.status, unknown.status);
    assert_eq!(known.text(), unknown.text());
    let names = |answer: &crate::harness::Answer| -> Vec<String> {
        answer.headers.keys().map(ToString::to_string).collect()
    };
    assert_eq!(names(&known), names(&unknown));
    let letters = subjects(&app.app, "ada@example.org").await;
    let told = letters
        .iter()
        .any(|subject| subject.starts_with("You have an account already"));
    assert!(told, "{letters:?}");

    let fields = [("email", "ada@example.org")];
    let known = stranger.fill_in("/verify", "/verify/resend", &fields).await;
    let fields = [("email", "nobody@example.org")];
    let unknown = stranger.fill_in("/verify", "/verify/resend", &fields).await;
    assert_eq!(
        (known.status, known.text()),
        (unknown.status, unknown.text())
    );
    assert_eq!(subjects(&app.app, "nobody@example.org").await.len(), 0);
}

#[tokio::test]
async fn a_hostile_name_is_text_everywhere() {
    let app = TestApp::sqlite().await;
    let mut eve = Person::new(&app);
    let name = "\"><script>alert(1)</script>{{ 7*7 }}";
    let fields = [
        ("name", name),
        ("email", "eve@example.org"),
        ("password", PASSWORD),
    ];
    eve.fill_in("/register", "/register", &fields).await;
    eve.verify("eve@example.org").await;
    eve.sign_in("eve@example.org", PASSWORD).await;
    for path in [
        "/account",
        "/account/security",
        "/account/sessions",
        "/dev/mail",
    ] {
        let page = eve.open(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert_sound(&page);
    }
    assert!(
        eve.open("/account")
            .await
            .text()
            .contains("&#34;&#62;&#60;script&#62;")
    );
}
