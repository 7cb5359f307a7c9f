//! `exp-unit-error`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::ExpUnitError,
    rule: None,
    title: "A time in the token has the wrong unit",
    what: "Times in a token are seconds since 1970. This one has milliseconds (a year far beyond 50000), or a lifetime where a time belongs (`exp: 3600` is an hour past midnight, 1 January 1970).",
    why: &[
        "`Date.now()` gives milliseconds, and was not divided by 1000.",
        "`exp` was set to the lifetime, and not to now plus the lifetime.",
        "`expiresIn: '3600'` as text means milliseconds to some libraries, as a number it means seconds.",
    ],
    fix: Fix {
        summary: "Give `exp`, `iat` and `nbf` in whole seconds since 1970.",
        steps: &[
            run("Divide where you set them yourself.", "exp: Math.floor(Date.now() / 1000) + 15 * 60"),
            run("With a library, write the unit.", "jwt.sign(claims, secret, { expiresIn: '15m' })"),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/settings HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "exp is 3600: a lifetime, not a time",
    },
    standard: Some("RFC 7519, section 2 (NumericDate) and section 4.1.4"),
    related: &[Cause::TokenExpired, Cause::ExpTimezoneNaive, Cause::TokenLifetimeUnexpected],
};
