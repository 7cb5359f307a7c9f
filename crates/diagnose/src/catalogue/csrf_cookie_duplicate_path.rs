//! `csrf-cookie-duplicate-path`

use crate::cause_doc::{CauseDoc, Example, Fix, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::CsrfCookieDuplicatePath,
    rule: None,
    title: "There are two CSRF cookies with different values",
    what: "The browser sent two cookies of the CSRF cookie's name. They were set with different paths or domains, so neither replaces the other, and which one script reads is chance. The server does not guess.",
    why: &[
        "An older version, or another program on the same host, set the cookie with a `Path` or a `Domain` of its own.",
        "A page of a subdomain set it for the whole domain.",
        "A proxy rewrites `Path` for some paths and not for others.",
    ],
    fix: Fix {
        summary: "Delete both cookies, and let one place set them.",
        steps: &[
            say("In the browser's storage panel look for two cookies of one name; path and domain show who set them. Delete both."),
            say("Take the second setter away: an old proxy rule (`proxy_cookie_path`), another program on the host."),
            say("Over https the name begins with `__Host-`, which browsers take for `Path=/` alone and without a `Domain`; this cannot happen there."),
        ],
    },
    example: Example::Refusal {
        request: "POST /api/v1/auth/logout HTTP/1.1\nCookie: countersign_csrf=Rk1x…; countersign_csrf=9tPb…\nX-CSRF-Token: Rk1x…",
        trace: "2 cookies of the name countersign_csrf with different values",
    },
    standard: Some("RFC 6265, section 5.4; ASVS V3.3.3"),
    related: &[Cause::CsrfTokenMismatch, Cause::CookieDomainMismatch, Cause::CookieNameMismatch],
};
