//! Keys and signatures.

use super::*;

const ISS: &str = "https://id.parcelo.example/realms/app";

fn oidc_env() -> String {
    format!("OIDC_ISSUER={ISS}\nOIDC_JWKS_URL={ISS}/protocol/openid-connect/certs\n")
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of set-ups")]
fn key_sets_and_algorithms_are_compared_with_the_token() {
    let rsa = TestKey::rsa2048().with_kid("k-2026");
    let ec = TestKey::es256().with_kid("k-old");
    let good = signed(&rsa, "RS256", &json!({"iss": ISS}));
    let unknown = r#"{"error":"no applicable key found in the JSON Web Key Set"}"#;
    let other = signed(
        &rsa,
        "RS256",
        &json!({"iss": "https://parcelo-dev.eu.auth0.com/"}),
    );
    let prod = "OIDC_ISSUER=https://parcelo.eu.auth0.com/\nOIDC_JWKS_URL=https://parcelo.eu.auth0.com/.well-known/jwks.json";
    check(vec![
        (
            SetUp::new("the verifier has an old set")
                .backend(&oidc_env())
                .bearer(&good)
                .jwks(&[rsa.public_jwk(), ec.public_jwk()])
                .answer(401, unknown),
            &["jwks-cache-stale"],
        ),
        (
            SetUp::new("the set has no such key")
                .backend(&oidc_env())
                .bearer(&good)
                .jwks(&[ec.public_jwk()])
                .answer(401, unknown),
            &["kid-not-in-jwks"],
        ),
        (
            SetUp::new("the set has no such key, no message")
                .backend(&oidc_env())
                .bearer(&good)
                .jwks(&[ec.public_jwk()])
                .answer(401, ""),
            &["kid-not-in-jwks"],
        ),
        (
            SetUp::new("another tenant")
                .backend(prod)
                .bearer(&other)
                .jwks(&[ec.public_jwk()])
                .answer(401, unknown),
            &["idp-instance-mismatch"],
        ),
        (
            SetUp::new("an algorithm that is not allowed")
                .backend("JWT_ALGORITHM=HS256\nJWT_SECRET=abcdefghijklmnopqrstuvwxyz0123456789")
                .bearer(&good)
                .answer(401, ""),
            &["alg-mismatch"],
        ),
        (
            SetUp::new("a secret for a public-key token")
                .backend("SUPABASE_JWT_SECRET=abcdefghijklmnopqrstuvwxyz0123456789")
                .bearer(&signed(&ec, "ES256", &json!({"aud": "authenticated"})))
                .answer(
                    401,
                    r#"{"detail":"The specified alg value is not allowed"}"#,
                ),
            &["alg-mismatch"],
        ),
    ]);
}

#[test]
fn a_changed_token_is_told_from_one_of_another_key() {
    let rsa = TestKey::rsa2048().with_kid("k-2026");
    let good = signed(&rsa, "RS256", &json!({"iss": ISS, "role": "user"}));
    let signature = good.rsplit_once('.').expect("dots").1;
    let other = signed(&rsa, "RS256", &json!({"iss": ISS, "role": "admin"}));
    let changed = format!("{}.{signature}", other.rsplit_once('.').expect("dots").0);
    check(vec![
        (
            SetUp::new("changed")
                .backend(&oidc_env())
                .bearer(&changed)
                .jwks(&[rsa.public_jwk()])
                .answer(401, "signature verification failed"),
            &["token-tampered"],
        ),
        (
            SetUp::new("changed, no message")
                .backend(&oidc_env())
                .bearer(&changed)
                .jwks(&[rsa.public_jwk()])
                .answer(401, ""),
            &["token-tampered"],
        ),
    ]);
}

#[test]
fn two_keys_in_a_set_are_healthy() {
    let rsa = TestKey::rsa2048().with_kid("k-2026");
    let ec = TestKey::es256().with_kid("k-next");
    let good = signed(&rsa, "RS256", &json!({"iss": ISS}));
    let set = [ec.public_jwk(), rsa.public_jwk()];
    check(vec![
        (
            SetUp::new("answered")
                .backend(&oidc_env())
                .bearer(&good)
                .jwks(&set)
                .answer(200, "[]"),
            &[],
        ),
        (
            SetUp::new("without answer")
                .backend(&oidc_env())
                .bearer(&good)
                .jwks(&set),
            &[],
        ),
    ]);
}

#[test]
fn an_old_key_set_is_seen_without_a_message_of_the_library() {
    let rsa = TestKey::rsa2048().with_kid("k-2026");
    let good = signed(&rsa, "RS256", &json!({"iss": ISS}));
    let log = "2026-10-11T03:00:00Z INFO jwks loaded at start-up: kids=[k-2025]\n2026-10-11T21:52:38Z WARN request refused";
    let tenants = "AUTH_JWKS_URL=https://clean-fly-1.clerk.accounts.dev/.well-known/jwks.json";
    let other = signed(
        &rsa,
        "RS256",
        &json!({"iss": "https://wild-cat-2.clerk.accounts.dev"}),
    );
    check(vec![
        (
            SetUp::new("the log names the old key")
                .backend(&oidc_env())
                .bearer(&good)
                .jwks(&[rsa.public_jwk()])
                .log(log)
                .answer(401, ""),
            &["jwks-cache-stale"],
        ),
        (
            SetUp::new("the key set of another instance")
                .backend(tenants)
                .bearer(&other)
                .jwks(&[TestKey::es256().with_kid("x").public_jwk()])
                .answer(401, ""),
            &["idp-instance-mismatch"],
        ),
        (
            SetUp::new("a token in the log alone")
                .backend(&oidc_env())
                .jwks(&[TestKey::es256().with_kid("x").public_jwk()])
                .log(&format!("WARN refused token={good}")),
            &["kid-not-in-jwks"],
        ),
    ]);
}
