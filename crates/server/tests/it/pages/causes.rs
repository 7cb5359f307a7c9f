//! `/docs/errors/…`

use super::assert_sound;
use crate::harness::TestApp;
use countersign_verify::Cause;

#[tokio::test]
async fn every_cause_has_its_page_and_stands_in_the_index() {
    let mut client = TestApp::sqlite().await;
    let index = client.get("/docs/errors/").await;
    assert_eq!(index.status, 200);
    assert_sound(&index);
    for cause in Cause::ALL {
        let path = format!("/docs/errors/{}", cause.code());
        assert!(index.text().contains(&format!("href=\"{path}\"")), "{path}");
        let page = client.get(&path).await;
        assert_eq!(page.status, 200, "{path}");
        assert_sound(&page);
        assert!(page.text().contains(cause.slug()), "{path}");
    }
}

#[tokio::test]
async fn slugs_and_small_letters_lead_to_the_one_address() {
    let mut client = TestApp::sqlite().await;
    for name in ["token-expired", "csn4001"] {
        let answer = client.get(&format!("/docs/errors/{name}")).await;
        assert_eq!(answer.status, 308);
        assert_eq!(answer.header("location"), "/docs/errors/CSN4001");
    }
    assert_eq!(
        client.get("/docs/errors").await.header("location"),
        "/docs/errors/"
    );
}

#[tokio::test]
async fn a_code_that_does_not_exist_is_not_found() {
    let mut client = TestApp::sqlite().await;
    let answer = client.get("/docs/errors/CSN0000").await;
    assert_eq!(answer.status, 404);
    assert_eq!(answer.json()["slug"], "not-found");
}
