//! `user-deleted-stale-token`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::UserDeletedStaleToken,
    rule: None,
    title: "The token's user has been deleted",
    what: "The token is genuine and current, but its account was deleted after it was issued. Deleting an account ends all its sessions within a second, on every node.",
    why: &[
        "An administrator or the user deleted the account, and a tab is still open.",
        "A test cleans up its users while another one still works.",
        "The same person was registered again; that is a new account, with a new id.",
    ],
    fix: Fix {
        summary: "Sign in again, with an account that exists.",
        steps: &[
            run("See when it was deleted, and by whom.", "countersign audit tail"),
            say("In the client, take this as the end of the session: forget the tokens, and show the sign-in page."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "user 0190d2c3-… was deleted at 2026-02-03T09:00:00Z",
    },
    standard: Some("ASVS V7.4.2"),
    related: &[Cause::UserNotProvisioned, Cause::SessionRevoked, Cause::AccountSuspended],
};
