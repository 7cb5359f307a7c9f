//! `role-missing`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::RoleMissing,
    rule: None,
    title: "Signed in, but not with the role that this needs",
    what: "You are known, and you are not allowed to do this: it is for another role, most often `admin`. Signing in again does not change that, so the answer is 403 and not 401.",
    why: &[
        "The account has the role `user`.",
        "The role was given after the token was issued. A token keeps the role of its time until it is refreshed.",
        "Two accounts, and signed in with the wrong one.",
    ],
    fix: Fix {
        summary: "Have an administrator give the account the role, then refresh the token.",
        steps: &[
            run("See which role the account has.", "countersign user show ada@example.org"),
            run("Give it, if it should have it.", "countersign user set-role ada@example.org admin"),
            say("Refresh, or sign in again, to get a token that says so."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/admin/users HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "role user; needs admin",
    },
    standard: Some("RFC 9110, section 15.5.4"),
    related: &[Cause::ScopeMissing, Cause::AdminMissing, Cause::RolesClaimLocation, Cause::StepUpRequired],
};
