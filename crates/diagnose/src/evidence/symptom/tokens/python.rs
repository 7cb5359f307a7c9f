//! What libraries of Python say.

use super::super::Check::{
    Account, Arrival, Audience, Claims, Csrf, Expiry, Form, Issuer, Key, Kind, NotBefore,
    Permission, Signature,
};
use super::super::{Library, Symptom, Table};

/// `PyJWT` 2.15.1: algorithm, signature, required claims, `iat`, `nbf`, `exp`, `iss`, `aud`, `sub`.
const PYJWT: Library = Library {
    name: "PyJWT 2.15.1",
    checks: &[
        Form, Key, Signature, NotBefore, Expiry, Issuer, Audience, Claims,
    ],
};

/// python-jose 3.5.0: signature, `iat`, `nbf`, `exp`, `aud`, `iss`, `sub`.
const PYTHON_JOSE: Library = Library {
    name: "python-jose 3.5.0",
    checks: &[
        Form, Key, Signature, NotBefore, Expiry, Audience, Issuer, Claims,
    ],
};

/// Authlib 1.9.8 and joserfc 1.8.0: signature, then the claims as they are asked for.
const AUTHLIB: Library = Library {
    name: "Authlib 1.9.8",
    checks: &[Form, Key, Signature],
};

/// Flask-JWT-Extended 4.7.4 over `PyJWT`.
const FLASK_JWT: Library = Library {
    name: "Flask-JWT-Extended 4.7.4",
    checks: &[
        Arrival, Form, Key, Signature, NotBefore, Expiry, Issuer, Audience, Claims, Kind, Csrf,
        Account,
    ],
};

/// djangorestframework-simplejwt 5.5.1 over `PyJWT`.
const SIMPLEJWT: Library = Library {
    name: "simplejwt 5.5.1",
    checks: &[
        Arrival, Form, Key, Signature, NotBefore, Expiry, Issuer, Audience, Kind, Claims, Account,
        Permission,
    ],
};

/// `FastAPI` 0.165.0, and what databases say of an id of the wrong kind.
const FASTAPI: Library = Library {
    name: "FastAPI 0.165.0",
    checks: &[Arrival, Form, Key, Signature, Expiry, Account],
};

/// google-auth 2.62.2: key, signature, times, audience, issuer.
const GOOGLE_AUTH: Library = Library {
    name: "google-auth 2.62.2",
    checks: &[Form, Key, Signature, NotBefore, Expiry, Audience, Issuer],
};

pub(super) const TABLES: &[Table] = &[
    Table {
        by: &PYJWT,
        phrases: &[
            (
                "The specified alg value is not allowed",
                Symptom::AlgorithmRefused,
            ),
            ("InvalidAlgorithmError", Symptom::AlgorithmRefused),
            ("Algorithm not supported", Symptom::AlgorithmRefused),
            ("Algorithm * not supported", Symptom::AlgorithmRefused),
            (
                "Token is missing the \"aud\" claim",
                Symptom::AudienceMissing,
            ),
            ("Token is missing the \"iss\" claim", Symptom::IssuerRefused),
            ("InvalidIssuerError", Symptom::IssuerRefused),
            (
                "Payload Issuer (iss) must be a string",
                Symptom::IssuerRefused,
            ),
            ("InvalidAudienceError", Symptom::AudienceRefused),
            ("Audience doesn't match", Symptom::AudienceRefused),
            ("Audience doesn\\u2019t match", Symptom::AudienceRefused),
            ("Token is missing the \"", Symptom::ClaimAbsent),
            ("MissingRequiredClaimError", Symptom::ClaimAbsent),
            ("InvalidSignatureError", Symptom::SignatureRefused),
            ("Subject must be a string", Symptom::SubjectRefused),
            ("InvalidSubjectError", Symptom::SubjectRefused),
            ("Signature has expired", Symptom::TokenExpired),
            ("ExpiredSignatureError", Symptom::TokenExpired),
            (
                "The token is not yet valid (iat)",
                Symptom::TokenNotYetValid,
            ),
            (
                "The token is not yet valid (nbf)",
                Symptom::TokenNotYetValid,
            ),
            ("ImmatureSignatureError", Symptom::TokenNotYetValid),
            ("Not enough segments", Symptom::TokenMalformed),
            ("Invalid header padding", Symptom::TokenMalformed),
            ("Invalid crypto padding", Symptom::TokenMalformed),
            ("Invalid payload padding", Symptom::TokenMalformed),
            ("Invalid header string", Symptom::TokenMalformed),
            ("Invalid payload string", Symptom::TokenMalformed),
            (
                "Invalid token type. Token must be a",
                Symptom::TokenMalformed,
            ),
            ("jwt.exceptions.DecodeError", Symptom::TokenMalformed),
            (
                "Fail to fetch data from the url",
                Symptom::KeySetUnreachable,
            ),
            ("The JWKS endpoint did not", Symptom::KeySetUnreachable),
            ("PyJWKClientConnectionError", Symptom::KeySetUnreachable),
            ("Could not deserialize key data", Symptom::KeyUnreadable),
            ("Unable to load PEM file", Symptom::KeyUnreadable),
            (
                "Could not parse the provided public key",
                Symptom::KeyUnreadable,
            ),
            (
                "The specified key is an asymmetric key or x509 certificate and should not be used as an HMAC secret",
                Symptom::KeyUnreadable,
            ),
            ("Expecting a PEM-formatted key", Symptom::KeyUnreadable),
            ("Not a public or private key", Symptom::KeyUnreadable),
            ("InvalidKeyError", Symptom::KeyUnreadable),
            ("HMAC key must not be empty", Symptom::SecretAbsent),
            ("Expected a string value for key", Symptom::SecretAbsent),
            (
                "Expecting a string- or bytes-formatted key",
                Symptom::SecretAbsent,
            ),
            ("InsecureKeyLengthWarning", Symptom::SecretWeak),
            ("insecure SECRET_KEY", Symptom::SecretWeak),
            ("Default SECRET_KEY was detected", Symptom::SecretWeak),
            ("security.W009", Symptom::SecretWeak),
            ("below the minimum recommended length", Symptom::SecretWeak),
            (
                "Expiration Time claim (exp) must be an integer",
                Symptom::ExpiryUnreadable,
            ),
            (
                "Issued At claim (iat) must be an integer",
                Symptom::ExpiryUnreadable,
            ),
            (
                "Not Before claim (nbf) must be an integer",
                Symptom::ExpiryUnreadable,
            ),
        ],
    },
    Table {
        by: &PYTHON_JOSE,
        phrases: &[
            ("Invalid audience", Symptom::AudienceRefused),
            (
                "Audience claim expected, but not in claims",
                Symptom::AudienceMissing,
            ),
            ("Invalid issuer", Symptom::IssuerRefused),
            ("missing required key \"", Symptom::ClaimAbsent),
            ("Error decoding token headers", Symptom::TokenMalformed),
            ("Error decoding token claims", Symptom::TokenMalformed),
            ("Invalid claims string", Symptom::TokenMalformed),
            (
                "Unable to find an algorithm for key",
                Symptom::KeyUnreadable,
            ),
            ("Incorrect key type. Expected", Symptom::KeyUnreadable),
            (
                "Unable to parse an RSA_JWK from key",
                Symptom::KeyUnreadable,
            ),
            ("Unable to parse an ECKey from key", Symptom::KeyUnreadable),
        ],
    },
    Table {
        by: &AUTHLIB,
        phrases: &[
            ("bad_signature", Symptom::SignatureRefused),
            ("The token is expired", Symptom::TokenExpired),
            ("expired_token", Symptom::TokenExpired),
            ("The token is not valid yet", Symptom::TokenNotYetValid),
            ("Invalid claim \"aud\"", Symptom::AudienceRefused),
            ("Invalid claim 'aud'", Symptom::AudienceRefused),
            (
                "invalid_claim: Invalid claim: \"aud\"",
                Symptom::AudienceRefused,
            ),
            ("Invalid claim \"iss\"", Symptom::IssuerRefused),
            ("Invalid claim 'iss'", Symptom::IssuerRefused),
            ("Missing \"aud\" claim", Symptom::AudienceMissing),
            ("Missing 'aud' claim", Symptom::AudienceMissing),
            ("missing_claim", Symptom::ClaimAbsent),
            ("Missing '*' claim", Symptom::ClaimAbsent),
            ("Missing \"*\" claim", Symptom::ClaimAbsent),
            ("Invalid JSON Web Key Set", Symptom::KeyUnknown),
            ("Key not found", Symptom::KeyUnknown),
        ],
    },
    Table {
        by: &FLASK_JWT,
        phrases: &[
            ("Missing cookie \"", Symptom::CredentialUnseen),
            ("Missing JWT in", Symptom::CredentialUnseen),
            ("Missing '*' query paramater", Symptom::CredentialUnseen),
            (
                "Expected 'Authorization: Bearer <JWT>'",
                Symptom::SchemeRefused,
            ),
            ("Bad Authorization header", Symptom::SchemeRefused),
            ("Missing 'Bearer' type in", Symptom::SchemeRefused),
            (
                "Only non-refresh tokens are allowed",
                Symptom::TokenTypeRefused,
            ),
            ("Only refresh tokens are allowed", Symptom::TokenTypeRefused),
            ("Only access tokens are allowed", Symptom::TokenTypeRefused),
            ("Fresh token required", Symptom::TokenTypeRefused),
            ("Token has been revoked", Symptom::TokenRevoked),
            ("Token has expired", Symptom::TokenExpired),
            ("Missing claim: ", Symptom::ClaimAbsent),
            ("Error loading the user", Symptom::UserUnknown),
            (
                "CSRF double submit tokens do not match",
                Symptom::CsrfRefused,
            ),
            ("Missing CSRF token", Symptom::CsrfRefused),
        ],
    },
    Table {
        by: &SIMPLEJWT,
        phrases: &[
            ("Token has wrong type", Symptom::TokenTypeRefused),
            ("Token has no type", Symptom::TokenTypeRefused),
            ("Token 'exp' claim has expired", Symptom::TokenExpired),
            ("Token has no '", Symptom::ClaimAbsent),
            ("Token has no id", Symptom::ClaimAbsent),
            ("user_not_found", Symptom::SubjectGone),
            ("User not found", Symptom::UserUnknown),
            (
                "Token contained no recognizable user identification",
                Symptom::UserUnknown,
            ),
            ("User is inactive", Symptom::AccountInactive),
            ("user_inactive", Symptom::AccountInactive),
            ("User inactive or deleted", Symptom::AccountInactive),
            ("No active account found", Symptom::AccountInactive),
            (
                "Given token not valid for any token type",
                Symptom::TokenRefused,
            ),
            ("token_not_valid", Symptom::TokenRefused),
            ("Token is invalid or expired", Symptom::TokenRefused),
            ("Token is invalid", Symptom::TokenRefused),
            ("Token is blacklisted", Symptom::TokenRevoked),
            (
                "The user's password has been changed",
                Symptom::TokenRevoked,
            ),
            (
                "Authorization header must contain two space-delimited values",
                Symptom::SchemeRefused,
            ),
            (
                "Invalid token header. Token string should not contain spaces",
                Symptom::SchemeRefused,
            ),
            (
                "Authentication credentials were not provided",
                Symptom::CredentialUnseen,
            ),
            (
                "Invalid token header. No credentials provided",
                Symptom::CredentialUnseen,
            ),
            (
                "You do not have permission to perform this action",
                Symptom::PermissionRefused,
            ),
        ],
    },
    Table {
        by: &FASTAPI,
        phrases: &[
            ("Invalid authentication scheme", Symptom::SchemeRefused),
            ("Could not validate credentials", Symptom::TokenRefused),
            (
                "badly formed hexadecimal UUID string*sub",
                Symptom::UserUnknown,
            ),
            (
                "badly formed hexadecimal UUID string",
                Symptom::SubjectUnfit,
            ),
            ("invalid input syntax for type uuid", Symptom::SubjectUnfit),
            (
                "invalid input syntax for type integer",
                Symptom::SubjectUnfit,
            ),
            (
                "invalid input syntax for type bigint",
                Symptom::SubjectUnfit,
            ),
            ("invalid UUID ", Symptom::SubjectUnfit),
            ("is not a valid UUID", Symptom::SubjectUnfit),
            (
                "invalid literal for int() with base 10",
                Symptom::SubjectUnfit,
            ),
            (
                "Inconsistent column data: Error creating UUID",
                Symptom::SubjectUnfit,
            ),
            ("incorrect UUID length", Symptom::SubjectUnfit),
            (
                "invalid length: expected length 32 for simple format",
                Symptom::SubjectUnfit,
            ),
            ("Cast to ObjectId failed", Symptom::SubjectUnfit),
            (
                "Argument passed in must be a string of 12 bytes",
                Symptom::SubjectUnfit,
            ),
            ("Input should be a valid UUID", Symptom::SubjectUnfit),
            ("Input should be a valid integer", Symptom::SubjectUnfit),
            ("value is not a valid uuid", Symptom::SubjectUnfit),
            ("value is not a valid integer", Symptom::SubjectUnfit),
        ],
    },
    Table {
        by: &GOOGLE_AUTH,
        phrases: &[
            ("Token used too early", Symptom::TokenNotYetValid),
            ("Token expired, ", Symptom::TokenExpired),
            ("Token has wrong audience", Symptom::AudienceRefused),
            (
                "Wrong recipient, payload audience",
                Symptom::AudienceRefused,
            ),
            ("Wrong issuer. 'iss' should be", Symptom::IssuerRefused),
            ("Certificate for key id * not found", Symptom::KeyUnknown),
            ("No pem found for envelope", Symptom::KeyUnknown),
            (
                "Could not verify token signature",
                Symptom::SignatureRefused,
            ),
            ("Wrong number of segments in token", Symptom::TokenMalformed),
            (
                "Token does not contain required claim",
                Symptom::ClaimAbsent,
            ),
        ],
    },
];
