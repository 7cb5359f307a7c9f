//! The kind and form of tokens.

use super::*;

const JWE: &str = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..aGj-FoKl-Zm4fBTL.fVxtH7yiz9OFJYs9fq3SPFoSWy1RNKP3OUqV0XjI53Ko.-9kyNaKAo-uZL8nWFdNZ0g";

#[test]
#[expect(clippy::too_many_lines, reason = "a table of set-ups")]
fn what_is_no_token_is_named() {
    let cut = token(&json!({}));
    check(vec![
        (
            SetUp::new("undefined")
                .backend(&secret_env(""))
                .bearer("undefined")
                .answer(401, ""),
            &["token-null-or-undefined"],
        ),
        (
            SetUp::new("null, with message")
                .bearer("null")
                .answer(401, r#"{"error":"jwt malformed"}"#),
            &["token-null-or-undefined"],
        ),
        (
            SetUp::new("an object")
                .bearer("[object Object]")
                .answer(401, ""),
            &["token-null-or-undefined"],
        ),
        (
            SetUp::new("a template")
                .bearer("{{access_token}}")
                .answer(401, ""),
            &["token-null-or-undefined"],
        ),
        (
            SetUp::new("quoted")
                .backend(&secret_env(""))
                .bearer(&format!("\"{cut}\""))
                .answer(401, r#"{"message":"invalid token"}"#),
            &["token-json-quoted"],
        ),
        (
            SetUp::new("two parts")
                .bearer(cut.rsplit_once('.').expect("dots").0)
                .answer(401, r#"{"detail":"Not enough segments"}"#),
            &["token-malformed"],
        ),
        (
            SetUp::new("cut in its signature")
                .backend(&secret_env(""))
                .bearer(&cut[..cut.len() - 7])
                .answer(401, ""),
            &["token-malformed"],
        ),
        (
            SetUp::new("an encrypted session")
                .backend(&secret_env(""))
                .bearer(JWE)
                .answer(401, ""),
            &["encrypted-session-token"],
        ),
        (
            SetUp::new("a row's id")
                .backend(&secret_env(""))
                .bearer("0d5f4b7e-3d0c-4f3a-9f43-0f3a1c6f2b11")
                .answer(401, r#"{"detail":"Not enough segments"}"#),
            &["session-strategy-database"],
        ),
    ]);
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of set-ups")]
fn a_token_of_the_wrong_kind_is_named_before_its_consequences() {
    let rsa = TestKey::rsa2048().with_kid("k1");
    let iss = "https://parcelo.eu.auth0.com/";
    let id = signed(
        &rsa,
        "RS256",
        &json!({"iss": iss, "aud": "clientid123", "nonce": "n"}),
    );
    let cognito = signed(
        &rsa,
        "RS256",
        &json!({"iss": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a", "aud": "app", "token_use": "id"}),
    );
    let oidc =
        "OIDC_ISSUER=https://parcelo.eu.auth0.com/\nOIDC_AUDIENCE=https://api.parcelo.example\n";
    let anon = token(&json!({"sub": null, "iss": "supabase", "role": "anon", "ref": "abc"}));
    let google = signed(
        &rsa,
        "RS256",
        &json!({"iss": "https://accounts.google.com", "aud": "1-x.apps.googleusercontent.com"}),
    );
    let graph = signed(
        &rsa,
        "RS256",
        &json!({"iss": "https://sts.windows.net/72f988bf-86f1-41af-91ab-2d7cd011db47/", "aud": "00000003-0000-0000-c000-000000000000", "scp": "User.Read"}),
    );
    check(vec![
        (
            SetUp::new("an ID token")
                .backend(oidc)
                .bearer(&id)
                .jwks(&[rsa.public_jwk()])
                .answer(401, ""),
            &["id-token-as-access-token"],
        ),
        (
            SetUp::new("an ID token of Cognito")
                .bearer(&cognito)
                .answer(
                    401,
                    r#"{"message":"Token use not allowed: id. Expected: access"}"#,
                ),
            &["id-token-as-access-token"],
        ),
        (
            SetUp::new("a refresh token")
                .backend(&secret_env(""))
                .bearer(&token(&json!({"type": "refresh"})))
                .answer(422, r#"{"msg":"Only non-refresh tokens are allowed"}"#),
            &["refresh-token-as-access-token"],
        ),
        (
            SetUp::new("a refresh token, without message")
                .backend(&secret_env(""))
                .bearer(&token(&json!({"token_type": "refresh"})))
                .answer(401, ""),
            &["refresh-token-as-access-token"],
        ),
        (
            SetUp::new("an opaque token")
                .frontend("AUTH0_DOMAIN=parcelo.eu.auth0.com\nAUTH0_CLIENT_ID=x1")
                .backend("AUTH0_AUDIENCE=https://api.parcelo.example")
                .bearer("eXjedN35U3bAafkZSSXXKpUFli1x28xS")
                .answer(401, ""),
            &["access-token-opaque-no-audience"],
        ),
        (
            SetUp::new("an anon key")
                .backend(&format!(
                    "SUPABASE_JWT_SECRET={SECRET}\nJWT_AUDIENCE=authenticated"
                ))
                .bearer(&anon)
                .answer(401, r#"{"detail":"Invalid audience"}"#),
            &["anon-key-as-user-token"],
        ),
        (
            SetUp::new("an API key")
                .backend(&secret_env(""))
                .bearer("sk_test_4eC39HqLyjWDarjtT1zdp7dc")
                .answer(401, ""),
            &["api-key-as-bearer-token"],
        ),
        (
            SetUp::new("Google's token")
                .backend(&secret_env(""))
                .bearer(&google)
                .answer(
                    401,
                    r#"{"detail":"The specified alg value is not allowed"}"#,
                ),
            &["provider-token-instead-of-app-token"],
        ),
        (
            SetUp::new("GitHub's token")
                .backend(&secret_env(""))
                .bearer("gho_16C7e42F292c6912E7710c838347Ae178B4a")
                .answer(401, r#"{"error":"jwt malformed"}"#),
            &["provider-token-instead-of-app-token"],
        ),
        (
            SetUp::new("a token for Graph")
                .backend("AZURE_AUDIENCE=api://parcelo\n")
                .bearer(&graph)
                .answer(401, "IDX10511: Signature validation failed"),
            &["token-for-other-resource"],
        ),
    ]);
}

#[test]
fn tokens_of_the_right_kind_are_left_alone() {
    let rsa = TestKey::rsa2048().with_kid("k1");
    let firebase = signed(
        &rsa,
        "RS256",
        &json!({"iss": "https://securetoken.google.com/parcelo", "aud": "parcelo", "auth_time": NOW - 60}),
    );
    let google = signed(
        &rsa,
        "RS256",
        &json!({"iss": "https://accounts.google.com", "aud": "1-x.apps.googleusercontent.com", "nonce": "n"}),
    );
    let anon = token(&json!({"sub": null, "iss": "supabase", "role": "anon"}));
    check(vec![
        (SetUp::new("Firebase's ID token").backend("FIREBASE_PROJECT_ID=parcelo").bearer(&firebase).answer(200, "[]"), &[]),
        (SetUp::new("Firebase's, without answer").backend("FIREBASE_PROJECT_ID=parcelo").bearer(&firebase), &[]),
        (SetUp::new("Google's where Google's is wanted").backend("GOOGLE_CLIENT_ID=1-x.apps.googleusercontent.com\nGOOGLE_AUDIENCE=1-x.apps.googleusercontent.com").bearer(&google), &[]),
        (SetUp::new("an anon key that is answered").backend("").bearer(&anon).answer(200, "[]"), &[]),
        (SetUp::new("a token of the shared secret").backend(&secret_env("")).frontend(&secret_env("")).bearer(&token(&json!({}))), &[]),
        (SetUp::new("a session cookie of its own service").frontend("NEXTAUTH_SECRET=abcdefghijklmnopqrstuvwxyz123456").asks("/", &format!("Cookie: next-auth.session-token={JWE}")).answer(200, "{}"), &[]),
    ]);
}

#[test]
fn a_token_is_known_by_its_name_in_the_answer_to_the_sign_in() {
    let opaque = "v9uQ2dXk3fL0aZr7Yt5WbN8c";
    let set_up = |name, member: &str| {
        SetUp::new(name)
            .backend(&secret_env(""))
            .signed_in(
                "Sun, 11 Oct 2026 21:52:00 GMT",
                &json!({"access_token": "eyJ.x.y", member: opaque}),
            )
            .bearer(opaque)
            .answer(401, "jwt malformed")
    };
    check(vec![
        (
            set_up("the provider's", "provider_token"),
            &["provider-token-instead-of-app-token"],
        ),
        (
            set_up("the refresh token", "refresh_token"),
            &["refresh-token-as-access-token"],
        ),
    ]);
}

#[test]
fn tokens_that_go_where_they_belong_are_not_blamed() {
    let rsa = TestKey::rsa2048().with_kid("k1");
    let graph = signed(
        &rsa,
        "RS256",
        &json!({"iss": "https://sts.windows.net/72f988bf-86f1-41af-91ab-2d7cd011db47/", "aud": "https://graph.microsoft.com", "scp": "User.Read"}),
    );
    let anon = token(&json!({"sub": null, "iss": "supabase", "role": "anon"}));
    let asks = |name, host: &str, path: &str, token: &str| {
        SetUp::new(name).backend("").file(
            "request.http",
            format!("GET {path} HTTP/1.1\nHost: {host}\nAuthorization: Bearer {token}\n\n"),
        )
    };
    check(vec![
        (
            asks(
                "Graph's at Graph",
                "graph.microsoft.com",
                "/v1.0/me",
                &graph,
            )
            .answer(403, "{}"),
            &[],
        ),
        (
            asks(
                "GitHub's at GitHub",
                "api.github.com",
                "/user",
                "gho_16C7e42F292c6912E7710c838347Ae178B4a",
            )
            .answer(404, "{}"),
            &[],
        ),
        (
            asks(
                "the anon key at sign-in",
                "abcd.supabase.co",
                "/auth/v1/token?grant_type=password",
                &anon,
            )
            .answer(500, "{}"),
            &[],
        ),
    ]);
}
