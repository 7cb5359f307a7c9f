//! `user-not-provisioned`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use crate::situation::users::{self, Lookup};

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::UserNotProvisioned,
    rule: Some(find),
    title: "The token is good, its user is unknown here",
    what: "Signature and claims are in order, but no account fits: not the user id in `sub`, not the identity (issuer and `sub`), not the verified `email`. The person signed in elsewhere, and this server was never told. The client sees only `credentials-invalid`, so that nobody can ask which accounts exist.",
    why: &[
        "The front end's sync was skipped: without `AUTH_SYNC_SECRET` it warns in a log that nobody reads, and signs the user in.",
        "The sync went to another server or database than the request.",
        "The sync was refused (401, 503), and the front end ignored the answer.",
        "The database was made anew while the user stayed signed in at the front end.",
    ],
    fix: Fix {
        summary: "Sync the user, then repeat the request with the same token.",
        steps: &[
            run("See whom the token is for, and whether there is such an account.", "countersign inspect \"$TOKEN\"\ncountersign user show ada@example.org"),
            run("Sync by hand to see whether it works at all.", "curl -i -X POST http://localhost:8787/api/auth/sync-user \\\n  -H \"X-Auth-Secret: $AUTH_SYNC_SECRET\" -H 'Content-Type: application/json' \\\n  -d '{\"email\": \"ada@example.org\", \"name\": \"Ada\", \"github_id\": \"1001\"}'"),
            say("If that works, look at the front end's sign-in callback: it has to refuse the sign-in when the sync fails."),
            say("Sign out and in again at the front end."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/settings HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "no user with id 1001, no identity (shared secret, 1001), no account with the e-mail of the token",
    },
    standard: Some("RFC 6750, section 3.1"),
    related: &[Cause::SyncSecretMissing, Cause::SyncSecretMismatch, Cause::UserDeletedStaleToken, Cause::SubIdentifierMismatch],
};

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    for (token, lookup) in users::lookups(situation) {
        let Lookup::Absent { deleted: None, rows } = lookup else {
            continue;
        };
        let who = token.text_claim("email").or_else(|| token.text_claim("sub")).unwrap_or("the subject");
        let message = format!("the token is of {who}, and none of the {rows} user row(s) is");
        let finding = Finding::new(Cause::UserNotProvisioned, Strength::Likely, message).weight(0.7);
        found.push(finding.at(token.claim_spot("sub"), "no row has this"));
    }
}
