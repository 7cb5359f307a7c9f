//! Two causes at once: the one that blocks first is on top, and both are told.

use super::*;

const ISS: &str = "https://id.parcelo.example/";

fn set_up(name: &'static str, claims: &Value, body: &str) -> SetUp {
    let env = secret_env(
        "JWT_ISSUER=https://id.parcelo.example/\nJWT_AUDIENCE=https://api.parcelo.example\n",
    );
    SetUp::new(name)
        .backend(&env)
        .bearer(&token(claims))
        .answer(401, body)
}

#[test]
fn the_order_of_the_librarys_checks_decides() {
    let expired_and_elsewhere = json!({"iss": ISS, "aud": "https://billing.parcelo.example", "iat": NOW - 9_000, "exp": NOW - 7_200});
    let slash_and_elsewhere =
        json!({"iss": "https://id.parcelo.example", "aud": "https://billing.parcelo.example"});
    check(vec![
        (
            set_up(
                "jsonwebtoken: exp before aud",
                &expired_and_elsewhere,
                "jwt expired",
            ),
            &["token-expired", "aud-mismatch"],
        ),
        (
            set_up(
                "jose: aud before exp",
                &expired_and_elsewhere,
                r#"unexpected "aud" claim value"#,
            ),
            &["aud-mismatch", "token-expired"],
        ),
        (
            set_up(
                "jsonwebtoken: aud before iss",
                &slash_and_elsewhere,
                "jwt audience invalid. expected: https://api.parcelo.example",
            ),
            &["aud-mismatch", "iss-trailing-slash"],
        ),
        (
            set_up(
                "PyJWT: iss before aud",
                &slash_and_elsewhere,
                "jwt.exceptions.InvalidIssuerError: Invalid issuer",
            ),
            &["iss-trailing-slash", "aud-mismatch"],
        ),
        (
            set_up("no message", &expired_and_elsewhere, ""),
            &["token-expired", "aud-mismatch"],
        ),
    ]);
}

#[test]
fn a_key_that_does_not_fit_comes_before_the_claims() {
    let stranger = TestKey::hs("another-secret-of-forty-characters-or-so");
    let expired = signed(
        &stranger,
        "HS256",
        &json!({"iat": NOW - 9_000, "exp": NOW - 7_200}),
    );
    let both = |name, body: &str| {
        SetUp::new(name)
            .backend(&secret_env(""))
            .frontend("JWT_SECRET=another-secret-of-forty-characters-or-so\n")
            .bearer(&expired)
            .answer(401, body)
    };
    check(vec![
        (
            both("with message", "invalid signature"),
            &["secret-mismatch", "token-expired"],
        ),
        (
            both("without message", ""),
            &["secret-mismatch", "token-expired"],
        ),
    ]);
}

#[test]
fn the_kind_of_token_comes_before_what_follows_from_it() {
    let id = json!({"iss": "https://id.parcelo.example", "aud": "client1", "nonce": "n"});
    let anon = json!({"iss": "supabase", "role": "anon", "sub": null});
    check(vec![
        (
            set_up("an ID token, and a slash", &id, ""),
            &["id-token-as-access-token", "iss-trailing-slash"],
        ),
        (
            set_up("an anon key alone", &anon, "Invalid audience"),
            &["anon-key-as-user-token"],
        ),
        (
            set_up(
                "a refresh token that has run out",
                &json!({"iss": ISS, "type": "refresh", "iat": NOW - 9_000, "exp": NOW - 60}),
                "jwt expired",
            ),
            &["token-expired", "refresh-token-as-access-token"],
        ),
    ]);
}
