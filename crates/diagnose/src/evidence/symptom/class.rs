//! The classes of messages: what each can be the face of.

use super::Check;
use countersign_verify::Cause;

/// Causes by their names.
macro_rules! group {
    ($($cause:ident),* $(,)?) => { &[$(Cause::$cause),*] };
}

/// One line a class: its name, the check that fails, and the groups of causes that can show themselves so.
macro_rules! classes {
    ($($(#[doc = $doc:literal])+ $name:ident $(@ $check:ident)?: [$($group:expr),* $(,)?];)*) => {
        /// A class of message. Many libraries word one symptom differently.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub(crate) enum Symptom {
            $($(#[doc = $doc])+ $name,)*
        }

        impl Symptom {
            /// The causes that can show themselves so, in groups.
            fn causes(self) -> &'static [&'static [Cause]] {
                match self { $(Self::$name => &[$($group),*],)* }
            }

            /// The check whose failure the message tells.
            pub(crate) fn check(self) -> Option<Check> {
                match self { $(Self::$name => classes!(@check $($check)?),)* }
            }
        }
    };
    (@check $check:ident) => { Some(Check::$check) };
    (@check) => { None };
}

impl Symptom {
    /// Whether a cause can show itself so.
    pub(crate) fn fits(self, cause: Cause) -> bool {
        self.causes().iter().any(|group| group.contains(&cause))
    }
}

/// Why the credential is not where it is looked for.
const ARRIVAL: &[Cause] = group![
    CredentialMissing,
    BearerMissingCookiePresent,
    RawFetchBypassesClient,
    BearerPrefixMissing,
    BearerPrefixDuplicated,
    AuthSchemeMismatch,
    AuthorizationHeaderConflict,
    AuthHeaderLostOnRedirect,
    AuthHeaderStrippedByProxy,
    ClientNetrcOverride,
    CorsPreflightRejected,
];

/// Why a cookie is not where it is looked for.
const COOKIES: &[Cause] = group![
    CookieSamesiteCrossSite,
    CookieSamesiteNoneWithoutSecure,
    CookieSamesiteStrictOauth,
    CookieSecureOverHttp,
    CookieDomainMismatch,
    CookieNameMismatch,
    CookieTooLarge,
    CookiePublicSuffix,
    CredentialsNotIncluded,
    OriginHostDrift,
    ProxyProtoLost,
];

/// Why CORS refuses.
const CORS: &[Cause] = group![
    CorsPreflightRejected,
    CorsWildcardWithCredentials,
    CorsOriginTrailingSlash,
    CorsHeaderNotAllowed,
    CorsOriginNotAllowed,
];

/// Why the forged-request check refuses.
const CSRF: &[Cause] = group![
    CsrfTokenMissing,
    CsrfTokenMismatch,
    CsrfOriginUntrusted,
    CsrfCookieDuplicatePath,
    CsrfHeaderNotSentCrossOrigin,
];

/// What is no token of the kind that is asked for.
const KINDS: &[Cause] = group![
    EncryptedSessionToken,
    SessionStrategyDatabase,
    IdTokenAsAccessToken,
    RefreshTokenAsAccessToken,
    AccessTokenOpaqueNoAudience,
    AnonKeyAsUserToken,
    ApiKeyAsBearerToken,
    ProviderTokenInsteadOfAppToken,
    TokenForOtherResource,
    TokenTypeUnexpected,
];

/// What is no token at all.
const FORMS: &[Cause] = group![
    TokenMalformed,
    TokenNullOrUndefined,
    TokenJsonQuoted,
    BearerPrefixDuplicated,
    AuthSchemeMismatch,
    TokenTooLarge,
    TokenHeaderUnsupported,
];

/// Why two sides hold different secrets.
const SECRETS: &[Cause] = group![
    SecretMismatch,
    SecretTrailingNewline,
    EnvQuotesLiteral,
    EnvDollarExpanded,
    EnvVarNotExpanded,
    EnvCommentTruncated,
    SecretBase64VsRaw,
    SecretRandomPerProcess,
    SecretRotatedStaleSession,
    SupabaseApiKeyAsSecret,
    SecretPlaceholder,
    SecretTooShort,
    EnvVarNameMismatch,
    EnvFileNotLoaded,
    EnvFileShadowed,
    EnvKeyDuplicated,
    EnvironmentUnset,
    EnvironmentMisdetected,
    EnvFileMalformed,
];

/// Why a service has no secret.
const NO_SECRET: &[Cause] = group![
    SecretMissing,
    EnvVarNameMismatch,
    EnvFileNotLoaded,
    EnvFileShadowed,
    EnvKeyDuplicated,
    EnvironmentUnset,
    EnvironmentMisdetected,
    EnvFileMalformed,
    EnvVarNotExpanded,
    SettingInvalid,
];

/// Why no key fits.
const KEYS: &[Cause] = group![
    JwksCacheStale,
    KidNotInJwks,
    IdpInstanceMismatch,
    AlgMismatch,
    KeyUnusable,
    PemDamagedInEnv,
    BaseUrlDrift,
];

/// Why `iss` is refused.
const ISSUERS: &[Cause] = group![
    IssTrailingSlash,
    IssHostMismatch,
    IssVersionMismatch,
    IssMismatch,
    IdpInstanceMismatch,
    ConfigValueWhitespace,
    ProviderTokenInsteadOfAppToken,
    TokenForOtherResource,
    AnonKeyAsUserToken,
    EnvVarNotExpanded,
    EnvQuotesLiteral,
    BaseUrlDrift,
];

/// Why `aud` is refused.
const AUDIENCES: &[Cause] = group![
    AudMismatch,
    AudNotConfigured,
    AudMissingInToken,
    IdTokenAsAccessToken,
    TokenForOtherResource,
    ConfigValueWhitespace,
    AnonKeyAsUserToken,
    ProviderTokenInsteadOfAppToken,
    IdpInstanceMismatch,
    EnvVarNotExpanded,
    EnvQuotesLiteral,
];

/// Why a time is refused.
const TIMES: &[Cause] = group![
    TokenExpired,
    ClockSkew,
    ExpTimezoneNaive,
    ExpUnitError,
    TokenLifetimeUnexpected,
];

/// Why a session is gone.
const SESSIONS: &[Cause] = group![
    SessionRevoked,
    SessionExpiredIdle,
    SessionExpiredAbsolute,
    SessionEvictedByLimit,
    SessionUnknown,
    SecretRandomPerProcess,
    SecretRotatedStaleSession,
];

/// Why a refresh token is refused.
const REFRESH: &[Cause] = group![
    RefreshTokenExpired,
    RefreshReused,
    RefreshRotationRace,
    RefreshTokenUnknown,
];

/// Why a user is not found.
const USERS: &[Cause] = group![
    UserNotProvisioned,
    UserDeletedStaleToken,
    SubIdentifierMismatch,
    TokenFormatLegacy,
    SyncSecretMissing,
    SyncSecretMismatch,
    BaseUrlDrift,
];

/// Why an account may not do what it asks for.
const PERMISSIONS: &[Cause] = group![
    RoleMissing,
    ScopeMissing,
    RolesClaimLocation,
    AdminMissing,
    AnonKeyAsUserToken,
    IdTokenAsAccessToken,
    StepUpRequired,
];

/// Why a program does not have the value that its file seems to give it.
const NOT_THE_VALUE: &[Cause] = group![
    EnvVarNotExpanded,
    EnvFileShadowed,
    EnvFileNotLoaded,
    EnvQuotesLiteral,
    EnvDollarExpanded,
    EnvCommentTruncated,
    EnvVarNameMismatch,
    EnvKeyDuplicated,
    ConfigValueWhitespace,
];

#[rustfmt::skip]
classes! {
    /// The account may not sign in: locked, suspended, unverified.
    AccountInactive @ Account: [group![AccountSuspended, AccountLocked, EmailUnverified]];
    /// The account is locked.
    AccountLocked @ Account: [group![AccountLocked]];
    /// The account is disabled.
    AccountSuspended @ Account: [group![AccountSuspended]];
    /// `alg` is not one that is allowed, or does not fit the key.
    AlgorithmRefused @ Key: [group![AlgMismatch, SupabaseApiKeyAsSecret, EncryptedSessionToken], KEYS, KINDS];
    /// A project's API key was refused.
    ApiKeyRefused @ Arrival: [group![ApiKeyAsBearerToken, AnonKeyAsUserToken, IdpInstanceMismatch, EnvVarNotExpanded, EnvQuotesLiteral, SecretTrailingNewline]];
    /// `aud` is demanded and is not in the token.
    AudienceMissing @ Audience: [group![AudMissingInToken], AUDIENCES, KINDS];
    /// `aud` was refused.
    AudienceRefused @ Audience: [AUDIENCES];
    /// The client that the token was made for (`azp`) is not one that is allowed.
    AuthorizedPartyRefused @ Audience: [group![AudMismatch, OriginHostDrift, BaseUrlDrift, ConfigValueWhitespace, CorsOriginTrailingSlash]];
    /// A backup code was refused.
    BackupCodeRefused: [group![BackupCodeUsed]];
    /// A claim is demanded and is not in the token.
    ClaimAbsent @ Claims: [group![ClaimMissing, TokenFormatLegacy, RolesClaimLocation], KINDS];
    /// The browser refused the answer under CORS.
    CorsRefused @ Browser: [CORS, group![ProxyProtoLost, OriginHostDrift]];
    /// No credential was seen.
    CredentialUnseen @ Arrival: [ARRIVAL, COOKIES, group![TokenNullOrUndefined, SessionStrategyDatabase, BaseUrlDrift]];
    /// The forged-request check refused.
    CsrfRefused @ Csrf: [CSRF, COOKIES, SESSIONS];
    /// `exp`, `iat` or `nbf` is no number of seconds.
    ExpiryUnreadable @ Expiry: [group![ExpUnitError, ExpTimezoneNaive, EnvQuotesLiteral]];
    /// The application does not trust the host that the request names.
    HostUntrusted @ Arrival: [group![ProxyProtoLost, OriginHostDrift, BaseUrlDrift]];
    /// The address of a database is undefined.
    DatabaseAddressUndefined @ Start: [group![EnvFileNotLoaded, EnvVarNameMismatch, EnvFileShadowed, DbUrlDriverParameter], NOT_THE_VALUE];
    /// The connection to a database was refused, or nothing answers there.
    DatabaseConnectionRefused: [group![DbRefused, DbHostLocalhostInContainer, DbHostIpv6Only, DbUrlPasswordUnescaped, DbPoolerHost], NOT_THE_VALUE];
    /// The database refuses the user or the password.
    DatabaseCredentialsRefused: [group![DbCredentials, DbPasswordVolumeStale, DbUrlPasswordUnescaped, DbPoolerUsername], NOT_THE_VALUE];
    /// A driver does not know a scheme or a parameter of the URL.
    DatabaseUrlRefused: [group![DbUrlDriverParameter, DbUrlPasswordUnescaped], NOT_THE_VALUE];
    /// A URL comes apart where its password has a character with a meaning.
    DatabaseUrlSplit: [group![DbUrlPasswordUnescaped, DbUrlDriverParameter], NOT_THE_VALUE];
    /// The host's name has no address.
    DatabaseHostUnknown: [group![DbHostUnresolvable, DbHostIpv6Only, DbUrlPasswordUnescaped, DbPoolerHost], NOT_THE_VALUE];
    /// There is no such database.
    DatabaseMissing: [group![DbMissing, DbUrlPasswordUnescaped], NOT_THE_VALUE];
    /// The host has an address that no network leads to.
    DatabaseNetworkUnreachable: [group![DbHostIpv6Only, DbRefused], NOT_THE_VALUE];
    /// No connection is free.
    DatabasePoolExhausted: [group![DbPoolExhausted], NOT_THE_VALUE];
    /// A prepared statement is not there, or there already.
    DatabasePreparedStatement: [group![DbPgbouncerPreparedStatements], NOT_THE_VALUE];
    /// A table or a column is not there.
    DatabaseSchemaOutdated: [group![DbNotMigrated], NOT_THE_VALUE];
    /// The pooler does not know the project.
    DatabaseTenantUnknown: [group![DbPoolerUsername, DbPoolerHost, DbCredentials], NOT_THE_VALUE];
    /// The server demands TLS.
    DatabaseTlsRequired: [group![DbSslRequired], NOT_THE_VALUE];
    /// The server has no TLS.
    DatabaseTlsUnsupported: [group![DbSslUnsupported], NOT_THE_VALUE];
    /// The server's certificate is not trusted.
    DatabaseTlsUntrusted: [group![DbSslCaUntrusted], NOT_THE_VALUE];
    /// The address of the account is not confirmed.
    EmailUnverified @ Account: [group![EmailUnverified]];
    /// The user of the database may not read or write this.
    DatabasePermissionRefused: [group![RoleMissing, AnonKeyAsUserToken, UserNotProvisioned]];
    /// The env file that is named is not there.
    EnvFileAbsent @ Start: [group![EnvFileNotLoaded], NO_SECRET];
    /// A loader cannot read the env file.
    EnvFileUnreadable @ Start: [group![EnvFileMalformed]];
    /// A link out of a mail is not good any more.
    LinkRefused: [group![LinkInvalid, LinkExpired]];
    /// `iss` was refused.
    IssuerRefused @ Issuer: [ISSUERS];
    /// A key set or discovery document could not be fetched.
    KeySetUnreachable @ Key: [group![BaseUrlDrift, IssMismatch, IssTrailingSlash, IssHostMismatch, IssVersionMismatch, ConfigValueWhitespace, EnvVarNotExpanded, EnvQuotesLiteral, DbHostLocalhostInContainer, TlsCertificateInvalid], KEYS];
    /// No key of the set fits the token's `kid`.
    KeyUnknown @ Key: [KEYS, group![ConfigValueWhitespace, IssMismatch, ProviderTokenInsteadOfAppToken, AnonKeyAsUserToken, SecretRotatedStaleSession]];
    /// A key cannot be read or is of the wrong type.
    KeyUnreadable @ Key: [group![PemDamagedInEnv, KeyUnusable, AlgMismatch, EnvQuotesLiteral, EnvVarNotExpanded, SecretMissing, SupabaseApiKeyAsSecret]];
    /// Address or password were refused.
    LoginRefused: [group![CredentialsInvalid, BcryptLibraryIncompatible, Bcrypt72ByteLimit, EmailUnverified, AccountLocked, AccountSuspended]];
    /// A provider refused something in a sign-in.
    OauthRefused: [group![RedirectUriScheme, RedirectUriMismatch, OauthStateMismatch, OauthProviderError, OauthClientInvalid], COOKIES, REFRESH];
    /// A library for password hashes fails.
    PasswordHashingFailed: [group![BcryptLibraryIncompatible]];
    /// A password has more bytes than bcrypt reads.
    PasswordTooLong: [group![Bcrypt72ByteLimit, BcryptLibraryIncompatible]];
    /// The role or the right is missing.
    PermissionRefused @ Permission: [PERMISSIONS];
    /// Too many attempts.
    RateLimited: [group![RateLimited]];
    /// The cache does not answer.
    RedisFailed: [group![RedisUnreachable, DbHostLocalhostInContainer], NOT_THE_VALUE];
    /// A refresh token has run out.
    RefreshExpired: [group![RefreshTokenExpired]];
    /// A refresh token was used before.
    RefreshReplayed: [group![RefreshRotationRace, RefreshReused]];
    /// A refresh token was refused.
    RefreshRefused: [REFRESH, group![SessionRevoked, OauthClientInvalid]];
    /// The header is there, and not in the form `Bearer` and a token.
    SchemeRefused @ Arrival: [group![AuthSchemeMismatch, BearerPrefixMissing, BearerPrefixDuplicated, AuthorizationHeaderConflict, TokenNullOrUndefined, TokenMalformed, TokenJsonQuoted]];
    /// A scope is missing.
    ScopeRefused @ Permission: [group![ScopeMissing], PERMISSIONS];
    /// A signing secret is not there.
    SecretAbsent @ Start: [NO_SECRET];
    /// A signing secret or key is too weak for the library.
    SecretWeak @ Start: [group![SecretTooShort, SecretPlaceholder, EnvVarNotExpanded, EnvCommentTruncated, EnvDollarExpanded]];
    /// A session is not there any more, or never was.
    SessionGone: [SESSIONS, COOKIES];
    /// An encrypted session cannot be decrypted.
    SessionUndecryptable @ Signature: [SECRETS, group![EncryptionKeyMismatch, CookieTooLarge]];
    /// A fresher or stronger sign-in is asked for.
    StepUpAsked @ Permission: [group![StepUpRequired]];
    /// A time-based code was refused.
    TotpRefused: [group![TotpClockDrift, TotpInvalid, TotpReplayed]];
    /// A time-based code was used before.
    TotpReplayed: [group![TotpReplayed]];
    /// A passkey was used on another page than is expected.
    WebauthnOriginRefused: [group![WebauthnOriginMismatch]];
    /// A passkey is of another RP ID than is expected.
    WebauthnRpIdRefused: [group![WebauthnRpidMismatch]];
    /// The signature was refused.
    SignatureRefused @ Signature: [SECRETS, KEYS, group![TokenTampered, AnonKeyAsUserToken, ProviderTokenInsteadOfAppToken, TokenForOtherResource, EncryptionKeyMismatch]];
    /// The issuer itself does not know the token's user any more.
    SubjectGone @ Account: [group![UserDeletedStaleToken, UserNotProvisioned, IdpInstanceMismatch, BaseUrlDrift]];
    /// The mail server does not answer.
    SmtpFailed: [group![SmtpUnreachable, DbHostLocalhostInContainer], NOT_THE_VALUE];
    /// `sub` is of the wrong type.
    SubjectRefused @ Claims: [group![SubNotString]];
    /// The token is encrypted, and cannot be decrypted or is not expected to be.
    TokenEncrypted @ Form: [group![EncryptedSessionToken, AccessTokenOpaqueNoAudience, EncryptionKeyMismatch]];
    /// `exp` has passed.
    TokenExpired @ Expiry: [TIMES, group![RefreshTokenExpired]];
    /// The token's form was refused.
    TokenMalformed @ Form: [FORMS, KINDS, group![EnvQuotesLiteral, TokenTampered]];
    /// `nbf` or `iat` is in the future.
    TokenNotYetValid @ NotBefore: [group![ClockSkew, ExpTimezoneNaive, ExpUnitError]];
    /// `sub` is not of the kind that the lookup wants: no UUID, no number.
    SubjectUnfit @ Account: [group![SubIdentifierMismatch, TokenFormatLegacy, SubNotString]];
    /// The token was refused, and the message does not say why.
    TokenRefused: [KINDS, FORMS, SECRETS, KEYS, ISSUERS, AUDIENCES, TIMES, USERS, group![TokenTampered, ClaimMissing, SubNotString]];
    /// The token was taken back.
    TokenRevoked @ Account: [SESSIONS, group![RefreshReused, UserDeletedStaleToken, AccountSuspended, SecretRotatedStaleSession]];
    /// The kind of token is not the one that is asked for.
    TokenTypeRefused @ Kind: [KINDS];
    /// A certificate was refused.
    TlsRefused: [group![TlsCertificateInvalid, TlsCertificateExpiring, DbSslCaUntrusted]];
    /// The user of the token was not found.
    UserUnknown @ Account: [USERS, group![AnonKeyAsUserToken]];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_names_the_causes_it_can_be_the_face_of() {
        assert!(Symptom::AudienceRefused.fits(Cause::IdTokenAsAccessToken));
        assert!(!Symptom::AudienceRefused.fits(Cause::SecretMismatch));
        assert!(Symptom::SignatureRefused.fits(Cause::EnvFileShadowed));
    }
}
