//! `csrf-token-mismatch`

use crate::cause_doc::{CauseDoc, Example, Fix, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::CsrfTokenMismatch,
    rule: None,
    title: "The CSRF token is not the one of this session",
    what: "There is a header and a cookie, but they differ, or they were made for another session. A CSRF token is bound to the session that it was fetched in.",
    why: &[
        "The user signed in or out in another tab, so this page has the token of the session before.",
        "The token was fetched before signing in, and used after.",
        "The client keeps the token for good, and not as long as the session.",
        "The header was encoded or cut on its way.",
    ],
    fix: Fix {
        summary: "Fetch a new CSRF token, and repeat the request once.",
        steps: &[
            say("In the client: on a 403 with slug `csrf-token-mismatch`, fetch `/api/v1/auth/csrf-token` again and repeat once."),
            say("Fetch a token after each sign-in and sign-out."),
            say("If it never fits, compare the header with the cookie, character by character, in the network panel."),
        ],
    },
    example: Example::Refusal {
        request: "POST /api/v1/auth/logout HTTP/1.1\nCookie: __Host-countersign_session=css_…; __Host-countersign_csrf=Rk1x…\nX-CSRF-Token: 8Qzw…",
        trace: "the header and the cookie differ",
    },
    standard: Some("ASVS V3.5.1"),
    related: &[Cause::CsrfTokenMissing, Cause::CsrfCookieDuplicatePath, Cause::SessionRevoked],
};
