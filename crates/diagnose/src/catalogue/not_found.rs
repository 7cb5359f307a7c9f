//! `not-found`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::NotFound,
    rule: None,
    title: "Nothing is here",
    what: "There is no such path on this server, or nothing of yours has that id. What belongs to somebody else is answered in the same way, so that ids cannot be guessed one by one.",
    why: &[
        "The path is misspelt, or misses its version: `/api/auth/login` for `/api/v1/auth/jwt/login`.",
        "A proxy took a prefix off the path, or put one on.",
        "The id belongs to another user, to another environment's database, or to something that was deleted.",
        "The request reached another deployment than you think.",
    ],
    fix: Fix {
        summary: "Compare the path with `/api/docs`, and the id with what the list endpoint returns.",
        steps: &[
            run("See every path of this server.", "curl -s http://localhost:8787/api/openapi.json | jq '.paths | keys'"),
            say("Ask the server itself, without the proxy; if that works, the proxy changes the path."),
            run("For an id: list what you own, with the same credential.", "curl -H \"Authorization: Bearer $TOKEN\" http://localhost:8787/api/v1/sessions"),
        ],
    },
    example: Example::Refusal {
        request: "DELETE /api/v1/sessions/0190d2c3-0000-7000-8000-000000000000 HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "no session of this user has that id",
    },
    standard: Some("RFC 9110, section 15.5.5"),
    related: &[Cause::MethodNotAllowed, Cause::BaseUrlDrift],
};
