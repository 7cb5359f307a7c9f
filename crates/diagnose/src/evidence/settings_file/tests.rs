use super::*;
use crate::contract::{Purpose, purpose};

fn service(documents: &[(&str, &str)]) -> Vec<(String, String)> {
    let documents = documents
        .iter()
        .map(|(name, text)| Document::new(*name, *text))
        .collect();
    let evidence = Evidence::read(documents);
    assert_eq!(evidence.services.len(), 1, "{:?}", evidence.services);
    let settings = evidence.services[0].settings();
    settings
        .map(|line| (line.name.clone(), line.value.to_string()))
        .collect()
}

fn value(settings: &[(String, String)], wanted: Purpose) -> Vec<&str> {
    let of = settings
        .iter()
        .filter(|(name, _)| purpose(name) == Some(wanted));
    of.map(|(_, value)| value.as_str()).collect()
}

#[test]
fn names_of_settings_files_are_known() {
    for name in [
        "application.yml",
        "application-prod.yaml",
        "bootstrap.properties",
        "appsettings.json",
        "appsettings.production.json",
    ] {
        assert!(is_settings(name), "{name}");
    }
    for name in [
        "app.json",
        "application.json",
        "applications.yml",
        "compose.yml",
        "application",
    ] {
        assert!(!is_settings(name), "{name}");
    }
}

#[test]
fn properties_and_yaml_give_the_purposes_of_spring() {
    let properties = "# x\nspring.security.oauth2.resourceserver.jwt.issuer-uri = https://id.example/\\\n  r\njwt.secret: a=b\n";
    let settings = service(&[("application.properties", properties)]);
    assert_eq!(value(&settings, Purpose::Issuer), ["https://id.example/r"]);
    assert_eq!(value(&settings, Purpose::SigningSecret), ["a=b"]);
    let yaml = "spring:\n  security:\n    oauth2:\n      resourceserver:\n        jwt:\n          issuer-uri: https://id.example/r # x\n          audiences:\n            - one\n            - two\n";
    let settings = service(&[("application.yml", yaml)]);
    assert_eq!(value(&settings, Purpose::Issuer), ["https://id.example/r"]);
    assert_eq!(value(&settings, Purpose::Audience), ["one,two"]);
}

#[test]
fn json_of_dotnet_is_read_with_its_lines() {
    let json = "{\n  // tokens\n  \"Jwt\": {\n    \"Key\": \"0123\",\n    \"Issuer\": \"https://a.example\"\n  }\n}\n";
    let evidence = Evidence::read(vec![Document::new("appsettings.json", json)]);
    let lines: Vec<_> = evidence.services[0]
        .settings()
        .map(|line| {
            (
                line.name.as_str(),
                line.spot.line,
                line.spot.shown.contains("0123"),
            )
        })
        .collect();
    assert_eq!(lines, [("Jwt:Issuer", 5, false), ("Jwt:Key", 4, false)]);
}

#[test]
fn the_environment_fills_placeholders_and_counts_over_files() {
    let yaml = "jwt:\n  secret: ${JWT_SIGNING:none}\n  issuer: ${ISSUER}\n  audience: ${AUD:api}\n";
    let settings = service(&[
        ("application.yml", yaml),
        ("backend.env", "JWT_SIGNING=abc\nJWT_AUDIENCE=web\n"),
    ]);
    assert_eq!(value(&settings, Purpose::SigningSecret), ["abc"]);
    assert!(value(&settings, Purpose::Issuer).is_empty());
    assert_eq!(value(&settings, Purpose::Audience), ["web"]);
}

#[test]
fn a_json_object_in_a_variable_stands_for_its_members() {
    let env = r#"HASURA_GRAPHQL_JWT_SECRET={"type":"HS256","key":"0123456789","audience":["a","b"],"issuer":"https://i.example"}"#;
    let settings = service(&[("hasura.env", env)]);
    assert_eq!(value(&settings, Purpose::SigningSecret), ["0123456789"]);
    assert_eq!(value(&settings, Purpose::Audience), ["a,b"]);
    assert_eq!(value(&settings, Purpose::Issuer), ["https://i.example"]);
    assert_eq!(value(&settings, Purpose::Algorithm), ["HS256"]);
}
