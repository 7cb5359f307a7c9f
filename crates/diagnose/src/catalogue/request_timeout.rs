//! `request-timeout`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::RequestTimeout,
    rule: None,
    title: "The request took too long to arrive or to answer",
    what: "The request was not complete within the time that the server gives it, or its answer was not ready by then. A change that had not been written by then was not made.",
    why: &[
        "The connection is slow or broke off half-way.",
        "The client declared a longer body (`Content-Length`) than it sent, and the server waited for the rest.",
        "The database holds the answer up: a lock, a full disk, a lost node.",
    ],
    fix: Fix {
        summary: "Send the request again; if it happens often, find out which side is slow.",
        steps: &[
            run("See which step took the time.", "countersign why TRACE_ID"),
            say("Try it on the server's own machine: if it is fast there, the way between is slow."),
            say("Repeating is safe: reads change nothing, and a refresh that is repeated within 30 seconds gets the same token again."),
        ],
    },
    example: Example::Refusal {
        request: "POST /api/v1/auth/register HTTP/1.1\nContent-Length: 512\n\n{\"email\": \"ada@exa",
        trace: "the body was not complete within 20 s",
    },
    standard: Some("RFC 9110, section 15.5.9"),
    related: &[Cause::Overloaded, Cause::Unavailable],
};
