//! `countersign key`

use std::fs;

use serde_json::Value;

use crate::accounts::{json, run, with_ada};
use crate::administering::login;
use crate::support::{Request, Serving, folder};

#[test]
fn a_key_is_replaced_while_the_server_runs_and_nobody_is_signed_out() {
    let folder = with_ada();
    fs::write(folder.path().join(".env"), "SIGNING=asymmetric\n").unwrap();
    let server = Serving::start(folder.path());
    let old = login(&server).expect(200).text("/access_token");
    let before = json(folder.path(), &["key", "list"]);
    assert_eq!(
        (&before[0]["alg"], &before[0]["state"]),
        (&"EdDSA".into(), &"active".into())
    );

    let after = json(folder.path(), &["key", "rotate"]);
    let states: Vec<_> = after
        .as_array()
        .unwrap()
        .iter()
        .map(|key| &key["state"])
        .collect();
    assert_eq!(states, ["retiring", "active"]);
    assert_eq!(after[0]["name"], before[0]["name"]);

    let new_kid = after[1]["name"].as_str().unwrap();
    let published = || {
        server
            .send(&Request::get("/.well-known/jwks.json"))
            .expect(200)
            .body
    };
    // A server learns of the rotation within seconds.
    let taken_up = (0..20_000).any(|_| published().contains(new_kid));
    assert!(taken_up, "the server goes on with the old key");
    assert!(published().contains(before[0]["name"].as_str().unwrap()));
    let new = login(&server).expect(200).text("/access_token");
    for token in [&old, &new] {
        let asking = Request::get("/api/v1/auth/status").bearer(token);
        server.send(&asking).expect(200);
    }
    let table = run(folder.path(), &["key", "list"], "").good();
    assert!(
        table.contains(new_kid) && table.contains("retiring"),
        "{table}"
    );
}

#[test]
fn a_secret_is_listed_by_its_fingerprint_and_not_rotated() {
    let folder = folder();
    let secret = "gull-harbour-4711-lantern-moss-riverbed-Q7";
    fs::write(folder.path().join(".env"), format!("JWT_SECRET={secret}\n")).unwrap();
    let keys = json(folder.path(), &["key", "list"]);
    assert!(!keys.to_string().contains(secret), "{keys}");
    assert!(
        keys[0]["name"]
            .as_str()
            .unwrap()
            .starts_with("JWT_SECRET sha256:"),
        "{keys}"
    );
    assert_eq!(
        (&keys[0]["from"], &keys[0]["until"]),
        (&".env:1".into(), &Value::Null)
    );
    let said = run(folder.path(), &["key", "rotate"], "").wrong();
    assert!(said.contains("SIGNING=asymmetric"), "{said}");
}

#[test]
fn another_encryption_key_is_refused_before_anything_is_sealed_with_it() {
    let folder = folder();
    fs::write(folder.path().join(".env"), "SIGNING=asymmetric\n").unwrap();
    json(folder.path(), &["key", "rotate"]);
    let key = run(
        folder.path(),
        &[
            "secret",
            "generate",
            "--bytes",
            "32",
            "--encoding",
            "base64",
        ],
        "",
    )
    .good();
    fs::write(
        folder.path().join(".env"),
        format!("SIGNING=asymmetric\nENCRYPTION_KEY={key}"),
    )
    .unwrap();
    let said = run(folder.path(), &["key", "rotate"], "").wrong();
    assert!(said.contains("CSN3025"), "{said}");
    assert_eq!(
        json(folder.path(), &["key", "list"])
            .as_array()
            .unwrap()
            .len(),
        1
    );
}
