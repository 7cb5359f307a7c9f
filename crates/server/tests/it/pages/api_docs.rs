//! `/api/docs`

use super::assert_sound;
use crate::harness::TestApp;

#[tokio::test]
async fn every_operation_of_the_description_can_be_read() {
    let mut client = TestApp::sqlite().await;
    let document = client.get("/api/openapi.json").await.json();
    let page = client.get("/api/docs").await;
    assert_eq!(page.status, 200);
    assert_sound(&page);
    let paths = document["paths"].as_object().expect("paths");
    assert!(paths.len() > 15, "{}", paths.len());
    for (path, item) in paths {
        let shown = format!("<span class=\"path\">{path}</span>");
        let operations = item.as_object().expect("operations").keys();
        let methods = operations
            .filter(|key| ["get", "post", "put", "patch", "delete"].contains(&key.as_str()));
        assert_eq!(
            page.text().matches(&shown).count(),
            methods.count(),
            "{path}"
        );
    }
    assert!(
        page.text().contains("access_token"),
        "the fields of answers"
    );
}
