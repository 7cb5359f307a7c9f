//! `request-malformed`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::RequestMalformed,
    rule: None,
    title: "The request cannot be read",
    what: "The body is not what its `Content-Type` promises: not valid JSON, not UTF-8, cut short, nested too deeply, or with one key twice. Nothing was done.",
    why: &[
        "The body was put together by hand: a trailing comma, single quotes, a comment. JSON has none of these.",
        "The client sent a form or plain text; the API wants `Content-Type: application/json`.",
        "A shell took the quotes or the `$` out of the body before `curl` saw it.",
        "The client computed `Content-Length` in characters, not bytes.",
    ],
    fix: Fix {
        summary: "Send one valid JSON object with `Content-Type: application/json`.",
        steps: &[
            run("Check the body by itself; `jq` names the line and column of the first fault.", "jq . < body.json"),
            run("Send it from a file, so that no shell changes it.", "curl -X POST http://localhost:8787/api/v1/auth/jwt/login \\\n  -H 'Content-Type: application/json' --data-binary @body.json"),
        ],
    },
    example: Example::Refusal {
        request: "POST /api/v1/auth/jwt/login HTTP/1.1\nContent-Type: application/json\n\n{'email': 'ada@example.org'}",
        trace: "line 1, column 2: expected a double quote or `}`",
    },
    standard: Some("RFC 8259, section 2; RFC 9110, section 15.5.1"),
    related: &[Cause::FieldsInvalid, Cause::RequestTooLarge],
};
