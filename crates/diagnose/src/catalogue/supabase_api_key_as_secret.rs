//! `supabase-api-key-as-secret`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::Finding;
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::SupabaseApiKeyAsSecret,
    rule: Some(find),
    title: "A Supabase API key is configured as the secret",
    what: "The configured secret is itself a token: the `anon` or `service_role` key of a Supabase project. Those keys are signed with the secret; they are not the secret. No user's token will ever hold under one.",
    why: &[
        "The dashboard shows the keys first, and the JWT secret further down.",
        "The variable is called `SUPABASE_KEY`, and a key is what was found.",
    ],
    fix: Fix {
        summary: "Configure the project's JWT secret, from the project's settings, API, JWT settings.",
        steps: &[
            run("Copy \"JWT Secret\", not \"anon\" or \"service_role\".", "SUPABASE_JWT_SECRET=<the JWT secret>"),
            say("Where the project has moved to signing keys, use its key set instead: `https://<project>.supabase.co/auth/v1/.well-known/jwks.json`."),
            say("If the service key stood in a file that others can read, replace it in the dashboard."),
        ],
    },
    example: Example::StartUp {
        message: "JWT_SECRET is a token with role anon, that is a Supabase API key, not a secret",
        source: "backend/.env",
        line: Some((5, "JWT_SECRET=sha256:77aa01fe", "sha256:77aa01fe")),
    },
    standard: Some("RFC 7518, section 3.2"),
    related: &[Cause::AnonKeyAsUserToken, Cause::SecretMismatch, Cause::SecretPlaceholder],
};

/// One side's signing secret is not the other's, and this makes the difference.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.secret_faults_of(Cause::SupabaseApiKeyAsSecret));
}
