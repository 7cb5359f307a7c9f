//! What browsers write into their console, and what servers say about a credential that did not arrive.

use super::check::ANY;
use super::{Symptom, Table};

/// Access refused across origins, in the words of browsers and of servers that check it themselves.
const CORS: Table = Table {
    by: &ANY,
    phrases: &[
        ("blocked by CORS policy", Symptom::CorsRefused),
        ("Cross-Origin Request Blocked", Symptom::CorsRefused),
        (
            "CORS header ‘Access-Control-Allow-Origin’",
            Symptom::CorsRefused,
        ),
        (
            "CORS header 'Access-Control-Allow-Origin'",
            Symptom::CorsRefused,
        ),
        (
            "is not allowed by Access-Control-Allow-Origin",
            Symptom::CorsRefused,
        ),
        (
            "is not allowed by Access-Control-Allow-Headers",
            Symptom::CorsRefused,
        ),
        ("due to access control checks", Symptom::CorsRefused),
        ("CORS request did not succeed", Symptom::CorsRefused),
        (
            "CORS preflight response did not succeed",
            Symptom::CorsRefused,
        ),
        (
            "CORS preflight channel did not succeed",
            Symptom::CorsRefused,
        ),
        ("Preflight response is not successful", Symptom::CorsRefused),
        ("doesn't pass access control check", Symptom::CorsRefused),
        ("does not pass access control check", Symptom::CorsRefused),
        (
            "No 'Access-Control-Allow-Origin' header is present",
            Symptom::CorsRefused,
        ),
        (
            "Credential is not supported if the CORS header",
            Symptom::CorsRefused,
        ),
        ("must not be the wildcard '*'", Symptom::CorsRefused),
        (
            "Cannot use wildcard in Access-Control-Allow-Origin",
            Symptom::CorsRefused,
        ),
        ("Disallowed CORS origin", Symptom::CorsRefused),
        ("Disallowed CORS headers", Symptom::CorsRefused),
        ("Disallowed CORS method", Symptom::CorsRefused),
        ("Invalid CORS request", Symptom::CorsRefused),
        ("Not allowed by CORS", Symptom::CorsRefused),
        ("CORS policy execution failed", Symptom::CorsRefused),
        ("Reject: '*' origin is not allowed", Symptom::CorsRefused),
    ],
};

/// Cookies that a browser refused, in its console's and its network panel's words.
const COOKIES: Table = Table {
    by: &ANY,
    phrases: &[
        (
            "has been rejected because it is in a cross-site context",
            Symptom::CredentialUnseen,
        ),
        (
            "has been rejected for invalid domain",
            Symptom::CredentialUnseen,
        ),
        (
            "has been rejected because it has the “SameSite=None” attribute",
            Symptom::CredentialUnseen,
        ),
        (
            "has been rejected because a non-HTTPS cookie",
            Symptom::CredentialUnseen,
        ),
        (
            "This attempt to set a cookie via a Set-Cookie header was blocked",
            Symptom::CredentialUnseen,
        ),
        ("This Set-Cookie was blocked", Symptom::CredentialUnseen),
        (
            "This set cookie had its Domain attribute set to",
            Symptom::CredentialUnseen,
        ),
        ("This cookie was blocked", Symptom::CredentialUnseen),
        ("cookie “*” has been rejected", Symptom::CredentialUnseen),
        ("exceeds 4096", Symptom::CredentialUnseen),
        (
            "exceeds the browser limit of 4096",
            Symptom::CredentialUnseen,
        ),
        ("Cookie length is too big", Symptom::CredentialUnseen),
    ],
};

/// A credential that did not arrive, as libraries and servers say it.
const UNSEEN: Table = Table {
    by: &ANY,
    phrases: &[
        ("not authenticated", Symptom::CredentialUnseen),
        (
            "Authentication credentials were not provided",
            Symptom::CredentialUnseen,
        ),
        (
            "No authorization token was found",
            Symptom::CredentialUnseen,
        ),
        ("credentials_required", Symptom::CredentialUnseen),
        ("Missing Authorization Header", Symptom::CredentialUnseen),
        ("Authorization header is missing", Symptom::CredentialUnseen),
        ("Authorization header missing", Symptom::CredentialUnseen),
        ("Authorization header not found", Symptom::CredentialUnseen),
        (
            "Authorization header is expected",
            Symptom::CredentialUnseen,
        ),
        ("No Authorization header", Symptom::CredentialUnseen),
        ("authorization header required", Symptom::CredentialUnseen),
        (
            "missing or invalid authorization header",
            Symptom::CredentialUnseen,
        ),
        ("missing authentication token", Symptom::CredentialUnseen),
        ("Access token is missing", Symptom::CredentialUnseen),
        ("Access token required", Symptom::CredentialUnseen),
        ("No auth token", Symptom::CredentialUnseen),
        ("no token provided", Symptom::CredentialUnseen),
        ("token not provided", Symptom::CredentialUnseen),
        ("Token not found in request", Symptom::CredentialUnseen),
        ("missing bearer", Symptom::CredentialUnseen),
        ("Bearer token is missing", Symptom::CredentialUnseen),
        ("Bad Authorization header", Symptom::CredentialUnseen),
        (
            "Full authentication is required to access this resource",
            Symptom::CredentialUnseen,
        ),
        ("Unauthenticated.", Symptom::CredentialUnseen),
        (
            "AuthenticationScheme: Bearer was challenged",
            Symptom::CredentialUnseen,
        ),
        ("no valid session", Symptom::CredentialUnseen),
        ("Auth session missing", Symptom::CredentialUnseen),
        ("not logged in", Symptom::CredentialUnseen),
        ("login required", Symptom::CredentialUnseen),
        ("getToken*-> null", Symptom::CredentialUnseen),
        ("session cookie not found", Symptom::CredentialUnseen),
        ("no session cookie", Symptom::CredentialUnseen),
        (
            "Request header field * is not allowed by",
            Symptom::CorsRefused,
        ),
    ],
};

/// Redirects in a circle and headers that no server takes.
const WAY: Table = Table {
    by: &ANY,
    phrases: &[
        ("ERR_TOO_MANY_REDIRECTS", Symptom::CredentialUnseen),
        ("redirected you too many times", Symptom::CredentialUnseen),
        ("redirect loop", Symptom::CredentialUnseen),
        ("too many redirects", Symptom::CredentialUnseen),
        ("Clear auth, redirects to port", Symptom::CredentialUnseen),
    ],
};

pub(super) const TABLES: &[Table] = &[CORS, COOKIES, UNSEEN, WAY];
