//! Tokens of issuers that publish their keys: the keys are had when they are needed, kept, and renewed.

use countersign_domain::accounts::Role;
use countersign_testkit::jose::TestKey;
use countersign_testkit::{Behaviour, IdentityProvider};
use http::Method;
use serde_json::{Value, json};

use crate::authenticate::person;
use crate::harness::{Answer, START, TestApp};

fn key(seed: u8) -> TestKey {
    TestKey::es256_of(seed).with_kid(format!("key-{seed}"))
}

/// A provider with one key, and a server that trusts it.
async fn trusted(add: &str) -> (IdentityProvider, TestApp) {
    let provider = IdentityProvider::start().await;
    provider.publish(&[&key(1)]);
    let server = server_of(&provider, add).await;
    (provider, server)
}

async fn server_of(provider: &IdentityProvider, add: &str) -> TestApp {
    let issuer = provider.issuer();
    let config = format!(
        "[[trusted_issuer]]\nname = \"accounts\"\nkind = \"oidc\"\nissuer = \"{issuer}\"\naudience = \"api\"\n{add}\n"
    );
    let server = TestApp::with_config(&[], &config).await;
    person(&server.app, "ada@example.com", Role::User).await;
    server
}

fn claims(provider: &IdentityProvider) -> Value {
    json!({"iss": provider.issuer(), "sub": "auth0|5", "aud": "api", "exp": START + 86_400 * 9,
        "email": "ada@example.com", "email_verified": true, "azp": "web", "scope": "openid"})
}

async fn status(server: &mut TestApp, token: &str) -> Answer {
    let ask = server.ask(Method::GET, "/api/v1/auth/status");
    ask.bearer(token).send().await
}

async fn verdict(server: &mut TestApp, token: &str) -> (u16, String) {
    let answer = status(server, token).await;
    let slug = answer.json()["slug"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    (answer.status, slug)
}

fn good() -> (u16, String) {
    (200, String::new())
}

fn refused() -> (u16, String) {
    (401, "credentials-invalid".to_owned())
}

fn unavailable() -> (u16, String) {
    (503, "unavailable".to_owned())
}

fn advance(server: &TestApp, seconds: i64) {
    server.app.clock().advance(seconds);
}

#[tokio::test]
async fn the_first_token_brings_the_keys_and_the_next_needs_nobody() {
    let (provider, mut server) = trusted("").await;
    let token = key(1).token("ES256", &claims(&provider));
    let answer = status(&mut server, &token).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let told = &answer.json()["principal"];
    assert_eq!(
        (told["email"].as_str(), told["role"].as_str()),
        (Some("ada@example.com"), Some("user"))
    );
    assert_eq!(answer.json()["token"]["subject"], "auth0|5");
    assert_eq!(answer.json()["token"]["issuer_name"], "accounts");
    assert_eq!(provider.requests(), 1);
    provider.behave(Behaviour::Status(500));
    assert_eq!(verdict(&mut server, &token).await, good());
    assert_eq!(provider.requests(), 1, "nobody was asked again");
}

#[tokio::test]
async fn an_unknown_key_is_asked_for_once_in_30_seconds() {
    let (provider, mut server) = trusted("").await;
    let old = key(1).token("ES256", &claims(&provider));
    let new = key(2).token("ES256", &claims(&provider));
    assert_eq!(verdict(&mut server, &old).await, good());
    for _ in 0..3 {
        assert_eq!(verdict(&mut server, &new).await, refused());
    }
    assert_eq!(
        provider.requests(),
        1,
        "the set is fresh: no unknown kid may ask again"
    );
    provider.publish(&[&key(1), &key(2)]);
    advance(&server, 29);
    assert_eq!(verdict(&mut server, &new).await, refused());
    advance(&server, 1);
    assert_eq!(verdict(&mut server, &new).await, good());
    assert_eq!(verdict(&mut server, &old).await, good());
    assert_eq!(provider.requests(), 2);
    // A key that is taken back is no longer good, however well its tokens are remembered.
    provider.publish(&[&key(2)]);
    advance(&server, 601);
    server.app.issuer_keys().renew(&server.app).await;
    assert_eq!(verdict(&mut server, &old).await, refused());
}

#[tokio::test]
async fn the_last_good_keys_are_kept_for_a_day() {
    let (provider, mut server) = trusted("").await;
    let token = key(1).token("ES256", &claims(&provider));
    assert_eq!(verdict(&mut server, &token).await, good());
    provider.behave(Behaviour::Status(502));
    for _ in 0..3 {
        advance(&server, 3_600);
        server.app.issuer_keys().renew(&server.app).await;
        assert_eq!(verdict(&mut server, &token).await, good());
    }
    let health = server.get("/api/health/auth").await.json();
    let shown = &health["checks"]["trusted_issuers"][0];
    assert_eq!(
        (shown["name"].as_str(), shown["state"].as_str()),
        (Some("accounts"), Some("stale"))
    );
    assert_eq!(health["status"], "healthy", "one issuer is not this server");
    advance(&server, 86_400);
    server.app.issuer_keys().renew(&server.app).await;
    assert_eq!(verdict(&mut server, &token).await, unavailable());
    provider.behave(Behaviour::Good);
    advance(&server, 30);
    assert_eq!(verdict(&mut server, &token).await, good());
}

#[tokio::test]
async fn keys_are_renewed_when_the_issuer_says_within_bounds() {
    for (cache_control, seconds) in [
        ("max-age=120", 120),
        ("max-age=1", 60),
        ("max-age=999999", 3_600),
    ] {
        let (provider, mut server) = trusted("").await;
        provider.cache_control(cache_control);
        let token = key(1).token("ES256", &claims(&provider));
        assert_eq!(verdict(&mut server, &token).await, good());
        advance(&server, seconds - 1);
        server.app.issuer_keys().renew(&server.app).await;
        assert_eq!(provider.requests(), 1, "{cache_control}");
        advance(&server, 1);
        server.app.issuer_keys().renew(&server.app).await;
        assert_eq!(provider.requests(), 2, "{cache_control}");
    }
}

#[tokio::test]
async fn an_issuer_whose_keys_cannot_be_had_is_unavailable_and_others_are_not() {
    let (provider, mut server) = trusted("").await;
    let token = key(1).token("ES256", &claims(&provider));
    let ours = person(&server.app, "eve@example.com", Role::User)
        .await
        .token;
    for behaviour in [
        Behaviour::Status(500),
        Behaviour::Html,
        Behaviour::Huge,
        Behaviour::WrongIssuer("https://id.example".into()),
        Behaviour::Redirect("http://10.1.2.3/keys".into()),
        Behaviour::Redirect("http://169.254.169.254/latest/meta-data".into()),
        Behaviour::Redirect("https://127.0.0.1/keys".into()),
        Behaviour::Redirect(format!("{}/keys", provider.issuer())),
    ] {
        provider.behave(behaviour.clone());
        let answer = status(&mut server, &token).await;
        assert_eq!(answer.status, 503, "{behaviour:?}: {}", answer.text());
        assert_eq!(answer.json()["slug"], "unavailable", "{behaviour:?}");
        assert!(!answer.header("retry-after").is_empty(), "{behaviour:?}");
        assert_eq!(verdict(&mut server, &ours).await, good(), "{behaviour:?}");
        advance(&server, 30);
    }
    let shown = server.get("/api/health/auth").await.json()["checks"]["trusted_issuers"][0].clone();
    assert_eq!(shown["state"], "unavailable", "{shown}");
    provider.behave(Behaviour::Good);
    assert_eq!(verdict(&mut server, &token).await, good());
}

#[tokio::test]
async fn a_silent_issuer_costs_no_more_than_the_time_limit() {
    let (provider, mut server) = trusted("").await;
    provider.behave(Behaviour::Silent);
    let token = key(1).token("ES256", &claims(&provider));
    tokio::time::pause(); // time passes as soon as all wait
    assert_eq!(verdict(&mut server, &token).await, unavailable());
    let asked = provider.requests();
    assert_eq!(verdict(&mut server, &token).await, unavailable());
    assert_eq!(provider.requests(), asked, "it was asked a moment ago");
}

#[tokio::test]
async fn one_request_goes_out_however_many_wait() {
    let (provider, server) = trusted("").await;
    let token = key(1).token("ES256", &claims(&provider));
    let mut clients: Vec<_> = (0..8).map(|_| server.client()).collect();
    let asked = clients.iter_mut().map(|client| verdict(client, &token));
    for answer in futures_util::future::join_all(asked).await {
        assert_eq!(answer, good());
    }
    assert_eq!(provider.requests(), 1);
}

#[tokio::test]
async fn a_key_set_may_be_named_and_moved() {
    let provider = IdentityProvider::start().await;
    provider.publish(&[&key(1)]);
    let moved = format!("jwks_url = \"{}/moved\"", provider.issuer());
    let mut server = server_of(&provider, &moved).await;
    let token = key(1).token("ES256", &claims(&provider));
    assert_eq!(verdict(&mut server, &token).await, good());
}

#[tokio::test]
async fn audience_client_and_issuer_are_checked() {
    let (provider, mut server) = trusted("client_ids = [\"web\"]").await;
    let with = |name: &str, value: Value| {
        let mut claims = claims(&provider);
        claims[name] = value;
        key(1).token("ES256", &claims)
    };
    let table = [
        ("azp", json!("web"), 200, ""),
        ("azp", json!("other"), 401, "client-mismatch"),
        ("aud", json!("other"), 401, "aud-mismatch"),
        (
            "iss",
            json!(format!("{}/", provider.issuer())),
            401,
            "iss-trailing-slash",
        ),
        ("exp", json!(START - 100), 401, "token-expired"),
        ("sub", json!("nobody"), 200, ""),
        ("email_verified", json!(false), 401, "credentials-invalid"),
    ];
    for (name, value, status, slug) in table {
        let got = verdict(&mut server, &with(name, value)).await;
        assert_eq!(got, (status, slug.to_owned()), "{name}");
    }
}

/// What development is told to be the cause of a refusal, and why.
async fn explained(server: &mut TestApp, token: &str) -> (String, String) {
    let problem = status(server, token).await.json();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (
        text(&problem["cause"]["slug"]),
        text(&problem["explanation"]),
    )
}

#[tokio::test]
async fn a_token_from_before_the_issuer_changed_its_keys_is_told_by_the_old_key() {
    let (provider, mut server) = trusted("").await;
    let old = key(1).token("ES256", &claims(&provider));
    assert_eq!(verdict(&mut server, &old).await, good());
    provider.publish(&[&key(2)]);
    advance(&server, 60);
    let new = key(2).token("ES256", &claims(&provider));
    assert_eq!(verdict(&mut server, &new).await, good());
    let (cause, text) = explained(&mut server, &old).await;
    assert_eq!(cause, "secret-rotated-stale-session", "{text}");
    assert!(text.contains("key-1"), "{text}");
}

#[tokio::test]
async fn a_key_that_the_issuer_never_had_is_told_by_its_key_set_and_not_by_our_secret() {
    let (provider, mut server) = trusted("").await;
    assert_eq!(
        verdict(&mut server, &key(1).token("ES256", &claims(&provider))).await,
        good()
    );
    let strange = key(9).token("ES256", &claims(&provider));
    let (cause, text) = explained(&mut server, &strange).await;
    assert_eq!(cause, "kid-not-in-jwks", "{text}");
    assert!(text.contains("accounts"), "{text}");
}

#[tokio::test]
async fn an_issuer_that_does_not_answer_is_what_is_told() {
    let (provider, mut server) = trusted("").await;
    provider.behave(Behaviour::Status(500));
    let (cause, text) = explained(&mut server, &key(1).token("ES256", &claims(&provider))).await;
    assert_eq!(cause, "jwks-unavailable", "{text}");
}

#[tokio::test]
async fn a_token_from_the_future_is_told_by_the_clock_of_its_issuer() {
    let (provider, mut server) = trusted("").await;
    provider.date("Fri, 15 Jan 2027 08:05:00 GMT");
    let mut ahead = claims(&provider);
    ahead["iat"] = json!(START + 300);
    let (cause, text) = explained(&mut server, &key(1).token("ES256", &ahead)).await;
    assert_eq!(cause, "clock-skew", "{text}");
    assert!(
        text.contains("the clocks of accounts and the verifier are 5 min"),
        "{text}"
    );
}

#[tokio::test]
async fn what_is_wrong_with_an_issuers_token_is_told_in_the_names_of_its_own_table() {
    let provider = IdentityProvider::start().await;
    provider.publish(&[&key(1)]);
    let config = format!(
        "[[trusted_issuer]]\nkind = \"oidc\"\nissuer = \"{}\"\naudience = \"api\"\n",
        provider.issuer()
    );
    let ours = [("AUTH_JWT_AUDIENCE", "ours")];
    let mut server = TestApp::with_config(&ours, &config).await;
    let mut claims = claims(&provider);
    claims["aud"] = json!("another");
    let answer = status(&mut server, &key(1).token("ES256", &claims)).await;
    let problem = answer.json();
    assert_eq!(problem["cause"]["slug"], "aud-mismatch", "{problem}");
    let fix = problem["fix"].as_str().unwrap_or_default();
    assert!(!fix.contains("AUTH_JWT_AUDIENCE"), "{fix}");
    assert!(
        fix.contains("trusted_issuer.audience (countersign.toml"),
        "{fix}"
    );
}

#[tokio::test]
async fn a_stranger_cannot_name_one_of_our_accounts() {
    let (provider, mut server) = trusted("").await;
    let ada = person(&server.app, "eve@example.com", Role::Admin).await;
    let mut forged = claims(&provider);
    forged["sub"] = json!(ada.user.id.to_string());
    forged["email"] = json!(null);
    forged["sid"] = json!(ada.session.id.to_string());
    assert_eq!(
        verdict(&mut server, &key(1).token("ES256", &forged)).await,
        refused()
    );
}

#[tokio::test]
async fn a_supabase_project_by_secret_and_by_keys() {
    const SECRET: &str = "fT7-mQ2wZ9xRb4Kc8Vn1Lp6Hs3Jd5Gy0";
    let provider = IdentityProvider::start().await;
    provider.publish(&[&key(1)]);
    let url = provider.issuer();
    let config =
        format!("[[trusted_issuer]]\nkind = \"supabase\"\nurl = \"{url}\"\ntrust_email = true\n");
    let mut server = TestApp::with_config(&[("SUPABASE_JWT_SECRET", SECRET)], &config).await;
    person(&server.app, "ada@example.com", Role::User).await;
    let claims = |iss: &str, role: &str| {
        json!({"iss": iss, "sub": "3f0c", "aud": "authenticated", "role": role, "exp": START + 60,
            "email": "ada@example.com", "session_id": "s1"})
    };
    let issuer = format!("{url}/auth/v1");
    let user = claims(&issuer, "authenticated");
    let by_secret = TestKey::hs(SECRET).token("HS256", &user);
    assert_eq!(verdict(&mut server, &by_secret).await, good());
    assert_eq!(provider.requests(), 0, "the secret needs nobody");
    assert_eq!(
        verdict(&mut server, &key(1).token("ES256", &user)).await,
        good()
    );
    let anon = TestKey::hs(SECRET).token("HS256", &claims("supabase", "anon"));
    let wanted = (401, "anon-key-as-user-token".to_owned());
    assert_eq!(verdict(&mut server, &anon).await, wanted);
}

#[tokio::test]
async fn the_legacy_form_counts_where_it_is_switched_on() {
    for (switch, status) in [("off", 401), ("on", 200)] {
        let process = [
            ("AUTH_SECRET", TestApp::SIGNING_SECRET),
            ("AUTH_JWT_LEGACY", switch),
        ];
        let mut server = TestApp::with_config(&process, "").await;
        let ada = person(&server.app, "ada@example.com", Role::User).await;
        let id = ada.user.id.to_string();
        let claims = json!({"sub": "ada@example.com", "id": id, "exp": START + 60});
        let token = TestKey::hs(TestApp::SIGNING_SECRET).token("HS256", &claims);
        let (got, slug) = verdict(&mut server, &token).await;
        assert_eq!(got, status, "{switch}: {slug}");
        if switch == "off" {
            assert_eq!(slug, "token-format-legacy");
        }
    }
}
