//! `auth-scheme-mismatch`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::AuthSchemeMismatch,
    rule: None,
    title: "The Authorization header names another scheme than Bearer",
    what: "The header begins with a scheme that this server does not read, such as `Token` or `JWT`. What follows may well be a good token.",
    why: &[
        "The client was written for another server: Django REST Framework says `Token`, older JWT packages say `JWT`.",
        "A library has the scheme as a setting, and its default is not `Bearer`.",
        "A tool is set to Basic or Digest.",
    ],
    fix: Fix {
        summary: "Use the scheme `Bearer`.",
        steps: &[
            run("Change the scheme in the client's settings, or where the header is set.", "headers: { Authorization: `Bearer ${token}` }"),
            run("In a back end of your own, set the same word on both sides, for example in Simple JWT.", "SIMPLE_JWT = {\"AUTH_HEADER_TYPES\": (\"Bearer\",)}"),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAuthorization: Token eyJhbGciOiJIUzI1NiIs…",
        trace: "scheme Token, expected Bearer; what follows has the form of a token",
    },
    standard: Some("RFC 6750, section 2.1; RFC 9110, section 11.1"),
    related: &[Cause::BearerPrefixMissing, Cause::AuthorizationHeaderConflict],
};
