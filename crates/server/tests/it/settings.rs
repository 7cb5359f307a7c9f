//! From inputs to settings: precedence, environments, and everything that is refused.

use std::path::PathBuf;
use std::time::Duration;

use countersign_diagnose::{Report, Style};
use countersign_server::settings::{EnvFile, Inputs, Mail, Settings, Signing, TextFile, resolve};
use countersign_verify::Environment;

const STRONG: &str = "k9Vw3tQz7Rb1Xn5Lm8Pc2Hd6Jf4Gs0Ya-ZuEiOqTrWx";
const OTHER: &str = "p1Oi2Uy3Tr4Ew5Qa6Sd7Fg8Hj9Kl0Mn-BvCxZaLqWe";

/// Inputs of a process environment, files as (depth, name, text), and countersign.toml.
fn inputs(process: &[(&str, &str)], files: &[(usize, &str, &str)], config: &str) -> Inputs {
    let pairs = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let file = |(depth, name, text): &(usize, &str, &str)| EnvFile {
        depth: *depth,
        name: (*name).to_owned(),
        file: TextFile::new(format!("{}{name}", "../".repeat(*depth)), *text),
    };
    Inputs {
        command_line: Vec::new(),
        process: process.iter().map(pairs).collect(),
        env_files: files.iter().map(file).collect(),
        config: (!config.is_empty()).then(|| TextFile::new("countersign.toml", config)),
        working_directory: PathBuf::from("/srv/app"),
    }
}

fn good(inputs: &Inputs) -> Settings {
    resolve(inputs).map_err(told).expect("good settings")
}

fn told(problems: Vec<Report>) -> String {
    let all = problems
        .into_iter()
        .map(|problem| problem.human(Style::Plain, 100));
    all.collect::<Vec<_>>().join("\n")
}

fn refused(inputs: &Inputs) -> (Vec<&'static str>, String) {
    let problems = resolve(inputs).expect_err("refused");
    let slugs = problems
        .iter()
        .map(|problem| problem.cause().slug())
        .collect();
    (slugs, told(problems))
}

fn source_of(settings: &Settings, name: &str) -> String {
    let shown = settings.shown.iter().find(|shown| shown.name == name);
    shown.map_or_else(String::new, |shown| {
        format!("{} <- {}", shown.value, shown.source)
    })
}

/// Production as it should be.
fn production() -> Vec<(&'static str, &'static str)> {
    vec![
        ("ENVIRONMENT", "production"),
        ("PUBLIC_URL", "https://auth.example.com"),
        ("JWT_SECRET_PRODUCTION", STRONG),
        ("AUTH_SYNC_SECRET", OTHER),
        ("SMTP_URL", "smtps://u:p@mail.example.com"),
    ]
}

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
fn sources_count_in_the_order_of_the_design() {
    let all = [
        (0, ".env.test.local", "HASH_QUEUE=2"),
        (0, ".env.local", "HASH_QUEUE=3"),
        (0, ".env.test", "HASH_QUEUE=4"),
        (0, ".env", "HASH_QUEUE=5"),
        (1, ".env.test.local", "HASH_QUEUE=6"),
    ];
    let environment = ("ENVIRONMENT", "test");
    let config = "hash_queue = 7";
    let process = [environment, ("HASH_QUEUE", "1")];
    let with_process = inputs(&process, &all, config);
    assert_eq!(good(&with_process).hashing.queue, 1);
    for skipped in 0..=all.len() {
        let settings = good(&inputs(&[environment], &all[skipped..], config));
        assert_eq!(settings.hashing.queue, skipped + 2, "{skipped}");
    }
    let mut with_option = with_process;
    with_option
        .command_line
        .push(("HASH_QUEUE".into(), "9".into()));
    let settings = good(&with_option);
    assert_eq!(source_of(&settings, "HASH_QUEUE"), "9 <- command line");
}

#[test]
fn files_of_other_environments_are_not_read() {
    let files = [
        (0, ".env.production", "HASH_QUEUE=1"),
        (0, ".env.development", "HASH_QUEUE=2"),
    ];
    let settings = good(&inputs(&[], &files, ""));
    assert_eq!(
        source_of(&settings, "HASH_QUEUE"),
        "2 <- .env.development:1"
    );
}

#[test]
fn a_blank_value_counts_as_unset() {
    let settings = good(&inputs(
        &[("HASH_QUEUE", " ")],
        &[(0, ".env", "HASH_QUEUE=5")],
        "",
    ));
    assert_eq!(settings.hashing.queue, 5);
}

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
fn without_a_public_url_links_lead_to_what_is_listened_on() {
    let settings = good(&inputs(&[("LISTEN", "127.0.0.1:9000")], &[], ""));
    assert_eq!(settings.origin(), "http://localhost:9000");
    assert_eq!(
        source_of(&settings, "PUBLIC_URL"),
        "http://localhost:9000 <- LISTEN (process environment)"
    );
    let why = &settings.detected.why;
    assert!(why.contains("http://localhost:9000"), "{why}");
    let given = [
        ("LISTEN", "127.0.0.1:9000"),
        ("PUBLIC_URL", "http://a.localhost"),
    ];
    let settings = good(&inputs(&given, &[], ""));
    assert_eq!(settings.origin(), "http://a.localhost");
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
fn a_public_url_that_is_none_has_one_message() {
    let mut production = production();
    production[1].1 = "auth.example.com";
    for given in [&production[..], &[("PUBLIC_URL", "auth.example.com")]] {
        let (slugs, told) = refused(&inputs(given, &[], ""));
        assert_eq!(slugs, ["setting-invalid"], "{told}");
    }
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
fn every_problem_is_reported_at_once_with_file_and_line() {
    let env = "LISTEN=nowhere\nACCESS_TOKEN_TTL=soon # yes\nHASH_QUEUE=0\nSIGNING=rot13\n\
               CORS_ORIGINS=https://app.example/\nAUTH_JWT_ISSUER=\" https://a \"\n";
    let (slugs, text) = refused(&inputs(&[], &[(0, ".env", env)], "listn = \"x\"\n"));
    let invalid = slugs
        .iter()
        .filter(|slug| **slug == "setting-invalid")
        .count();
    assert_eq!(invalid, 4, "{text}");
    assert!(slugs.contains(&"cors-origin-trailing-slash"), "{text}");
    assert!(
        slugs.contains(&"setting-unknown") && slugs.contains(&"config-value-whitespace"),
        "{text}"
    );
    for part in [
        ".env:1",
        "2 | ACCESS_TOKEN_TTL=soon",
        "`15m`",
        ".env:3",
        "`asymmetric`",
        "`https://app.example` in place of",
        "countersign.toml:1",
        "`listen`",
    ] {
        assert!(text.contains(part), "{part} in:\n{text}");
    }
}

#[test]
fn malformed_values() {
    for (name, value) in [
        ("ENVIRONMENT", "live"),
        ("PUBLIC_URL", "localhost:8787"),
        ("PUBLIC_URL", "http://localhost:8787/auth"),
        ("LISTEN", "localhost"),
        ("DATABASE_URL", "mysql://x"),
        ("REDIS_URL", "localhost:6379"),
        ("AUTH_JWT_LEEWAY", "1h"),
        ("ACCESS_TOKEN_TTL", "0"),
        ("SESSION_LIMIT", "none"),
        ("SESSION_IDLE_TTL", "91d"),
        ("EMAIL_VERIFICATION", "maybe"),
        ("TRUSTED_PROXIES", "nginx"),
        ("SMTP_URL", "mail.example.com"),
        ("MAIL_FROM", "nobody"),
        ("DEV_FEATURES", "perhaps"),
        ("LOG_FORMAT", "xml"),
        ("LOG_LEVEL", "loud"),
        ("ENCRYPTION_KEY", "c2hvcnQ="),
    ] {
        let (slugs, text) = refused(&inputs(&[(name, value)], &[], ""));
        assert_eq!(slugs, ["setting-invalid"], "{name}={value}: {text}");
        assert!(text.contains(name), "{name}={value}: {text}");
    }
}

#[test]
fn a_broken_env_file_is_named_with_its_line() {
    let (slugs, text) = refused(&inputs(
        &[],
        &[(0, ".env.local", "A=1\nJWT_SECRET=\"hunter2\n")],
        "",
    ));
    assert_eq!(slugs, ["env-file-malformed"]);
    assert!(
        text.contains(".env.local:2") && !text.contains("hunter2"),
        "{text}"
    );
}

#[test]
fn values_expand_from_the_process_environment() {
    let files = [(
        0,
        ".env",
        "PUBLIC_URL=http://localhost:${PORT}\nLISTEN=127.0.0.1:${PORT}",
    )];
    let settings = good(&inputs(&[("PORT", "9000")], &files, ""));
    assert_eq!(settings.origin(), "http://localhost:9000");
    assert_eq!(settings.listen.port(), 9000);
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
