//! `countersign explain`

use crate::support::{Countersign, folder};

fn explain(arguments: &[&str]) -> crate::support::command::Ended {
    let folder = folder();
    let mut all = vec!["explain"];
    all.extend(arguments);
    Countersign::new(folder.path(), all).run()
}

#[test]
fn a_cause_is_found_by_code_or_slug() {
    for name in [
        "CSN4001",
        "csn4001",
        "4001",
        "token-expired",
        "token_expired",
    ] {
        let text = explain(&[name]).good();
        assert!(text.contains("CSN4001"), "{name}: {text}");
        assert!(text.contains("ACCESS_TOKEN_TTL"), "{name}: {text}");
    }
}

#[test]
fn a_cause_as_json_has_code_slug_and_fix() {
    let doc = explain(&["token-expired", "--format", "json"]).json();
    assert_eq!(doc["code"], "CSN4001");
    assert_eq!(doc["slug"], "token-expired");
    assert!(doc["fix"]["summary"].is_string(), "{doc}");
}

#[test]
fn an_unknown_cause_is_wrong_use_and_names_the_nearest() {
    let said = explain(&["token-expird"]).wrong();
    assert!(said.contains("token-expired"), "{said}");
    assert!(said.contains("explain --all"), "{said}");
}

#[test]
fn all_lists_every_cause() {
    let text = explain(&["--all"]).good();
    assert!(text.contains("CSN4001 token-expired"), "{text}");
    let list = explain(&["--all", "--format", "json"]).json();
    let list = list.as_array().unwrap();
    for cause in list {
        assert!(text.contains(cause["slug"].as_str().unwrap()), "{cause}");
    }
    assert!(
        list.iter()
            .any(|cause| cause["slug"] == "secret-mismatch" && cause["status"] == 401)
    );
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let folder = folder();
    let mut command = Countersign::new(folder.path(), ["explain", "--all"]).into_command();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let ended = command
        .stdout(writer)
        .stderr(std::process::Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(ended.status.code(), Some(0));
    assert_eq!(ended.stderr, b"");
}
