//! What libraries of JavaScript say: wordings of the versions that are named.

use super::super::Check::{
    Arrival, Audience, Claims, Expiry, Form, Issuer, Key, Kind, NotBefore, Signature, Start,
};
use super::super::{Library, Symptom, Table};

/// `jsonwebtoken` 9.0.3: algorithm, signature, `nbf`, `exp`, `aud`, `iss`, `sub`.
const JSONWEBTOKEN: Library = Library {
    name: "jsonwebtoken (npm) 9.0.3",
    checks: &[
        Form, Key, Signature, NotBefore, Expiry, Audience, Issuer, Claims,
    ],
};

/// `jose` 6.2.17: signature, `typ`, required claims, `iss`, `sub`, `aud`, `nbf`, `exp`.
const JOSE: Library = Library {
    name: "jose (npm) 6.2.17",
    checks: &[
        Form, Key, Signature, Kind, Issuer, Audience, NotBefore, Expiry,
    ],
};

/// `express-jwt` 8.5.1 and `passport-jwt` 4.0.1 in front of `jsonwebtoken`.
const EXPRESS_JWT: Library = Library {
    name: "express-jwt 8.5.1",
    checks: &[
        Arrival, Form, Key, Signature, NotBefore, Expiry, Audience, Issuer,
    ],
};

/// `fast-jwt` 6.3.6 and `@fastify/jwt` 10.2.8.
const FAST_JWT: Library = Library {
    name: "fast-jwt 6.3.6",
    checks: &[
        Arrival, Form, Key, Signature, NotBefore, Expiry, Audience, Issuer,
    ],
};

/// `jwks-rsa` 4.1.0: fetches the key before anything is verified.
const JWKS_RSA: Library = Library {
    name: "jwks-rsa 4.1.0",
    checks: &[Arrival, Form, Key],
};

/// `express-oauth2-jwt-bearer` 1.10.0: signature, then header and claims together.
const AUTH0_BEARER: Library = Library {
    name: "express-oauth2-jwt-bearer 1.10.0",
    checks: &[Arrival, Form, Key, Signature],
};

/// `next-auth` 4.24.15 and `@auth/core` 0.41.3.
const NEXTAUTH: Library = Library {
    name: "next-auth 4.24.15",
    checks: &[Start, Arrival, Form, Signature, Expiry],
};

pub(super) const TABLES: &[Table] = &[
    Table {
        by: &JSONWEBTOKEN,
        phrases: &[
            ("invalid algorithm", Symptom::AlgorithmRefused),
            ("please specify \"algorithms\"", Symptom::AlgorithmRefused),
            ("jwt audience invalid", Symptom::AudienceRefused),
            ("jwt issuer invalid", Symptom::IssuerRefused),
            ("invalid signature", Symptom::SignatureRefused),
            ("jwt subject invalid", Symptom::SubjectRefused),
            ("maxAge exceeded", Symptom::TokenExpired),
            ("TokenExpiredError", Symptom::TokenExpired),
            ("jwt not active", Symptom::TokenNotYetValid),
            ("jwt malformed", Symptom::TokenMalformed),
            ("jwt must be a string", Symptom::TokenMalformed),
            ("jwt signature is required", Symptom::TokenMalformed),
            ("JsonWebTokenError: invalid token", Symptom::TokenRefused),
            ("jwt must be provided", Symptom::CredentialUnseen),
            (
                "secretOrPublicKey is not valid key material",
                Symptom::KeyUnreadable,
            ),
            (
                "secretOrPrivateKey is not valid key material",
                Symptom::KeyUnreadable,
            ),
            (
                "must be an asymmetric key when using",
                Symptom::KeyUnreadable,
            ),
            ("must be a symmetric key when using", Symptom::KeyUnreadable),
            (
                "secretOrPrivateKey must have a value",
                Symptom::SecretAbsent,
            ),
            (
                "secret or public key must be provided",
                Symptom::SecretAbsent,
            ),
            ("Strategy requires a secret or key", Symptom::SecretAbsent),
            ("invalid exp value", Symptom::ExpiryUnreadable),
            ("invalid nbf value", Symptom::ExpiryUnreadable),
            (
                "\"expiresIn\" should be a number of seconds",
                Symptom::ExpiryUnreadable,
            ),
        ],
    },
    Table {
        by: &JOSE,
        phrases: &[
            (
                "\"alg\" (Algorithm) Header Parameter value not allowed",
                Symptom::AlgorithmRefused,
            ),
            (
                "Unsupported \"alg\" value for a JSON Web Key Set",
                Symptom::AlgorithmRefused,
            ),
            ("ERR_JOSE_ALG_NOT_ALLOWED", Symptom::AlgorithmRefused),
            ("missing required \"aud\" claim", Symptom::AudienceMissing),
            ("unexpected \"aud\" claim value", Symptom::AudienceRefused),
            ("unexpected \"iss\" claim value", Symptom::IssuerRefused),
            ("missing required \"iss\" claim", Symptom::IssuerRefused),
            ("unexpected \"sub\" claim value", Symptom::SubjectRefused),
            ("missing required \"*\" claim", Symptom::ClaimAbsent),
            (
                "unexpected \"typ\" JWT header value",
                Symptom::TokenTypeRefused,
            ),
            (
                "ERR_JWS_SIGNATURE_VERIFICATION_FAILED",
                Symptom::SignatureRefused,
            ),
            (
                "\"exp\" claim timestamp check failed",
                Symptom::TokenExpired,
            ),
            ("ERR_JWT_EXPIRED", Symptom::TokenExpired),
            ("JWTExpired", Symptom::TokenExpired),
            ("(too far in the past)", Symptom::TokenExpired),
            (
                "\"nbf\" claim timestamp check failed",
                Symptom::TokenNotYetValid,
            ),
            (
                "\"iat\" claim timestamp check failed (it should be in the past)",
                Symptom::TokenNotYetValid,
            ),
            ("Invalid Compact JWS", Symptom::TokenMalformed),
            ("Invalid Compact JWE", Symptom::TokenMalformed),
            ("JWS Protected Header is invalid", Symptom::TokenMalformed),
            ("JWE Protected Header is invalid", Symptom::TokenMalformed),
            ("ERR_JWS_INVALID", Symptom::TokenMalformed),
            ("ERR_JWT_INVALID", Symptom::TokenMalformed),
            (
                "JWT Claims Set must be a top-level JSON object",
                Symptom::TokenMalformed,
            ),
            (
                "Invalid Token or Protected Header formatting",
                Symptom::TokenMalformed,
            ),
            ("Compact JWS must be a string", Symptom::TokenMalformed),
            (
                "Failed to base64url decode the payload",
                Symptom::TokenMalformed,
            ),
            (
                "no applicable key found in the JSON Web Key Set",
                Symptom::KeyUnknown,
            ),
            ("ERR_JWKS_NO_MATCHING_KEY", Symptom::KeyUnknown),
            (
                "multiple matching keys found in the JSON Web Key Set",
                Symptom::KeyUnknown,
            ),
            (
                "Expected 200 OK from the JSON Web Key Set HTTP response",
                Symptom::KeySetUnreachable,
            ),
            (
                "Failed to parse the JSON Web Key Set HTTP response as JSON",
                Symptom::KeySetUnreachable,
            ),
            ("ERR_JWKS_TIMEOUT", Symptom::KeySetUnreachable),
            ("JSON Web Key Set malformed", Symptom::KeySetUnreachable),
            ("must be PKCS#8 formatted string", Symptom::KeyUnreadable),
            ("must be SPKI formatted string", Symptom::KeyUnreadable),
            ("must be one of type KeyObject", Symptom::KeyUnreadable),
            ("must be one of type CryptoKey", Symptom::KeyUnreadable),
            ("Invalid or unsupported key format", Symptom::KeyUnreadable),
            ("Invalid key for this operation", Symptom::KeyUnreadable),
            (
                "requires key modulusLength to be 2048 bits or larger",
                Symptom::SecretWeak,
            ),
            ("Zero-length key is not supported", Symptom::SecretWeak),
            ("decryption operation failed", Symptom::SessionUndecryptable),
            ("ERR_JWE_DECRYPTION_FAILED", Symptom::SessionUndecryptable),
            (
                "Invalid Content Encryption Key length",
                Symptom::SessionUndecryptable,
            ),
        ],
    },
    Table {
        by: &EXPRESS_JWT,
        phrases: &[
            (
                "No authorization token was found",
                Symptom::CredentialUnseen,
            ),
            ("credentials_required", Symptom::CredentialUnseen),
            ("No auth token", Symptom::CredentialUnseen),
            (
                "Format is Authorization: Bearer [token]",
                Symptom::SchemeRefused,
            ),
            ("credentials_bad_format", Symptom::SchemeRefused),
            ("credentials_bad_scheme", Symptom::SchemeRefused),
            ("The token has been revoked.", Symptom::TokenRevoked),
            ("revoked_token", Symptom::TokenRevoked),
        ],
    },
    Table {
        by: &FAST_JWT,
        phrases: &[
            (
                "No Authorization was found in request.headers",
                Symptom::CredentialUnseen,
            ),
            (
                "FST_JWT_NO_AUTHORIZATION_IN_HEADER",
                Symptom::CredentialUnseen,
            ),
            (
                "FST_JWT_NO_AUTHORIZATION_IN_COOKIE",
                Symptom::CredentialUnseen,
            ),
            (
                "Format is Authorization: Bearer [token]*FST_JWT",
                Symptom::SchemeRefused,
            ),
            ("FST_JWT_BAD_REQUEST", Symptom::SchemeRefused),
            ("The token algorithm is invalid.", Symptom::AlgorithmRefused),
            ("The token signature is invalid.", Symptom::SignatureRefused),
            ("The token is malformed.", Symptom::TokenMalformed),
            ("The token signature is missing.", Symptom::TokenMalformed),
            ("The token header is not a valid", Symptom::TokenMalformed),
            ("The token has expired at", Symptom::TokenExpired),
            ("FST_JWT_AUTHORIZATION_TOKEN_EXPIRED", Symptom::TokenExpired),
            ("Authorization token expired", Symptom::TokenExpired),
            ("The token will be active at", Symptom::TokenNotYetValid),
            (
                "The aud claim value is not allowed",
                Symptom::AudienceRefused,
            ),
            (
                "None of aud claim values are allowed",
                Symptom::AudienceRefused,
            ),
            ("The iss claim value is not allowed", Symptom::IssuerRefused),
            ("The * claim is required", Symptom::ClaimAbsent),
            ("Authorization token is untrusted", Symptom::TokenRefused),
            (
                "FST_JWT_AUTHORIZATION_TOKEN_UNTRUSTED",
                Symptom::TokenRefused,
            ),
            ("Authorization token is invalid", Symptom::TokenRefused),
        ],
    },
    Table {
        by: &JWKS_RSA,
        phrases: &[
            (
                "No KID specified and JWKS endpoint returned more than 1 key",
                Symptom::KeyUnknown,
            ),
            ("SigningKeyNotFoundError", Symptom::KeyUnknown),
            (
                "The JWKS endpoint did not contain any",
                Symptom::KeySetUnreachable,
            ),
            (
                "Too many requests to the JWKS endpoint",
                Symptom::KeySetUnreachable,
            ),
            (
                "Failed to fetch authorization server metadata",
                Symptom::KeySetUnreachable,
            ),
            (
                "error in secret or public key callback",
                Symptom::KeySetUnreachable,
            ),
        ],
    },
    Table {
        by: &AUTH0_BEARER,
        phrases: &[
            (
                "Discovery metadata issuer does not match token issuer",
                Symptom::IssuerRefused,
            ),
            ("Unexpected 'iss' value", Symptom::IssuerRefused),
            ("Unexpected 'aud' value", Symptom::AudienceRefused),
            ("Unexpected 'alg' value", Symptom::AlgorithmRefused),
            ("Unexpected 'typ' value", Symptom::TokenTypeRefused),
            ("Unexpected 'exp' value", Symptom::TokenExpired),
        ],
    },
    Table {
        by: &NEXTAUTH,
        phrases: &[
            ("JWT_SESSION_ERROR", Symptom::SessionUndecryptable),
            ("JWTSessionError", Symptom::SessionUndecryptable),
            (
                "no matching decryption secret",
                Symptom::SessionUndecryptable,
            ),
            ("[next-auth][error][NO_SECRET]", Symptom::SecretAbsent),
            ("NO_SECRET", Symptom::SecretAbsent),
            ("MissingSecret", Symptom::SecretAbsent),
            (
                "Please define a `secret` in production",
                Symptom::SecretAbsent,
            ),
            ("`secret` is required", Symptom::SecretAbsent),
            ("UntrustedHost", Symptom::HostUntrusted),
        ],
    },
];
