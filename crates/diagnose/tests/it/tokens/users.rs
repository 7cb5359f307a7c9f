//! Users, roles and scopes.

use super::*;

#[test]
#[expect(clippy::too_many_lines, reason = "a table of set-ups")]
fn a_subject_is_looked_up_among_the_rows() {
    let rows = json!([
        {"id": 7, "email": "ann@parcelo.example", "created_at": "2026-01-02T03:04:05Z"},
        {"id": 8, "email": "bob@parcelo.example", "created_at": "2026-02-02T03:04:05Z"},
    ]);
    let late = json!([{"id": "x1", "email": "seed@parcelo.example", "created_at": "2026-10-11T21:52:00Z"}]);
    let set_up = |name, claims: &Value, rows: &Value| {
        SetUp::new(name)
            .backend(&secret_env(""))
            .users(rows)
            .bearer(&token(claims))
            .answer(404, r#"{"detail":"User not found"}"#)
    };
    check(vec![
        (
            set_up(
                "never provisioned",
                &json!({"sub": "auth0|77", "email": "eve@parcelo.example"}),
                &rows,
            ),
            &["user-not-provisioned"],
        ),
        (
            set_up(
                "deleted with the database",
                &json!({"sub": "x0", "iat": NOW - 900}),
                &late,
            ),
            &["user-deleted-stale-token"],
        ),
        (
            set_up(
                "known by address",
                &json!({"sub": "auth0|77", "email": "ann@parcelo.example"}),
                &rows,
            ),
            &["sub-identifier-mismatch"],
        ),
        (
            set_up(
                "an address in sub",
                &json!({"sub": "ann@parcelo.example"}),
                &rows,
            ),
            &["sub-identifier-mismatch"],
        ),
        (
            set_up(
                "the older format",
                &json!({"sub": "ann@parcelo.example", "id": 7}),
                &rows,
            ),
            &["token-format-legacy"],
        ),
        (
            SetUp::new("no UUID")
                .backend(&secret_env(""))
                .bearer(&token(&json!({"sub": "auth0|77"})))
                .answer(500, "")
                .log("ERROR: invalid input syntax for type uuid: \"auth0|77\""),
            &["sub-identifier-mismatch"],
        ),
        (
            SetUp::new("the issuer does not know him")
                .bearer(&token(&json!({"sub": "x0"})))
                .answer(
                    403,
                    r#"{"msg":"User from sub claim in JWT does not exist"}"#,
                ),
            &["user-deleted-stale-token"],
        ),
        (
            SetUp::new("known by his id")
                .backend(&secret_env(""))
                .users(&rows)
                .bearer(&token(&json!({"sub": "7"}))),
            &[],
        ),
    ]);
}

#[test]
fn a_refusal_is_rightful_unless_the_role_is_elsewhere() {
    let admin = json!({"realm_access": {"roles": ["admin"]}});
    let set_up = |name, claims: &Value| {
        SetUp::new(name)
            .backend(&secret_env("ROLES_CLAIM=roles\n"))
            .bearer(&token(claims))
            .answer(403, r#"{"detail":"role admin required"}"#)
    };
    let scope = |name, scope: &str| {
        SetUp::new(name)
            .backend(&secret_env(""))
            .bearer(&token(&json!({"scope": scope})))
            .answer(
                403,
                r#"{"error":"insufficient_scope","message":"required scope: read:reports"}"#,
            )
    };
    check(vec![
        (
            set_up("the role is in another claim", &admin),
            &["roles-claim-location"],
        ),
        (set_up("no such role", &json!({"roles": ["viewer"]})), &[]),
        (
            set_up(
                "a lower role in another claim",
                &json!({"roles": ["viewer"], "realm_access": {"roles": ["viewer"]}}),
            ),
            &[],
        ),
        (
            scope("the scope was not asked for", "openid profile"),
            &["scope-missing"],
        ),
    ]);
}

#[test]
fn a_column_for_subjects_of_issuers_is_read() {
    let rows = json!([{"id": 7, "auth0_sub": "auth0|77", "email": "ann@parcelo.example"}]);
    let set_up = |name| {
        SetUp::new(name)
            .backend(&secret_env(""))
            .users(&rows)
            .bearer(&token(
                &json!({"sub": "auth0|77", "email": "ann@parcelo.example"}),
            ))
    };
    check(vec![
        (set_up("without answer"), &[]),
        (set_up("answered").answer(200, "{}"), &[]),
        (
            set_up("not found all the same").answer(404, ""),
            &["sub-identifier-mismatch"],
        ),
    ]);
}
