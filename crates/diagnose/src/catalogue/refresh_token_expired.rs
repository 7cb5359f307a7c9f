//! `refresh-token-expired`

use crate::cause_doc::{CauseDoc, Example, Fix, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::RefreshTokenExpired,
    rule: None,
    title: "The refresh token has expired",
    what: "A refresh token is good for some time (`REFRESH_TOKEN_TTL`, 30 days), and never longer than its session. This one was not used in that time.",
    why: &[
        "The user was away.",
        "The client refreshes, but keeps the old refresh token in place of the new one.",
    ],
    fix: Fix {
        summary: "Sign in again.",
        steps: &[
            say("In the client, forget both tokens and show the sign-in page; repeating cannot help."),
            say("Make sure that after each refresh both tokens of the answer are stored."),
        ],
    },
    example: Example::Refusal {
        request: "POST /api/v1/auth/refresh HTTP/1.1\nContent-Type: application/json\n\n{\"refresh_token\": \"csr_…\"}",
        trace: "issued 31 d ago; good for 30 d",
    },
    standard: Some("RFC 6749, section 5.2; RFC 9700, section 4.14.2"),
    related: &[Cause::TokenExpired, Cause::SessionExpiredIdle, Cause::RefreshReused],
};
