//! `request-too-large`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::RequestTooLarge,
    rule: None,
    title: "The request body is too large",
    what: "The body is longer than this endpoint reads. It was refused before it was parsed, and nothing was done.",
    why: &[
        "A file, an image as a data URL, or a whole exported object went into a field that wants a short text.",
        "The settings document of a user has grown without anybody cleaning it up.",
        "The request was meant for another service.",
    ],
    fix: Fix {
        summary: "Send less: the endpoints of this API need a few kilobytes at most.",
        steps: &[
            run("Look at what the client sends; the size is in the trace, the limit beside it.", "countersign why TRACE_ID"),
            say("Keep pictures elsewhere and send their address (`avatar_url`), not their bytes."),
        ],
    },
    example: Example::Refusal {
        request: "PUT /api/settings HTTP/1.1\nContent-Type: application/json\nContent-Length: 7340032",
        trace: "body of 7340032 bytes, limit 65536",
    },
    standard: Some("RFC 9110, section 15.5.14"),
    related: &[Cause::RequestMalformed, Cause::HeaderTooLarge],
};
