//! `countersign doctor --bundle`, and what `--offline` leaves alone.

use std::fs;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;

use countersign_testkit::jose::TestKey;
use serde_json::{Value, json};

use crate::support::command::Ended;
use crate::support::{Countersign, folder};

const SECRET: &str = "WPSn7eHNfXOXEzW4TMBugddYmJ4RvasLRzxTcOmfoJps";

fn doctor(folder: &Path, arguments: &[&str]) -> Ended {
    let words = ["doctor"].into_iter().chain(arguments.iter().copied());
    Countersign::new(folder, words).run()
}

/// A token signed with the secret and a newline.
fn failing() -> tempfile::TempDir {
    let folder = folder();
    let token = TestKey::hs(format!("{SECRET}\n")).token(
        "HS256",
        &json!({"sub": "ann.miller@parcelo.example", "exp": 1_900_000_000}),
    );
    let write = |name: &str, text: String| fs::write(folder.path().join(name), text).unwrap();
    write(
        "backend.env",
        format!("JWT_SECRET={SECRET}\nAPP_URL=https://app.parcelo.example\n"),
    );
    write(
        "case.toml",
        "now = 1800000000\ntitle = \"at Parcelo\"\n".to_owned(),
    );
    write(
        "request.http",
        format!("GET /me HTTP/1.1\nHost: api.parcelo.example\nAuthorization: Bearer {token}\n\n"),
    );
    write("response.http", "HTTP/1.1 401 Unauthorized\n\n".to_owned());
    folder
}

fn gist(ended: &Ended) -> Vec<Value> {
    let json: Value = serde_json::from_str(&ended.stdout).unwrap();
    let findings = json["findings"].as_array().unwrap().iter();
    findings
        .map(|one| {
            let places = one["evidence"].as_array().unwrap().iter();
            let places: Vec<_> = places
                .map(|place| (place["source"].clone(), place["line"].clone()))
                .collect();
            json!([one["slug"], one["severity"], one["confidence"], places])
        })
        .collect()
}

fn all_text(folder: &Path) -> String {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .map(|path| fs::read_to_string(path).unwrap())
        .collect()
}

#[test]
fn in_a_bundle_the_same_is_found_and_nobody_is_named() {
    let folder = failing();
    let before = doctor(
        folder.path(),
        &[".", "--format", "json", "--bundle", "shown"],
    );
    assert!(
        before.stderr.contains("the doctor finds the same in it"),
        "{before:?}"
    );
    let after = doctor(&folder.path().join("shown"), &[".", "--format", "json"]);
    assert_eq!(gist(&after), gist(&before));
    assert_eq!(gist(&after)[0][0], "secret-trailing-newline");
    let text = all_text(&folder.path().join("shown"));
    for gone in [SECRET, "parcelo", "Parcelo", "miller"] {
        assert!(!text.contains(gone), "{gone} in {text}");
    }
    assert!(text.contains("Nothing: the same causes"), "{text}");
}

#[test]
fn two_bundles_of_one_case_have_other_stand_ins() {
    let folder = failing();
    doctor(folder.path(), &[".", "--bundle", "a"]);
    doctor(folder.path(), &[".", "--bundle", "b"]);
    let of = |name: &str| fs::read_to_string(folder.path().join(name).join("backend.env")).unwrap();
    assert_ne!(of("a"), of("b"));
}

#[test]
fn nothing_that_exists_is_overwritten_and_archives_are_refused() {
    let folder = failing();
    fs::write(folder.path().join("mine"), "mine").unwrap();
    let ended = doctor(folder.path(), &[".", "--bundle", "mine"]);
    assert_eq!(ended.code, 2, "{ended:?}");
    assert_eq!(
        fs::read_to_string(folder.path().join("mine")).unwrap(),
        "mine"
    );
    let ended = doctor(folder.path(), &[".", "--bundle", "x.tar.gz"]);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("tar czf x.tar.gz x"), "{ended:?}");
    assert!(!folder.path().join("x.tar.gz").exists());
}

#[test]
fn single_files_and_options_are_in_the_bundle_as_what_they_are() {
    let folder = failing();
    let token = fs::read_to_string(folder.path().join("request.http")).unwrap();
    let token = token.split("Bearer ").nth(1).unwrap().trim().to_owned();
    fs::rename(folder.path().join("backend.env"), folder.path().join("x")).unwrap();
    let given = [
        "--response",
        "response.http",
        "--env-file",
        "backend=x",
        "--token",
        &token,
        "--now",
        "1800000000",
        "--format",
        "json",
    ];
    let before = doctor(
        folder.path(),
        &[&given[..], &["--bundle", "shown"]].concat(),
    );
    assert!(
        before.stderr.contains("the doctor finds the same in it"),
        "{before:?}"
    );
    let after = doctor(&folder.path().join("shown"), &[".", "--format", "json"]);
    assert_eq!(gist(&after)[0][0], "secret-trailing-newline");
}

#[test]
fn offline_nothing_is_asked() {
    let folder = failing();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    let (url, database) = (
        format!("http://{address}/"),
        format!("postgresql://u:p@{address}/d"),
    );
    let ended = doctor(
        folder.path(),
        &[
            ".",
            "--offline",
            "--format",
            "json",
            "--url",
            &url,
            "--database-url",
            &database,
        ],
    );
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(ended.stdout.contains("--offline was given"), "{ended:?}");
    let ended = doctor(folder.path(), &[".", "--offline", "--jwks", &url]);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("--offline asks nobody"), "{ended:?}");
    assert_eq!(listener.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
}

#[test]
fn keys_are_fetched_from_the_address_that_was_given() {
    let folder = folder();
    let key = TestKey::es256().with_kid("a");
    let token = key.token("ES256", &json!({"sub": "1", "exp": 1_900_000_000}));
    let request = format!("GET / HTTP/1.1\nHost: localhost\nAuthorization: Bearer {token}\n\n");
    fs::write(folder.path().join("request.http"), request).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/jwks.json", listener.local_addr().unwrap());
    let set = json!({"keys": [TestKey::es256_of(9).with_kid("b").public_jwk()]}).to_string();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = [0; 4096];
        let _ = stream.read(&mut head).unwrap();
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{set}", set.len()).unwrap();
    });
    let ended = doctor(
        folder.path(),
        &["request.http", "--jwks", &url, "--format", "json"],
    );
    server.join().unwrap();
    assert_eq!(gist(&ended)[0][0], "kid-not-in-jwks", "{ended:?}");
}
