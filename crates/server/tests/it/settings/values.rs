//! Values that are wrong, told all at once.

use super::{good, inputs, production, refused, source_of};

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
fn a_public_url_that_is_none_has_one_message() {
    let mut production = production();
    production[1].1 = "auth.example.com";
    for given in [&production[..], &[("PUBLIC_URL", "auth.example.com")]] {
        let (slugs, told) = refused(&inputs(given, &[], ""));
        assert_eq!(slugs, ["setting-invalid"], "{told}");
    }
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
