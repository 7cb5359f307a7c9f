//! `countersign config` and `countersign migrate`

use std::fs;

use serde_json::json;

use crate::support::command::Ended;
use crate::support::{Countersign, Serving, folder};

const SECRET: &str = "gull-harbour-4711-lantern-moss-riverbed-Q7";

/// Shows settings that come from everywhere, and sees to it that no secret is among them.
fn show(format: &str) -> Ended {
    let folder = folder();
    let env_file = format!("JWT_SECRET={SECRET}\nSESSION_LIMIT=3\n");
    fs::write(folder.path().join(".env"), env_file).unwrap();
    fs::write(
        folder.path().join("countersign.toml"),
        "access_token_ttl = \"15m\"\n",
    )
    .unwrap();
    let arguments = [
        "config",
        "show",
        "--data-dir",
        "elsewhere",
        "--format",
        format,
    ];
    let ended = Countersign::new(folder.path(), arguments)
        .env("HASH_QUEUE", "9")
        .env(
            "DATABASE_URL",
            "postgres://ada:lantern-moss@db.example.com/auth",
        )
        .run();
    let all = format!("{ended:?}");
    assert!(
        !all.contains(SECRET) && !all.contains("lantern-moss"),
        "{all}"
    );
    assert!(
        !folder.path().join("elsewhere").exists(),
        "looking makes nothing"
    );
    ended
}

#[test]
fn every_setting_is_shown_with_its_source_and_no_secret() {
    let json = show("json").json();
    assert_eq!(json["environment"], "development");
    let rows = json["settings"].as_array().unwrap();
    for (name, value, source) in [
        ("SESSION_LIMIT", "3", ".env:2"),
        ("ACCESS_TOKEN_TTL", "15m", "countersign.toml:1"),
        ("HASH_QUEUE", "9", "process environment"),
        ("DATA_DIR", "elsewhere", "command line"),
        ("LISTEN", "127.0.0.1:8787", "default"),
    ] {
        let row = rows.iter().find(|row| row["name"] == name).unwrap();
        assert_eq!(
            (&row["value"], &row["source"]),
            (&json!(value), &json!(source)),
            "{name}"
        );
    }
    let secret = rows.iter().find(|row| row["name"] == "JWT_SECRET").unwrap();
    assert!(
        secret["value"].as_str().unwrap().starts_with("sha256:"),
        "{secret}"
    );
    let human = show("human").good();
    assert!(
        human.contains("SESSION_LIMIT") && human.contains(".env:2"),
        "{human}"
    );
}

#[test]
fn secrets_of_the_data_folder_are_shown_too_and_looking_makes_none() {
    let folder = folder();
    let shown = |name: &str| {
        let show = ["config", "show", "--format", "json"];
        let json = Countersign::new(folder.path(), show).run().json();
        let rows = json["settings"].as_array().unwrap();
        let row = rows.iter().find(|row| row["name"] == name).unwrap();
        (
            row["value"].as_str().unwrap().to_owned(),
            row["source"].as_str().unwrap().to_owned(),
        )
    };
    for (name, file) in [
        ("JWT_SECRET", "data/jwt_secret"),
        ("ENCRYPTION_KEY", "data/encryption.key"),
    ] {
        let (value, source) = shown(name);
        assert_eq!(value, "made at the first start", "{name}");
        assert!(source.ends_with(file), "{source}");
    }
    assert!(
        !folder.path().join("data").exists(),
        "looking makes nothing"
    );
    let summary = Serving::start(folder.path()).summary.clone();
    for name in ["JWT_SECRET", "ENCRYPTION_KEY"] {
        let (value, _) = shown(name);
        assert!(
            value.starts_with("sha256:") && summary.contains(&value),
            "{name}: {value}\n{summary}"
        );
    }
}

#[test]
fn good_settings_are_in_order() {
    let folder = folder();
    let check = ["config", "check", "--format", "json"];
    let json = Countersign::new(folder.path(), check).run().json();
    assert_eq!(json["ok"], true);
}

#[test]
fn everything_wrong_is_said_at_once() {
    let folder = folder();
    fs::write(
        folder.path().join(".env"),
        "SESSION_LIMIT=many\nACCESS_TOKEN_TTL=soon\n",
    )
    .unwrap();
    let human = Countersign::new(folder.path(), ["config", "check"]).run();
    assert_eq!(human.code, 1);
    for words in ["error[CSN8011]", ".env:1", ".env:2", "fix:"] {
        assert!(
            human.stdout.contains(words),
            "no {words} in {}",
            human.stdout
        );
    }
    let json = Countersign::new(folder.path(), ["config", "check", "--format", "json"]).run();
    assert_eq!(json.code, 1);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(json["ok"], false);
    let slugs: Vec<_> = json["reports"]
        .as_array()
        .unwrap()
        .iter()
        .map(|report| &report["slug"])
        .collect();
    assert_eq!(
        slugs,
        [&json!("setting-invalid"), &json!("setting-invalid")]
    );
    let said = Countersign::new(folder.path(), ["config", "show"])
        .run()
        .wrong();
    assert!(said.contains("error[CSN8011]"), "{said}");
}

#[test]
fn a_named_file_must_be_there() {
    let folder = folder();
    let said = Countersign::new(folder.path(), ["config", "show", "--config", "no.toml"])
        .run()
        .wrong();
    assert!(said.contains("no.toml"), "{said}");
}

#[test]
fn migrations_are_pending_until_they_are_applied() {
    let folder = folder();
    let status =
        || Countersign::new(folder.path(), ["migrate", "status", "--format", "json"]).run();
    let before = status();
    assert_eq!(before.code, 1);
    assert!(before.stderr.contains("countersign migrate"), "{before:?}");
    let before: serde_json::Value = serde_json::from_str(&before.stdout).unwrap();
    assert!(
        before
            .as_array()
            .unwrap()
            .iter()
            .all(|step| step["applied_at"].is_null()),
        "{before}"
    );
    let applied = Countersign::new(folder.path(), ["migrate", "--format", "json"])
        .run()
        .json();
    assert_eq!(
        applied.as_array().unwrap().len(),
        before.as_array().unwrap().len()
    );
    assert_eq!(status().json(), applied);
    let again = Countersign::new(folder.path(), ["migrate"]).run().good();
    assert!(again.contains("up to date"), "{again}");
    let table = Countersign::new(folder.path(), ["migrate", "status"])
        .run()
        .good();
    assert!(
        table.starts_with("VERSION") && !table.contains("pending"),
        "{table}"
    );
}

#[test]
fn production_is_not_migrated_behind_its_back() {
    let folder = folder();
    let in_production = |arguments: &[&str]| {
        Countersign::new(folder.path(), arguments)
            .env("ENVIRONMENT", "production")
            .env("PUBLIC_URL", "https://auth.example.com")
            .env("JWT_SECRET", SECRET)
            .env("SMTP_URL", "off")
            .run()
    };
    let said = in_production(&["user", "list"]).wrong();
    assert!(
        said.contains("CSN9015") && said.contains("countersign migrate"),
        "{said}"
    );
    in_production(&["migrate"]).good();
    in_production(&["user", "list"]).good();
}

#[test]
fn accounts_without_an_admin_are_found_by_whoever_looks_for_them() {
    let folder = folder();
    let slugs = || {
        let check = ["config", "check", "--accounts", "--format", "json"];
        let json = Countersign::new(folder.path(), check).run().json();
        let reports = json["reports"].as_array().unwrap().iter();
        reports
            .map(|report| report["slug"].as_str().unwrap().to_owned())
            .filter(|slug| slug == "admin-missing")
            .count()
    };
    assert_eq!(slugs(), 0, "nobody is there yet");
    let create = ["user", "create", "--email", "ada@example.com"];
    Countersign::new(folder.path(), create)
        .run_with("Vermilion-otter-4417-quay")
        .good();
    assert_eq!(slugs(), 1);
    let role = ["user", "set-role", "ada@example.com", "admin"];
    Countersign::new(folder.path(), role).run().good();
    assert_eq!(slugs(), 0);
}

#[test]
fn trusted_issuers_are_shown_without_their_secrets() {
    let folder = folder();
    let table = "[[trusted_issuer]]\nkind = \"supabase\"\nurl = \"https://abcd.supabase.co\"\n";
    fs::write(folder.path().join("countersign.toml"), table).unwrap();
    for (format, words) in [
        (
            "human",
            "keys at https://abcd.supabase.co/auth/v1/.well-known/jwks.json",
        ),
        ("json", "\"issuer\":\"https://abcd.supabase.co/auth/v1\""),
    ] {
        let ended = Countersign::new(folder.path(), ["config", "show", "--format", format])
            .env("SUPABASE_JWT_SECRET", SECRET)
            .run();
        let text = ended.stdout.replace("\": ", "\":");
        assert!(text.contains(words), "{ended:?}");
        assert!(!format!("{ended:?}").contains(SECRET), "{ended:?}");
    }
}
