//! The environment: how it is told, and what production and staging refuse.

use std::time::Duration;

use countersign_server::settings::Mail;
use countersign_verify::Environment;

use super::{STRONG, good, inputs, production, refused, source_of};

#[test]
fn with_nothing_set_it_is_development_on_loopback() {
    let settings = good(&inputs(&[], &[], ""));
    assert_eq!(settings.environment(), Environment::Development);
    assert!(
        settings.detected.why.contains("http://localhost:8787"),
        "{}",
        settings.detected.why
    );
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8787");
    assert_eq!(
        settings.database_url.as_str(),
        "sqlite:/srv/app/data/countersign.db"
    );
    assert_eq!(settings.tokens.access_ttl, Duration::from_hours(1));
    assert_eq!(settings.mail, Mail::Kept);
    assert!(settings.dev_features && settings.secrets.signing.is_none());
    assert_eq!(source_of(&settings, "LISTEN"), "127.0.0.1:8787 <- default");
}

#[test]
fn a_public_address_needs_an_environment() {
    let (slugs, text) = refused(&inputs(
        &[],
        &[(0, ".env", "\nPUBLIC_URL=https://aiwfe.com")],
        "",
    ));
    assert_eq!(slugs, ["environment-unset"]);
    assert!(
        text.contains(".env:2") && text.contains("ENVIRONMENT=production"),
        "{text}"
    );
}

#[test]
fn a_server_for_the_whole_network_needs_an_environment_too() {
    let (slugs, told) = refused(&inputs(&[("LISTEN", "192.0.2.7:9000")], &[], ""));
    assert_eq!(slugs, ["environment-unset"]);
    assert!(
        told.contains("LISTEN makes http://192.0.2.7:9000"),
        "{told}"
    );
}

#[test]
fn an_env_file_may_not_contradict_the_environment_it_belongs_to() {
    let files = [(0, ".env.staging", "ENVIRONMENT=production")];
    let (slugs, text) = refused(&inputs(
        &[],
        &[(0, ".env", "ENVIRONMENT=staging"), files[0]],
        "",
    ));
    assert!(slugs.contains(&"environment-misdetected"), "{text}");
}

#[test]
fn production_runs_with_what_it_needs() {
    let settings = good(&inputs(&production(), &[], ""));
    assert!(!settings.dev_features && settings.is_https());
    assert!(matches!(settings.mail, Mail::Smtp(_)));
    assert_eq!(settings.issuer(), "https://auth.example.com");
    assert!(settings.warnings.is_empty(), "{:?}", settings.warnings);
}

#[test]
fn production_and_staging_refuse() {
    let weak = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    for (name, value, slug) in [
        (
            "PUBLIC_URL",
            "http://auth.example.com",
            "public-url-insecure",
        ),
        ("PUBLIC_URL", "http://localhost:8787", "public-url-insecure"),
        ("DEV_FEATURES", "on", "dev-features-in-production"),
        ("SMTP_URL", "", "mail-not-configured"),
        ("JWT_SECRET_PRODUCTION", "", "secret-missing"),
        ("JWT_SECRET_PRODUCTION", "short", "secret-too-short"),
        ("JWT_SECRET_PRODUCTION", weak, "secret-too-short"),
        (
            "JWT_SECRET_PRODUCTION",
            "your-super-secret-jwt-token-with-at-least-32-characters",
            "secret-placeholder",
        ),
        (
            "JWT_SECRET_PRODUCTION",
            "$(openssl rand -base64 32)",
            "env-var-not-expanded",
        ),
        (
            "JWT_SECRET_STAGING",
            STRONG,
            "secret-reused-across-environments",
        ),
        ("AUTH_SYNC_SECRET", STRONG, "secret-reused-across-purposes"),
        ("AUTH_SYNC_SECRET", "sync", "secret-too-short"),
    ] {
        let mut process = production();
        process.retain(|(existing, _)| *existing != name);
        process.push((name, value));
        let (slugs, text) = refused(&inputs(&process, &[], ""));
        assert!(slugs.contains(&slug), "{name}={value}: {text}");
        assert!(!text.contains(STRONG), "{text}");
    }
}

#[test]
fn staging_refuses_like_production_and_development_does_not() {
    let process = [
        ("ENVIRONMENT", "staging"),
        ("PUBLIC_URL", "http://stage.example.com"),
    ];
    let (slugs, text) = refused(&inputs(&process, &[], ""));
    for slug in [
        "public-url-insecure",
        "mail-not-configured",
        "secret-missing",
    ] {
        assert!(slugs.contains(&slug), "{slug}: {text}");
    }
    let weak = good(&inputs(&[("JWT_SECRET", "short")], &[], ""));
    let warned: Vec<_> = weak
        .warnings
        .iter()
        .map(|warning| warning.cause().slug())
        .collect();
    assert!(warned.contains(&"secret-too-short"), "{warned:?}");
}

#[test]
fn mail_may_be_off_in_production_if_somebody_says_so() {
    let mut process = production();
    process.retain(|(name, _)| *name != "SMTP_URL");
    process.push(("SMTP_URL", "off"));
    assert_eq!(good(&inputs(&process, &[], "")).mail, Mail::Off);
}
