//! Secrets: which one counts, how they are shown, and what is said of the others.

use countersign_diagnose::Style;
use countersign_server::settings::Signing;
use countersign_verify::Environment;

use super::{OTHER, STRONG, good, inputs, production, refused, source_of};

#[test]
fn secrets_are_shown_as_fingerprints_and_urls_without_passwords() {
    let process = [
        ("AUTH_SECRET", STRONG),
        ("DATABASE_URL", "postgres://u:hunter2@db/x"),
        ("SMTP_URL", "smtps://u:hunter2@mail.example.com"),
        (
            "ENCRYPTION_KEY",
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        ),
    ];
    let settings = good(&inputs(&process, &[], ""));
    let all = format!("{:?} {:?}", settings.shown, settings.secrets);
    for hidden in [STRONG, "hunter2", "AAECAw"] {
        assert!(!all.contains(hidden), "{all}");
    }
    assert!(source_of(&settings, "AUTH_SECRET").starts_with("sha256:"));
    assert!(source_of(&settings, "DATABASE_URL").contains("postgres://u:***@db/x"));
}

#[test]
fn an_asymmetric_key_takes_the_place_of_the_secret() {
    for (value, signing) in [
        ("asymmetric", Signing::EdDsa),
        ("eddsa", Signing::EdDsa),
        ("es256", Signing::Es256),
    ] {
        let mut process = production();
        process.retain(|(name, _)| *name != "JWT_SECRET_PRODUCTION");
        process.push(("SIGNING", value));
        assert_eq!(good(&inputs(&process, &[], "")).signing, signing);
    }
}

#[test]
fn the_env_file_of_another_environment_tells_its_secret_and_sets_nothing_here() {
    let same = format!("AUTH_SECRET={STRONG}");
    let files = [(0, ".env.staging", same.as_str())];
    let (slugs, text) = refused(&inputs(&production(), &files, ""));
    assert_eq!(slugs, ["secret-reused-across-environments"], "{text}");
    assert!(
        text.contains(".env.staging:1") && !text.contains(STRONG),
        "{text}"
    );

    let other = format!("JWT_SECRET={OTHER}\nHASH_QUEUE=7");
    let files = [(0, ".env.staging", other.as_str())];
    let settings = good(&inputs(&production(), &files, ""));
    let others = &settings.secrets.others;
    let found: Vec<_> = others
        .iter()
        .map(|other| (other.environment, other.source.to_string()))
        .collect();
    assert_eq!(found, [(Environment::Staging, ".env.staging:1".to_owned())]);
    assert_eq!(settings.hashing.queue, 64);
}

/// Field report 001: one service reads `JWT_SECRET_STAGING`, the other `JWT_SECRET_KEY` alone.

#[test]
fn the_name_of_the_environment_wins_and_the_loser_is_named() {
    let process = [
        ("ENVIRONMENT", "staging"),
        ("PUBLIC_URL", "https://stage.example.com"),
        ("SMTP_URL", "off"),
        ("JWT_SECRET_STAGING", STRONG),
        ("JWT_SECRET_KEY", OTHER),
    ];
    let settings = good(&inputs(&process, &[], ""));
    let signing = settings.secrets.signing.as_ref().expect("a secret");
    assert_eq!(signing.name, "JWT_SECRET_STAGING");
    let warning = settings
        .warnings
        .iter()
        .find(|warning| warning.cause().slug() == "env-var-name-mismatch");
    let text = warning.expect("a warning").human(Style::Plain, 100);
    assert!(
        text.contains("JWT_SECRET_KEY") && !text.contains(OTHER),
        "{text}"
    );
}

#[test]
fn without_a_sync_secret_start_up_warns() {
    let settings = good(&inputs(&[], &[], ""));
    let warned: Vec<_> = settings
        .warnings
        .iter()
        .map(|warning| warning.cause().slug())
        .collect();
    assert_eq!(warned, ["sync-secret-missing"]);
}
