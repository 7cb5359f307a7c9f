//! `session-unknown`

use crate::cause_doc::{CauseDoc, Example, Fix, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::SessionUnknown,
    rule: None,
    title: "This session is not known",
    what: "The session cookie has the right name, but no session of this server belongs to it.",
    why: &[
        "The cookie is from another deployment on the same host: `localhost` has one cookie jar for all ports.",
        "The session ended long ago, and was cleaned up.",
        "The database was made anew.",
        "The cookie was cut or edited.",
    ],
    fix: Fix {
        summary: "Sign in again; a new cookie replaces this one.",
        steps: &[
            say("Reload the sign-in page, and sign in."),
            say("If it comes back, two programs write the cookie: look in the browser's storage panel, and give them different hosts."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nCookie: countersign_session=css_…",
        trace: "sha256:77aa01fe is no session of this database",
    },
    standard: Some("ASVS V7.2.1"),
    related: &[Cause::SessionRevoked, Cause::SessionExpiredIdle, Cause::CredentialMissing],
};
