//! The registry: every cause of the table, with its texts.
//!
//! One cause = one file, named for the slug. A cause of the table without an entry here does not
//! compile, and neither does a cause with two.

use crate::cause_doc::CauseDoc;
use crate::finding::Rule;
use countersign_verify::Cause;

macro_rules! detected {
    ($($file:ident)*) => {
        $(mod $file;)*

        /// The name of each cause's file, with its texts.
        const DETECTED: &[(&str, &CauseDoc)] = &[$((stringify!($file), &$file::DOC)),*];
    };
}

/// One cause of the catalogue with its texts.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The row of the table of causes.
    pub cause: Cause,
    /// What happened, in one line without a final stop; the `title` of a refusal (RFC 9457, section 3.1.3).
    pub title: &'static str,
    /// The whole explanation.
    pub doc: &'static CauseDoc,
}

/// The rules of the causes that the doctor finds.
pub(crate) fn rules() -> impl Iterator<Item = Rule> {
    DETECTED.iter().filter_map(|(_, doc)| doc.rule)
}

/// The title of a cause: what happened, in one line.
///
/// ```
/// use countersign_diagnose::title;
/// use countersign_verify::Cause;
///
/// assert!(!title(Cause::TokenExpired).is_empty());
/// ```
#[must_use]
pub const fn title(cause: Cause) -> &'static str {
    entry(cause).title
}

/// The explanation of a cause.
#[must_use]
pub const fn explain(cause: Cause) -> &'static CauseDoc {
    entry(cause).doc
}

/// The entry of a cause.
#[must_use]
pub const fn entry(cause: Cause) -> Entry {
    ENTRIES[cause as usize]
}

/// Every entry, in the order of the codes' stages.
pub fn all() -> impl Iterator<Item = Entry> {
    ENTRIES.iter().copied()
}

/// The entries of one stage of the pipeline, which gives the first digit of their codes.
#[derive(Clone, Copy, Debug)]
pub struct Stage {
    /// The digit, 0 to 9.
    pub digit: usize,
    /// What the stage looks at.
    pub title: &'static str,
    /// Its causes, in the order of the table.
    pub entries: &'static [Entry],
}

/// The stages in their order, each with its entries.
pub fn stages() -> impl Iterator<Item = Stage> {
    let mut from = 0;
    STAGES.iter().enumerate().map(move |(digit, title)| {
        let in_stage = |entry: &&Entry| entry.cause.code()[3..].starts_with(DIGITS[digit]);
        let count = ENTRIES[from..].iter().take_while(in_stage).count();
        let entries = &ENTRIES[from..from + count];
        from += count;
        Stage {
            digit,
            title,
            entries,
        }
    })
}

const DIGITS: [char; 10] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

const STAGES: [&str; 10] = [
    "The request itself",
    "The credential on its way",
    "Kind and form of the token",
    "Keys, secrets, signatures",
    "Claims and clocks",
    "Cookies, CSRF, origins",
    "Session, account, permission",
    "Sign-in, factors, OAuth flows",
    "Environment, files, addresses",
    "Database, cache, mail, certificates",
];

/// Indexed by the cause, whose discriminant is its place in [`Cause::ALL`].
static ENTRIES: [Entry; Cause::ALL.len()] = indexed();

const fn indexed() -> [Entry; Cause::ALL.len()] {
    let mut entries = [entry_of(DETECTED[0].1); Cause::ALL.len()];
    let mut filled = [false; Cause::ALL.len()];
    let mut at = 0;
    while at < DETECTED.len() {
        let doc = DETECTED[at].1;
        let place = doc.cause as usize;
        assert!(!filled[place], "a cause has two files in catalogue/");
        filled[place] = true;
        entries[place] = entry_of(doc);
        at += 1;
    }
    at = 0;
    while at < filled.len() {
        assert!(
            filled[at],
            "a cause has no entry: write its file in catalogue/"
        );
        at += 1;
    }
    entries
}

const fn entry_of(doc: &'static CauseDoc) -> Entry {
    Entry {
        cause: doc.cause,
        title: doc.title,
        doc,
    }
}

detected! {
    request_malformed
    request_too_large
    fields_invalid
    not_found
    method_not_allowed
    conflict
    overloaded
    unavailable
    internal_error
    request_timeout
    credential_missing
    bearer_missing_cookie_present
    bearer_prefix_missing
    bearer_prefix_duplicated
    auth_scheme_mismatch
    authorization_header_conflict
    header_too_large
    cors_wildcard_with_credentials
    cors_origin_trailing_slash
    cors_header_not_allowed
    cors_origin_not_allowed
    token_malformed
    token_null_or_undefined
    token_json_quoted
    encrypted_session_token
    session_strategy_database
    id_token_as_access_token
    refresh_token_as_access_token
    access_token_opaque_no_audience
    anon_key_as_user_token
    api_key_as_bearer_token
    provider_token_instead_of_app_token
    token_for_other_resource
    token_too_large
    token_header_unsupported
    token_type_unexpected
    token_base64_noncanonical
    token_payload_unencoded
    secret_missing
    secret_mismatch
    secret_trailing_newline
    env_quotes_literal
    env_dollar_expanded
    env_var_not_expanded
    env_comment_truncated
    secret_base64_vs_raw
    secret_random_per_process
    secret_rotated_stale_session
    supabase_api_key_as_secret
    secret_too_short
    secret_placeholder
    secret_reused_across_environments
    secret_reused_across_purposes
    sync_secret_missing
    sync_secret_mismatch
    alg_mismatch
    pem_damaged_in_env
    jwks_cache_stale
    kid_not_in_jwks
    idp_instance_mismatch
    token_tampered
    key_unusable
    encryption_key_mismatch
    jwks_unavailable
    key_purpose_wrong
    key_type_unsupported
    key_point_invalid
    rsa_key_size
    rsa_exponent_weak
    rsa_modulus_weak
    kid_duplicated
    key_set_mixed
    private_key_published
    jwks_address_refused
    discovery_issuer_mismatch
    token_expired
    clock_skew
    exp_timezone_naive
    exp_unit_error
    iss_trailing_slash
    iss_host_mismatch
    iss_version_mismatch
    iss_mismatch
    aud_mismatch
    aud_not_configured
    aud_missing_in_token
    config_value_whitespace
    claim_missing
    sub_not_string
    sub_identifier_mismatch
    token_format_legacy
    roles_claim_location
    token_lifetime_unexpected
    client_mismatch
    cookie_domain_mismatch
    cookie_name_mismatch
    csrf_token_missing
    csrf_token_mismatch
    csrf_origin_untrusted
    csrf_cookie_duplicate_path
    user_not_provisioned
    user_deleted_stale_token
    account_suspended
    account_locked
    email_unverified
    session_revoked
    session_expired_idle
    session_expired_absolute
    session_evicted_by_limit
    refresh_token_expired
    refresh_reused
    scope_missing
    role_missing
    step_up_required
    admin_missing
    refresh_token_unknown
    session_unknown
    refresh_rotation_race
    credentials_invalid
    bcrypt_library_incompatible
    bcrypt_72_byte_limit
    totp_clock_drift
    totp_invalid
    totp_replayed
    backup_code_used
    webauthn_rpid_mismatch
    webauthn_origin_mismatch
    rate_limited
    link_invalid
    link_expired
    environment_unset
    environment_misdetected
    env_var_name_mismatch
    env_file_not_loaded
    env_file_shadowed
    env_key_duplicated
    base_url_drift
    dev_features_in_production
    secret_file_in_git
    setting_unknown
    setting_invalid
    env_file_malformed
    listen_address_in_use
    data_folder_unwritable
    public_url_insecure
    mail_not_configured
    db_url_password_unescaped
    db_url_driver_parameter
    db_ssl_ca_untrusted
    db_ssl_required
    db_pgbouncer_prepared_statements
    db_host_ipv6_only
    db_pooler_username
    db_pooler_host
    db_password_volume_stale
    redis_unreachable
    db_host_localhost_in_container
    db_credentials
    db_host_unresolvable
    db_refused
    db_missing
    db_not_migrated
    db_pool_exhausted
    smtp_unreachable
    db_schema_newer
    db_file_invalid
    db_ssl_unsupported
    cookie_samesite_cross_site
    cookie_samesite_none_without_secure
    cookie_samesite_strict_oauth
    cookie_secure_over_http
    cookie_too_large
    cookie_public_suffix
    credentials_not_included
    origin_host_drift
    cors_preflight_rejected
    auth_header_lost_on_redirect
    auth_header_stripped_by_proxy
    client_netrc_override
    raw_fetch_bypasses_client
    proxy_proto_lost
    csrf_header_not_sent_cross_origin
    redirect_uri_scheme
    redirect_uri_mismatch
    oauth_state_mismatch
    oauth_provider_error
    oauth_client_invalid
    tls_certificate_invalid
    tls_certificate_expiring
}
