//! `method-not-allowed`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::MethodNotAllowed,
    rule: None,
    title: "This path does not take that method",
    what: "The path exists, but not for this HTTP method. The `Allow` header of the answer lists those that it takes.",
    why: &[
        "The client followed a redirect and turned its POST into a GET (RFC 9110, section 15.4, allows that for 301 and 302).",
        "The address was opened in a browser, which sends a GET.",
        "A form has no `method=\"post\"`.",
    ],
    fix: Fix {
        summary: "Use a method that the `Allow` header names.",
        steps: &[
            run("Ask which methods there are.", "curl -i -X OPTIONS http://localhost:8787/api/v1/auth/refresh"),
            say("If your POST arrives as a GET, call the final address directly: `https`, the right host, no missing or extra slash."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/jwt/login HTTP/1.1",
        trace: "GET on a path that takes POST",
    },
    standard: Some("RFC 9110, section 15.5.6"),
    related: &[Cause::NotFound, Cause::AuthHeaderLostOnRedirect],
};
