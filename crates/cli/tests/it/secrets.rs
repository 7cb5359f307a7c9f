//! `countersign secret`

use std::collections::HashSet;

use crate::support::{Countersign, folder};

const KNOWN: &str = "gull-harbour-4711-lantern-moss-riverbed";

#[test]
fn a_generated_secret_is_new_each_time_and_as_long_as_asked() {
    let folder = folder();
    let made: HashSet<String> = (0..5)
        .map(|_| {
            Countersign::new(folder.path(), ["secret", "generate"])
                .run()
                .good()
        })
        .collect();
    assert_eq!(made.len(), 5);
    assert!(made.iter().all(|text| text.len() == 65), "{made:?}");
    let cases = [
        ("base64", "32", 44),
        ("hex", "32", 64),
        ("base64url", "32", 43),
    ];
    for (encoding, bytes, length) in cases {
        let arguments = [
            "secret",
            "generate",
            "--encoding",
            encoding,
            "--bytes",
            bytes,
            "--format",
            "json",
        ];
        let made = Countersign::new(folder.path(), arguments).run().json();
        assert_eq!(made["secret"].as_str().unwrap().len(), length, "{encoding}");
        let given = Countersign::new(folder.path(), ["secret", "fingerprint"])
            .run_with(made["secret"].as_str().unwrap());
        assert_eq!(given.good().trim_end(), made["fingerprint"]);
    }
}

#[test]
fn a_fingerprint_ignores_the_line_break_and_shows_nothing_else() {
    let folder = folder();
    let fingerprint = |text: &str| {
        let ended = Countersign::new(folder.path(), ["secret", "fingerprint"]).run_with(text);
        assert!(!format!("{ended:?}").contains("lantern"), "{ended:?}");
        ended.good()
    };
    let plain = fingerprint(KNOWN);
    assert!(plain.starts_with("sha256:") && plain.len() == 16, "{plain}");
    assert_eq!(fingerprint(&format!("{KNOWN}\r\n")), plain);
    assert_ne!(fingerprint(&format!("{KNOWN} ")), plain);
}

#[test]
fn a_weak_secret_is_named_as_such() {
    let folder = folder();
    let ended = Countersign::new(folder.path(), ["secret", "fingerprint", "--format", "json"])
        .run_with("hunter2");
    assert!(ended.stderr.contains("warning"), "{ended:?}");
    let json = ended.json();
    assert_eq!(json["bytes"], 7);
    assert!(json["weakness"].is_string());
}

#[test]
fn no_secret_is_wrong_use() {
    let folder = folder();
    for text in ["", "\n"] {
        let said = Countersign::new(folder.path(), ["secret", "fingerprint"])
            .run_with(text)
            .wrong();
        assert!(said.contains("no secret was given"), "{said}");
    }
    // An argument would be in everybody's list of processes.
    let said = Countersign::new(folder.path(), ["secret", "fingerprint", KNOWN])
        .run()
        .wrong();
    assert!(said.contains("unexpected argument"), "{said}");
}

#[test]
fn an_encryption_key_of_another_size_is_told_the_command_that_makes_one() {
    let folder = folder();
    let check = |key: &str| {
        Countersign::new(folder.path(), ["config", "check"])
            .env("ENCRYPTION_KEY", key.trim())
            .run()
    };
    let generate = |arguments: &[&str]| {
        let all = ["secret", "generate"].iter().chain(arguments);
        Countersign::new(folder.path(), all).run().good()
    };
    let told = check(&generate(&[]));
    assert_eq!(told.code, 1, "{told:?}");
    assert!(
        told.stdout.contains("secret generate --bytes 32"),
        "{told:?}"
    );
    check(&generate(&["--bytes", "32"])).good();
}
