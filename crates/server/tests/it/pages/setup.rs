//! `/setup`

use super::assert_sound;
use super::person::{PASSWORD, Person};
use crate::harness::TestApp;
use countersign_domain::LinkToken;
use countersign_domain::links::{Link, LinkPurpose};
use countersign_store::Alongside;

/// The path of a link as the server prints it at its start.
async fn setup_link(app: &TestApp) -> String {
    let token = LinkToken::generate(&mut app.app.rng());
    let link = Link::new(token.hash(), LinkPurpose::AdminSetup, None, app.app.now());
    let made = app.app.store().create_link(link, Alongside::nothing());
    made.await.expect("a link");
    format!("/setup?token={}", token.expose())
}

fn admin(email: &str) -> [(&str, &str); 3] {
    [("name", "Ada"), ("email", email), ("password", PASSWORD)]
}

#[tokio::test]
async fn the_link_makes_one_admin_who_can_sign_in_at_once() {
    let app = TestApp::sqlite().await;
    let link = setup_link(&app).await;
    let mut ada = Person::new(&app);
    assert_sound(&ada.open(&link).await);
    let done = ada
        .fill_in(&link, "/setup", &admin("ada@example.org"))
        .await;
    assert_eq!(
        done.header("location"),
        "/login?told=admin-made",
        "{}",
        done.text()
    );
    assert_eq!(ada.sign_in("ada@example.org", PASSWORD).await.status, 303);
    let page = ada.open("/account").await;
    assert!(page.text().contains("<dd>admin</dd>"));
    let mut eve = Person::new(&app);
    let again = eve
        .fill_in(&link, "/setup", &admin("eve@example.org"))
        .await;
    assert_eq!(again.status, 400);
    assert!(again.text().contains("link-invalid"));
}

#[tokio::test]
async fn a_wrong_form_does_not_use_up_the_link() {
    let app = TestApp::sqlite().await;
    let link = setup_link(&app).await;
    let mut ada = Person::new(&app);
    let wrong = ada
        .fill_in(&link, "/setup", &[("email", "ada@"), ("password", "short")])
        .await;
    assert_eq!(wrong.status, 422);
    assert_sound(&wrong);
    assert!(wrong.text().contains("2 fields need another look"));
    let done = ada
        .fill_in(&link, "/setup", &admin("ada@example.org"))
        .await;
    assert_eq!(done.status, 303);
}

#[tokio::test]
async fn an_address_that_has_an_account_is_said_to_have_one() {
    let app = TestApp::sqlite().await;
    Person::signed_in(&app, "ada@example.org").await;
    let link = setup_link(&app).await;
    let taken = Person::new(&app)
        .fill_in(&link, "/setup", &admin("ada@example.org"))
        .await;
    assert_eq!(taken.status, 422);
    assert!(taken.text().contains("countersign user set-role"));
}

#[tokio::test]
async fn without_a_link_there_is_nothing_to_set_up() {
    let app = TestApp::sqlite().await;
    let mut eve = Person::new(&app);
    assert_eq!(eve.open("/setup").await.header("location"), "/login");
    let forged = format!("/setup?token=csl_{}", "A".repeat(43));
    let answer = eve
        .fill_in(&forged, "/setup", &admin("eve@example.org"))
        .await;
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains("link-invalid"));
    assert_eq!(eve.sign_in("eve@example.org", PASSWORD).await.status, 401);
}
