//! `countersign user`, `countersign session` and `countersign audit`, by themselves.

use std::path::Path;

use countersign_testkit::TempDatabase;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::command::Ended;
use crate::support::{Countersign, folder};

pub const PASSWORD: &str = "Vermilion-otter-4417-quay";

/// Runs a command; whatever it prints, the password is not in it.
pub fn run(folder: &Path, arguments: &[&str], stdin: &str) -> Ended {
    let ended = Countersign::new(folder, arguments).run_with(stdin);
    assert!(!format!("{ended:?}").contains(PASSWORD), "{ended:?}");
    ended
}

pub fn json(folder: &Path, arguments: &[&str]) -> Value {
    let all: Vec<&str> = arguments
        .iter()
        .copied()
        .chain(["--format", "json"])
        .collect();
    run(folder, &all, PASSWORD).json()
}

pub fn with_ada() -> TempDir {
    let folder = folder();
    json(
        folder.path(),
        &[
            "user",
            "create",
            "--email",
            "ada@example.com",
            "--name",
            "Ada",
        ],
    );
    folder
}

#[test]
fn a_password_comes_from_stdin_and_is_judged() {
    let folder = folder();
    let create = ["user", "create", "--email", "ada@example.com"];
    for (password, why) in [
        ("", "no password"),
        ("short", "at least 8"),
        ("password123", "common"),
        ("ada@example.com", "hardly more than"),
        ("a\0bcdefghijkl", "NUL"),
    ] {
        let said = run(folder.path(), &create, password).wrong();
        assert!(said.contains(why), "{password:?}: {said}");
    }
    let said = run(
        folder.path(),
        &["user", "create", "--email", "ada", "--password", "x"],
        "",
    )
    .wrong();
    assert!(said.contains("--password"), "{said}");
    assert_eq!(json(folder.path(), &["user", "list"]), json!([]));
}

#[test]
fn an_address_names_one_account() {
    let folder = with_ada();
    let said = run(
        folder.path(),
        &["user", "create", "--email", "ADA@example.com"],
        PASSWORD,
    )
    .bad();
    assert!(
        said.contains("CSN0006") && said.contains("ada@example.com"),
        "{said}"
    );
}

#[test]
fn accounts_are_listed_and_shown() {
    let folder = with_ada();
    json(
        folder.path(),
        &["user", "create", "--email", "bob@example.com"],
    );
    let list = json(folder.path(), &["user", "list"]);
    assert_eq!(list.as_array().unwrap().len(), 2);
    let found = json(folder.path(), &["user", "list", "--search", "ada"]);
    assert_eq!(found.as_array().unwrap().len(), 1);
    let id = found[0]["id"].as_str().unwrap();
    let table = run(folder.path(), &["user", "list"], "").good();
    assert!(table.starts_with("ID ") && table.contains(id), "{table}");
    for who in [id, "ada@example.com", "ADA@EXAMPLE.COM"] {
        assert_eq!(
            json(folder.path(), &["user", "show", who]),
            found[0],
            "{who}"
        );
    }
    let shown = run(folder.path(), &["user", "show", id], "").good();
    assert!(shown.contains("email     ada@example.com"), "{shown}");
}

#[test]
fn an_unknown_account_is_bad_news_and_a_word_that_is_no_account_wrong_use() {
    let folder = folder();
    let commands = [
        vec!["user", "show"],
        vec!["user", "lock"],
        vec!["user", "unlock"],
        vec!["user", "delete", "--yes"],
        vec!["session", "list"],
        vec!["session", "revoke", "--user"],
    ];
    for command in commands {
        let with = |who| command.iter().copied().chain([who]).collect::<Vec<_>>();
        let said = run(folder.path(), &with("nobody@example.com"), "").bad();
        assert!(
            said.contains("nobody@example.com") && said.contains("user list"),
            "{command:?}: {said}"
        );
        let said = run(folder.path(), &with("nobody"), "").wrong();
        assert!(
            said.contains("neither a user id nor an address"),
            "{command:?}: {said}"
        );
    }
}

#[test]
fn an_unknown_session_is_bad_news() {
    let folder = folder();
    let id = "0198c2f1-7c44-7d3a-9e0c-2f5d3c1b8a77";
    let said = run(folder.path(), &["session", "revoke", id], "").bad();
    assert!(said.contains(id) && said.contains("session list"), "{said}");
    assert!(
        run(folder.path(), &["session", "revoke", "7"], "")
            .wrong()
            .contains("SESSION")
    );
}

#[test]
fn the_audit_log_says_who_did_it() {
    let folder = with_ada();
    json(folder.path(), &["user", "lock", "ada@example.com"]);
    let events = json(folder.path(), &["audit", "tail"]);
    let kinds: Vec<_> = events
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["kind"].clone())
        .collect();
    assert_eq!(kinds, ["admin.user_created", "admin.user_locked"]);
    assert!(
        events
            .as_array()
            .unwrap()
            .iter()
            .all(|event| event["actor"] == "cli"),
        "{events}"
    );
    let lines = run(folder.path(), &["audit", "export"], "").good();
    assert_eq!(lines.lines().count(), 2);
    for (line, event) in lines.lines().zip(events.as_array().unwrap()) {
        assert_eq!(&serde_json::from_str::<Value>(line).unwrap(), event);
    }
    let table = run(folder.path(), &["audit", "tail", "-n", "1"], "").good();
    assert!(
        table.contains("admin.user_locked") && !table.contains("admin.user_created"),
        "{table}"
    );
}

#[test]
fn postgresql_is_administered_the_same_way() {
    let folder = folder();
    let database = TempDatabase::postgres();
    let on_postgresql = |arguments: &[&str]| {
        let all = arguments.iter().copied().chain(["--format", "json"]);
        Countersign::new(folder.path(), all)
            .env("DATABASE_URL", database.url())
            .run_with(PASSWORD)
            .json()
    };
    let made = on_postgresql(&["user", "create", "--email", "ada@example.com"]);
    assert_eq!(on_postgresql(&["user", "list"]), json!([made]));
    let admin = on_postgresql(&["user", "set-role", "ada@example.com", "admin"]);
    assert_eq!(admin["role"], "admin");
    assert_eq!(on_postgresql(&["session", "list"]), json!([]));
    let events = on_postgresql(&["audit", "tail", "--kind", "admin.user_role_changed"]);
    assert_eq!(events[0]["detail"], json!({"from": "user", "to": "admin"}));
    on_postgresql(&["user", "delete", "ada@example.com", "--yes"]);
    assert_eq!(on_postgresql(&["user", "list"]), json!([]));
    assert!(
        !folder.path().join("data").exists(),
        "nothing is kept in a folder"
    );
}

#[test]
fn names_are_judged_as_registration_does() {
    let folder = folder();
    for (name, why) in [
        ("a\u{1b}[31mb", "control"),
        (" ", "empty"),
        ("a\u{202e}b", "control"),
    ] {
        let create = [
            "user",
            "create",
            "--email",
            "ada@example.com",
            "--name",
            name,
        ];
        let said = run(folder.path(), &create, PASSWORD).wrong();
        assert!(said.contains(why), "{name:?}: {said}");
    }
}

#[test]
fn a_list_without_hits_does_not_say_that_there_are_no_accounts() {
    let folder = with_ada();
    let said = run(folder.path(), &["user", "list", "--search", "grace"], "").good();
    assert!(said.contains("No account has \"grace\""), "{said}");
    let said = run(folder.path(), &["user", "list", "--limit", "0"], "").wrong();
    assert!(said.contains("--limit"), "{said}");
}

#[test]
fn a_change_is_printed_with_its_time() {
    let folder = with_ada();
    for change in [
        &["user", "lock", "ada@example.com"][..],
        &["user", "unlock", "ada@example.com"],
        &["user", "set-role", "ada@example.com", "admin"],
    ] {
        let printed = json(folder.path(), change);
        let shown = json(folder.path(), &["user", "show", "ada@example.com"]);
        assert_eq!(printed, shown, "{change:?}");
        assert_ne!(printed["updated_at"], printed["created_at"], "{change:?}");
    }
}

#[test]
fn with_json_a_failure_is_a_line_of_json_on_stderr() {
    let folder = folder();
    let said = |arguments: &[&str]| {
        let ended = run(folder.path(), arguments, "");
        assert_eq!(ended.stdout, "", "{ended:?}");
        let said: Value = serde_json::from_str(&ended.stderr).expect("one line of JSON");
        (ended.code, said)
    };
    let json = ["--format", "json"];
    let show = [&["user", "show", "nobody@example.com"][..], &json].concat();
    let (code, unknown) = said(&show);
    assert_eq!((code, &unknown["slug"]), (1, &json!("not-found")));
    let show = [&["user", "show", "nobody"][..], &json].concat();
    let (code, wrong) = said(&show);
    assert_eq!((code, &wrong["severity"]), (2, &json!("error")));
    assert!(
        wrong["fix"]["summary"]
            .as_str()
            .unwrap()
            .contains("user list"),
        "{wrong}"
    );
    let folder_of = [&["user", "list", "--data-dir", "/dev/null"][..], &json].concat();
    let (code, start_up) = said(&folder_of);
    assert_eq!(
        (code, &start_up["slug"]),
        (2, &json!("data-folder-unwritable"))
    );
}
