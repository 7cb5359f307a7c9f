//! `authorization-header-conflict`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::AuthorizationHeaderConflict,
    rule: None,
    title: "Two things want the one Authorization header",
    what: "The header holds Basic credentials, or there are two `Authorization` headers. A request has room for one: most often a password for a proxy in front has pushed out the token for the application.",
    why: &[
        "A staging site stands behind HTTP Basic authentication, and the browser sends that with every request, in place of the application's token.",
        "The address has the form `https://user:password@host/`, from which clients make a Basic header.",
        "Two layers of the client each add a header, and the proxy passes both on.",
    ],
    fix: Fix {
        summary: "Let the proxy and the application use different ways: only the application's token may stand in `Authorization`.",
        steps: &[
            run("Take the API paths out of the proxy's Basic authentication, for example in nginx.", "location /api/ {\n    auth_basic off;\n    proxy_pass http://127.0.0.1:8787;\n}"),
            say("Or guard the staging site by network address or VPN, which needs no header."),
            say("Take `user:password@` out of the address that the client calls."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAuthorization: Basic c3RhZ2luZzpob3JzZQ==",
        trace: "Basic credentials where a bearer token belongs",
    },
    standard: Some("RFC 9110, section 11.6.2; RFC 6750, section 2"),
    related: &[Cause::AuthSchemeMismatch, Cause::AuthHeaderStrippedByProxy, Cause::ClientNetrcOverride],
};
