//! The doctor on every case folder of the project: the first finding is the root cause.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test that shows its table, and one case of it by request"
)]

use countersign_diagnose::{Diagnosis, Document, Evidence, diagnose};
use countersign_testkit::case_folder::CaseFolder;
use std::path::Path;

/// The cases that are not right yet, each with its reason. This list may only shrink.
const NOT_RIGHT: &[(&str, &str)] = &[
    (
        "005-laravel-session-domain",
        "nothing is said of cookie-domain-mismatch",
    ),
    ("008-spring-jwks-404", "nothing is said of jwks-unavailable"),
    (
        "010-postgrest-self-hosted-anon",
        "anon-key-as-user-token is said first",
    ),
    (
        "011-hasura-claims-missing",
        "nothing is said of claim-missing",
    ),
    (
        "013-pyjwt-iat-immature-quiet",
        "nothing is said of clock-skew",
    ),
    (
        "014-nextauth-jwe-secret",
        "nothing is said of secret-rotated-stale-session",
    ),
    ("018-compose-localhost-db", "db-refused is said first"),
    (
        "036-cognito-id-token",
        "nothing is said of id-token-as-access-token",
    ),
    (
        "041-c-cors-header-and-credentials",
        "cors-wildcard-with-credentials is not said beside it",
    ),
    ("account-locked-devise", "nothing is said of account-locked"),
    (
        "account-suspended-banned-supabase",
        "nothing is said of account-suspended",
    ),
    (
        "account-suspended-inactive-quiet",
        "nothing is said of account-suspended",
    ),
    (
        "admin-missing-after-migration",
        "nothing is said of admin-missing",
    ),
    (
        "bcrypt-72-byte-limit-passphrase",
        "nothing is said of bcrypt-72-byte-limit",
    ),
    (
        "bcrypt-library-incompatible-passlib",
        "nothing is said of bcrypt-library-incompatible",
    ),
    (
        "bcrypt-library-incompatible-quiet",
        "nothing is said of bcrypt-library-incompatible",
    ),
    (
        "both-sync-missing-and-secret",
        "sync-secret-missing is not said beside it",
    ),
    (
        "credentials-invalid-supabase",
        "nothing is said of credentials-invalid",
    ),
    (
        "dev-features-in-production-auth-bypass",
        "nothing is said of dev-features-in-production",
    ),
    (
        "email-unverified-quiet",
        "nothing is said of email-unverified",
    ),
    (
        "email-unverified-supabase",
        "nothing is said of email-unverified",
    ),
    (
        "env-var-name-mismatch-authjs-quiet",
        "nothing is said of env-var-name-mismatch",
    ),
    (
        "environment-misdetected-hostname",
        "csrf-origin-untrusted is said first",
    ),
    ("rate-limited-auth0", "oauth-provider-error is said first"),
    ("refresh-reused-auth0", "oauth-provider-error is said first"),
    (
        "refresh-rotation-race-two-tabs",
        "nothing is said of refresh-rotation-race",
    ),
    (
        "refresh-token-expired-google-quiet",
        "nothing is said of refresh-token-expired",
    ),
    (
        "refresh-token-expired-simplejwt",
        "nothing is said of refresh-token-expired",
    ),
    (
        "report-000-sync-reused",
        "nothing is said of secret-reused-across-purposes",
    ),
    (
        "report-000-user-not-synced",
        "user-not-provisioned is said first",
    ),
    (
        "report-001-name-of-the-secret",
        "secret-mismatch is said first",
    ),
    (
        "report-001-refresh-fails-too",
        "nothing is said of refresh-token-expired",
    ),
    (
        "report-001-secret-of-two-environments",
        "nothing is said of secret-reused-across-environments",
    ),
    (
        "report-004-admin-missing",
        "nothing is said of admin-missing",
    ),
    (
        "secret-base64-vs-raw-supabase-legacy-quiet",
        "nothing is said of secret-base64-vs-raw",
    ),
    (
        "secret-file-in-git-log",
        "nothing is said of secret-file-in-git",
    ),
    (
        "secret-placeholder-django",
        "nothing is said of secret-placeholder",
    ),
    (
        "secret-reused-across-environments-quiet",
        "nothing is said of secret-reused-across-environments",
    ),
    (
        "secret-reused-across-purposes-sync",
        "nothing is said of secret-reused-across-purposes",
    ),
    (
        "secret-rotated-stale-session-nextauth",
        "nothing is said of secret-rotated-stale-session",
    ),
    (
        "secret-too-short-dotnet-quiet",
        "nothing is said of secret-too-short",
    ),
    (
        "session-expired-idle-keycloak",
        "nothing is said of session-expired-idle",
    ),
    (
        "session-revoked-supabase-signout",
        "nothing is said of session-revoked",
    ),
    (
        "step-up-required-okta",
        "nothing is said of step-up-required",
    ),
    (
        "tls-certificate-expiring-certbot",
        "nothing is said of tls-certificate-expiring",
    ),
    (
        "totp-clock-drift-server",
        "nothing is said of totp-clock-drift",
    ),
    ("totp-replayed-code", "nothing is said of totp-replayed"),
    (
        "webauthn-origin-mismatch-port",
        "nothing is said of webauthn-origin-mismatch",
    ),
    (
        "webauthn-rpid-mismatch-localhost",
        "nothing is said of webauthn-rpid-mismatch",
    ),
    (
        "webauthn-rpid-mismatch-quiet",
        "cors-origin-not-allowed is said first",
    ),
];

pub fn cases() -> Vec<CaseFolder> {
    CaseFolder::below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases"))
}

pub fn diagnosis(case: &CaseFolder) -> Diagnosis {
    let documents = case.documents().into_iter();
    let documents = documents.map(|(name, text)| Document::new(name, text));
    diagnose(&Evidence::read(documents.collect()))
}

/// `cargo test -p countersign-diagnose --test it cases:: -- --nocapture` shows the table;
/// `CASE=part-of-its-path` one case with its report.
#[test]
fn the_first_finding_of_every_case_is_its_root_cause() {
    let wanted = std::env::var("CASE").unwrap_or_default();
    let cases = cases();
    let mut wrong = Vec::new();
    let is_wanted = |case: &&CaseFolder| case.folder.to_string_lossy().contains(&wanted);
    for case in cases.iter().filter(is_wanted) {
        let diagnosis = diagnosis(case);
        if !wanted.is_empty() {
            let report = diagnosis.human(countersign_diagnose::Style::Plain, 100);
            println!("{}\n{report}", case.name);
        }
        if let Err(why) = case.judge(&diagnosis.json(0)) {
            wrong.push((case.name.as_str(), why));
        }
    }
    println!("{} of {} are wrong", wrong.len(), cases.len());
    for (name, why) in &wrong {
        println!("{name}: {why}");
    }
    let known = |name: &str| NOT_RIGHT.iter().any(|(known, _)| *known == name);
    let new: Vec<_> = wrong.iter().filter(|(name, _)| !known(name)).collect();
    assert!(
        new.is_empty() || !wanted.is_empty(),
        "not right any more: {new:#?}"
    );
}

/// `cargo test -p countersign-diagnose --test it cases:: -- --ignored` before the list is looked through.
#[test]
#[ignore = "several rules may be mended at once; the list is cut afterwards"]
fn the_list_of_cases_that_are_not_right_names_no_right_one() {
    let cases = cases();
    let right: Vec<&str> = NOT_RIGHT
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| {
            let case = cases.iter().find(|case| case.name == *name);
            case.is_none_or(|case| case.judge(&diagnosis(case).json(0)).is_ok())
        })
        .collect();
    assert!(
        right.is_empty(),
        "right now, strike them from NOT_RIGHT: {right:?}"
    );
}

#[test]
fn healthy_set_ups_stay_clean_without_answers_and_logs() {
    let wrong: Vec<String> = cases()
        .into_iter()
        .filter(|case| case.causes().is_empty())
        .map(CaseFolder::without_answers)
        .filter_map(|case| {
            let why = case.judge(&diagnosis(&case).json(0)).err()?;
            Some(format!("{}: {why}", case.name))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
