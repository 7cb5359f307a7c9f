//! `/api/health` and the description of the API.

use serde_json::json;

use crate::harness::TestApp;

#[tokio::test]
async fn health_has_the_shape_that_monitors_know() {
    let mut app = TestApp::sqlite().await;
    for path in ["/api/health", "/api/health/auth", "/api/health/database"] {
        let answer = app.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        let health = answer.json();
        assert_eq!(health["status"], "healthy");
        assert_eq!(
            health["checks"],
            json!({"database": "connected", "auth_service": "operational"})
        );
        assert!(health["pool"]["max"].as_u64().expect("a number") > 0);
    }
}

#[tokio::test]
async fn health_says_when_the_database_is_gone() {
    let mut app = TestApp::sqlite().await;
    app.app.store().close().await;
    let answer = app.get("/api/health").await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.json()["status"], "unhealthy");
    assert_eq!(answer.json()["checks"]["database"], "unreachable");
}

#[tokio::test]
async fn the_description_is_openapi_3_1() {
    let mut app = TestApp::sqlite().await;
    let answer = app.get("/api/openapi.json").await;
    assert_eq!(answer.status, 200);
    let description = answer.json();
    assert_eq!(description["openapi"], "3.1.0");
    assert_eq!(description["servers"][0]["url"], "http://localhost:8787");
    let login = &description["paths"]["/api/v1/auth/jwt/login"]["post"];
    assert_eq!(login["operationId"], "login");
    for (status, response) in login["responses"].as_object().expect("responses") {
        assert!(response["description"].is_string(), "{status}");
        let kind = if status == "200" {
            "application/json"
        } else {
            "application/problem+json"
        };
        assert!(
            response["content"][kind]["schema"].is_object(),
            "{status}: {response}"
        );
    }
    let text = answer.text();
    for reference in text.split("\"$ref\":\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().expect("a name");
        let known = &description["components"]["schemas"][name];
        assert!(known.is_object(), "{name} is referred to and not there");
    }
}
