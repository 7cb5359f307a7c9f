//! `cors-origin-trailing-slash`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::CorsOriginTrailingSlash,
    rule: None,
    title: "An allowed origin is written with a slash or a path",
    what: "An origin is scheme, host and port. The browser sends `https://app.example.org`; an entry `https://app.example.org/` is another text, and never matches.",
    why: &[
        "The address was copied from the browser's address bar.",
        "One variable serves both as the front end's address and as its origin.",
    ],
    fix: Fix {
        summary: "Take the slash, and all that follows it, off the origin.",
        steps: &[
            run("Change the entry.", "CORS_ORIGINS=https://app.example.org"),
            run("Restart the server, and try the preflight by hand.", "curl -i -X OPTIONS http://localhost:8787/api/v1/auth/me \\\n  -H 'Origin: https://app.example.org' \\\n  -H 'Access-Control-Request-Method: GET'"),
        ],
    },
    example: Example::StartUp {
        message: "the origin https://app.example.org/ in CORS_ORIGINS ends in a slash, so that no browser's Origin equals it",
        source: "backend/.env",
        line: Some((7, "CORS_ORIGINS=https://app.example.org/", "/")),
    },
    standard: Some("RFC 6454, section 7"),
    related: &[Cause::CorsOriginNotAllowed, Cause::CorsWildcardWithCredentials],
};
