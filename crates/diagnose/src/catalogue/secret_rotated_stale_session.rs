//! `secret-rotated-stale-session`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::evidence::Symptom;
use crate::finding::{Finding, Strength};
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
    found.extend(of_lost_store(situation));
    if let (true, Some(seen)) = (situation.tokens.is_empty(), situation.sighting(Symptom::SessionUndecryptable)) {
        let message = "a session that was sealed with another secret cannot be opened any more";
        let finding = Finding::new(Cause::SecretRotatedStaleSession, Strength::Suggested, message);
        found.push(finding.at(seen.spot.clone(), "said here"));
    }
}

/// Words of a store that was thrown away, with the secret that the program had put into it.
const LOST: &[&str] = &["down -v", "down --volumes", "volume rm", "volume prune", "pb_data  removed", "_data  removed", "removed volume", "deleted the volume", "erased all"];

/// Products that make their secret at the first start and keep it in their own store.
const OWN_STORE: &[&str] = &["pocketbase", "n8n", "grafana", "uptime kuma", "portainer", "home assistant", "vaultwarden", "immich", "jellyfin", "authentik", "casdoor", "gitea", "forgejo"];

/// The program made its secret itself, and its store is another one now.
fn of_lost_store(situation: &Situation<'_>) -> Option<Finding> {
    let refused = situation.response().is_some_and(|answer| matches!(answer.status, 401 | 403));
    let keeps = OWN_STORE.iter().any(|product| situation.uses(product));
    let carries = situation.tokens.iter().any(|token| token.is_hmac() || token.is_opaque())
        || situation.request().is_some_and(|request| request.headers.first("cookie").is_some());
    let spot = situation.told(LOST, &[]).filter(|_| refused && keeps && carries)?;
    let message = "the store in which the program keeps its own secret was made anew, and the token is from before";
    let finding = Finding::new(Cause::SecretRotatedStaleSession, Strength::Likely, message).weight(0.7);
    Some(finding.at(spot, "the old store went here").explains(&[Cause::BearerPrefixMissing, Cause::UserDeletedStaleToken]))
}
