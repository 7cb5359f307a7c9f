//! `secret-reused-across-purposes`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::Finding;
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::SecretReusedAcrossPurposes,
    rule: Some(find),
    title: "One secret serves two purposes",
    what: "The value that signs tokens also guards the sync endpoint (or encrypts data). Whoever learns it in one place, such as the front end that calls sync, can then do the other as well: sign a token for any user.",
    why: &[
        "Two variables were asked for, and one value was at hand.",
        "A script made one secret, and wrote it under all names.",
    ],
    fix: Fix {
        summary: "Make a second secret, and use it for the sync endpoint.",
        steps: &[
            run("Make one.", "countersign secret generate"),
            say("Set it as `AUTH_SYNC_SECRET` on this server and on the service that calls sync, and restart both. The signing secret stays, so nobody is signed out."),
        ],
    },
    example: Example::StartUp {
        message: "AUTH_SYNC_SECRET and AUTH_SECRET have the same value",
        source: "backend/.env",
        line: Some((3, "AUTH_SYNC_SECRET=sha256:1f0c22ab", "sha256:1f0c22ab")),
    },
    standard: Some("NIST SP 800-57 part 1, section 5.2"),
    related: &[Cause::SecretReusedAcrossEnvironments, Cause::SyncSecretMismatch],
};

/// Two purposes share a secret.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.shared_by_purposes());
}
