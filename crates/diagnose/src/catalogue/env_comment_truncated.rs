//! `env-comment-truncated`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::Finding;
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::EnvCommentTruncated,
    rule: Some(find),
    title: "A # cut the secret short for one loader",
    what: "The token's signature holds under this server's secret up to its `#`. One loader takes `#` for the beginning of a comment, another for a part of the value.",
    why: &[
        "Loaders differ: some end an unquoted value at any `#`, some only at a `#` after a blank, and `docker --env-file` never.",
        "The secret was made with special characters.",
    ],
    fix: Fix {
        summary: "Put the value between quotes, or use a secret without `#`.",
        steps: &[
            run("Make one without; letters, digits, `-` and `_` need no quotes anywhere.", "countersign secret generate"),
            run("Or quote it, in files that a dotenv loader reads. `docker --env-file` would keep the quotes.", "JWT_SECRET='abc#def…'"),
            say("Restart the side that had the short one. What it signed before ends there."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/settings HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "the signature holds under the configured secret up to its #",
    },
    standard: Some("RFC 7515, section 5.2"),
    related: &[Cause::SecretMismatch, Cause::EnvDollarExpanded, Cause::EnvQuotesLiteral, Cause::SecretTooShort],
};

/// One side's signing secret is not the other's, and this makes the difference.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.secret_faults_of(Cause::EnvCommentTruncated));
    found.extend(situation.cut_database_passwords(Cause::EnvCommentTruncated));
}
