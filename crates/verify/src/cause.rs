//! The table of causes: one row for each way in which authentication fails.
//!
//! A row fixes what is public interface: code, slug, HTTP status and whether a
//! client may be told. The texts live in `countersign-diagnose`, a file a cause.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;

/// What a client may be told about a cause; operators see every cause by its trace id.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Disclosure {
    /// The client is told code and slug.
    Public,
    /// The client is told `credentials-invalid`: the cause would reveal accounts, secrets or keys.
    CredentialsInvalid,
    /// The client is told `unavailable`: the cause is the operator's to mend.
    Unavailable,
}

macro_rules! causes {
    ($($variant:ident $number:literal $slug:literal $status:literal $disclosure:ident)*) => {
        /// A cause of failure. Each has one stable code, one slug and one fix.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum Cause {
            $(
                #[doc = concat!("`CSN", $number, "` `", $slug, "`")]
                $variant,
            )*
        }

        impl Cause {
            /// Every cause, in the order of the catalogue's stages.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The stable code, such as `CSN4001`.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => concat!("CSN", $number)),* }
            }

            /// The stable slug, such as `token-expired`.
            #[must_use]
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$variant => $slug),* }
            }

            /// The HTTP status of a refusal with this cause (RFC 9110, section 15).
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status),* }
            }

            /// What a client may be told of this cause.
            #[must_use]
            pub const fn disclosure(self) -> Disclosure {
                match self { $(Self::$variant => Disclosure::$disclosure),* }
            }
        }
    };
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug())
    }
}

impl Serialize for Cause {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.slug())
    }
}

impl<'de> Deserialize<'de> for Cause {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let slug = Cow::<'de, str>::deserialize(deserializer)?;
        Self::find(&slug).ok_or_else(|| D::Error::custom("no cause has this slug"))
    }
}

impl Cause {
    /// Finds a cause by its code (`CSN4001`, in any case) or its slug.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|cause| cause.code().eq_ignore_ascii_case(name) || cause.slug() == name)
    }

    /// The cause that a client is told in place of this one (itself where it is public).
    #[must_use]
    pub const fn told(self) -> Self {
        match self.disclosure() {
            Disclosure::Public => self,
            Disclosure::CredentialsInvalid => Self::CredentialsInvalid,
            Disclosure::Unavailable => Self::Unavailable,
        }
    }
}

#[rustfmt::skip]
causes! {
    // 0xxx The request itself
    RequestMalformed "0001" "request-malformed" 400 Public
    RequestTooLarge "0002" "request-too-large" 413 Public
    FieldsInvalid "0003" "fields-invalid" 422 Public
    NotFound "0004" "not-found" 404 Public
    MethodNotAllowed "0005" "method-not-allowed" 405 Public
    Conflict "0006" "conflict" 409 Public
    Overloaded "0007" "overloaded" 503 Public
    Unavailable "0008" "unavailable" 503 Public
    InternalError "0009" "internal-error" 500 Public
    RequestTimeout "0010" "request-timeout" 408 Public
    // 1xxx The credential on its way
    CredentialMissing "1001" "credential-missing" 401 Public
    BearerMissingCookiePresent "1002" "bearer-missing-cookie-present" 401 Public
    RawFetchBypassesClient "1003" "raw-fetch-bypasses-client" 401 Public
    BearerPrefixMissing "1004" "bearer-prefix-missing" 401 Public
    BearerPrefixDuplicated "1005" "bearer-prefix-duplicated" 401 Public
    AuthSchemeMismatch "1006" "auth-scheme-mismatch" 401 Public
    AuthorizationHeaderConflict "1007" "authorization-header-conflict" 401 Public
    AuthHeaderLostOnRedirect "1008" "auth-header-lost-on-redirect" 401 Public
    AuthHeaderStrippedByProxy "1009" "auth-header-stripped-by-proxy" 401 Public
    ClientNetrcOverride "1010" "client-netrc-override" 401 Public
    HeaderTooLarge "1011" "header-too-large" 431 Public
    CorsPreflightRejected "1012" "cors-preflight-rejected" 403 Public
    CorsWildcardWithCredentials "1013" "cors-wildcard-with-credentials" 403 Public
    CorsOriginTrailingSlash "1014" "cors-origin-trailing-slash" 403 Public
    CorsHeaderNotAllowed "1015" "cors-header-not-allowed" 403 Public
    CorsOriginNotAllowed "1016" "cors-origin-not-allowed" 403 Public
    // 2xxx Kind and form of the token
    TokenMalformed "2001" "token-malformed" 401 Public
    TokenNullOrUndefined "2002" "token-null-or-undefined" 401 Public
    TokenJsonQuoted "2003" "token-json-quoted" 401 Public
    EncryptedSessionToken "2004" "encrypted-session-token" 401 Public
    SessionStrategyDatabase "2005" "session-strategy-database" 401 Public
    IdTokenAsAccessToken "2006" "id-token-as-access-token" 401 Public
    RefreshTokenAsAccessToken "2007" "refresh-token-as-access-token" 401 Public
    AccessTokenOpaqueNoAudience "2008" "access-token-opaque-no-audience" 401 Public
    AnonKeyAsUserToken "2009" "anon-key-as-user-token" 401 Public
    ApiKeyAsBearerToken "2010" "api-key-as-bearer-token" 401 Public
    ProviderTokenInsteadOfAppToken "2011" "provider-token-instead-of-app-token" 401 Public
    TokenForOtherResource "2012" "token-for-other-resource" 401 Public
    TokenTooLarge "2013" "token-too-large" 401 Public
    TokenHeaderUnsupported "2014" "token-header-unsupported" 401 Public
    TokenTypeUnexpected "2015" "token-type-unexpected" 401 Public
    TokenBase64Noncanonical "2016" "token-base64-noncanonical" 401 Public
    TokenPayloadUnencoded "2017" "token-payload-unencoded" 401 Public
    // 3xxx Keys, secrets, signatures
    SecretMissing "3001" "secret-missing" 500 Unavailable
    SecretMismatch "3002" "secret-mismatch" 401 CredentialsInvalid
    SecretTrailingNewline "3003" "secret-trailing-newline" 401 CredentialsInvalid
    EnvQuotesLiteral "3004" "env-quotes-literal" 401 CredentialsInvalid
    EnvDollarExpanded "3005" "env-dollar-expanded" 401 CredentialsInvalid
    EnvVarNotExpanded "3006" "env-var-not-expanded" 401 CredentialsInvalid
    EnvCommentTruncated "3007" "env-comment-truncated" 401 CredentialsInvalid
    SecretBase64VsRaw "3008" "secret-base64-vs-raw" 401 CredentialsInvalid
    SecretRandomPerProcess "3009" "secret-random-per-process" 401 CredentialsInvalid
    SecretRotatedStaleSession "3010" "secret-rotated-stale-session" 401 CredentialsInvalid
    SupabaseApiKeyAsSecret "3011" "supabase-api-key-as-secret" 401 CredentialsInvalid
    SecretTooShort "3012" "secret-too-short" 401 CredentialsInvalid
    SecretPlaceholder "3013" "secret-placeholder" 401 CredentialsInvalid
    SecretReusedAcrossEnvironments "3014" "secret-reused-across-environments" 401 CredentialsInvalid
    SecretReusedAcrossPurposes "3015" "secret-reused-across-purposes" 401 CredentialsInvalid
    SyncSecretMissing "3016" "sync-secret-missing" 503 Public
    SyncSecretMismatch "3017" "sync-secret-mismatch" 401 Public
    AlgMismatch "3018" "alg-mismatch" 401 CredentialsInvalid
    PemDamagedInEnv "3019" "pem-damaged-in-env" 401 CredentialsInvalid
    JwksCacheStale "3020" "jwks-cache-stale" 401 CredentialsInvalid
    KidNotInJwks "3021" "kid-not-in-jwks" 401 CredentialsInvalid
    IdpInstanceMismatch "3022" "idp-instance-mismatch" 401 CredentialsInvalid
    TokenTampered "3023" "token-tampered" 401 CredentialsInvalid
    KeyUnusable "3024" "key-unusable" 401 CredentialsInvalid
    EncryptionKeyMismatch "3025" "encryption-key-mismatch" 401 CredentialsInvalid
    JwksUnavailable "3026" "jwks-unavailable" 503 Unavailable
    JwksAddressRefused "3027" "jwks-address-refused" 503 Unavailable
    DiscoveryIssuerMismatch "3028" "discovery-issuer-mismatch" 503 Unavailable
    KeyPurposeWrong "3030" "key-purpose-wrong" 401 CredentialsInvalid
    KeyTypeUnsupported "3031" "key-type-unsupported" 401 CredentialsInvalid
    KeyPointInvalid "3032" "key-point-invalid" 401 CredentialsInvalid
    RsaKeySize "3033" "rsa-key-size" 401 CredentialsInvalid
    RsaExponentWeak "3034" "rsa-exponent-weak" 401 CredentialsInvalid
    RsaModulusWeak "3035" "rsa-modulus-weak" 401 CredentialsInvalid
    KidDuplicated "3036" "kid-duplicated" 401 CredentialsInvalid
    KeySetMixed "3037" "key-set-mixed" 401 CredentialsInvalid
    PrivateKeyPublished "3038" "private-key-published" 401 CredentialsInvalid
    // 4xxx Claims and clocks
    TokenExpired "4001" "token-expired" 401 Public
    ClockSkew "4002" "clock-skew" 401 Public
    ExpTimezoneNaive "4003" "exp-timezone-naive" 401 Public
    ExpUnitError "4004" "exp-unit-error" 401 Public
    IssTrailingSlash "4005" "iss-trailing-slash" 401 Public
    IssHostMismatch "4006" "iss-host-mismatch" 401 Public
    IssVersionMismatch "4007" "iss-version-mismatch" 401 Public
    IssMismatch "4008" "iss-mismatch" 401 Public
    AudMismatch "4009" "aud-mismatch" 401 Public
    AudNotConfigured "4010" "aud-not-configured" 401 Public
    AudMissingInToken "4011" "aud-missing-in-token" 401 Public
    ConfigValueWhitespace "4012" "config-value-whitespace" 401 Public
    ClaimMissing "4013" "claim-missing" 401 Public
    SubNotString "4014" "sub-not-string" 401 Public
    SubIdentifierMismatch "4015" "sub-identifier-mismatch" 401 Public
    TokenFormatLegacy "4016" "token-format-legacy" 401 Public
    RolesClaimLocation "4017" "roles-claim-location" 403 Public
    TokenLifetimeUnexpected "4018" "token-lifetime-unexpected" 401 Public
    ClientMismatch "4019" "client-mismatch" 401 Public
    // 5xxx Cookies, CSRF, origins
    CookieSamesiteCrossSite "5001" "cookie-samesite-cross-site" 403 Public
    CookieSamesiteNoneWithoutSecure "5002" "cookie-samesite-none-without-secure" 403 Public
    CookieSamesiteStrictOauth "5003" "cookie-samesite-strict-oauth" 403 Public
    CookieSecureOverHttp "5004" "cookie-secure-over-http" 403 Public
    CookieDomainMismatch "5005" "cookie-domain-mismatch" 403 Public
    CookieNameMismatch "5006" "cookie-name-mismatch" 403 Public
    CookieTooLarge "5007" "cookie-too-large" 403 Public
    CookiePublicSuffix "5008" "cookie-public-suffix" 403 Public
    CredentialsNotIncluded "5009" "credentials-not-included" 403 Public
    OriginHostDrift "5010" "origin-host-drift" 403 Public
    ProxyProtoLost "5011" "proxy-proto-lost" 403 Public
    CsrfTokenMissing "5012" "csrf-token-missing" 403 Public
    CsrfTokenMismatch "5013" "csrf-token-mismatch" 403 Public
    CsrfOriginUntrusted "5014" "csrf-origin-untrusted" 403 Public
    CsrfCookieDuplicatePath "5015" "csrf-cookie-duplicate-path" 403 Public
    CsrfHeaderNotSentCrossOrigin "5016" "csrf-header-not-sent-cross-origin" 403 Public
    // 6xxx Session, account, permission
    UserNotProvisioned "6001" "user-not-provisioned" 401 CredentialsInvalid
    UserDeletedStaleToken "6002" "user-deleted-stale-token" 401 CredentialsInvalid
    AccountSuspended "6003" "account-suspended" 403 CredentialsInvalid
    AccountLocked "6004" "account-locked" 403 CredentialsInvalid
    EmailUnverified "6005" "email-unverified" 403 Public
    SessionRevoked "6006" "session-revoked" 401 Public
    SessionExpiredIdle "6007" "session-expired-idle" 401 Public
    SessionExpiredAbsolute "6008" "session-expired-absolute" 401 Public
    SessionEvictedByLimit "6009" "session-evicted-by-limit" 401 Public
    RefreshTokenExpired "6010" "refresh-token-expired" 401 Public
    RefreshReused "6011" "refresh-reused" 401 Public
    RefreshRotationRace "6012" "refresh-rotation-race" 401 Public
    ScopeMissing "6013" "scope-missing" 403 Public
    RoleMissing "6014" "role-missing" 403 Public
    StepUpRequired "6015" "step-up-required" 401 Public
    AdminMissing "6016" "admin-missing" 503 Unavailable
    RefreshTokenUnknown "6017" "refresh-token-unknown" 401 Public
    SessionUnknown "6018" "session-unknown" 401 Public
    // 7xxx Sign-in, factors, OAuth flows
    CredentialsInvalid "7001" "credentials-invalid" 401 Public
    BcryptLibraryIncompatible "7002" "bcrypt-library-incompatible" 500 Unavailable
    Bcrypt72ByteLimit "7003" "bcrypt-72-byte-limit" 401 Public
    RateLimited "7004" "rate-limited" 429 Public
    TotpClockDrift "7005" "totp-clock-drift" 401 Public
    TotpInvalid "7006" "totp-invalid" 401 Public
    TotpReplayed "7007" "totp-replayed" 401 Public
    BackupCodeUsed "7008" "backup-code-used" 401 Public
    WebauthnRpidMismatch "7009" "webauthn-rpid-mismatch" 401 Public
    WebauthnOriginMismatch "7010" "webauthn-origin-mismatch" 401 Public
    RedirectUriScheme "7011" "redirect-uri-scheme" 400 Public
    RedirectUriMismatch "7012" "redirect-uri-mismatch" 400 Public
    OauthStateMismatch "7013" "oauth-state-mismatch" 400 Public
    OauthProviderError "7014" "oauth-provider-error" 502 Public
    OauthClientInvalid "7015" "oauth-client-invalid" 502 Public
    LinkInvalid "7016" "link-invalid" 400 Public
    LinkExpired "7017" "link-expired" 400 Public
    // 8xxx Environment, files, addresses
    EnvironmentUnset "8001" "environment-unset" 500 Unavailable
    EnvironmentMisdetected "8002" "environment-misdetected" 500 Unavailable
    EnvVarNameMismatch "8003" "env-var-name-mismatch" 500 Unavailable
    EnvFileNotLoaded "8004" "env-file-not-loaded" 500 Unavailable
    EnvFileShadowed "8005" "env-file-shadowed" 500 Unavailable
    EnvKeyDuplicated "8006" "env-key-duplicated" 500 Unavailable
    BaseUrlDrift "8007" "base-url-drift" 500 Unavailable
    DevFeaturesInProduction "8008" "dev-features-in-production" 500 Unavailable
    SecretFileInGit "8009" "secret-file-in-git" 500 Unavailable
    SettingUnknown "8010" "setting-unknown" 500 Unavailable
    SettingInvalid "8011" "setting-invalid" 500 Unavailable
    EnvFileMalformed "8012" "env-file-malformed" 500 Unavailable
    ListenAddressInUse "8013" "listen-address-in-use" 500 Unavailable
    DataFolderUnwritable "8014" "data-folder-unwritable" 500 Unavailable
    PublicUrlInsecure "8015" "public-url-insecure" 500 Unavailable
    MailNotConfigured "8016" "mail-not-configured" 500 Unavailable
    // 9xxx Database, cache, mail, certificates
    DbUrlPasswordUnescaped "9001" "db-url-password-unescaped" 503 Unavailable
    DbUrlDriverParameter "9002" "db-url-driver-parameter" 503 Unavailable
    DbSslCaUntrusted "9003" "db-ssl-ca-untrusted" 503 Unavailable
    DbSslRequired "9004" "db-ssl-required" 503 Unavailable
    DbPgbouncerPreparedStatements "9005" "db-pgbouncer-prepared-statements" 503 Unavailable
    DbHostIpv6Only "9006" "db-host-ipv6-only" 503 Unavailable
    DbPoolerUsername "9007" "db-pooler-username" 503 Unavailable
    DbPoolerHost "9008" "db-pooler-host" 503 Unavailable
    DbHostLocalhostInContainer "9009" "db-host-localhost-in-container" 503 Unavailable
    DbPasswordVolumeStale "9010" "db-password-volume-stale" 503 Unavailable
    DbCredentials "9011" "db-credentials" 503 Unavailable
    DbHostUnresolvable "9012" "db-host-unresolvable" 503 Unavailable
    DbRefused "9013" "db-refused" 503 Unavailable
    DbMissing "9014" "db-missing" 503 Unavailable
    DbNotMigrated "9015" "db-not-migrated" 503 Unavailable
    DbPoolExhausted "9016" "db-pool-exhausted" 503 Unavailable
    RedisUnreachable "9017" "redis-unreachable" 503 Unavailable
    SmtpUnreachable "9018" "smtp-unreachable" 503 Unavailable
    TlsCertificateExpiring "9019" "tls-certificate-expiring" 503 Unavailable
    TlsCertificateInvalid "9020" "tls-certificate-invalid" 503 Unavailable
    DbSchemaNewer "9021" "db-schema-newer" 503 Unavailable
    DbFileInvalid "9022" "db-file-invalid" 503 Unavailable
    DbSslUnsupported "9023" "db-ssl-unsupported" 503 Unavailable
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_and_slugs_are_unique_and_found_again() {
        let codes: BTreeSet<_> = Cause::ALL.iter().map(|cause| cause.code()).collect();
        let slugs: BTreeSet<_> = Cause::ALL.iter().map(|cause| cause.slug()).collect();
        assert_eq!(
            (codes.len(), slugs.len()),
            (Cause::ALL.len(), Cause::ALL.len())
        );
        for cause in Cause::ALL {
            assert_eq!(Cause::find(cause.code()), Some(*cause));
            assert_eq!(Cause::find(&cause.code().to_lowercase()), Some(*cause));
            assert_eq!(Cause::find(cause.slug()), Some(*cause));
        }
        assert_eq!(Cause::find("CSN4001"), Some(Cause::TokenExpired));
        assert_eq!(
            Cause::find("secret-mismatch").map(Cause::code),
            Some("CSN3002")
        );
        assert_eq!(Cause::find("no-such-cause"), None);
    }

    #[test]
    fn a_cause_is_stored_as_its_slug() {
        for cause in Cause::ALL {
            let json = serde_json::to_string(cause).unwrap();
            assert_eq!(json, format!("\"{cause}\""));
            assert_eq!(serde_json::from_str::<Cause>(&json).unwrap(), *cause);
        }
        assert!(serde_json::from_str::<Cause>("\"no-such-cause\"").is_err());
    }

    #[test]
    fn what_is_told_is_always_public() {
        for cause in Cause::ALL {
            assert_eq!(
                cause.told().disclosure(),
                Disclosure::Public,
                "{}",
                cause.slug()
            );
        }
    }

    #[test]
    fn accounts_and_secrets_are_never_told() {
        for cause in [
            Cause::UserNotProvisioned,
            Cause::AccountLocked,
            Cause::SecretMismatch,
        ] {
            assert_eq!(cause.told(), Cause::CredentialsInvalid, "{}", cause.slug());
        }
    }
}
