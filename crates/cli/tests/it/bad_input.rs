//! The doctor on input that nobody would send on purpose: it ends, and says what it left out.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::command::Ended;
use crate::support::{Countersign, folder};

const REQUEST: &str = "GET /me HTTP/1.1\nHost: api.example\nAuthorization: Bearer undefined\n\n";

fn doctor(folder: &Path, arguments: &[&str]) -> Ended {
    let words = ["doctor"].into_iter().chain(arguments.iter().copied());
    Countersign::new(folder, words).run()
}

fn first(folder: &Path) -> Option<String> {
    let ended = doctor(folder, &[".", "--format", "json"]);
    let json: Value = serde_json::from_str(&ended.stdout).unwrap();
    json["findings"][0]["slug"].as_str().map(str::to_owned)
}

#[test]
fn a_log_of_a_hundred_megabytes_is_read_in_part_and_the_cause_is_found() {
    let folder = folder();
    fs::write(folder.path().join("request.http"), REQUEST).unwrap();
    fs::write(folder.path().join("response.http"), "HTTP/1.1 401 X\n\n").unwrap();
    let log = fs::File::create(folder.path().join("server.log")).unwrap();
    let line = "2026-11-21T13:10:45Z GET /health 200\n";
    fs::write(folder.path().join("server.log"), line.repeat(20_000)).unwrap();
    log.set_len(100 << 20).unwrap();
    let said = doctor(folder.path(), &["."]).stdout;
    assert!(said.contains("CSN2002"), "{said}");
    assert!(said.contains("only its first 8 MiB were read"), "{said}");
}

#[test]
fn binaries_endless_lines_and_broken_text_are_said() {
    let folder = folder();
    fs::write(folder.path().join("request.http"), REQUEST).unwrap();
    fs::write(folder.path().join("response.http"), "HTTP/1.1 401 X\n\n").unwrap();
    fs::write(folder.path().join("a.env"), [0, 1, 2, 255]).unwrap();
    fs::write(
        folder.path().join("b.env"),
        b"A=\xff\xfe\xc3(\nJWT_SECRET=\xf0\x28\n",
    )
    .unwrap();
    fs::write(folder.path().join("log.txt"), "x".repeat(3 << 20)).unwrap();
    let said = doctor(folder.path(), &["."]).stdout;
    assert!(
        said.contains("CSN2002") && said.contains("a.env: it is no text"),
        "{said}"
    );
    assert!(said.contains("lines were cut after 1024 KiB"), "{said}");
}

#[test]
fn links_in_circles_pipes_and_other_peoples_folders_are_passed_by() {
    let folder = folder();
    let service = folder.path().join("api");
    fs::create_dir_all(service.join("node_modules/x")).unwrap();
    fs::write(
        service.join("main.py"),
        "import os\ns = os.environ['JWT_SECRET']\n",
    )
    .unwrap();
    for at in 0..500 {
        fs::write(service.join(format!("node_modules/x/{at}.env")), "A=1\n").unwrap();
    }
    std::os::unix::fs::symlink(folder.path(), service.join("again")).unwrap();
    std::os::unix::fs::symlink(service.join("b.env"), service.join("a.env")).unwrap();
    std::os::unix::fs::symlink(service.join("a.env"), service.join("b.env")).unwrap();
    assert!(
        Command::new("mkfifo")
            .arg(service.join("c.env"))
            .status()
            .unwrap()
            .success()
    );
    let said = doctor(folder.path(), &["."]).stdout;
    assert!(said.contains("links were not followed"), "{said}");
    assert!(said.contains("c.env is no regular file"), "{said}");
    assert!(!said.contains("node_modules"), "{said}");
}

#[test]
fn a_recording_with_megabytes_of_bodies_is_read() {
    let folder = folder();
    let body = "x".repeat(1 << 20);
    let entry = |status: u16, token: &str| {
        format!(
            r#"{{"request":{{"method":"GET","url":"https://api.example/me","headers":[{{"name":"Authorization","value":"Bearer {token}"}}]}},"response":{{"status":{status},"headers":[],"content":{{"text":"{body}"}}}}}}"#
        )
    };
    let entries: Vec<String> = (0..12)
        .map(|at| entry(if at == 11 { 401 } else { 200 }, "undefined"))
        .collect();
    let har = format!(
        r#"{{"log":{{"version":"1.2","entries":[{}]}}}}"#,
        entries.join(",")
    );
    fs::write(folder.path().join("network.har"), har).unwrap();
    assert_eq!(
        first(folder.path()).as_deref(),
        Some("token-null-or-undefined")
    );
}

#[test]
fn tokens_by_the_thousand_are_read() {
    let folder = folder();
    let mut log = String::new();
    let mut env = String::new();
    for at in 0..5_000 {
        let _ = writeln!(
            log,
            "token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.{at:043}"
        );
    }
    for at in 0..200 {
        let _ = writeln!(env, "SECRET_{at}=x7Gq2pZ8x7Gq2pZ8x7Gq2pZ8{at:08}");
    }
    fs::write(folder.path().join("log.txt"), log).unwrap();
    fs::write(folder.path().join("backend.env"), env).unwrap();
    fs::write(folder.path().join("request.http"), REQUEST).unwrap();
    fs::write(folder.path().join("response.http"), "HTTP/1.1 401 X\n\n").unwrap();
    assert_eq!(
        first(folder.path()).as_deref(),
        Some("token-null-or-undefined")
    );
}
