//! `header-too-large`

use crate::cause_doc::{CauseDoc, Example, Fix, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::HeaderTooLarge,
    rule: None,
    title: "The request's headers are too large",
    what: "All headers together, most of it usually cookies, are longer than the server reads. Nothing of the request was looked at.",
    why: &[
        "Cookies have piled up: each environment on a shared parent domain adds its own, and none is removed.",
        "A session library keeps the whole profile or the provider's tokens in the cookie, in several pieces.",
        "A token carries hundreds of groups or permissions as claims.",
    ],
    fix: Fix {
        summary: "Make the cookies or the token smaller; do not raise the limits of every hop.",
        steps: &[
            say("Look at what is sent: the browser's storage panel shows each cookie with its size."),
            say("Delete the cookies of the site once; if the request works after it, something adds cookies without end."),
            say("Keep an id in the cookie and the data on the server; ask for fewer claims."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nCookie: appSession.0=…; appSession.1=…; appSession.2=… (18 kB)",
        trace: "headers of 18622 bytes, limit 16384",
    },
    standard: Some("RFC 6585, section 5"),
    related: &[Cause::CookieTooLarge, Cause::TokenTooLarge],
};
