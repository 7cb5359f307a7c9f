//! Refusals as browsers see them.

use super::assert_sound;
use crate::harness::TestApp;
use http::Method;

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

#[tokio::test]
async fn a_browser_gets_a_page_and_a_program_the_problem_document() {
    let mut client = TestApp::sqlite().await;
    let page = client
        .ask(Method::GET, "/nowhere")
        .header("accept", BROWSER)
        .send()
        .await;
    assert_eq!(page.status, 404);
    assert_sound(&page);
    assert_eq!(page.header("cache-control"), "no-store");
    let trace = page.header("x-trace-id");
    assert!(page.text().contains(&format!("trace {trace}")));
    assert!(page.text().contains("/docs/errors/CSN0004"));

    let document = client.get("/nowhere").await;
    assert_eq!(document.json()["code"], "CSN0004");
}

#[tokio::test]
async fn what_was_typed_into_the_address_is_escaped() {
    let mut client = TestApp::sqlite().await;
    let page = client
        .ask(
            Method::GET,
            "/docs/errors/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        )
        .header("accept", BROWSER)
        .send()
        .await;
    assert_eq!(page.status, 404);
    assert_sound(&page);
    assert!(
        page.text().contains("&#60;script&#62;"),
        "shown in development"
    );
}

#[tokio::test]
async fn a_method_that_is_not_allowed_is_a_page_too() {
    let mut client = TestApp::sqlite().await;
    let page = client
        .ask(Method::DELETE, "/docs/errors/")
        .header("accept", BROWSER)
        .send()
        .await;
    assert_eq!(page.status, 405);
    assert_sound(&page);
}
