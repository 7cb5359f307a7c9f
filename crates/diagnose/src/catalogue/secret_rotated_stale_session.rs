//! `secret-rotated-stale-session`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::Finding;
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::SecretRotatedStaleSession,
    rule: Some(find),
    title: "The token is signed with a key that was replaced",
    what: "The signature holds under a key that this server used before, and no longer accepts: the time in which both were good is over. The token is genuine, and old.",
    why: &[
        "A client did not refresh for longer than the overlap: a script with a copied token, a tab that slept for days.",
        "The secret was replaced by editing the setting, which has no overlap: all tokens end at that moment.",
        "Another service still signs with the old secret.",
    ],
    fix: Fix {
        summary: "Sign in again, or refresh: new tokens are signed with the present key.",
        steps: &[
            say("In a client: treat this as an expired token, refresh once, and otherwise sign in."),
            run("See which keys there are, and until when the old one counts.", "countersign key list"),
            run("Next time let both count for a while: the overlap should be longer than an access token lives.", "countersign key rotate"),
            say("If the old secret had leaked, there is nothing to mend: the refusal is what you wanted."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJFZERTQSIs…",
        trace: "kid 0vx7a… is retired since 2026-02-01T12:00:00Z",
    },
    standard: Some("NIST SP 800-57 part 1, section 5.3; ASVS V11.1.1"),
    related: &[Cause::SecretMismatch, Cause::KidNotInJwks, Cause::TokenExpired],
};

/// One side's signing secret is not the other's, and this makes the difference.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.secret_faults_of(Cause::SecretRotatedStaleSession));
}
