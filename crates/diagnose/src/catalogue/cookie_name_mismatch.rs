//! `cookie-name-mismatch`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::CookieNameMismatch,
    rule: None,
    title: "There is a session cookie of another name than the one that is read",
    what: "The request has no session cookie of this server's name, but one whose name differs by its prefix alone. The name is `__Host-countersign_session` over https, and `countersign_session` over http while developing. Whoever wrote the cookie and whoever reads it disagree about which of the two it is.",
    why: &[
        "`PUBLIC_URL` changed from http to https, or the environment changed; the old cookie is still there.",
        "Two servers of one host are set up differently, one with https and one without.",
        "The code of a front end has the name written into it.",
    ],
    fix: Fix {
        summary: "Sign in again; make sure that all parts have the same `PUBLIC_URL`.",
        steps: &[
            say("Sign in. The cookie of the right name is set, and the old one no longer matters."),
            run("If it comes back, compare the settings of the servers that share the host.", "countersign config show"),
            say("Do not write the cookie's name into your code: ask `/api/v1/auth/status` who is signed in."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nCookie: countersign_session=css_…",
        trace: "there is a cookie \"countersign_session\"; the session cookie here is __Host-countersign_session",
    },
    standard: Some("RFC 6265bis, section 4.1.3; ASVS V3.3.1"),
    related: &[Cause::CredentialMissing, Cause::CookieDomainMismatch, Cause::SessionUnknown, Cause::PublicUrlInsecure],
};
