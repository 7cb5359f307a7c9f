//! `countersign why`: the whole story behind an answer of a running server.

use std::fs;
use std::path::Path;

use countersign_verify::{Claims, Secret, SigningKey, issue};
use serde_json::Value;

use crate::accounts::{PASSWORD, with_ada};
use crate::support::{Countersign, Request, Serving};

const STAGING: &str = "another-harbour-0815-candle-fern-estuary-X3";

/// Asks until the trace is there: it is written after the answer, in groups.
fn why(folder: &Path, id: &str, format: &str) -> String {
    for _ in 0..500 {
        let arguments = ["why", id, "--format", format];
        let ended = Countersign::new(folder, arguments).run();
        let all = format!("{ended:?}");
        assert!(!all.contains(STAGING) && !all.contains(PASSWORD), "{all}");
        if ended.code == 0 {
            return ended.stdout;
        }
    }
    panic!("no trace {id}");
}

#[test]
fn a_token_of_another_environment_is_told_generically_and_explained_to_the_operator() {
    let folder = with_ada();
    let env_file = format!("JWT_SECRET_STAGING={STAGING}\n");
    fs::write(folder.path().join(".env"), env_file).unwrap();
    let server = Serving::start(folder.path());
    let key = SigningKey::hmac("staging", &Secret::from(STAGING)).unwrap();
    let claims = Claims {
        sub: "ada".to_owned(),
        exp: 4_000_000_000,
        ..Claims::default()
    };
    let token = issue(&key, &claims).unwrap();
    let answer = server
        .send(&Request::get("/api/v1/auth/status").bearer(&token))
        .expect(401);
    assert_eq!(answer.text("/slug"), "credentials-invalid");
    let id = answer.text("/trace_id");
    let json: Value = serde_json::from_str(&why(folder.path(), &id, "json")).unwrap();
    assert_eq!(json["trace_id"], Value::from(id.as_str()));
    assert_eq!(json["cause"]["slug"], "secret-mismatch");
    let findings = json["findings"].to_string();
    assert!(findings.contains("JWT_SECRET_STAGING"), "{findings}");
    let human = why(folder.path(), &format!("\"{id}\","), "human");
    for words in [&id, "GET /api/v1/auth/status", "CSN3002", "staging", "fix"] {
        assert!(human.contains(words), "no {words:?} in {human}");
    }
}

#[test]
fn a_refused_sign_in_is_in_the_trace_and_the_audit_log() {
    let folder = with_ada();
    let server = Serving::start(folder.path());
    let body = serde_json::json!({"email": "ada@example.com", "password": "wrong-password-1"});
    let answer = server
        .send(&Request::post("/api/v1/auth/jwt/login").json(&body))
        .expect(401);
    let id = answer.text("/trace_id");
    let json: Value = serde_json::from_str(&why(folder.path(), &id, "json")).unwrap();
    assert_eq!(json["cause"]["slug"], "credentials-invalid");
    assert_eq!(json["audit"][0]["kind"], "session.login_refused");
}

#[test]
fn an_unknown_trace_is_bad_news_and_no_trace_id_wrong_use() {
    let folder = with_ada();
    let id = "0123456789abcdef0123456789abcdef";
    let said = Countersign::new(folder.path(), ["why", id]).run().bad();
    assert!(said.contains(id) && said.contains("config show"), "{said}");
    let said = Countersign::new(folder.path(), ["why", "CSN4001"])
        .run()
        .wrong();
    assert!(said.contains("32 hexadecimal digits"), "{said}");
}
