//! Tests of how issuers differ.

use super::*;

const ENTRA1: &str = "https://sts.windows.net/7c1f/";
const ENTRA2: &str = "https://login.microsoftonline.com/7c1f/v2.0";

/// What is expected, what the token has, and the cause.
const DIFFERENCES: &[(&str, &str, Cause)] = &[
    (
        "https://a.example/ ",
        "https://a.example/",
        Cause::ConfigValueWhitespace,
    ),
    (
        "https://a.example\n",
        "https://a.example",
        Cause::ConfigValueWhitespace,
    ),
    (
        "\"https://a.example\"",
        "https://a.example",
        Cause::EnvQuotesLiteral,
    ),
    (
        "https://a.example",
        "https://a.example/",
        Cause::IssTrailingSlash,
    ),
    (
        "http://a.example",
        "https://a.example",
        Cause::IssHostMismatch,
    ),
    (
        "https://a.example:8443",
        "https://a.example",
        Cause::IssHostMismatch,
    ),
    (
        "http://keycloak:8080/realms/shop",
        "http://localhost:8080/realms/shop",
        Cause::IssHostMismatch,
    ),
    (
        "https://www.a.example",
        "https://a.example",
        Cause::IssHostMismatch,
    ),
    (
        "http://localhost:3000",
        "http://127.0.0.1:3000",
        Cause::IssHostMismatch,
    ),
    (
        "https://login.a.example/oauth",
        "https://a.auth0.com/oauth",
        Cause::IssHostMismatch,
    ),
    (ENTRA1, ENTRA2, Cause::IssVersionMismatch),
    (ENTRA2, ENTRA1, Cause::IssVersionMismatch),
    (
        "https://login.microsoftonline.com/common/v2.0",
        ENTRA2,
        Cause::IssMismatch,
    ),
    (
        "https://login.microsoftonline.com/other/v2.0",
        ENTRA2,
        Cause::IdpInstanceMismatch,
    ),
    (
        "https://a.auth0.com/",
        "https://b.auth0.com/",
        Cause::IdpInstanceMismatch,
    ),
    (
        "https://clerk.shop.example",
        "https://x.clerk.accounts.dev",
        Cause::IdpInstanceMismatch,
    ),
    (
        "https://kc.example/realms/a",
        "https://kc.example/realms/b",
        Cause::IdpInstanceMismatch,
    ),
    (
        "https://securetoken.google.com/a",
        "https://securetoken.google.com/b",
        Cause::IdpInstanceMismatch,
    ),
    (
        "https://kc.example/auth/realms/a",
        "https://kc.example/realms/a",
        Cause::IssMismatch,
    ),
    ("a.auth0.com", "https://a.auth0.com/", Cause::IssMismatch),
    (
        "https://a.example/.well-known/openid-configuration",
        "https://a.example",
        Cause::IssMismatch,
    ),
    ("https://A.example", "https://a.example", Cause::IssMismatch),
    ("https://a.example", "https://b.example", Cause::IssMismatch),
    ("my-app", "other-app", Cause::IssMismatch),
];

#[test]
fn each_difference_has_its_cause() {
    for (wanted, iss, cause) in DIFFERENCES {
        let (found, how) = difference(wanted, iss);
        assert_eq!(found, *cause, "{wanted} {iss}: {how}");
    }
}

#[test]
fn stages_of_an_instance_are_named() {
    let (_, how) = difference("https://clerk.shop.example", "https://x.clerk.accounts.dev");
    assert!(
        how.contains("development") && how.contains("production"),
        "{how}"
    );
}

#[test]
fn quotes_are_taken_off_in_pairs() {
    for (text, bare) in [
        ("\"a\"", "a"),
        ("'a'", "a"),
        ("'a\"", "'a\""),
        ("\"", "\""),
        ("", ""),
    ] {
        assert_eq!(unquoted(text), bare);
    }
}
