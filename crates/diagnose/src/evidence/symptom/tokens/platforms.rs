//! What platforms and gateways say, and libraries that several languages share.

use super::super::Check::{
    Account, Arrival, Audience, Claims, Expiry, Form, Issuer, Key, Kind, NotBefore, Permission,
    Signature,
};
use super::super::{Library, Symptom, Table};

/// Hasura's engine: header, key, signature, times, audience, issuer, then its own claims.
const HASURA: Library = Library {
    name: "Hasura",
    checks: &[
        Arrival, Form, Key, Signature, Expiry, NotBefore, Audience, Issuer, Claims, Permission,
    ],
};

/// `PostgREST` 12 to 14: key and signature, then times and `aud`, then what the role may do.
const POSTGREST: Library = Library {
    name: "PostgREST",
    checks: &[
        Arrival, Form, Key, Signature, Expiry, NotBefore, Audience, Permission,
    ],
};

/// lcobucci/jwt 4 and 5, and what builds on it (Laravel Passport, kreait, lexik): constraints in any order.
const LCOBUCCI: Library = Library {
    name: "lcobucci/jwt 5",
    checks: &[Arrival, Form],
};

/// Guardian 2 and Joken 2.
const ELIXIR: Library = Library {
    name: "Guardian 2",
    checks: &[Arrival, Form, Key, Signature],
};

/// jose4j and what builds on it: `MicroProfile` JWT, Quarkus, Kafka.
const JOSE4J: Library = Library {
    name: "jose4j 0.9",
    checks: &[Form, Key, Signature],
};

/// API gateways of clouds.
const CLOUD: Library = Library {
    name: "a cloud's gateway",
    checks: &[Arrival, Form],
};

/// keycloak-connect and what builds on it: expiry, type, stale, issuer, audience, then the signature.
const KEYCLOAK_CONNECT: Library = Library {
    name: "keycloak-connect 26",
    checks: &[
        Arrival, Form, Expiry, Kind, Issuer, Audience, Key, Signature,
    ],
};

/// Content servers with tokens of their own: Directus, Strapi, Appwrite, `PocketBase`.
const CONTENT: Library = Library {
    name: "a content server",
    checks: &[Arrival, Form, Signature, Expiry, Kind, Account],
};

pub(super) const TABLES: &[Table] = &[
    Table {
        by: &HASURA,
        phrases: &[
            ("JWTNotInAudience", Symptom::AudienceRefused),
            ("JWTNotInIssuer", Symptom::IssuerRefused),
            ("JWTNotYetValid", Symptom::TokenNotYetValid),
            ("JWTIssuedAtFuture", Symptom::TokenNotYetValid),
            ("JWSError NoUsableKeys", Symptom::KeyUnknown),
            ("JWSError KeyMismatch", Symptom::KeyUnknown),
            ("JWSNoValidSignatures", Symptom::SignatureRefused),
            ("AlgorithmMismatch \"", Symptom::AlgorithmRefused),
            ("JWSError CompactDecodeError", Symptom::TokenMalformed),
            (
                "Missing 'Authorization' or 'Cookie' header in JWT authentication mode",
                Symptom::CredentialUnseen,
            ),
            (
                "Missing Authorization header in JWT authentication mode",
                Symptom::CredentialUnseen,
            ),
            ("Malformed Authorization header", Symptom::SchemeRefused),
            ("claims key: '*' not found", Symptom::ClaimAbsent),
            ("jwt-missing-role-claims", Symptom::ClaimAbsent),
            ("jwt-invalid-claims", Symptom::ClaimAbsent),
            ("JWT claim does not contain", Symptom::ClaimAbsent),
            ("is not in allowed roles", Symptom::PermissionRefused),
            (
                "x-hasura-admin-secret/x-hasura-access-key required, but not found",
                Symptom::CredentialUnseen,
            ),
            (
                "invalid x-hasura-admin-secret/x-hasura-access-key",
                Symptom::ApiKeyRefused,
            ),
            (
                "Authentication hook unauthorized this request",
                Symptom::TokenRefused,
            ),
        ],
    },
    Table {
        by: &POSTGREST,
        phrases: &[
            (
                "Wrong or unsupported encoding algorithm",
                Symptom::AlgorithmRefused,
            ),
            (
                "JWT cryptographic operation failed",
                Symptom::SignatureRefused,
            ),
            (
                "Empty JWT is sent in Authorization header",
                Symptom::CredentialUnseen,
            ),
            ("Server lacks JWT secret", Symptom::SecretAbsent),
        ],
    },
    Table {
        by: &LCOBUCCI,
        phrases: &[
            (
                "The token was not issued by the given issuers",
                Symptom::IssuerRefused,
            ),
            ("This token has an invalid issuer", Symptom::IssuerRefused),
            (
                "The token is not allowed to be used by this audience",
                Symptom::AudienceRefused,
            ),
            ("Token signature mismatch", Symptom::SignatureRefused),
            ("Token signer mismatch", Symptom::AlgorithmRefused),
            (
                "The token was issued in the future",
                Symptom::TokenNotYetValid,
            ),
            ("The token cannot be used yet", Symptom::TokenNotYetValid),
            ("The JWT string must have two dots", Symptom::TokenMalformed),
            ("The JWT string is missing the", Symptom::TokenMalformed),
            (
                "The token is not related to the expected subject",
                Symptom::SubjectRefused,
            ),
            ("The header \"kid\" is missing", Symptom::KeyUnknown),
            (
                "It was not possible to parse your key",
                Symptom::KeyUnreadable,
            ),
            ("Key cannot be empty", Symptom::SecretAbsent),
            (
                "must be an instance of Lcobucci\\JWT\\Signer\\Key, null given",
                Symptom::SecretAbsent,
            ),
            (
                "InMemory::plainText(): Argument #1 ($contents) must be of type string, null given",
                Symptom::SecretAbsent,
            ),
            ("Key material must not be empty", Symptom::SecretAbsent),
            ("Secret is not set.", Symptom::SecretAbsent),
            (
                "The token could not be parsed from the request",
                Symptom::CredentialUnseen,
            ),
            (
                "Unable to verify the given JWT through the given configuration",
                Symptom::TokenRefused,
            ),
            (
                "Unable to create a signed JWT from the given configuration",
                Symptom::KeyUnreadable,
            ),
            (
                "An error occurred while trying to encode the JWT token",
                Symptom::KeyUnreadable,
            ),
            (
                "The resource owner or authorization server denied the request",
                Symptom::TokenRefused,
            ),
            (
                "Access token could not be verified",
                Symptom::SignatureRefused,
            ),
            ("Access token has been revoked", Symptom::TokenRevoked),
            ("TokenBlacklistedException", Symptom::TokenRevoked),
            ("TokenInvalidException", Symptom::TokenRefused),
        ],
    },
    Table {
        by: &ELIXIR,
        phrases: &[
            (":secret_not_found", Symptom::SecretAbsent),
            ("No secret key configured for JWT", Symptom::SecretAbsent),
            (
                "no default signer configured for the key",
                Symptom::SecretAbsent,
            ),
            (":signature_error", Symptom::SignatureRefused),
            (":no_resource_found", Symptom::UserUnknown),
            (":resource_not_found", Symptom::UserUnknown),
            (":token_expired", Symptom::TokenExpired),
            (":token_not_yet_valid", Symptom::TokenNotYetValid),
            ("claim: \"exp\"", Symptom::TokenExpired),
            ("claim: \"nbf\"", Symptom::TokenNotYetValid),
            ("claim: \"aud\"", Symptom::AudienceRefused),
            ("claim: \"iss\"", Symptom::IssuerRefused),
        ],
    },
    Table {
        by: &JOSE4J,
        phrases: &[
            (
                "Issuer (iss) claim value * doesn't match expected value",
                Symptom::IssuerRefused,
            ),
            (
                "doesn't contain an acceptable identifier",
                Symptom::AudienceRefused,
            ),
            ("No Audience (aud) claim present", Symptom::AudienceMissing),
            (
                "The JWT is no longer valid - the evaluation time",
                Symptom::TokenExpired,
            ),
            ("JWS signature is invalid", Symptom::SignatureRefused),
            (
                "Unable to find a suitable verification key for JWS",
                Symptom::KeyUnknown,
            ),
            ("claim present but was expecting", Symptom::ClaimAbsent),
            (
                "Failed to authenticate since the JWT was invalid",
                Symptom::TokenRefused,
            ),
            ("JWT must not be accepted before", Symptom::TokenNotYetValid),
            (
                "JWT string argument cannot be null or empty",
                Symptom::CredentialUnseen,
            ),
            (
                "specified signing key of type * may not be used",
                Symptom::AlgorithmRefused,
            ),
            (
                "secret key byte array cannot be null or empty",
                Symptom::SecretAbsent,
            ),
            ("signing key cannot be null or empty", Symptom::SecretAbsent),
            (
                "A signing key must be specified if the specified JWT is digitally signed",
                Symptom::SecretAbsent,
            ),
            ("is not secure enough for the", Symptom::SecretWeak),
        ],
    },
    Table {
        by: &CLOUD,
        phrases: &[
            (
                "Token must be a short-lived token",
                Symptom::TokenNotYetValid,
            ),
            (
                "Check your iat and exp values in the JWT claim",
                Symptom::TokenNotYetValid,
            ),
            (
                "invalid_grant: Invalid JWT Signature",
                Symptom::SignatureRefused,
            ),
            ("Signature not yet current", Symptom::TokenNotYetValid),
            ("RequestTimeTooSkewed", Symptom::TokenNotYetValid),
            (
                "The difference between the request time and the current time is too large",
                Symptom::TokenNotYetValid,
            ),
            (
                "Client assertion is not within its valid time range",
                Symptom::TokenNotYetValid,
            ),
            (
                "must be an Integer representing the time that the assertion was issued",
                Symptom::TokenNotYetValid,
            ),
            (
                "('exp') is too far in the future",
                Symptom::TokenNotYetValid,
            ),
            ("timestamp_refused", Symptom::TokenNotYetValid),
            ("Timestamp out of bounds", Symptom::TokenNotYetValid),
            ("outside the tolerance zone", Symptom::TokenNotYetValid),
            ("Message timestamp too old", Symptom::TokenNotYetValid),
            ("Message timestamp too new", Symptom::TokenNotYetValid),
            ("The incoming token has expired", Symptom::TokenExpired),
            (
                "Access Token does not have required scopes",
                Symptom::ScopeRefused,
            ),
            (
                "Valid authorization header not provided",
                Symptom::CredentialUnseen,
            ),
            (
                "Invalid key=value pair (missing equal-sign) in Authorization header",
                Symptom::SchemeRefused,
            ),
            (
                "JWT audience doesn't match this application",
                Symptom::AudienceRefused,
            ),
            (
                "Invalid IAP credentials: Unable to parse",
                Symptom::TokenMalformed,
            ),
            (
                "The access token could not be verified",
                Symptom::TokenRefused,
            ),
            ("TIME_CONSTRAINT_FAILURE", Symptom::TokenExpired),
            ("JWT validation failed: BAD_FORMAT", Symptom::TokenMalformed),
            ("KEY_RETRIEVAL_ERROR", Symptom::KeySetUnreachable),
            ("Access token is missing or invalid", Symptom::TokenRefused),
            ("JWT not present", Symptom::CredentialUnseen),
            ("Claim Value Mismatch: aud", Symptom::AudienceRefused),
            (
                "Neither scope nor roles claim was found",
                Symptom::ScopeRefused,
            ),
            ("claim does not contain scopes", Symptom::ScopeRefused),
            ("RBAC: access denied", Symptom::PermissionRefused),
            ("Jwt is not yet valid", Symptom::TokenNotYetValid),
            ("Jwks remote fetch is failed", Symptom::KeySetUnreachable),
            ("Invalid user key in JWT token", Symptom::IssuerRefused),
            ("failed to verify jwt", Symptom::TokenRefused),
            ("Missing JWT token in request", Symptom::CredentialUnseen),
            ("IDX10516", Symptom::KeyUnknown),
            ("IDX10211", Symptom::IssuerRefused),
            (
                "error_description=\"The issuer is invalid",
                Symptom::IssuerRefused,
            ),
            (
                "error_description=\"The audience is invalid",
                Symptom::AudienceRefused,
            ),
            ("IDX10257", Symptom::TokenTypeRefused),
            (
                "No SecurityTokenValidator available for token",
                Symptom::TokenMalformed,
            ),
        ],
    },
    Table {
        by: &KEYCLOAK_CONNECT,
        phrases: &[
            ("invalid token (wrong ISS)", Symptom::IssuerRefused),
            ("invalid token (wrong audience)", Symptom::AudienceRefused),
            ("invalid token (expired)", Symptom::TokenExpired),
            ("invalid token (not signed)", Symptom::TokenMalformed),
            ("invalid token (wrong type)", Symptom::TokenTypeRefused),
            ("invalid token (stale token)", Symptom::TokenRevoked),
            ("invalid token (signature)", Symptom::SignatureRefused),
            (
                "invalid token (public key signature)",
                Symptom::SignatureRefused,
            ),
            ("invalid token (public key", Symptom::KeyUnknown),
        ],
    },
    Table {
        by: &CONTENT,
        phrases: &[
            ("Missing or invalid credentials", Symptom::TokenRefused),
            ("user_jwt_invalid", Symptom::TokenRefused),
            ("Failed to verify JWT. Invalid token", Symptom::TokenRefused),
            ("role: guests) missing scope", Symptom::CredentialUnseen),
            ("authorization token to be set", Symptom::TokenRefused),
            ("UNAUTHORIZED_INVALID_JWT_FORMAT", Symptom::TokenMalformed),
            ("UNAUTHORIZED_NO_AUTH_HEADER", Symptom::CredentialUnseen),
            ("UNAUTHORIZED_LEGACY_JWT", Symptom::AlgorithmRefused),
            ("Access credentials are invalid", Symptom::TokenRefused),
            ("Access credentials are not valid", Symptom::TokenRefused),
            ("Errors.Token.Invalid", Symptom::TokenRefused),
            ("audience claim * does not match", Symptom::AudienceRefused),
            (
                "issuer * does not match expected issuer",
                Symptom::IssuerRefused,
            ),
            (
                "Error while resolving signing key for kid",
                Symptom::KeyUnknown,
            ),
            ("Invalid id token public key id", Symptom::KeyUnknown),
            (
                "Public key with matching key ID to token not found",
                Symptom::KeyUnknown,
            ),
            ("Jwt cannot be parsed", Symptom::TokenMalformed),
        ],
    },
];
