//! Every cause has one entry, every file of the catalogue is one, and the public names stand.

use countersign_diagnose::{all, entry, explain, stages, title};
use countersign_verify::Cause;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn every_cause_has_the_entry_of_its_own() {
    let entries: Vec<_> = all().collect();
    assert_eq!(entries.len(), Cause::ALL.len());
    for (cause, found) in Cause::ALL.iter().zip(entries) {
        assert_eq!(found.cause, *cause);
        assert_eq!(entry(*cause).cause, *cause);
        assert_eq!(found.title, title(*cause));
        assert_eq!(explain(*cause).cause, *cause);
    }
}

#[test]
fn a_file_is_named_for_the_slug_of_its_cause() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/catalogue");
    let files: BTreeSet<String> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    let expected: BTreeSet<String> = Cause::ALL
        .iter()
        .map(|cause| format!("{}.rs", cause.slug().replace('-', "_")))
        .collect();
    assert_eq!(files, expected);
}

#[test]
fn a_file_says_which_cause_it_is_and_speaks_of_no_other() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/catalogue");
    for cause in Cause::ALL {
        let file = format!("{}.rs", cause.slug().replace('-', "_"));
        let text = fs::read_to_string(folder.join(&file)).unwrap();
        assert!(
            text.starts_with(&format!("//! `{}`\n", cause.slug())),
            "{file}"
        );
        assert!(
            text.contains(&format!("    cause: Cause::{cause:?},\n")),
            "{file}"
        );
    }
}

#[test]
fn the_stages_hold_every_cause_once_and_in_order() {
    let in_stages: Vec<Cause> = stages()
        .flat_map(|stage| stage.entries.iter().map(|entry| entry.cause))
        .collect();
    assert_eq!(in_stages, Cause::ALL);
    for stage in stages() {
        for entry in stage.entries {
            let stem = format!("CSN{}", stage.digit);
            assert!(
                entry.cause.code().starts_with(&stem),
                "{}",
                entry.cause.code()
            );
        }
    }
}

/// The published slugs, stage by stage. Names may be added, and never changed or taken away:
/// scripts match on them.
const PUBLISHED: [&[&str]; 10] = [
    &[
        "request-malformed",
        "request-too-large",
        "fields-invalid",
        "not-found",
        "method-not-allowed",
        "conflict",
        "overloaded",
        "unavailable",
    ],
    &[
        "credential-missing",
        "bearer-missing-cookie-present",
        "raw-fetch-bypasses-client",
        "bearer-prefix-missing",
        "bearer-prefix-duplicated",
        "auth-scheme-mismatch",
        "authorization-header-conflict",
        "auth-header-lost-on-redirect",
        "auth-header-stripped-by-proxy",
        "client-netrc-override",
        "header-too-large",
        "cors-preflight-rejected",
        "cors-wildcard-with-credentials",
        "cors-origin-trailing-slash",
        "cors-header-not-allowed",
        "cors-origin-not-allowed",
    ],
    &[
        "token-malformed",
        "token-null-or-undefined",
        "token-json-quoted",
        "encrypted-session-token",
        "session-strategy-database",
        "id-token-as-access-token",
        "refresh-token-as-access-token",
        "access-token-opaque-no-audience",
        "anon-key-as-user-token",
        "api-key-as-bearer-token",
        "provider-token-instead-of-app-token",
        "token-for-other-resource",
    ],
    &[
        "secret-missing",
        "secret-mismatch",
        "secret-trailing-newline",
        "env-quotes-literal",
        "env-dollar-expanded",
        "env-var-not-expanded",
        "env-comment-truncated",
        "secret-base64-vs-raw",
        "secret-random-per-process",
        "secret-rotated-stale-session",
        "supabase-api-key-as-secret",
        "secret-too-short",
        "secret-placeholder",
        "secret-reused-across-environments",
        "secret-reused-across-purposes",
        "sync-secret-missing",
        "sync-secret-mismatch",
        "alg-mismatch",
        "pem-damaged-in-env",
        "jwks-cache-stale",
        "kid-not-in-jwks",
        "idp-instance-mismatch",
        "token-tampered",
    ],
    &[
        "token-expired",
        "clock-skew",
        "exp-timezone-naive",
        "exp-unit-error",
        "iss-trailing-slash",
        "iss-host-mismatch",
        "iss-version-mismatch",
        "iss-mismatch",
        "aud-mismatch",
        "aud-not-configured",
        "aud-missing-in-token",
        "config-value-whitespace",
        "claim-missing",
        "sub-not-string",
        "sub-identifier-mismatch",
        "token-format-legacy",
        "roles-claim-location",
        "token-lifetime-unexpected",
    ],
    &[
        "cookie-samesite-cross-site",
        "cookie-samesite-none-without-secure",
        "cookie-samesite-strict-oauth",
        "cookie-secure-over-http",
        "cookie-domain-mismatch",
        "cookie-name-mismatch",
        "cookie-too-large",
        "cookie-public-suffix",
        "credentials-not-included",
        "origin-host-drift",
        "proxy-proto-lost",
        "csrf-token-missing",
        "csrf-token-mismatch",
        "csrf-origin-untrusted",
        "csrf-cookie-duplicate-path",
        "csrf-header-not-sent-cross-origin",
    ],
    &[
        "user-not-provisioned",
        "user-deleted-stale-token",
        "account-suspended",
        "account-locked",
        "email-unverified",
        "session-revoked",
        "session-expired-idle",
        "session-expired-absolute",
        "session-evicted-by-limit",
        "refresh-token-expired",
        "refresh-reused",
        "refresh-rotation-race",
        "scope-missing",
        "role-missing",
        "step-up-required",
        "admin-missing",
    ],
    &[
        "credentials-invalid",
        "bcrypt-library-incompatible",
        "bcrypt-72-byte-limit",
        "rate-limited",
        "totp-clock-drift",
        "totp-invalid",
        "totp-replayed",
        "backup-code-used",
        "webauthn-rpid-mismatch",
        "webauthn-origin-mismatch",
        "redirect-uri-scheme",
        "redirect-uri-mismatch",
        "oauth-state-mismatch",
        "oauth-provider-error",
        "oauth-client-invalid",
    ],
    &[
        "environment-unset",
        "environment-misdetected",
        "env-var-name-mismatch",
        "env-file-not-loaded",
        "env-file-shadowed",
        "env-key-duplicated",
        "base-url-drift",
        "dev-features-in-production",
        "secret-file-in-git",
    ],
    &[
        "db-url-password-unescaped",
        "db-url-driver-parameter",
        "db-ssl-ca-untrusted",
        "db-ssl-required",
        "db-pgbouncer-prepared-statements",
        "db-host-ipv6-only",
        "db-pooler-username",
        "db-pooler-host",
        "db-host-localhost-in-container",
        "db-password-volume-stale",
        "db-credentials",
        "db-host-unresolvable",
        "db-refused",
        "db-missing",
        "db-not-migrated",
        "db-pool-exhausted",
        "redis-unreachable",
        "smtp-unreachable",
        "tls-certificate-expiring",
        "tls-certificate-invalid",
    ],
];

#[test]
fn no_published_name_is_lost() {
    let count: usize = PUBLISHED.iter().map(|slugs| slugs.len()).sum();
    assert_eq!(count, 153);
    for (digit, slugs) in PUBLISHED.iter().enumerate() {
        for slug in *slugs {
            let cause = Cause::find(slug).unwrap_or_else(|| panic!("{slug} is gone"));
            assert!(
                cause.code().starts_with(&format!("CSN{digit}")),
                "{slug} has changed its stage"
            );
        }
    }
}
