//! `countersign doctor`: what it takes, how it answers, what it writes.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::command::Ended;
use crate::support::{Countersign, folder};

const REQUEST: &str =
    "GET /me HTTP/1.1\nHost: api.example\nAuthorization: Bearer undefined\nAccept: */*\n\n";
const REFUSED: &str = "HTTP/1.1 401 Unauthorized\nContent-Type: application/json\n\n";
const ANSWERED: &str = "HTTP/1.1 200 OK\n\n";

fn doctor(folder: &Path, arguments: &[&str]) -> Ended {
    let words = ["doctor"].into_iter().chain(arguments.iter().copied());
    Countersign::new(folder, words).run()
}

fn failing() -> tempfile::TempDir {
    let folder = folder();
    fs::write(folder.path().join("request.http"), REQUEST).unwrap();
    fs::write(folder.path().join("response.http"), REFUSED).unwrap();
    folder
}

fn slugs(text: &str) -> Vec<String> {
    let json: Value = serde_json::from_str(text).unwrap();
    let findings = json["findings"].as_array().unwrap();
    let slugs = findings.iter().map(|one| one["slug"].as_str().unwrap());
    slugs.map(str::to_owned).collect()
}

#[test]
fn the_exit_code_tells_what_was_found() {
    let bad = failing();
    assert_eq!(doctor(bad.path(), &["."]).code, 1);
    let good = folder();
    fs::write(
        good.path().join("request.http"),
        "GET / HTTP/1.1\nHost: a.example\n\n",
    )
    .unwrap();
    fs::write(good.path().join("response.http"), ANSWERED).unwrap();
    let said = doctor(good.path(), &["."]).good();
    assert!(said.ends_with("healthy: nothing is wrong\n"), "{said}");
    assert_eq!(doctor(good.path(), &[]).code, 2);
    assert_eq!(doctor(good.path(), &["nowhere"]).code, 2);
    assert_eq!(doctor(good.path(), &["--env-file", "x"]).code, 2);
    assert_eq!(
        doctor(good.path(), &["--users", "https://a.example/users"]).code,
        2
    );
}

#[test]
fn every_form_names_the_cause() {
    let folder = failing();
    for (form, sign) in [
        ("human", "error[CSN2002]"),
        ("json", "\"schema\": 1"),
        ("sarif", "\"version\": \"2.1.0\""),
        ("github", "::error file=request.http,line=3,title=CSN2002"),
    ] {
        let ended = doctor(folder.path(), &[".", "--format", form]);
        assert_eq!(ended.code, 1, "{ended:?}");
        assert!(ended.stdout.contains(sign), "{form}: {}", ended.stdout);
        assert!(ended.stderr.is_empty(), "{form}: {}", ended.stderr);
    }
    let human = doctor(folder.path(), &["."]).stdout;
    assert!(human.contains("then run `countersign doctor .`"), "{human}");
}

#[test]
fn a_request_comes_through_a_pipe_as_browsers_copy_it() {
    let folder = folder();
    fs::write(folder.path().join("answer"), REFUSED).unwrap();
    let curl = "curl 'https://api.example/me' -H 'Authorization: Bearer undefined'\n";
    let words = [
        "doctor",
        "--request",
        "-",
        "--response",
        "answer",
        "--format",
        "json",
    ];
    let ended = Countersign::new(folder.path(), words).run_with(curl);
    assert_eq!(slugs(&ended.stdout), ["token-null-or-undefined"]);
}

#[test]
fn a_command_with_a_token_that_ran_out_is_enough() {
    // `exp` is in March 2024, and nothing says when it failed: the clock of this machine counts.
    let token = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI0IiwiaWF0IjoxNzA5OTkzODM1LCJleHAiOjE3MDk5OTU2MzV9.fzsUixnGA6lUG3FKfaQmY5LYQTe7Uqze5s23gq6UQt4";
    let curl = format!("curl 'https://api.example/me' -H 'Authorization: Bearer {token}'\n");
    let folder = folder();
    let asked = |words: &[&str]| {
        let words = ["doctor", "--request", "-", "--format", "json"]
            .iter()
            .chain(words);
        Countersign::new(folder.path(), words).run_with(&curl)
    };
    assert_eq!(slugs(&asked(&[]).stdout), ["token-expired"]);
    // With the time of the failure that counts alone.
    assert!(slugs(&asked(&["--now", "1709994000"]).stdout).is_empty());
}

#[test]
fn a_request_without_its_answer_is_not_called_well() {
    let folder = folder();
    let request = "GET /me HTTP/1.1\nHost: api.example\nAuthorization: Bearer abc.def\n\n";
    fs::write(
        folder.path().join("request.http"),
        "GET /me HTTP/1.1\nHost: api.example\n\n",
    )
    .unwrap();
    let said = doctor(folder.path(), &["."]).good();
    assert!(said.contains("--response FILE"), "{said}");
    assert!(
        said.ends_with("how it was answered is not known\n"),
        "{said}"
    );
    fs::write(folder.path().join("request.http"), request).unwrap();
    let said = doctor(folder.path(), &["."]);
    assert!(!said.stdout.contains("nothing is wrong"), "{said:?}");
}

#[test]
fn warnings_fail_where_that_is_asked_for() {
    let folder = folder();
    let env = "CORS_ORIGINS=https://app.example/\n";
    fs::write(folder.path().join("backend.env"), env).unwrap();
    let request = "OPTIONS /me HTTP/1.1\nHost: api.example\nOrigin: https://app.example\n\n";
    fs::write(folder.path().join("request.http"), request).unwrap();
    let ended = doctor(folder.path(), &[".", "--format", "json"]);
    let json: Value = serde_json::from_str(&ended.stdout).unwrap();
    let severities = json["findings"].as_array().unwrap().iter();
    let worst: Vec<&str> = severities
        .map(|one| one["severity"].as_str().unwrap())
        .collect();
    let strict = doctor(folder.path(), &[".", "--fail-on", "warning"]);
    assert_eq!(ended.code, i32::from(worst.contains(&"error")));
    assert_eq!(strict.code, i32::from(!worst.is_empty()));
}

/// An allowed origin with a slash, and a page that is blocked by it.
fn slashed() -> tempfile::TempDir {
    let folder = folder();
    let env = "# settings\r\nCORS_ORIGINS=https://app.example/\r\nOTHER=1\r\n";
    fs::write(folder.path().join("backend.env"), env).unwrap();
    let request = "GET /me HTTP/1.1\nHost: api.example\nOrigin: https://app.example\nSec-Fetch-Mode: cors\n\n";
    fs::write(folder.path().join("request.http"), request).unwrap();
    let log = "Access to fetch at 'https://api.example/me' from origin 'https://app.example' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.\n";
    fs::write(folder.path().join("log.txt"), log).unwrap();
    folder
}

#[test]
fn a_safe_change_is_shown_and_written_once_with_a_backup() {
    let folder = slashed();
    let path = folder.path().join("backend.env");
    let before = fs::read(&path).unwrap();
    let shown = doctor(folder.path(), &["."]).stdout;
    assert!(
        shown.contains("- CORS_ORIGINS=https://app.example/"),
        "{shown}"
    );
    assert!(
        shown.contains("+ CORS_ORIGINS=https://app.example\n"),
        "{shown}"
    );
    assert_eq!(
        fs::read(&path).unwrap(),
        before,
        "written without being asked"
    );

    let fixed = doctor(folder.path(), &[".", "--fix"]);
    assert!(fixed.stderr.contains("fixed: backend.env"), "{fixed:?}");
    let after = fs::read_to_string(&path).unwrap();
    assert_eq!(
        after,
        "# settings\r\nCORS_ORIGINS=https://app.example\r\nOTHER=1\r\n"
    );
    let backup = folder.path().join("backend.env.bak-countersign");
    assert_eq!(fs::read(&backup).unwrap(), before);

    fs::remove_file(&backup).unwrap();
    let again = doctor(folder.path(), &[".", "--fix"]);
    assert!(!again.stderr.contains("fixed"), "{again:?}");
    assert_eq!(fs::read_to_string(&path).unwrap(), after);
    assert!(!backup.exists());
}

#[test]
fn a_backup_is_never_written_over_and_the_mode_is_kept() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = slashed();
    let path = folder.path().join("backend.env");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    fs::write(folder.path().join("backend.env.bak-countersign"), "mine").unwrap();
    fs::write(folder.path().join("case.toml"), "now = 1\n").unwrap();
    doctor(folder.path(), &[".", "--fix"]);
    let mine = fs::read_to_string(folder.path().join("backend.env.bak-countersign")).unwrap();
    assert_eq!(mine, "mine");
    for name in ["backend.env", "backend.env.bak-countersign.1"] {
        let mode = fs::metadata(folder.path().join(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o640, "{name}");
    }
}

#[test]
fn assistants_are_answered_over_the_two_streams() {
    let folder = failing();
    let messages = [
        r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}"#,
        r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
        r#"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"diagnose","arguments":{"paths":["."]}}}"#,
        r#"{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"diagnose","arguments":{"paths":["/etc/passwd"]}}}"#,
    ];
    let input = messages.join("\n") + "\n";
    let out = Countersign::new(folder.path(), ["doctor", "--serve-mcp"])
        .run_with(&input)
        .good();
    let answers: Vec<Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(answers.len(), 3, "{out}");
    let found = &answers[1]["result"]["structuredContent"]["findings"][0]["slug"];
    assert_eq!(found, "token-null-or-undefined");
    assert_eq!(answers[2]["result"]["isError"], true);
}

#[test]
fn bad_input_is_noted_and_bounded() {
    let folder = failing();
    fs::write(folder.path().join("log.txt"), b"ELF\0\0\0").unwrap();
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlc2lnbmF0dXJl";
    fs::write(
        folder.path().join("many.log"),
        format!("got {token}\n").repeat(20_000),
    )
    .unwrap();
    fs::write(folder.path().join("x.har"), "{\"log\": {\"entries\": [").unwrap();
    let ended = doctor(folder.path(), &["."]);
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(ended.stdout.contains("it is no text"), "{}", ended.stdout);
    assert!(!ended.stdout.contains(token));
}
