//! `env-dollar-expanded`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::Finding;
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::EnvDollarExpanded,
    rule: Some(find),
    title: "A dollar sign in the secret was expanded by one loader",
    what: "The token's signature holds under this server's secret with a part from a `$` on taken away. One loader took the `$` for the beginning of a variable, found none of that name, and put nothing in its place.",
    why: &[
        "Compose expands `$NAME` in its file and in env files; `$$` there means one dollar sign.",
        "`@next/env` and dotenv-expand do the same; plain dotenv, python-dotenv within single quotes and `docker --env-file` do not.",
        "The secret is a bcrypt hash, or was made with special characters.",
    ],
    fix: Fix {
        summary: "Use a secret without a dollar sign.",
        steps: &[
            run("Make one; it has letters, digits, `-` and `_` alone.", "countersign secret generate"),
            say("Set it on all sides, and restart them."),
            run("If the value has to stay: single quotes in files for dotenv, `\\$` for Next.js, `$$` in compose.", "AUTH_SECRET='p4$$w0rd…'"),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/settings HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "the signature holds under the configured secret without what follows its $",
    },
    standard: Some("RFC 7515, section 5.2"),
    related: &[Cause::SecretMismatch, Cause::EnvCommentTruncated, Cause::EnvQuotesLiteral, Cause::EnvVarNotExpanded],
};

/// One side's signing secret is not the other's, and this makes the difference.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.secret_faults_of(Cause::EnvDollarExpanded));
    found.extend(situation.cut_database_passwords(Cause::EnvDollarExpanded));
    found.extend(situation.cut_values());
}
