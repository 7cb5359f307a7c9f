//! Claims and clocks.

use super::*;

fn claims_env(rest: &str) -> String {
    secret_env(&format!(
        "JWT_ISSUER=https://id.parcelo.example/\nJWT_AUDIENCE=https://api.parcelo.example\n{rest}"
    ))
}

fn claims(over: &Value) -> String {
    let mut all =
        json!({"iss": "https://id.parcelo.example/", "aud": "https://api.parcelo.example"});
    for (name, value) in over.as_object().expect("claims") {
        all[name] = value.clone();
    }
    token(&all)
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of set-ups")]
fn issuers_and_audiences_are_compared() {
    let set_up = |name, over: &Value, body: &str| {
        SetUp::new(name)
            .backend(&claims_env(""))
            .bearer(&claims(over))
            .answer(401, body)
    };
    let no_audience = |name, body: &str| {
        SetUp::new(name)
            .backend(&secret_env("JWT_AUDIENCE=\n"))
            .bearer(&token(&json!({"aud": "parcelo"})))
            .answer(401, body)
    };
    check(vec![
        (
            set_up("slash", &json!({"iss": "https://id.parcelo.example"}), ""),
            &["iss-trailing-slash"],
        ),
        (
            set_up(
                "slash, with message",
                &json!({"iss": "https://id.parcelo.example"}),
                "jwt issuer invalid. expected: https://id.parcelo.example/",
            ),
            &["iss-trailing-slash"],
        ),
        (
            set_up(
                "another issuer",
                &json!({"iss": "https://login.other.example/oauth"}),
                "",
            ),
            &["iss-mismatch"],
        ),
        (
            set_up(
                "another audience",
                &json!({"aud": "https://billing.parcelo.example"}),
                "",
            ),
            &["aud-mismatch"],
        ),
        (
            set_up(
                "no audience in the token",
                &json!({"aud": null}),
                r#"{"error":"missing required \"aud\" claim"}"#,
            ),
            &["aud-missing-in-token"],
        ),
        (
            no_audience("no audience configured", r#"{"detail":"Invalid audience"}"#),
            &["aud-not-configured"],
        ),
        (
            no_audience("no audience configured, no message", ""),
            &["aud-not-configured"],
        ),
        (
            set_up(
                "a claim is missing",
                &json!({}),
                r#"{"error":"missing required \"tenant\" claim"}"#,
            ),
            &["claim-missing"],
        ),
        (
            set_up(
                "two at once",
                &json!({"aud": "x.example", "iss": "https://id.parcelo.example"}),
                "jwt audience invalid. expected: https://api.parcelo.example",
            ),
            &["aud-mismatch", "iss-trailing-slash"],
        ),
        (
            set_up(
                "two at once, issuer first",
                &json!({"aud": "x.example", "iss": "https://id.parcelo.example"}),
                r#"unexpected "iss" claim value"#,
            ),
            &["iss-trailing-slash", "aud-mismatch"],
        ),
    ]);
}

#[test]
fn hosts_and_versions_of_issuers_are_told_apart() {
    let keycloak = |iss: &str| token(&json!({"iss": iss}));
    let tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47";
    let v1 = token(
        &json!({"iss": format!("https://sts.windows.net/{tenant}/"), "ver": "1.0", "aud": "api://parcelo"}),
    );
    check(vec![
        (SetUp::new("inside and outside the network").backend(&secret_env("OIDC_ISSUER=http://keycloak:8080/realms/app")).bearer(&keycloak("http://localhost:8080/realms/app")).answer(401, ""), &["iss-host-mismatch"]),
        (SetUp::new("v1 and v2").backend(&format!("AZURE_ISSUER=https://login.microsoftonline.com/{tenant}/v2.0\nAZURE_AUDIENCE=api://parcelo")).bearer(&v1).answer(401, "IDX10205: Issuer validation failed"), &["iss-version-mismatch"]),
    ]);
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of set-ups")]
fn times_are_judged_by_the_clocks_that_count() {
    let at = |iat: i64, exp: i64| token(&json!({"iat": NOW + iat, "exp": NOW + exp}));
    let plain = |name, token: &str, body: &str| {
        SetUp::new(name)
            .backend(&secret_env(""))
            .bearer(token)
            .answer(401, body)
    };
    let ttl = |name, token: &str| {
        SetUp::new(name)
            .backend(&secret_env("ACCESS_TOKEN_EXPIRE_MINUTES=30\n"))
            .bearer(token)
            .answer(401, "Signature has expired")
    };
    let fresh = token(&json!({}));
    check(vec![
        (
            plain("run out", &at(-7_500, -5_700), ""),
            &["token-expired"],
        ),
        (
            plain(
                "run out, with message",
                &at(-7_500, -5_700),
                r#"{"error":"jwt expired"}"#,
            ),
            &["token-expired"],
        ),
        (
            plain(
                "of the future",
                &at(140, 1_940),
                "The token is not yet valid (iat)",
            ),
            &["clock-skew"],
        ),
        (
            plain("of the future, no message", &at(640, 1_940), ""),
            &["clock-skew"],
        ),
        (
            SetUp::new("the verifier's clock is ahead")
                .backend(&secret_env(""))
                .bearer(&fresh)
                .answer_at("Sun, 11 Oct 2026 22:52:38 GMT", 401, "jwt expired"),
            &["clock-skew"],
        ),
        (
            ttl("hours before birth", &at(-20, -20 + 1_800 - 7_200)),
            &["exp-timezone-naive"],
        ),
        (
            plain(
                "whole hours in the future",
                &at(7_200 - 4, 9_000 - 4),
                "The token is not yet valid (iat)",
            ),
            &["exp-timezone-naive"],
        ),
        (
            ttl("seconds for minutes", &at(-100, -70)),
            &["exp-unit-error"],
        ),
        (
            SetUp::new("milliseconds")
                .backend(&secret_env("JWT_EXPIRES_IN=3600\n"))
                .bearer(&at(-100, -97))
                .answer(401, "jwt expired"),
            &["exp-unit-error"],
        ),
        (
            plain(
                "a length for a time",
                &token(&json!({"exp": 3_600})),
                "jwt expired",
            ),
            &["exp-unit-error"],
        ),
        (
            SetUp::new("two ideas of a lifetime")
                .backend(&secret_env("ACCESS_TOKEN_TTL=15m\n"))
                .frontend("NEXT_PUBLIC_TOKEN_TTL=60m\n")
                .bearer(&at(-1_200, -300))
                .answer(401, "jwt expired"),
            &["token-lifetime-unexpected"],
        ),
    ]);
}

#[test]
fn skew_inside_the_leeway_and_good_tokens_are_healthy() {
    let ahead = token(&json!({"iat": NOW + 1, "nbf": NOW + 1}));
    check(vec![
        (
            SetUp::new("one second, answered")
                .backend(&secret_env("JWT_LEEWAY=10\n"))
                .bearer(&ahead)
                .answer(200, "[]"),
            &[],
        ),
        (
            SetUp::new("one second, no answer")
                .backend(&secret_env("JWT_LEEWAY=10\n"))
                .bearer(&ahead),
            &[],
        ),
        (
            SetUp::new("an audience among several")
                .backend(&claims_env(""))
                .bearer(&claims(
                    &json!({"aud": ["x", "https://api.parcelo.example"]}),
                )),
            &[],
        ),
        (
            SetUp::new("a domain in place of an issuer")
                .backend("AUTH0_DOMAIN=parcelo.eu.auth0.com\nAUTH0_AUDIENCE=api")
                .bearer(&token(
                    &json!({"iss": "https://parcelo.eu.auth0.com/", "aud": "api"}),
                )),
            &[],
        ),
        (
            SetUp::new("a failure of the server")
                .backend(&claims_env(""))
                .bearer(&claims(&json!({"aud": null})))
                .answer(500, r#"{"message":"boom"}"#),
            &[],
        ),
    ]);
}

#[test]
fn a_subject_that_is_a_number_is_named_where_the_library_minds() {
    let number = token(&json!({"sub": 5}));
    check(vec![
        (
            SetUp::new("with message")
                .backend(&secret_env(""))
                .bearer(&number)
                .answer(422, r#"{"msg":"Subject must be a string"}"#),
            &["sub-not-string"],
        ),
        (
            SetUp::new("by the stack")
                .stack(&["FastAPI", "PyJWT 2.10"])
                .backend(&secret_env(""))
                .bearer(&number)
                .answer(401, r#"{"detail":"Could not validate credentials"}"#),
            &["sub-not-string"],
        ),
        (
            SetUp::new("where it does not matter")
                .stack(&["Express"])
                .backend(&secret_env(""))
                .bearer(&number)
                .answer(200, "{}"),
            &[],
        ),
    ]);
}

#[test]
fn a_token_that_was_made_hours_before_its_sign_in_has_a_naive_time() {
    let born = token(&json!({"iat": NOW - 38 - 19_800, "exp": NOW - 38 - 18_000}));
    let old = token(&json!({"iat": NOW - 38 - 20_000, "exp": NOW - 38 - 18_200}));
    let set_up = |name, token: &str| {
        SetUp::new(name)
            .backend(&secret_env(""))
            .signed_in(
                "Sun, 11 Oct 2026 21:52:00 GMT",
                &json!({"access_token": token}),
            )
            .bearer(token)
            .answer(401, "jwt expired")
    };
    check(vec![
        (
            set_up("half past five hours", &born),
            &["exp-timezone-naive"],
        ),
        (set_up("no whole hours", &old), &["token-expired"]),
    ]);
}

#[test]
fn a_library_that_takes_any_audience_was_given_one() {
    let aud = token(&json!({"aud": "account"}));
    let set_up = |name, body: &str| {
        SetUp::new(name)
            .backend(&secret_env("KEYCLOAK_CLIENT_ID=ledger\n"))
            .bearer(&aud)
            .answer(401, body)
    };
    check(vec![
        (
            set_up("jose", r#"unexpected "aud" claim value"#),
            &["aud-mismatch"],
        ),
        (
            set_up("PyJWT, given one", "Audience doesn't match"),
            &["aud-mismatch"],
        ),
        (
            set_up("PyJWT, given none", "Invalid audience"),
            &["aud-not-configured"],
        ),
        (
            set_up(".NET, given none", "IDX10208: Unable to validate audience"),
            &["aud-not-configured"],
        ),
    ]);
}

#[test]
fn what_a_library_derives_is_no_ground_without_a_message() {
    let local = token(&json!({"iss": "http://127.0.0.1:54321/auth/v1", "aud": "authenticated"}));
    let env =
        format!("SUPABASE_URL=http://host.docker.internal:54321\nSUPABASE_JWT_SECRET={SECRET}\n");
    check(vec![
        (SetUp::new("no answer").backend(&env).bearer(&local), &[]),
        (
            SetUp::new("refused for it")
                .backend(&env)
                .bearer(&local)
                .answer(401, "invalid issuer"),
            &["iss-host-mismatch"],
        ),
    ]);
}

#[test]
fn times_beyond_all_calendars_do_no_harm() {
    for extreme in [
        json!(i64::MIN),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(-1e300),
        json!(1e300),
        json!(0),
    ] {
        for claim in ["exp", "iat", "nbf"] {
            for now in [
                "Sun, 11 Oct 2026 21:52:38 GMT",
                "Sun, 11 Oct 9223372036854775807 21:52:38 GMT",
            ] {
                SetUp::new("extreme")
                    .backend(&secret_env("JWT_LEEWAY=9223372036854775807\nACCESS_TOKEN_EXPIRE_MINUTES=9223372036854775807\n"))
                    .bearer(&token(&json!({claim: extreme})))
                    .answer_at(now, 401, "jwt expired")
                    .roots();
            }
        }
    }
}

#[test]
fn a_token_without_iat_is_compared_with_the_sign_in_of_the_log() {
    let env = secret_env("ACCESS_TOKEN_EXPIRE_MINUTES=30\n");
    let log = "2026-10-11T21:52:30Z POST /token 200\n2026-10-11T21:52:38Z GET /me 401 Signature has expired";
    let of = |exp: i64| token(&json!({"iat": null, "exp": exp}));
    let set_up = |name, exp| {
        SetUp::new(name)
            .backend(&env)
            .bearer(&of(exp))
            .log(log)
            .answer(401, "Could not validate credentials")
    };
    check(vec![
        (
            set_up("five hours early", NOW - 8 + 1_800 - 18_000),
            &["exp-timezone-naive"],
        ),
        (set_up("just run out", NOW - 1_000), &["token-expired"]),
    ]);
}

#[test]
fn good_tokens_of_well_known_providers_are_healthy_without_an_answer() {
    let rsa = TestKey::rsa2048().with_kid("k1");
    let of = |claims: &Value| signed(&rsa, "RS256", claims);
    let set_up = |name, env: &str, claims: &Value| {
        SetUp::new(name)
            .backend(env)
            .jwks(&[rsa.public_jwk()])
            .bearer(&of(claims))
    };
    let tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47";
    check(vec![
        (set_up("Auth0", "AUTH0_ISSUER_BASE_URL=https://a.eu.auth0.com\nAUTH0_AUDIENCE=https://api.a", &json!({"iss": "https://a.eu.auth0.com/", "aud": ["https://api.a", "https://a.eu.auth0.com/userinfo"], "azp": "c1", "scope": "openid"})), &[]),
        (set_up("Keycloak", "KEYCLOAK_REALM_URL=https://id.a/realms/app\nKEYCLOAK_CLIENT_ID=api\nKEYCLOAK_AUDIENCE=api", &json!({"iss": "https://id.a/realms/app", "aud": ["api", "account"], "typ": "Bearer", "azp": "web", "nonce": "n"})), &[]),
        (set_up("Entra ID v2", &format!("AZURE_TENANT_ID={tenant}\nAZURE_AUDIENCE=api://parcelo"), &json!({"iss": format!("https://login.microsoftonline.com/{tenant}/v2.0"), "aud": "api://parcelo", "scp": "access_as_user", "ver": "2.0"})), &[]),
        (set_up("Cognito's access token", "COGNITO_USER_POOL_ID=eu-west-1_a\nCOGNITO_CLIENT_ID=c1", &json!({"iss": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a", "client_id": "c1", "token_use": "access", "scope": "openid"})), &[]),
        (set_up("Clerk", "CLERK_JWKS_URL=https://a.clerk.accounts.dev/.well-known/jwks.json", &json!({"iss": "https://a.clerk.accounts.dev", "azp": "http://localhost:3000", "nbf": NOW - 70})), &[]),
        (SetUp::new("Supabase").backend(&format!("SUPABASE_URL=https://abcd.supabase.co\nSUPABASE_JWT_SECRET={SECRET}\nJWT_AUDIENCE=authenticated")).bearer(&token(&json!({"iss": "https://abcd.supabase.co/auth/v1", "aud": "authenticated", "role": "authenticated"}))), &[]),
        (SetUp::new("simplejwt").backend(&format!("DJANGO_SECRET_KEY={SECRET}\nACCESS_TOKEN_LIFETIME_MINUTES=30")).bearer(&token(&json!({"sub": null, "token_type": "access", "user_id": "1"}))), &[]),
        (SetUp::new("a PyJWT token with a numeric sub, unasked").stack(&["Express"]).backend(&secret_env("")).bearer(&token(&json!({"sub": 5}))), &[]),
    ]);
}
