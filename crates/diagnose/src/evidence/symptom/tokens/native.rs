//! What libraries of Go and Rust say.

use super::super::Check::{Audience, Claims, Expiry, Form, Issuer, Key, NotBefore, Signature};
use super::super::{Library, Symptom, Table};

/// `golang-jwt` v5 (and v4, whose message is of the signature where that fails too): signature, then every claim.
const GOLANG_JWT: Library = Library {
    name: "golang-jwt v5",
    checks: &[Form, Key, Signature],
};

/// `go-oidc` v3.21.0: the claims first, the signature last.
const GO_OIDC: Library = Library {
    name: "go-oidc v3.21.0",
    checks: &[Form, Issuer, Audience, Expiry, NotBefore, Key, Signature],
};

/// `jwx` v2: signature, then claims.
const JWX: Library = Library {
    name: "jwx v2",
    checks: &[Form, Key, Signature],
};

/// `jsonwebtoken` 11.1.0: algorithm, signature, required claims, `exp`, `nbf`, `sub`, `iss`, `aud`.
const RUST: Library = Library {
    name: "jsonwebtoken (Rust) 11.1.0",
    checks: &[
        Form, Key, Signature, Expiry, NotBefore, Claims, Issuer, Audience,
    ],
};

pub(super) const TABLES: &[Table] = &[
    Table {
        by: &GOLANG_JWT,
        phrases: &[
            ("signature is invalid", Symptom::SignatureRefused),
            ("crypto/rsa: verification error", Symptom::SignatureRefused),
            (
                "crypto/ecdsa: verification error",
                Symptom::SignatureRefused,
            ),
            ("ed25519: verification error", Symptom::SignatureRefused),
            ("token is not valid yet", Symptom::TokenNotYetValid),
            ("token used before issued", Symptom::TokenNotYetValid),
            ("issued at future timestamp", Symptom::TokenNotYetValid),
            ("issued at a future time", Symptom::TokenNotYetValid),
            ("token is not yet valid", Symptom::TokenNotYetValid),
            ("token has invalid audience", Symptom::AudienceRefused),
            ("token has invalid issuer", Symptom::IssuerRefused),
            ("token has invalid subject", Symptom::SubjectRefused),
            (
                "unmarshal number into Go struct field *.sub of type string",
                Symptom::SubjectRefused,
            ),
            (
                "token is malformed: could not JSON decode claim: json: cannot unmarshal number into Go struct field *.sub of type string",
                Symptom::SubjectRefused,
            ),
            ("could not find kid in JWKS", Symptom::KeyUnknown),
            (
                "the given key ID was not found in the JWKS",
                Symptom::KeyUnknown,
            ),
            ("token is missing required claim", Symptom::ClaimAbsent),
            ("token is malformed", Symptom::TokenMalformed),
            ("illegal base64 data at input byte", Symptom::TokenMalformed),
            ("signing method * is invalid", Symptom::AlgorithmRefused),
            ("unexpected signing method", Symptom::AlgorithmRefused),
            ("unexpected jwt signing method", Symptom::AlgorithmRefused),
            ("key is of invalid type", Symptom::KeyUnreadable),
            ("key is invalid", Symptom::KeyUnreadable),
            ("Key must be a PEM encoded", Symptom::KeyUnreadable),
            ("key is not a valid RSA public key", Symptom::KeyUnreadable),
            (
                "key is not a valid ECDSA public key",
                Symptom::KeyUnreadable,
            ),
            ("token has invalid claims", Symptom::TokenRefused),
            ("token is unverifiable", Symptom::TokenRefused),
            ("error while executing keyfunc", Symptom::TokenRefused),
        ],
    },
    Table {
        by: &GO_OIDC,
        phrases: &[
            (
                "id token issued by a different provider",
                Symptom::IssuerRefused,
            ),
            (
                "did not match the issuer URL returned by provider",
                Symptom::IssuerRefused,
            ),
            (
                "did not match the issuer returned by provider",
                Symptom::IssuerRefused,
            ),
            ("oidc: expected audience", Symptom::AudienceRefused),
            ("oidc: token is expired", Symptom::TokenExpired),
            (
                "before the nbf (not before) time",
                Symptom::TokenNotYetValid,
            ),
            (
                "id token signed with unsupported algorithm",
                Symptom::AlgorithmRefused,
            ),
            (
                "oidc: unsupported signing algorithm",
                Symptom::AlgorithmRefused,
            ),
            ("unexpected signature algorithm", Symptom::AlgorithmRefused),
            (
                "failed to verify signature: failed to verify id token signature",
                Symptom::SignatureRefused,
            ),
            (
                "failed to verify id token signature",
                Symptom::SignatureRefused,
            ),
            ("oidc: get keys failed", Symptom::KeySetUnreachable),
            ("fetching keys oidc", Symptom::KeySetUnreachable),
            ("oidc: failed to decode keys", Symptom::KeySetUnreachable),
            ("oidc: malformed jwt", Symptom::TokenMalformed),
        ],
    },
    Table {
        by: &JWX,
        phrases: &[
            ("\"aud\" not satisfied", Symptom::AudienceRefused),
            ("\"iss\" not satisfied", Symptom::IssuerRefused),
            ("\"exp\" not satisfied", Symptom::TokenExpired),
            ("\"nbf\" not satisfied", Symptom::TokenNotYetValid),
            ("\"iat\" not satisfied", Symptom::TokenNotYetValid),
            (
                "could not verify message using any of the signatures or keys",
                Symptom::SignatureRefused,
            ),
            ("failed to verify JWS message", Symptom::SignatureRefused),
            ("failed to find key with key ID", Symptom::KeyUnknown),
        ],
    },
    Table {
        by: &RUST,
        phrases: &[
            ("InvalidSignature", Symptom::SignatureRefused),
            ("ExpiredSignature", Symptom::TokenExpired),
            ("ImmatureSignature", Symptom::TokenNotYetValid),
            ("InvalidAudience", Symptom::AudienceRefused),
            ("InvalidIssuer", Symptom::IssuerRefused),
            ("InvalidSubject", Symptom::SubjectRefused),
            ("Invalid format for claim: sub", Symptom::SubjectRefused),
            ("InvalidAlgorithm", Symptom::AlgorithmRefused),
            ("InvalidAlgorithmName", Symptom::AlgorithmRefused),
            ("MissingRequiredClaim", Symptom::ClaimAbsent),
            ("Missing required claim: ", Symptom::ClaimAbsent),
            ("JSON error: missing field `", Symptom::ClaimAbsent),
            ("MissingRequiredClaim(\"aud\")", Symptom::AudienceMissing),
            ("Missing required claim: aud", Symptom::AudienceMissing),
            ("InvalidKeyFormat", Symptom::KeyUnreadable),
            ("InvalidEcdsaKey", Symptom::KeyUnreadable),
            ("InvalidRsaKey", Symptom::KeyUnreadable),
            ("RSA key invalid", Symptom::KeyUnreadable),
            ("ErrorKind::InvalidToken", Symptom::TokenMalformed),
            ("Error(InvalidToken)", Symptom::TokenMalformed),
            ("Base64(InvalidByte", Symptom::TokenMalformed),
            ("Base64 error: Invalid", Symptom::TokenMalformed),
        ],
    },
];
