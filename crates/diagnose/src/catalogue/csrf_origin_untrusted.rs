//! `csrf-origin-untrusted`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::CsrfOriginUntrusted,
    rule: None,
    title: "The request comes from an origin that is not trusted",
    what: "The browser says from which page a request comes, in `Origin`. A request that changes something, and is known by its cookie, has to come from this server's own origin (`PUBLIC_URL`) or from one of `CORS_ORIGINS`. This one comes from elsewhere.",
    why: &[
        "The front end's address is not in `CORS_ORIGINS`, or is there with another port, `http` for `https`, `www` or not.",
        "`PUBLIC_URL` is not the address in the browser: `127.0.0.1` for `localhost`, the name behind the proxy for the public one.",
        "The page is in a sandboxed frame or a file, and its origin is `null`.",
        "Another website sent the request. Then the refusal has done its work.",
    ],
    fix: Fix {
        summary: "Name the front end's origin in `CORS_ORIGINS`, or set `PUBLIC_URL` to the address in the browser.",
        steps: &[
            run("Take the origin from the trace.", "countersign why TRACE_ID"),
            run("If it is yours, add it: scheme, host and port, without a slash. Restart.", "CORS_ORIGINS=https://app.example.org"),
            run("If it is the server's own address, `PUBLIC_URL` is wrong.", "PUBLIC_URL=https://auth.example.org"),
        ],
    },
    example: Example::Refusal {
        request: "POST /api/v1/auth/logout HTTP/1.1\nOrigin: http://127.0.0.1:3000\nCookie: __Host-countersign_session=css_…",
        trace: "Origin http://127.0.0.1:3000; trusted: http://localhost:8787, http://localhost:3000",
    },
    standard: Some("RFC 6454, section 7; Fetch Metadata, section 2.3; ASVS V3.5.1"),
    related: &[Cause::OriginHostDrift, Cause::CorsOriginNotAllowed, Cause::ProxyProtoLost, Cause::CsrfTokenMismatch],
};
