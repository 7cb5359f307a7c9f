//! `cors-header-not-allowed`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::CorsHeaderNotAllowed,
    rule: None,
    title: "The request needs a header that other origins may not send",
    what: "The preflight asks for a header that this API does not take from other origins. It takes `Authorization`, `Content-Type` and `X-CSRF-Token`.",
    why: &[
        "A library adds headers of its own: `X-Requested-With`, `X-XSRF-TOKEN`, tracing headers such as `traceparent` or `sentry-trace`.",
        "The token is sent in a header of another name.",
        "`Cache-Control` or `Pragma` is set on each request against caching. Answers of this API are never cached, so that is not needed.",
    ],
    fix: Fix {
        summary: "Leave the header out for calls to this API, or use the one it takes.",
        steps: &[
            run("See which header it is.", "countersign why TRACE_ID"),
            say("Switch it off for this host: in axios `xsrfHeaderName: 'X-CSRF-Token'`, in Sentry `tracePropagationTargets`."),
            say("Send the token in `Authorization`."),
        ],
    },
    example: Example::Refusal {
        request: "OPTIONS /api/v1/auth/me HTTP/1.1\nOrigin: https://app.example.org\nAccess-Control-Request-Method: GET\nAccess-Control-Request-Headers: authorization, x-requested-with",
        trace: "x-requested-with is not among authorization, content-type, x-csrf-token",
    },
    standard: Some("Fetch Standard, section 3.3.3 (Access-Control-Allow-Headers)"),
    related: &[Cause::CorsOriginNotAllowed, Cause::CsrfHeaderNotSentCrossOrigin, Cause::CsrfTokenMissing],
};
