//! `sync-secret-mismatch`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::Finding;
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::SyncSecretMismatch,
    rule: Some(find),
    title: "The sync secret is wrong",
    what: "The header `X-Auth-Secret` is missing, or is not the sync secret of this server. The trace has the fingerprints of both, so that they can be compared without being shown.",
    why: &[
        "The two services have different values, because one was changed alone.",
        "The caller's env file has the name of a variable as the value: `AUTH_SYNC_SECRET=\"$SYNC_SECRET\"` written by `echo '…'`.",
        "The caller sends the signing secret, or sends the header under another name.",
        "Quotes or a newline became part of the value on one side.",
    ],
    fix: Fix {
        summary: "Give both services the same `AUTH_SYNC_SECRET`.",
        steps: &[
            run("Compare the fingerprints that the trace shows with those on each side.", "countersign why TRACE_ID\nprintenv AUTH_SYNC_SECRET | countersign secret fingerprint"),
            say("Set the same value on both sides, and restart both."),
            run("Try it by hand; 200 means that the secret is right.", "curl -i -X POST http://localhost:8787/api/auth/sync-user \\\n  -H \"X-Auth-Secret: $AUTH_SYNC_SECRET\" -H 'Content-Type: application/json' \\\n  -d '{\"email\": \"ada@example.org\", \"name\": \"Ada\", \"github_id\": \"1001\"}'"),
        ],
    },
    example: Example::Refusal {
        request: "POST /api/auth/sync-user HTTP/1.1\nX-Auth-Secret: $SYNC_SECRET",
        trace: "presented sha256:8d2f0b11, expected sha256:4be11c9a (AUTH_SYNC_SECRET from backend/.env:4)",
    },
    standard: Some("RFC 9110, section 15.5.2; ASVS V11.2.4"),
    related: &[Cause::SyncSecretMissing, Cause::EnvVarNotExpanded, Cause::SecretReusedAcrossPurposes, Cause::UserNotProvisioned],
};

/// The sync endpoint wants another secret than it is sent.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.sync_secrets_differ());
}
