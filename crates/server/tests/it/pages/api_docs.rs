//! The description of the API, for people.

use super::assert_sound;
use crate::harness::TestApp;

#[tokio::test]
async fn every_operation_of_the_document_stands_on_the_page() {
    let mut client = TestApp::sqlite().await;
    let page = client.get("/api/docs").await;
    assert_eq!(page.status, 200);
    assert_sound(&page);
    let document = client.get("/api/openapi.json").await.json();
    let paths = document["paths"].as_object().expect("paths");
    assert!(paths.len() > 15, "{}", paths.len());
    for path in paths.keys() {
        assert!(page.text().contains(path.as_str()), "{path}");
    }
    assert!(page.text().contains("Request body"));
}
