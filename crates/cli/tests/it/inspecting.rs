//! `countersign inspect`

use std::fs;

use countersign_testkit::jose::TestKey;
use countersign_verify::{Claims, Secret, SigningKey, issue};
use serde_json::Value;
use tempfile::TempDir;

use crate::support::command::Ended;
use crate::support::{Countersign, folder};

const SECRET: &str = "gull-harbour-4711-lantern-moss-riverbed-Q7";
const OTHER: &str = "another-harbour-0815-candle-fern-estuary-X3";
const NOW: i64 = 1_700_000_000;

fn token_of(secret: &str) -> String {
    let key = SigningKey::hmac("test", &Secret::from(secret)).unwrap();
    let claims = Claims {
        sub: "ada".to_owned(),
        iat: NOW,
        nbf: NOW,
        exp: NOW + 900,
        ..Claims::default()
    };
    issue(&key, &claims).unwrap()
}

/// A folder whose settings have the secret.
fn configured() -> TempDir {
    let folder = folder();
    fs::write(folder.path().join(".env"), format!("JWT_SECRET={SECRET}\n")).unwrap();
    folder
}

fn inspect(folder: &TempDir, now: i64, arguments: &[&str], stdin: &str) -> Ended {
    let now = now.to_string();
    let all = ["inspect", "--now", &now]
        .into_iter()
        .chain(arguments.iter().copied());
    let ended = Countersign::new(folder.path(), all)
        .env("OTHER_SECRET", OTHER)
        .run_with(stdin);
    let text = format!("{ended:?}");
    assert!(!text.contains(SECRET) && !text.contains(OTHER), "{text}");
    ended
}

fn json(ended: &Ended) -> Value {
    serde_json::from_str(&ended.stdout).unwrap_or_else(|error| panic!("{error}: {ended:?}"))
}

#[test]
fn a_good_token_is_decoded_and_verified_with_what_is_configured() {
    let folder = configured();
    let token = token_of(SECRET);
    let text = inspect(&folder, NOW + 60, &[&token], "").good();
    for words in [
        "alg",
        "HS256",
        "sub",
        "ada",
        "2023-11-14 22:28:20Z, in 14 min",
        "JWT_SECRET",
    ] {
        assert!(text.contains(words), "no {words:?} in {text}");
    }
    let json = json(&inspect(&folder, NOW, &["--format", "json"], &token));
    assert_eq!(json["valid"], true);
    assert_eq!(json["claims"]["sub"], "ada");
    assert_eq!(json["header"]["alg"], "HS256");
    assert_eq!(json["cause"], Value::Null);
}

#[test]
fn whatever_copying_left_is_taken_off() {
    let folder = configured();
    let token = token_of(SECRET);
    let (head, tail) = token.split_at(40);
    for text in [
        format!("Bearer {token}\n"),
        format!("Authorization: Bearer {token}\r\n"),
        format!("\"{token}\""),
        format!("{head}\n  {tail}\n"),
    ] {
        let json = json(&inspect(&folder, NOW, &["--format", "json"], &text));
        assert_eq!(json["valid"], true, "{text}");
        assert_ne!(json["notes"], Value::Array(Vec::new()), "{text}");
    }
}

#[test]
fn an_expired_token_is_bad_news_with_the_fix() {
    let folder = configured();
    let ended = inspect(&folder, NOW + 5000, &[&token_of(SECRET)], "");
    assert_eq!(ended.code, 1);
    for words in ["CSN4001", "token-expired", "fix"] {
        assert!(
            ended.stdout.contains(words),
            "no {words:?} in {}",
            ended.stdout
        );
    }
    let ended = inspect(
        &folder,
        NOW + 5000,
        &["--format", "json"],
        &token_of(SECRET),
    );
    assert_eq!(ended.code, 1);
    let json = json(&ended);
    assert_eq!(
        (&json["valid"], &json["cause"]["slug"]),
        (&false.into(), &"token-expired".into())
    );
}

#[test]
fn another_secret_is_named_by_where_it_is() {
    let folder = configured();
    let file = format!("JWT_SECRET={SECRET}\nJWT_SECRET_STAGING={OTHER}\n");
    fs::write(folder.path().join(".env"), file).unwrap();
    let ended = inspect(&folder, NOW, &[&token_of(OTHER)], "");
    assert_eq!(ended.code, 1);
    for words in ["CSN3002", "staging", "JWT_SECRET_STAGING", "sha256:"] {
        assert!(
            ended.stdout.contains(words),
            "no {words:?} in {}",
            ended.stdout
        );
    }
}

#[test]
fn a_secret_may_come_from_a_variable() {
    let folder = configured();
    let token = token_of(OTHER);
    let text = inspect(&folder, NOW, &["--secret-env", "OTHER_SECRET", &token], "").good();
    assert!(text.contains("OTHER_SECRET"), "{text}");
    let said = inspect(&folder, NOW, &["--secret-env", "NO_SUCH", &token], "").wrong();
    assert!(said.contains("NO_SUCH"), "{said}");
}

#[test]
fn keys_may_come_from_a_file() {
    let folder = folder();
    let key = SigningKey::from_seed(countersign_verify::Alg::EdDsa, &[7; 32]).unwrap();
    let jwk = key.public_jwk().unwrap().public_json().unwrap();
    let set = serde_json::json!({"keys": [jwk]}).to_string();
    fs::write(folder.path().join("jwks.json"), set).unwrap();
    let claims = Claims {
        sub: "ada".to_owned(),
        iat: NOW,
        nbf: NOW,
        exp: NOW + 900,
        ..Claims::default()
    };
    let token = issue(&key, &claims).unwrap();
    inspect(&folder, NOW, &["--jwks", "jwks.json", &token], "").good();
    let ended = inspect(
        &folder,
        NOW,
        &["--jwks", "jwks.json", "--format", "json"],
        &token_of(SECRET),
    );
    assert_eq!(ended.code, 1);
    assert_eq!(json(&ended)["valid"], false);
    let said = inspect(&folder, NOW, &["--jwks", "no.json", &token], "").wrong();
    assert!(said.contains("no.json"), "{said}");
}

/// The address of a server on this machine that gives one answer.
fn answering(answer: String) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut asked = [0; 4096];
        let _ = std::io::Read::read(&mut stream, &mut asked).unwrap();
        std::io::Write::write_all(&mut stream, answer.as_bytes()).unwrap();
    });
    format!("http://{address}/jwks.json")
}

#[test]
fn keys_may_come_from_an_address() {
    let folder = folder();
    let key = TestKey::es512().with_kid("one");
    let token = key.token("ES512", &serde_json::json!({"sub": "ada", "exp": NOW + 9}));
    let set = serde_json::json!({"keys": [key.public_jwk()]}).to_string();
    let length = set.len();
    let good = answering(format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{set}"
    ));
    let text = inspect(&folder, NOW, &["--jwks", &good, &token], "").good();
    assert!(text.contains(&format!("one of {good}")), "{text}");
    let elsewhere = "HTTP/1.1 302 Found\r\nlocation: /other\r\ncontent-length: 0\r\n\r\n";
    let elsewhere = answering(elsewhere.to_owned());
    for (address, words) in [
        (elsewhere.as_str(), "redirects"),
        ("http://example.org/jwks.json", "by http"),
        ("https://", "no address"),
    ] {
        let said = inspect(&folder, NOW, &["--jwks", address, &token], "").bad();
        assert!(said.contains(words), "{address}: {said}");
    }
}

#[test]
fn whoever_gives_the_keys_tells_the_time_as_well() {
    /// 2100-01-01: no clock of a machine that runs this test is there yet.
    const THEN: i64 = 4_102_444_800;
    let folder = folder();
    let key = TestKey::es512().with_kid("one");
    let claims = serde_json::json!({"sub": "ada", "iat": THEN, "exp": THEN + 900});
    let token = key.token("ES512", &claims);
    let set = serde_json::json!({"keys": [key.public_jwk()]}).to_string();
    let answer = |more: &str| {
        answering(format!(
            "HTTP/1.1 200 OK\r\ndate: Fri, 01 Jan 2100 00:00:00 GMT\r\n{more}content-length: {}\r\n\r\n{set}",
            set.len()
        ))
    };
    let clock_of = |place: &str, arguments: &[&str]| {
        let all = ["inspect", "--format", "json", "--jwks", place, &token];
        let all = all.into_iter().chain(arguments.iter().copied());
        let said = Countersign::new(folder.path(), all).run_with("");
        let first = json(&said)["findings"][0].clone();
        (
            first["slug"] == "clock-skew" && first["grade"] == "proved",
            first,
        )
    };
    let (proved, first) = clock_of(&answer(""), &[]);
    assert!(proved, "{first}");
    let (proved, first) = clock_of(&answer("age: 5\r\n"), &[]);
    assert!(!proved, "a cache's date is old: {first}");
    let (proved, first) = clock_of(&answer(""), &["--now", "1800000000"]);
    assert!(
        !proved,
        "another time than the one the clock was read at: {first}"
    );
}

#[test]
fn of_a_cookie_header_the_token_is_taken_and_its_cookie_named() {
    let folder = configured();
    let line = format!("Cookie: theme=dark; access={}; b=1", token_of(SECRET));
    let text = inspect(&folder, NOW, &[], &line).good();
    assert!(text.contains("the cookie access"), "{text}");
    let sealed = "Cookie: s=eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..a.b.c";
    let ended = inspect(&folder, NOW, &[], sealed);
    for words in ["A256GCM", "encrypted (JWE", "cookie \"s\"", "proved"] {
        assert!(ended.stdout.contains(words), "{words}: {}", ended.stdout);
    }
}

#[test]
fn the_fix_names_what_is_wrong_here() {
    let folder = configured();
    let token = token_of(&format!("{SECRET}\n"));
    let ended = inspect(&folder, NOW, &["--format", "json"], &token);
    let finding = &json(&ended)["findings"][0];
    assert_eq!(finding["slug"], "secret-trailing-newline");
    assert_eq!(finding["grade"], "proved");
    let fix = finding["fix"].as_str().unwrap();
    let human = inspect(&folder, NOW, &[&token], "").stdout;
    let words = fix.split(' ').next().unwrap();
    assert!(human.contains(&format!("fix: {words}")), "{human}");
}

#[test]
fn what_is_no_token_is_explained_too() {
    let folder = configured();
    let cases = [
        ("null", "token-null-or-undefined"),
        ("undefined", "token-null-or-undefined"),
        (
            "csr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "refresh-token-as-access-token",
        ),
        (
            "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..a.b.c",
            "encrypted-session-token",
        ),
        ("a.b.c", "token-malformed"),
        ("hello", "token-malformed"),
    ];
    for (token, slug) in cases {
        let ended = inspect(&folder, NOW, &["--format", "json"], token);
        assert_eq!(ended.code, 1, "{token}: {ended:?}");
        let json = json(&ended);
        let findings = json["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| &finding["slug"]);
        let named: Vec<&Value> = findings.chain([&json["cause"]["slug"]]).collect();
        assert!(named.contains(&&Value::from(slug)), "{token}: {json}");
    }
    let said = inspect(&folder, NOW, &[], "").wrong();
    assert!(said.contains("no token was given"), "{said}");
}

#[test]
fn trusted_issuers_count_with_what_settings_hold_of_them() {
    let folder = configured();
    let table = "[[trusted_issuer]]\nname = \"front\"\nkind = \"shared-secret\"\nsecret_env = \"OTHER_SECRET\"\n";
    fs::write(folder.path().join("countersign.toml"), table).unwrap();
    let text = inspect(&folder, NOW + 60, &[&token_of(OTHER)], "").good();
    assert!(text.contains("the trusted issuer front"), "{text}");
    let token = token_of("a third one of the same length or more, 12");
    let refused = inspect(&folder, NOW + 60, &[&token, "--format", "json"], "");
    assert_eq!(refused.code, 1, "{refused:?}");
}
