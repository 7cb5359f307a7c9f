//! `cookie-domain-mismatch`

use crate::cause_doc::{CauseDoc, Example, Fix, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::CookieDomainMismatch,
    rule: None,
    title: "The session cookie came more than once, with different values",
    what: "The browser holds several session cookies for this host, set for different domains or paths, and sends them all. Only the first counts, and it may be the old one.",
    why: &[
        "Another program on a parent domain sets a cookie of the same name for all hosts below.",
        "An earlier version set it with a `Domain` or a `Path`.",
        "The site moved from `www` to the bare domain, or back.",
    ],
    fix: Fix {
        summary: "Delete the cookies of that name, and sign in again.",
        steps: &[
            say("In the browser's storage panel look for cookies of one name with different domain or path. Delete them all."),
            say("Take away what sets the other one: a second program on the domain, a rule of the proxy (`proxy_cookie_domain`)."),
            say("Over https the name begins with `__Host-`, and browsers take that without a `Domain` only; use https on all hosts."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nCookie: countersign_session=css_A…; countersign_session=css_B…",
        trace: "the cookie countersign_session came more than once with different values (several paths or domains); the first counts",
    },
    standard: Some("RFC 6265, section 5.4"),
    related: &[Cause::CookieNameMismatch, Cause::CsrfCookieDuplicatePath, Cause::SessionUnknown, Cause::OriginHostDrift],
};
