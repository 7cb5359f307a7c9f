//! What libraries of .NET, Java, PHP and Ruby say.

use super::super::Check::{Arrival, Audience, Expiry, Form, Issuer, Key, NotBefore, Signature};
use super::super::{Library, Symptom, Table};

/// Microsoft.IdentityModel 6 to 8: signature, lifetime, audience, issuer.
const DOTNET: Library = Library {
    name: "Microsoft.IdentityModel",
    checks: &[Form, Key, Signature, NotBefore, Expiry, Audience, Issuer],
};

/// Spring Security over Nimbus, jjwt and java-jwt: signature, then every claim.
const SPRING: Library = Library {
    name: "Spring Security",
    checks: &[Arrival, Form, Key, Signature],
};

/// firebase/php-jwt and what Laravel and Symfony build on it: signature, `nbf`, `iat`, `exp`.
const PHP: Library = Library {
    name: "firebase/php-jwt",
    checks: &[Arrival, Form, Key, Signature, NotBefore, Expiry],
};

/// ruby-jwt: signature, then `exp`, `nbf`, `iss`, `iat`, `jti`, `aud`, `sub`.
const RUBY: Library = Library {
    name: "ruby-jwt",
    checks: &[
        Arrival, Form, Key, Signature, Expiry, NotBefore, Issuer, Audience,
    ],
};

pub(super) const TABLES: &[Table] = &[
    Table {
        by: &DOTNET,
        phrases: &[
            ("IDX10214", Symptom::AudienceRefused),
            ("IDX10208", Symptom::AudienceRefused),
            (
                "SecurityTokenInvalidAudienceException",
                Symptom::AudienceRefused,
            ),
            ("The audience '*' is invalid", Symptom::AudienceRefused),
            ("IDX10206", Symptom::AudienceMissing),
            ("IDX10205", Symptom::IssuerRefused),
            ("IDX10204", Symptom::IssuerRefused),
            (
                "SecurityTokenInvalidIssuerException",
                Symptom::IssuerRefused,
            ),
            ("IDX40001", Symptom::IssuerRefused),
            ("The issuer '*' is invalid", Symptom::IssuerRefused),
            ("IDX10223", Symptom::TokenExpired),
            ("SecurityTokenExpiredException", Symptom::TokenExpired),
            ("The token expired at", Symptom::TokenExpired),
            ("IDX10222", Symptom::TokenNotYetValid),
            (
                "SecurityTokenNotYetValidException",
                Symptom::TokenNotYetValid,
            ),
            ("The token is not valid before", Symptom::TokenNotYetValid),
            ("IDX10511", Symptom::SignatureRefused),
            ("IDX10517", Symptom::SignatureRefused),
            (
                "SecurityTokenInvalidSignatureException",
                Symptom::SignatureRefused,
            ),
            ("The signature is invalid", Symptom::SignatureRefused),
            ("IDX10503", Symptom::KeyUnknown),
            ("IDX10501", Symptom::KeyUnknown),
            ("IDX10500", Symptom::KeyUnknown),
            ("IDX10500: Signature validation failed", Symptom::KeyUnknown),
            ("IDX10501: Signature validation failed", Symptom::KeyUnknown),
            ("IDX10503: Signature validation failed", Symptom::KeyUnknown),
            (
                "SecurityTokenSignatureKeyNotFoundException",
                Symptom::KeyUnknown,
            ),
            ("The signature key was not found", Symptom::KeyUnknown),
            ("IDX10696", Symptom::AlgorithmRefused),
            ("IDX10634", Symptom::AlgorithmRefused),
            ("IDX10652", Symptom::AlgorithmRefused),
            ("IDX20803", Symptom::KeySetUnreachable),
            ("IDX20804", Symptom::KeySetUnreachable),
            ("IDX20807", Symptom::KeySetUnreachable),
            ("IDX10803", Symptom::KeySetUnreachable),
            ("IDX20108", Symptom::KeySetUnreachable),
            ("IDX10720", Symptom::SecretWeak),
            ("IDX10653", Symptom::SecretWeak),
            ("IDX10603", Symptom::SecretWeak),
            ("IDX10630", Symptom::SecretWeak),
            ("IDX10703", Symptom::SecretAbsent),
            ("IDX10000: The parameter 'key'", Symptom::SecretAbsent),
            ("IDX12741", Symptom::TokenMalformed),
            ("IDX14100", Symptom::TokenMalformed),
            ("IDX10708", Symptom::TokenMalformed),
            ("IDX12709", Symptom::TokenMalformed),
            ("IDX12729", Symptom::TokenMalformed),
            ("IDX12723", Symptom::TokenMalformed),
            ("IDX14102", Symptom::TokenMalformed),
            ("IDX10609", Symptom::TokenEncrypted),
            ("IDX10618", Symptom::TokenEncrypted),
            ("IDX10603: Decryption failed", Symptom::TokenEncrypted),
            ("IDX10619", Symptom::TokenEncrypted),
            ("IDX10225", Symptom::ClaimAbsent),
            ("SecurityTokenNoExpirationException", Symptom::ClaimAbsent),
        ],
    },
    Table {
        by: &SPRING,
        phrases: &[
            ("Jwt expired at", Symptom::TokenExpired),
            ("ExpiredJwtException", Symptom::TokenExpired),
            ("The Token has expired on", Symptom::TokenExpired),
            ("TokenExpiredException", Symptom::TokenExpired),
            ("Jwt used before", Symptom::TokenNotYetValid),
            ("PrematureJwtException", Symptom::TokenNotYetValid),
            ("JWT early by", Symptom::TokenNotYetValid),
            ("The Token can't be used before", Symptom::TokenNotYetValid),
            (
                "Signed JWT rejected: Invalid signature",
                Symptom::SignatureRefused,
            ),
            (
                "JWT signature does not match locally computed signature",
                Symptom::SignatureRefused,
            ),
            ("SignatureException: JWT", Symptom::SignatureRefused),
            ("SignatureVerificationException", Symptom::SignatureRefused),
            (
                "The Token's Signature resulted invalid",
                Symptom::SignatureRefused,
            ),
            (
                "Signed JWT rejected: Another algorithm expected",
                Symptom::AlgorithmRefused,
            ),
            ("AlgorithmMismatchException", Symptom::AlgorithmRefused),
            (
                "The provided Algorithm doesn't match",
                Symptom::AlgorithmRefused,
            ),
            ("UnsupportedJwtException", Symptom::AlgorithmRefused),
            (
                "Signed JWT rejected: Another algorithm expected, or no matching key",
                Symptom::KeyUnknown,
            ),
            ("no matching key(s) found", Symptom::KeyUnknown),
            ("SigningKeyNotFoundException", Symptom::KeyUnknown),
            ("No key found in", Symptom::KeyUnknown),
            ("Cannot obtain jwks", Symptom::KeyUnknown),
            ("The iss claim is not valid", Symptom::IssuerRefused),
            (
                "IncorrectClaimException: Expected iss",
                Symptom::IssuerRefused,
            ),
            (
                "The Claim 'iss' value doesn't match",
                Symptom::IssuerRefused,
            ),
            ("The aud claim is not valid", Symptom::AudienceRefused),
            (
                "This aud claim is not equal to the configured audience",
                Symptom::AudienceRefused,
            ),
            ("The required audience is missing", Symptom::AudienceRefused),
            (
                "IncorrectClaimException: Expected aud",
                Symptom::AudienceRefused,
            ),
            (
                "The Claim 'aud' value doesn't contain the required audience",
                Symptom::AudienceRefused,
            ),
            ("MissingClaimException", Symptom::ClaimAbsent),
            ("Expected * claim to be", Symptom::ClaimAbsent),
            ("Malformed token", Symptom::TokenMalformed),
            ("MalformedJwtException", Symptom::TokenMalformed),
            (
                "JWT strings must contain exactly 2 period characters",
                Symptom::TokenMalformed,
            ),
            ("Invalid compact JWT string", Symptom::TokenMalformed),
            ("Invalid JWT serialization", Symptom::TokenMalformed),
            ("Bearer token is malformed", Symptom::TokenMalformed),
            ("JWTDecodeException", Symptom::TokenMalformed),
            ("Invalid unsecured/JWS/JWE", Symptom::TokenMalformed),
            ("Missing dot delimiter", Symptom::TokenMalformed),
            (
                "The token was expected to have 3 parts",
                Symptom::TokenMalformed,
            ),
            ("WeakKeyException", Symptom::SecretWeak),
            (
                "The secret length must be at least 256 bits",
                Symptom::SecretWeak,
            ),
            (
                "is not secure enough for any JWT HMAC-SHA algorithm",
                Symptom::SecretWeak,
            ),
            (
                "Couldn't retrieve remote JWK set",
                Symptom::KeySetUnreachable,
            ),
            (
                "Unable to resolve the Configuration with the provided Issuer",
                Symptom::KeySetUnreachable,
            ),
            (
                "The Issuer \"*\" provided in the configuration did not match",
                Symptom::KeySetUnreachable,
            ),
            (
                "An error occurred while attempting to decode the Jwt",
                Symptom::TokenRefused,
            ),
            (
                "The request requires higher privileges than provided by the access token",
                Symptom::ScopeRefused,
            ),
            ("AccessDeniedException", Symptom::PermissionRefused),
            ("Access is denied", Symptom::PermissionRefused),
            ("AuthorizationDeniedException", Symptom::PermissionRefused),
            (
                "Full authentication is required to access this resource",
                Symptom::CredentialUnseen,
            ),
        ],
    },
    Table {
        by: &PHP,
        phrases: &[
            ("SignatureInvalidException", Symptom::SignatureRefused),
            (
                "Token Signature could not be verified",
                Symptom::SignatureRefused,
            ),
            ("Firebase\\JWT\\ExpiredException", Symptom::TokenExpired),
            ("Expired token", Symptom::TokenExpired),
            ("Cannot handle token prior to", Symptom::TokenNotYetValid),
            (
                "Cannot handle token with nbf prior to",
                Symptom::TokenNotYetValid,
            ),
            (
                "Cannot handle token with iat prior to",
                Symptom::TokenNotYetValid,
            ),
            ("BeforeValidException", Symptom::TokenNotYetValid),
            ("Wrong number of segments", Symptom::TokenMalformed),
            ("Invalid header encoding", Symptom::TokenMalformed),
            ("Invalid claims encoding", Symptom::TokenMalformed),
            ("Malformed UTF-8 characters", Symptom::TokenMalformed),
            ("Could not decode token", Symptom::TokenMalformed),
            (
                "\"kid\" invalid, unable to lookup correct key",
                Symptom::KeyUnknown,
            ),
            (
                "\"kid\" empty, unable to lookup correct key",
                Symptom::KeyUnknown,
            ),
            (
                "Incorrect key for this algorithm",
                Symptom::AlgorithmRefused,
            ),
            ("Provided key is too short", Symptom::SecretWeak),
            ("Key provided is shorter than 256 bits", Symptom::SecretWeak),
            ("It must be at least 256 bits", Symptom::SecretWeak),
            ("Key may not be empty", Symptom::SecretAbsent),
            ("Unauthenticated.", Symptom::CredentialUnseen),
            ("Token not provided", Symptom::CredentialUnseen),
            ("JWT Token not found", Symptom::CredentialUnseen),
            ("A token is required", Symptom::CredentialUnseen),
            ("Token Invalid", Symptom::TokenRefused),
            ("Expired JWT Token", Symptom::TokenExpired),
            ("The token has been blacklisted", Symptom::TokenRevoked),
        ],
    },
    Table {
        by: &RUBY,
        phrases: &[
            ("Signature verification raised", Symptom::SignatureRefused),
            ("JWT::VerificationError", Symptom::SignatureRefused),
            ("JWT::ExpiredSignature", Symptom::TokenExpired),
            (
                "Signature nbf has not been reached",
                Symptom::TokenNotYetValid,
            ),
            ("JWT::ImmatureSignature", Symptom::TokenNotYetValid),
            ("JWT::InvalidIatError", Symptom::TokenNotYetValid),
            ("Invalid audience. Expected", Symptom::AudienceRefused),
            ("JWT::InvalidAudError", Symptom::AudienceRefused),
            ("Invalid issuer. Expected", Symptom::IssuerRefused),
            ("JWT::InvalidIssuerError", Symptom::IssuerRefused),
            ("Invalid subject. Expected", Symptom::SubjectRefused),
            ("JWT::InvalidSubError", Symptom::SubjectRefused),
            ("Expected a different algorithm", Symptom::AlgorithmRefused),
            ("JWT::IncorrectAlgorithm", Symptom::AlgorithmRefused),
            ("Not enough or too many segments", Symptom::TokenMalformed),
            ("Invalid segment encoding", Symptom::TokenMalformed),
            ("JWT::DecodeError", Symptom::TokenMalformed),
            ("JWT::MissingRequiredClaim", Symptom::ClaimAbsent),
            ("Could not find public key for kid", Symptom::KeyUnknown),
            (
                "No key id (kid) found from token headers",
                Symptom::KeyUnknown,
            ),
            ("No verification key available", Symptom::SecretAbsent),
            ("Nil JSON web token", Symptom::CredentialUnseen),
            (
                "You need to sign in or sign up before continuing",
                Symptom::CredentialUnseen,
            ),
        ],
    },
];
