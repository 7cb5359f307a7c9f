//! What providers of identities, their SDKs and gateways say.

use super::super::Check::{
    Account, Arrival, Audience, Claims, Expiry, Form, Issuer, Key, Kind, NotBefore, Permission,
    Signature,
};
use super::super::check::ANY;
use super::super::{Library, Symptom, Table};

/// `GoTrue` and `PostgREST`: signature, then claims, then user and session.
const SUPABASE: Library = Library {
    name: "Supabase",
    checks: &[
        Arrival, Form, Key, Signature, NotBefore, Expiry, Audience, Account,
    ],
};

/// Firebase Admin 13.10.0: header, `aud`, `iss` and `sub` first, then key, signature and times.
const FIREBASE: Library = Library {
    name: "Firebase Admin 13.10.0",
    checks: &[
        Form, Audience, Issuer, Claims, Key, Signature, Expiry, Account,
    ],
};

/// `@clerk/backend` 3.25.0: key, header, claims, and the signature last.
const CLERK: Library = Library {
    name: "@clerk/backend 3.25.0",
    checks: &[
        Arrival, Form, Key, Audience, Issuer, Expiry, NotBefore, Signature,
    ],
};

/// `aws-jwt-verify` 5.2.1: issuer, key, signature, times, audience, use, scope.
const COGNITO: Library = Library {
    name: "aws-jwt-verify 5.2.1",
    checks: &[
        Form, Issuer, Key, Signature, Expiry, NotBefore, Audience, Kind, Permission,
    ],
};

/// Keycloak and its adapters: key, signature, type, times, issuer, audience.
const KEYCLOAK: Library = Library {
    name: "Keycloak",
    checks: &[Form, Key, Signature],
};

/// Entra ID and Microsoft Graph.
const ENTRA: Library = Library {
    name: "Microsoft Entra",
    checks: &[Arrival, Form],
};

/// Envoy (and Istio), Kong, nginx.
const GATEWAY: Library = Library {
    name: "API gateways",
    checks: &[Arrival, Form],
};

pub(super) const TABLES: &[Table] = &[
    Table {
        by: &SUPABASE,
        phrases: &[
            ("PGRST303*expired", Symptom::TokenExpired),
            ("token is expired by", Symptom::TokenExpired),
            ("No suitable key or wrong key type", Symptom::KeyUnknown),
            (
                "No suitable key was found to decode the JWT",
                Symptom::KeyUnknown,
            ),
            ("unrecognized JWT kid", Symptom::KeyUnknown),
            ("JWSError JWSInvalidSignature", Symptom::SignatureRefused),
            ("JWSError (JWSInvalidSignature)", Symptom::SignatureRefused),
            (
                "invalid JWT: unable to parse or verify signature",
                Symptom::SignatureRefused,
            ),
            ("JWSInvalidSignature", Symptom::SignatureRefused),
            ("JWT not in audience", Symptom::AudienceRefused),
            ("JWT issued at future", Symptom::TokenNotYetValid),
            ("JWT not yet valid", Symptom::TokenNotYetValid),
            ("JWSError (CompactDecodeError", Symptom::TokenMalformed),
            ("CompactDecodeError", Symptom::TokenMalformed),
            ("Expected 3 parts in JWT", Symptom::TokenMalformed),
            ("bad_jwt", Symptom::TokenMalformed),
            ("invalid claim: missing sub claim", Symptom::ClaimAbsent),
            ("missing sub claim", Symptom::ClaimAbsent),
            (
                "User from sub claim in JWT does not exist",
                Symptom::SubjectGone,
            ),
            ("session_not_found", Symptom::SessionGone),
            (
                "Session from session_id claim in JWT does not exist",
                Symptom::SessionGone,
            ),
            ("Auth session missing", Symptom::SessionGone),
            ("refresh_token_not_found", Symptom::RefreshRefused),
            ("refresh_token_already_used", Symptom::RefreshRefused),
            ("PGRST301", Symptom::TokenRefused),
            ("Invalid JWT", Symptom::TokenRefused),
            ("Invalid API key", Symptom::ApiKeyRefused),
            ("No API key found in request", Symptom::ApiKeyRefused),
            ("Double check your Supabase", Symptom::ApiKeyRefused),
            (
                "This endpoint requires a Bearer token",
                Symptom::CredentialUnseen,
            ),
            ("PGRST302", Symptom::CredentialUnseen),
            ("no_authorization", Symptom::CredentialUnseen),
        ],
    },
    Table {
        by: &FIREBASE,
        phrases: &[
            (
                "has incorrect \"aud\" (audience) claim",
                Symptom::AudienceRefused,
            ),
            (
                "has incorrect \"iss\" (issuer) claim",
                Symptom::IssuerRefused,
            ),
            ("has incorrect algorithm", Symptom::AlgorithmRefused),
            (
                "has \"kid\" claim which does not correspond to a known public key",
                Symptom::KeyUnknown,
            ),
            ("has no \"kid\" claim", Symptom::KeyUnknown),
            ("auth/id-token-expired", Symptom::TokenExpired),
            ("Firebase ID token has expired", Symptom::TokenExpired),
            ("auth/session-cookie-expired", Symptom::TokenExpired),
            (
                "Firebase ID token has invalid signature",
                Symptom::SignatureRefused,
            ),
            ("Decoding Firebase ID token failed", Symptom::TokenMalformed),
            ("auth/argument-error", Symptom::TokenMalformed),
            (
                "Firebase ID token must be a non-empty string",
                Symptom::TokenMalformed,
            ),
            (
                "expects an ID token, but was given a custom token",
                Symptom::TokenTypeRefused,
            ),
            (
                "expects an ID token, but was given a legacy custom token",
                Symptom::TokenTypeRefused,
            ),
            ("auth/id-token-revoked", Symptom::TokenRevoked),
            ("Token used too early, ", Symptom::TokenNotYetValid),
            ("auth/user-not-found", Symptom::UserUnknown),
        ],
    },
    Table {
        by: &CLERK,
        phrases: &[
            ("jwk-kid-mismatch", Symptom::KeyUnknown),
            ("missing json web key", Symptom::KeyUnknown),
            ("no json web key found for kid", Symptom::KeyUnknown),
            (
                "Unable to find a signing key in JWKS that matches the kid",
                Symptom::KeyUnknown,
            ),
            ("jwk-failed-to-resolve", Symptom::KeyUnknown),
            ("jwk-remote-failed-to-load", Symptom::KeySetUnreachable),
            ("jwk-remote-missing", Symptom::KeySetUnreachable),
            ("jwk-local-missing", Symptom::KeySetUnreachable),
            ("token-invalid-signature", Symptom::SignatureRefused),
            ("JWT signature is invalid", Symptom::SignatureRefused),
            ("session-token-expired", Symptom::TokenExpired),
            ("token-expired", Symptom::TokenExpired),
            ("JWT is expired. Expiry date", Symptom::TokenExpired),
            ("token-not-active-yet", Symptom::TokenNotYetValid),
            ("token-iat-in-the-future", Symptom::TokenNotYetValid),
            ("session-token-nbf", Symptom::TokenNotYetValid),
            (
                "JWT issued at date claim (iat) is in the future",
                Symptom::TokenNotYetValid,
            ),
            (
                "JWT cannot be used prior to not before date claim",
                Symptom::TokenNotYetValid,
            ),
            ("Clock skew detected", Symptom::TokenNotYetValid),
            ("session-token-iat-in-the-future", Symptom::TokenNotYetValid),
            (
                "token-invalid-authorized-parties",
                Symptom::AuthorizedPartyRefused,
            ),
            (
                "Invalid JWT Authorized party claim",
                Symptom::AuthorizedPartyRefused,
            ),
            ("Invalid JWT audience claim", Symptom::AudienceRefused),
            ("Invalid JWT issuer claim", Symptom::IssuerRefused),
            ("token-invalid-issuer", Symptom::IssuerRefused),
            ("Invalid JWT algorithm", Symptom::AlgorithmRefused),
            ("token-invalid-algorithm", Symptom::AlgorithmRefused),
            ("Invalid JWT form", Symptom::TokenMalformed),
            ("session-token-and-uat-missing", Symptom::CredentialUnseen),
            ("session-token-missing", Symptom::CredentialUnseen),
            ("dev-browser-missing", Symptom::CredentialUnseen),
            ("Missing Clerk Secret Key", Symptom::SecretAbsent),
        ],
    },
    Table {
        by: &COGNITO,
        phrases: &[
            ("Token use not allowed", Symptom::TokenTypeRefused),
            ("Token use", Symptom::TokenTypeRefused),
            ("Client ID not allowed", Symptom::AudienceRefused),
            ("Audience not allowed", Symptom::AudienceRefused),
            ("Invalid client", Symptom::AudienceRefused),
            ("Issuer not allowed", Symptom::IssuerRefused),
            ("issuer not configured", Symptom::IssuerRefused),
            ("not found in the JWKS", Symptom::KeyUnknown),
            ("Token expired at", Symptom::TokenExpired),
            ("Access Token has expired", Symptom::TokenExpired),
            ("Identity token has expired", Symptom::TokenExpired),
            ("Scope not allowed", Symptom::ScopeRefused),
            ("Missing scope. Expected", Symptom::ScopeRefused),
            (
                "JWT string does not consist of exactly 3 parts",
                Symptom::TokenMalformed,
            ),
            ("Not a valid JWT token", Symptom::TokenMalformed),
        ],
    },
    Table {
        by: &KEYCLOAK,
        phrases: &[
            ("Invalid token issuer. Expected", Symptom::IssuerRefused),
            ("Invalid token issuer", Symptom::IssuerRefused),
            ("invalid_token_issuer", Symptom::IssuerRefused),
            ("Token is not active", Symptom::TokenExpired),
            (
                "Expected audience not available in the token",
                Symptom::AudienceRefused,
            ),
            ("Token type is incorrect", Symptom::TokenTypeRefused),
            ("Didn't find publicKey for kid", Symptom::KeyUnknown),
            ("Didn't find publicKey", Symptom::KeyUnknown),
            ("Session not active", Symptom::SessionGone),
            ("Session doesn't have required client", Symptom::SessionGone),
            ("Stale token", Symptom::SessionGone),
            ("Refresh token expired", Symptom::RefreshRefused),
            (
                "Maximum allowed refresh token reuse exceeded",
                Symptom::RefreshRefused,
            ),
        ],
    },
    Table {
        by: &ENTRA,
        phrases: &[
            ("invalid_token*audience", Symptom::AudienceRefused),
            ("AADSTS50013*audience", Symptom::AudienceRefused),
            ("The audience *is invalid", Symptom::AudienceRefused),
            (
                "InvalidAuthenticationToken*audience",
                Symptom::AudienceRefused,
            ),
            (
                "Access token validation failure. Invalid audience",
                Symptom::AudienceRefused,
            ),
            (
                "InvalidAuthenticationToken*signature",
                Symptom::SignatureRefused,
            ),
            ("AADSTS50013", Symptom::SignatureRefused),
            ("AADSTS65001", Symptom::ScopeRefused),
            ("Authorization_RequestDenied", Symptom::ScopeRefused),
            ("insufficient privileges", Symptom::ScopeRefused),
            (
                "Lifetime validation failed, the token is expired",
                Symptom::TokenExpired,
            ),
            ("InvalidAuthenticationToken*expired", Symptom::TokenExpired),
        ],
    },
    Table {
        by: &GATEWAY,
        phrases: &[
            ("Jwt is missing", Symptom::CredentialUnseen),
            ("no credentials found in request", Symptom::CredentialUnseen),
            ("JWT token is expired", Symptom::TokenExpired),
            ("Jwt issuer is not configured", Symptom::IssuerRefused),
            (
                "No credentials found for given 'iss'",
                Symptom::IssuerRefused,
            ),
            ("No mandatory 'iss' in claims", Symptom::IssuerRefused),
            ("Audiences in Jwt are not allowed", Symptom::AudienceRefused),
            ("Jwt verification fails", Symptom::SignatureRefused),
            (
                "JWT (signature|verification) failed",
                Symptom::SignatureRefused,
            ),
            (
                "Jwks doesn't have key to match kid or alg from Jwt",
                Symptom::KeyUnknown,
            ),
            (
                "Jwt header [alg] is not supported",
                Symptom::AlgorithmRefused,
            ),
            (
                "Jwt is not in the form of Header.Payload.Signature",
                Symptom::TokenMalformed,
            ),
            ("Jwt header is an invalid JSON", Symptom::TokenMalformed),
            ("Bad token; invalid", Symptom::TokenMalformed),
            ("auth_jwt: invalid token", Symptom::TokenMalformed),
        ],
    },
    Table {
        by: &ANY,
        phrases: &[
            (
                "token contains an invalid number of segments",
                Symptom::TokenMalformed,
            ),
            ("invalid refresh token", Symptom::RefreshRefused),
            ("signature verification failed", Symptom::SignatureRefused),
            (
                "unable to find a signing key that matches",
                Symptom::KeyUnknown,
            ),
            ("token is expired", Symptom::TokenExpired),
            ("invalid authentication credentials", Symptom::TokenRefused),
            ("invalid token signature", Symptom::SignatureRefused),
            ("jwt expired", Symptom::TokenExpired),
            ("invalid_token", Symptom::TokenRefused),
            ("invalid token", Symptom::TokenRefused),
            ("invalid or expired token", Symptom::TokenRefused),
            ("Invalid bearer token", Symptom::TokenRefused),
            ("Invalid JWT token", Symptom::TokenRefused),
            ("Invalid access token", Symptom::TokenRefused),
            ("invalid authorization token", Symptom::TokenRefused),
            ("token is not valid", Symptom::TokenRefused),
            ("token verification failed", Symptom::TokenRefused),
            ("failed to authenticate token", Symptom::TokenRefused),
            ("jwt verification failed", Symptom::TokenRefused),
            ("token validation failed", Symptom::TokenRefused),
            ("token expired", Symptom::TokenExpired),
            ("session token expired", Symptom::TokenExpired),
            ("access token expired", Symptom::TokenExpired),
            ("token_expired", Symptom::TokenExpired),
            ("jwt is expired", Symptom::TokenExpired),
            ("audience mismatch", Symptom::AudienceRefused),
            ("wrong audience", Symptom::AudienceRefused),
            ("aud mismatch", Symptom::AudienceRefused),
            ("invalid aud claim", Symptom::AudienceRefused),
            ("invalid_audience", Symptom::AudienceRefused),
            ("issuer mismatch", Symptom::IssuerRefused),
            ("unexpected issuer", Symptom::IssuerRefused),
            ("unknown issuer", Symptom::IssuerRefused),
            ("untrusted issuer", Symptom::IssuerRefused),
            ("wrong issuer", Symptom::IssuerRefused),
            ("invalid_issuer", Symptom::IssuerRefused),
            ("invalid iss claim", Symptom::IssuerRefused),
            ("bad signature", Symptom::SignatureRefused),
            ("signature mismatch", Symptom::SignatureRefused),
            ("signature does not match", Symptom::SignatureRefused),
            ("signature invalid", Symptom::SignatureRefused),
            ("invalid_signature", Symptom::SignatureRefused),
            ("failed to verify signature", Symptom::SignatureRefused),
            ("signature validation failed", Symptom::SignatureRefused),
            ("unknown kid", Symptom::KeyUnknown),
            ("no matching key", Symptom::KeyUnknown),
            ("kid not found", Symptom::KeyUnknown),
            ("key id not found", Symptom::KeyUnknown),
            ("no key with kid", Symptom::KeyUnknown),
            ("unknown key id", Symptom::KeyUnknown),
            ("no key found for kid", Symptom::KeyUnknown),
            ("algorithm not allowed", Symptom::AlgorithmRefused),
            ("unsupported algorithm", Symptom::AlgorithmRefused),
            ("algorithm mismatch", Symptom::AlgorithmRefused),
            ("alg not allowed", Symptom::AlgorithmRefused),
            ("insufficient_scope", Symptom::ScopeRefused),
            ("insufficient scope", Symptom::ScopeRefused),
            ("missing scope", Symptom::ScopeRefused),
            ("missing required scope", Symptom::ScopeRefused),
            ("insufficient permissions", Symptom::PermissionRefused),
            ("insufficient role", Symptom::PermissionRefused),
            ("missing role", Symptom::PermissionRefused),
            ("requires role", Symptom::PermissionRefused),
            ("role required", Symptom::PermissionRefused),
            ("access denied: role", Symptom::PermissionRefused),
            ("user does not exist", Symptom::UserUnknown),
            ("no such user", Symptom::UserUnknown),
            ("no user found", Symptom::UserUnknown),
            ("user record not found", Symptom::UserUnknown),
            ("no user with", Symptom::UserUnknown),
            ("unknown user", Symptom::UserUnknown),
            ("user not found in database", Symptom::UserUnknown),
            ("missing authorization header", Symptom::CredentialUnseen),
            ("authorization header missing", Symptom::CredentialUnseen),
            ("authorization header is missing", Symptom::CredentialUnseen),
            ("no authorization header", Symptom::CredentialUnseen),
            ("no token provided", Symptom::CredentialUnseen),
            ("missing bearer token", Symptom::CredentialUnseen),
            ("missing token", Symptom::CredentialUnseen),
            ("authorization header required", Symptom::CredentialUnseen),
            ("no session token", Symptom::CredentialUnseen),
            ("missing claim ", Symptom::ClaimAbsent),
            ("claim is missing", Symptom::ClaimAbsent),
            ("missing required claim", Symptom::ClaimAbsent),
            ("issued in the future", Symptom::TokenNotYetValid),
            ("not yet valid", Symptom::TokenNotYetValid),
            ("used before issued", Symptom::TokenNotYetValid),
            ("secret is not set", Symptom::SecretAbsent),
            ("JWT_SECRET is not defined", Symptom::SecretAbsent),
            ("JWT_SECRET is undefined", Symptom::SecretAbsent),
            ("missing JWT_SECRET", Symptom::SecretAbsent),
        ],
    },
];
