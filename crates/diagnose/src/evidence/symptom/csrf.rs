//! What checks against forged requests say.

use super::check::ANY;
use super::{Symptom, Table};

pub(super) const TABLES: &[Table] = &[Table {
    by: &ANY,
    phrases: &[
        ("invalid csrf token", Symptom::CsrfRefused),
        ("EBADCSRFTOKEN", Symptom::CsrfRefused),
        ("misconfigured csrf", Symptom::CsrfRefused),
        ("CSRF verification failed", Symptom::CsrfRefused),
        ("CSRF Failed", Symptom::CsrfRefused),
        ("CSRF cookie not set", Symptom::CsrfRefused),
        ("CSRF token missing", Symptom::CsrfRefused),
        ("CSRF token is missing", Symptom::CsrfRefused),
        ("CSRF token from the * HTTP header", Symptom::CsrfRefused),
        ("CSRF token mismatch", Symptom::CsrfRefused),
        ("CSRF tokens do not match", Symptom::CsrfRefused),
        ("CSRF session token is missing", Symptom::CsrfRefused),
        ("CSRF token has expired", Symptom::CsrfRefused),
        ("CSRF token is invalid", Symptom::CsrfRefused),
        ("missing csrf token", Symptom::CsrfRefused),
        ("csrf token required", Symptom::CsrfRefused),
        (
            "CSRF double submit tokens do not match",
            Symptom::CsrfRefused,
        ),
        ("Missing CSRF", Symptom::CsrfRefused),
        ("MissingCSRF", Symptom::CsrfRefused),
        ("TokenMismatchException", Symptom::CsrfRefused),
        ("InvalidAuthenticityToken", Symptom::CsrfRefused),
        ("Can't verify CSRF token authenticity", Symptom::CsrfRefused),
        ("didn't match request.base_url", Symptom::CsrfRefused),
        ("Invalid CSRF Token", Symptom::CsrfRefused),
        (
            "Could not verify the provided CSRF token",
            Symptom::CsrfRefused,
        ),
        ("InvalidCsrfTokenException", Symptom::CsrfRefused),
        ("MissingCsrfTokenException", Symptom::CsrfRefused),
        ("antiforgery token could not be", Symptom::CsrfRefused),
        ("required antiforgery", Symptom::CsrfRefused),
        ("AntiforgeryValidationException", Symptom::CsrfRefused),
        (
            "Cross-site POST form submissions are forbidden",
            Symptom::CsrfRefused,
        ),
        ("Origin checking failed", Symptom::CsrfRefused),
        ("Referer checking failed", Symptom::CsrfRefused),
        ("does not match `origin` header", Symptom::CsrfRefused),
        ("Invalid Server Actions request", Symptom::CsrfRefused),
        ("XSRF cookie does not match", Symptom::CsrfRefused),
        ("'_xsrf' argument missing", Symptom::CsrfRefused),
        (
            "session has expired or form tampered with",
            Symptom::CsrfRefused,
        ),
        ("Page Expired", Symptom::CsrfRefused),
    ],
}];
