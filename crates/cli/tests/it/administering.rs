//! `countersign user` and `countersign session` beside a running server: what is done here counts there.

use serde_json::json;

use crate::accounts::{PASSWORD, json, run, with_ada};
use crate::support::http::Answer;
use crate::support::{Request, Serving, folder};

pub fn login(server: &Serving) -> Answer {
    let body = json!({"email": "ada@example.com", "password": PASSWORD});
    server.send(&Request::post("/api/v1/auth/jwt/login").json(&body))
}

#[test]
fn an_account_made_here_signs_in_there() {
    let folder = folder();
    let arguments = [
        "user",
        "create",
        "--email",
        " Ada@Example.com ",
        "--name",
        "Ada",
        "--role",
        "admin",
    ];
    let made = json(folder.path(), &arguments);
    assert_eq!(made["email"], "ada@example.com");
    assert_eq!(made["role"], "admin");
    assert!(made["email_verified_at"].is_string(), "{made}");
    let server = Serving::start(folder.path());
    let answer = login(&server).expect(200);
    assert_eq!(answer.json()["user"]["id"], made["id"]);
    let me = server.send(&Request::get("/api/v1/auth/me").bearer(&answer.text("/access_token")));
    assert_eq!(me.expect(200).json()["role"], "admin");
}

#[test]
fn a_token_of_this_server_is_verified_with_its_own_keys() {
    for settings in ["", "SIGNING=es256\n"] {
        let folder = with_ada();
        std::fs::write(folder.path().join(".env"), settings).unwrap();
        let server = Serving::start(folder.path());
        let token = login(&server).expect(200).text("/access_token");
        let found = json(folder.path(), &["inspect", &token]);
        assert_eq!(found["valid"], true, "{settings}: {found}");
        assert_eq!(found["claims"]["email"], "ada@example.com");
    }
}

#[test]
fn a_locked_account_is_out_at_once_and_comes_back_when_unlocked() {
    let folder = with_ada();
    let server = Serving::start(folder.path());
    let token = login(&server).expect(200).text("/access_token");
    let locked = json(
        folder.path(),
        &[
            "user",
            "lock",
            "ada@example.com",
            "--reason",
            "laptop stolen",
        ],
    );
    assert_eq!(
        (&locked["status"], &locked["status_reason"]),
        (&json!("locked"), &json!("laptop stolen"))
    );
    refused_within_a_second(&server, &token);
    assert_eq!(login(&server).status, 401);
    let open = json(folder.path(), &["user", "unlock", "ada@example.com"]);
    assert_eq!(open["status"], "active");
    login(&server).expect(200);
}

#[test]
fn a_role_is_in_the_next_token() {
    let folder = with_ada();
    let server = Serving::start(folder.path());
    let changed = json(
        folder.path(),
        &["user", "set-role", "ada@example.com", "admin"],
    );
    assert_eq!(changed["role"], "admin");
    assert_eq!(login(&server).expect(200).text("/user/role"), "admin");
    let said = run(
        folder.path(),
        &["user", "set-role", "ada@example.com", "admn"],
        "",
    )
    .wrong();
    assert!(said.contains("admin"), "{said}");
}

#[test]
fn deleting_wants_a_yes_and_ends_sessions() {
    let folder = with_ada();
    let server = Serving::start(folder.path());
    let token = login(&server).expect(200).text("/access_token");
    let said = run(folder.path(), &["user", "delete", "ada@example.com"], "").wrong();
    assert!(said.contains("--yes"), "{said}");
    json(
        folder.path(),
        &["user", "delete", "ada@example.com", "--yes"],
    );
    assert_eq!(json(folder.path(), &["user", "list"]), json!([]));
    refused_within_a_second(&server, &token);
    assert_eq!(login(&server).status, 401);
}

#[test]
fn a_session_is_listed_and_ended() {
    let folder = with_ada();
    let server = Serving::start(folder.path());
    let first = login(&server).expect(200);
    let second = login(&server).expect(200);
    let list = json(folder.path(), &["session", "list", "ada@example.com"]);
    assert_eq!(list.as_array().unwrap().len(), 2);
    assert!(
        list.as_array()
            .unwrap()
            .iter()
            .all(|session| session["state"] == "active"),
        "{list}"
    );
    let id = first.text("/session_id");
    let ended = json(folder.path(), &["session", "revoke", &id]);
    assert_eq!(ended[0]["id"], json!(id));
    assert_eq!(ended[0]["end_reason"], "revoked_by_admin");
    refused_within_a_second(&server, &first.text("/access_token"));
    let status = Request::get("/api/v1/auth/status").bearer(&second.text("/access_token"));
    server.send(&status).expect(200);
    let ended = json(
        folder.path(),
        &["session", "revoke", "--user", "ada@example.com"],
    );
    assert_eq!(ended.as_array().unwrap().len(), 1);
    refused_within_a_second(&server, &second.text("/access_token"));
    let table = run(folder.path(), &["session", "list", "ada@example.com"], "").good();
    assert_eq!(table, "No sessions.\n");
}

/// A running server learns of another process's revocation within a second (DESIGN 3, step 6):
/// asks until it has.
fn refused_within_a_second(server: &Serving, token: &str) {
    let status = Request::get("/api/v1/auth/status").bearer(token);
    for _ in 0..20_000 {
        if server.send(&status).status == 401 {
            return;
        }
    }
    panic!("the token is still good");
}
