//! `env-var-not-expanded`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::Finding;
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::EnvVarNotExpanded,
    rule: Some(find),
    title: "A reference to a variable stands where its value belongs",
    what: "The value is `$NAME` or `${NAME}`: text that somebody meant to be replaced, and nobody replaced.",
    why: &[
        "`echo 'AUTH_SYNC_SECRET=\"$SYNC_SECRET\"' >> .env.local`: within single quotes the shell writes the name and not the value.",
        "The loader does not expand references (`docker --env-file`, systemd), or does so only in some kinds of quotes.",
        "The variable that is referred to is not set where the file is read.",
    ],
    fix: Fix {
        summary: "Write the value itself.",
        steps: &[
            run("Append with double quotes around the whole, so that the shell puts the value in.", "echo \"AUTH_SYNC_SECRET=$SYNC_SECRET\" >> .env.local"),
            say("If you want the reference: in env files that Countersign reads, `${NAME}` is expanded outside single quotes; set NAME above it or in the environment."),
            say("A secret that does begin with a dollar sign goes between single quotes."),
        ],
    },
    example: Example::StartUp {
        message: "AUTH_SYNC_SECRET refers to SYNC_SECRET, which is not set",
        source: "frontend/.env.local",
        line: Some((4, "AUTH_SYNC_SECRET=\"${SYNC_SECRET}\"", "${SYNC_SECRET}")),
    },
    standard: None,
    related: &[Cause::EnvDollarExpanded, Cause::EnvFileMalformed, Cause::SecretPlaceholder, Cause::SyncSecretMismatch],
};

/// One side's signing secret is not the other's, and this makes the difference.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.secret_faults_of(Cause::EnvVarNotExpanded));
    found.extend(situation.references_kept());
    found.extend(situation.references_told());
}
