//! `[[trusted_issuer]]` tables: what they may say, and what is wrong with them.

use countersign_diagnose::Style;
use countersign_server::settings::{
    Inputs, KeysAt, Reach, Settings, TextFile, TrustedIssuer, resolve,
};
use countersign_verify::IssuerKind;

const STRONG: &str = "fT7-mQ2wZ9xRb4Kc8Vn1Lp6Hs3Jd5Gy0";

fn resolved(
    process: &[(&str, &str)],
    table: &str,
) -> Result<Settings, (Vec<&'static str>, String)> {
    let owned = process
        .iter()
        .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
    let inputs = Inputs {
        process: owned.collect(),
        config: Some(TextFile::new("countersign.toml", table)),
        ..Inputs::default()
    };
    resolve(&inputs).map_err(|problems| {
        let slugs = problems
            .iter()
            .map(|report| report.cause().slug())
            .collect();
        let texts: Vec<_> = problems
            .iter()
            .map(|report| report.human(Style::Plain, 100))
            .collect();
        (slugs, texts.join("\n"))
    })
}

fn one(process: &[(&str, &str)], table: &str) -> TrustedIssuer {
    let table = format!("[[trusted_issuer]]\n{table}\n");
    let mut settings = resolved(process, &table).expect("good settings");
    settings.trusted_issuers.remove(0)
}

fn refused(process: &[(&str, &str)], table: &str) -> (Vec<&'static str>, String) {
    resolved(process, table).expect_err("a problem")
}

#[test]
fn oidc_needs_issuer_and_audience_and_finds_the_rest() {
    let issuer = one(
        &[],
        "kind = \"oidc\"\nissuer = \"https://id.example/\"\naudience = [\"api\", \"b\"]\nclient_ids = \"web\"\n\
         algorithms = [\"ES256\"]\nleeway = \"2min\"\nrole_claim = [\"https://example.com/roles\"]",
    );
    assert_eq!(
        (issuer.kind, issuer.name.as_str()),
        (IssuerKind::Oidc, "https://id.example/")
    );
    assert_eq!(
        (issuer.audiences.len(), issuer.clients.as_slice()),
        (2, &["web".to_owned()][..])
    );
    assert_eq!(issuer.leeway.map(|leeway| leeway.as_secs()), Some(120));
    let path = issuer.role_claim.expect("a path").to_string();
    assert_eq!(path, r#"["https://example.com/roles"]"#);
    let keys = issuer.keys.expect("published keys");
    assert_eq!(keys.reach, Reach::Public);
    assert!(matches!(keys.at, KeysAt::Discovery(_, name) if name == "https://id.example/"));
    for bad in [
        "kind = \"oidc\"",
        "kind = \"oidc\"\nissuer = \"https://id.example\"",
        "kind = \"oidc\"\nissuer = \"http://id.example\"\naudience = \"api\"",
        "kind = \"oidc\"\nissuer = \"https://id.example\"\naudience = \"api\"\nsecret_env = \"X\"",
        "kind = \"oidc\"\nissuer = \"https://id.example\"\naudience = \"api\"\nalgorithms = [\"HS256\"]",
        "kind = \"oidc\"\nissuer = \"https://id.example\"\naudience = \"api\"\nrole_claim = \"user_metadata.role\"",
        "kind = \"oidc\"\nissuer = \"https://id.example\"\naudience = \"api\"\nleeway = \"1h\"",
        "kind = \"oidc\"\nissuer = \"https://u:p@id.example\"\naudience = \"api\"",
        "kind = \"saml\"",
        "name = \"nothing else\"",
    ] {
        let (slugs, text) = refused(&[], &format!("[[trusted_issuer]]\n{bad}\n"));
        assert_eq!(slugs, ["setting-invalid"], "{bad}: {text}");
    }
}

#[test]
fn a_key_that_is_not_known_is_answered_with_the_nearest() {
    let (slugs, text) = refused(
        &[],
        "[[trusted_issuer]]\nkind = \"oidc\"\naudiance = \"api\"\n",
    );
    assert_eq!(slugs[0], "setting-unknown", "{text}");
    assert!(text.contains("`audience`"), "{text}");
}

#[test]
fn supabase_takes_a_secret_if_there_is_one() {
    let table = "kind = \"supabase\"\nurl = \"https://abcd.supabase.co\"";
    let issuer = one(&[("SUPABASE_JWT_SECRET", STRONG)], table);
    assert_eq!(
        issuer.issuer.as_deref(),
        Some("https://abcd.supabase.co/auth/v1")
    );
    assert_eq!(issuer.audiences, ["authenticated"]);
    assert_eq!(
        issuer.secret.expect("the secret").name,
        "SUPABASE_JWT_SECRET"
    );
    let Some(KeysAt::KeySet(url)) = issuer.keys.map(|keys| keys.at) else {
        panic!("a key set");
    };
    assert_eq!(
        url.as_str(),
        "https://abcd.supabase.co/auth/v1/.well-known/jwks.json"
    );
    assert!(
        one(&[], table).secret.is_none(),
        "the published keys do without"
    );
    let older = one(
        &[],
        "kind = \"supabase\"\nissuer = \"https://abcd.supabase.co/auth/v1\"",
    );
    assert_eq!(
        older.issuer.as_deref(),
        Some("https://abcd.supabase.co/auth/v1")
    );
    let named = format!("[[trusted_issuer]]\n{table}\nsecret_env = \"OTHER\"\n");
    assert_eq!(refused(&[], &named).0, ["secret-missing"]);
}

#[test]
fn a_project_key_is_no_secret() {
    let key = "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJzdXBhYmFzZSIsInJvbGUiOiJhbm9uIn0.AAAA";
    for value in [key, "sb_secret_0123456789abcdef0123456789"] {
        let table = "[[trusted_issuer]]\nkind = \"supabase\"\nurl = \"https://abcd.supabase.co\"\n";
        let (slugs, text) = refused(&[("SUPABASE_JWT_SECRET", value)], table);
        assert_eq!(slugs, ["supabase-api-key-as-secret"]);
        assert!(!text.contains(value), "{text}");
    }
}

#[test]
fn a_shared_secret_is_named_and_set() {
    for key in ["secret_env", "secret_name"] {
        let issuer = one(
            &[("FRONT", STRONG)],
            &format!("kind = \"shared-secret\"\n{key} = \"FRONT\""),
        );
        assert_eq!(
            (issuer.kind, issuer.name.as_str()),
            (IssuerKind::SharedSecret, "FRONT")
        );
        assert!(issuer.trust_email && issuer.keys.is_none());
    }
    let bare = "[[trusted_issuer]]\nkind = \"shared-secret\"\n";
    assert_eq!(refused(&[], bare).0, ["setting-invalid"]);
    let unset = format!("{bare}secret_env = \"FRONT\"\n");
    assert_eq!(refused(&[], &unset).0, ["secret-missing"]);
    let private = format!("{bare}secret_env = \"FRONT\"\nallow_private = true\n");
    assert_eq!(
        refused(&[("FRONT", STRONG)], &private).0,
        ["setting-invalid"]
    );
}

#[test]
fn each_issuer_is_there_once() {
    let table = "[[trusted_issuer]]\nkind = \"oidc\"\nissuer = \"https://id.example\"\naudience = \"api\"\n";
    let (slugs, text) = refused(&[], &format!("{table}{table}name = \"again\"\n"));
    assert_eq!(slugs, ["setting-invalid"], "{text}");
    let own = [("AUTH_JWT_ISSUER", "https://id.example")];
    assert_eq!(refused(&own, table).0, ["setting-invalid"]);
}

#[test]
fn in_development_an_issuer_may_run_on_this_machine() {
    let table =
        "kind = \"oidc\"\nissuer = \"http://localhost:8080/realms/dev\"\naudience = \"api\"";
    assert_eq!(
        one(&[], table).keys.expect("keys").reach,
        Reach::PublicAndLoopback
    );
    let private = format!("{table}\nallow_private = true");
    let wanted = Reach::Private {
        loopback_http: true,
    };
    assert_eq!(one(&[], &private).keys.expect("keys").reach, wanted);
}

#[test]
fn the_examples_of_the_page_are_good_settings() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/trusted-issuers.md");
    let page = std::fs::read_to_string(page).expect("the page");
    let blocks: Vec<_> = page.split("```toml\n").skip(1).collect();
    assert!(
        blocks.len() >= 5,
        "Auth.js, Supabase, Auth0, Keycloak, Entra"
    );
    for block in blocks {
        let table = block.split("```").next().unwrap_or_default();
        let found = resolved(&[("WEB_JWT_SECRET", STRONG)], table);
        assert!(found.is_ok(), "{table}: {found:?}");
    }
    for row in page.lines().filter(|line| line.starts_with("| `")).take(13) {
        let key = row.split('`').nth(1).unwrap_or_default();
        let (slugs, _) = refused(&[], &format!("[[trusted_issuer]]\n{key} = \"x\"\n"));
        assert_ne!(slugs, ["setting-unknown"], "{key} is no key of the table");
    }
}
