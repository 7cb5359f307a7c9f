//! `cors-origin-not-allowed`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::CorsOriginNotAllowed,
    rule: None,
    title: "The page's origin is not on the list of allowed origins",
    what: "A page of another origin asks to call this API, and its origin is neither that of `PUBLIC_URL` nor in `CORS_ORIGINS`. The preflight is refused, so the browser does not send the request itself, and reports a CORS error without more.",
    why: &[
        "The front end got a new address: a preview deployment, another port, `www`.",
        "The origin is in the list with `http` in place of `https`, or with a port that is not in the address bar.",
        "`CORS_ORIGINS` was set on another service or environment.",
    ],
    fix: Fix {
        summary: "Add the page's origin to `CORS_ORIGINS`, and restart.",
        steps: &[
            run("Take the origin from the trace, or from the browser's console: scheme, host, port, no slash.", "countersign why TRACE_ID"),
            run("Add it.", "CORS_ORIGINS=https://app.example.org,https://preview.example.org"),
            run("Try the preflight by hand; 204 means yes.", "curl -i -X OPTIONS http://localhost:8787/api/v1/auth/me \\\n  -H 'Origin: https://preview.example.org' \\\n  -H 'Access-Control-Request-Method: GET'"),
        ],
    },
    example: Example::Refusal {
        request: "OPTIONS /api/v1/auth/me HTTP/1.1\nOrigin: https://preview.example.org\nAccess-Control-Request-Method: GET",
        trace: "https://preview.example.org is neither the public URL nor in CORS_ORIGINS",
    },
    standard: Some("Fetch Standard, section 3.3 (HTTP-CORS protocol); ASVS V3.4.2"),
    related: &[Cause::CorsOriginTrailingSlash, Cause::CorsHeaderNotAllowed, Cause::CorsWildcardWithCredentials, Cause::CsrfOriginUntrusted, Cause::OriginHostDrift],
};
