//! `anon-key-as-user-token`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;
use crate::finding::{Finding, Strength};
use crate::situation::{Outcome, Situation};
use crate::situation::kind::project_key_mark;
use crate::evidence::Symptom;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::AnonKeyAsUserToken,
    rule: Some(find),
    title: "A project's API key was sent in place of a user's token",
    what: "The token is signed and current, but its `role` is `anon` or `service_role` and it has no user: it is the key of a Supabase project. It says which project calls, not who is signed in.",
    why: &[
        "The client sends the key that it was set up with, because nobody had signed in yet or the session was not loaded.",
        "A test by hand used the key from the dashboard, since it looks like a token.",
        "A server calls with the service key. It may do everything; it must never reach a browser.",
    ],
    fix: Fix {
        summary: "Send the access token of the signed-in user's session.",
        steps: &[
            run("Take it from the session, at the time of the call.", "const { data } = await supabase.auth.getSession()\nconst token = data.session?.access_token"),
            say("If there is no session, the user has to sign in first. The anon key is no substitute."),
            say("If a service key was in a browser or a log, replace it in the project's settings."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/settings HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "iss supabase, role anon, no sub: a project's key",
    },
    standard: Some("RFC 9068, section 4"),
    related: &[Cause::SupabaseApiKeyAsSecret, Cause::TokenTypeUnexpected, Cause::ClaimMissing],
};

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if !situation.token_may_be_refused() {
        return;
    }
    // Whoever signs in has no token of his own yet, and sends the project's key.
    let signs_in = situation.request().is_some_and(|request| {
        let path = request.target.to_ascii_lowercase();
        ["token", "signup", "otp", "recover", "verify", "magiclink", "authorize", "settings", "health"]
            .iter()
            .any(|end| path.contains(&format!("/auth/v1/{end}")))
    });
    // The project's own APIs take its keys; where one of them refuses the signature, the key is of another secret.
    let own_api = situation.request().is_some_and(|request| {
        ["/rest/v1/", "/storage/v1/", "/functions/v1/", "/graphql/v1", "/realtime/v1/"].iter().any(|path| request.target.contains(path))
    });
    let of_signature = [Symptom::SignatureRefused, Symptom::KeyUnknown, Symptom::AlgorithmRefused];
    let refused_signature = own_api && of_signature.iter().any(|symptom| situation.sighting(*symptom).is_some());
    // What the policies let everybody read needs no user.
    let may_be_public = own_api && situation.outcome() == Outcome::Unknown;
    let meant = signs_in || refused_signature || may_be_public;
    for token in situation.tokens.iter().filter(|_| !meant) {
        let Some(mark) = project_key_mark(token, situation) else {
            continue;
        };
        let message = format!("the token is the project's API key ({mark}), and no user's");
        let finding = Finding::new(Cause::AnonKeyAsUserToken, Strength::Proved, message).weight(0.9);
        found.push(finding.at(token.claim_spot("role"), "the project's key").explains(&[
            Cause::AudMismatch,
            Cause::AudMissingInToken,
            Cause::AudNotConfigured,
            Cause::ClaimMissing,
            Cause::IssMismatch,
            Cause::IssHostMismatch,
            Cause::SecretMismatch,
            Cause::AlgMismatch,
            Cause::KidNotInJwks,
            Cause::TokenMalformed,
            Cause::UserNotProvisioned,
            Cause::UserDeletedStaleToken,
            Cause::SubIdentifierMismatch,
            Cause::RoleMissing,
            Cause::RolesClaimLocation,
            Cause::ApiKeyAsBearerToken,
        ]));
    }
}
