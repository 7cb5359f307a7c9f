//! `sync-secret-missing`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::Finding;
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::SyncSecretMissing,
    rule: Some(find),
    title: "The server has no sync secret",
    what: "`POST /api/auth/sync-user` creates accounts on the word of another service, so it answers only with a secret that both know. This server has none: neither `AUTH_SYNC_SECRET_{ENVIRONMENT}` nor `AUTH_SYNC_SECRET` is set. Until it has, users who sign in at the front end do not exist here, and their requests fail.",
    why: &[
        "The second secret was forgotten: `AUTH_SECRET` was set, `AUTH_SYNC_SECRET` was not.",
        "It is set for another environment, or to nothing (`AUTH_SYNC_SECRET=`).",
        "It stands in a file that is not read from this working directory.",
    ],
    fix: Fix {
        summary: "Set the same `AUTH_SYNC_SECRET` on this server and on the service that calls it.",
        steps: &[
            run("Make one. It must differ from the signing secret.", "countersign secret generate"),
            run("Set it on this server, and restart it.", "AUTH_SYNC_SECRET=<secret>"),
            say("Set it on the front end, and restart that."),
            say("Sign out and in again at the front end: that is when it syncs. The users who signed in before are then here too."),
        ],
    },
    example: Example::Refusal {
        request: "POST /api/auth/sync-user HTTP/1.1\nX-Auth-Secret: …\nContent-Type: application/json\n\n{\"email\": \"ada@example.org\", \"name\": \"Ada\", \"github_id\": \"1001\"}",
        trace: "AUTH_SYNC_SECRET_STAGING and AUTH_SYNC_SECRET are not set",
    },
    standard: Some("RFC 9110, section 15.6.4"),
    related: &[Cause::SyncSecretMismatch, Cause::UserNotProvisioned, Cause::EnvFileNotLoaded, Cause::EnvVarNameMismatch],
};

/// The sync endpoint has no secret on one side.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.secret_faults_of(Cause::SyncSecretMissing));
    found.extend(situation.sync_secret_lacking());
}
