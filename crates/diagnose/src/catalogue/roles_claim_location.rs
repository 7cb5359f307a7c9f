//! `roles-claim-location`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::RolesClaimLocation,
    rule: None,
    title: "The role is in another claim than the one that is read",
    what: "The token grants the role that is needed, in a claim that is not the one that roles are read from. It is not read from there unless the settings say so: only you know which claims your issuer lets nobody else write.",
    why: &[
        "The issuer is Keycloak (`realm_access.roles`), Auth0 (a claim with a URL for its name), Entra (`roles`) or Supabase (`app_metadata.role`), and the verifier reads `role`.",
        "The role was moved to another claim when the issuer was changed.",
    ],
    fix: Fix {
        summary: "Set `role_claim` to the claim that the refusal names.",
        steps: &[
            run("See all claims of the token.", "countersign inspect \"$TOKEN\""),
            run("In the issuer's `[[trusted_issuer]]` table, as a path or, for a name with dots, as a list:", "role_claim = \"realm_access.roles\"\nrole_claim = [\"https://example.com/roles\"]"),
            say("Never read roles from `user_metadata` of Supabase: users write it themselves."),
        ],
    },
    example: Example::Refusal {
        request: "GET /reports HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJSUzI1NiIsImtpZCI6…",
        trace: "the role admin is not in role, and it is in realm_access.roles",
    },
    standard: Some("RFC 9068, section 2.2.3.1"),
    related: &[Cause::RoleMissing, Cause::ScopeMissing],
};
