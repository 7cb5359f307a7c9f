//! `session-revoked`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::SessionRevoked,
    rule: None,
    title: "The session was ended",
    what: "The token is genuine and current, but its session has been ended: by signing out, from the list of sessions, by an administrator, or because the password was changed. The trace says by which.",
    why: &[
        "The user signed out in another tab, or chose \"sign out everywhere\".",
        "The password was changed or reset, which ends all other sessions.",
        "An administrator ended it.",
        "A refresh token of this session was used twice; then the session ends as a whole.",
    ],
    fix: Fix {
        summary: "Sign in again.",
        steps: &[
            say("In the client, take this as the end of the session: forget both tokens, do not refresh, show the sign-in page."),
            run("To know why it ended, ask the trace.", "countersign why TRACE_ID"),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "session 0190d2c4-… ended at 2026-02-03T09:00:00Z: signed out",
    },
    standard: Some("ASVS V7.4.1"),
    related: &[Cause::SessionExpiredIdle, Cause::SessionExpiredAbsolute, Cause::SessionEvictedByLimit, Cause::RefreshReused],
};
