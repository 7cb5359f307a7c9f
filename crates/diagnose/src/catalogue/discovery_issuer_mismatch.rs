//! `discovery-issuer-mismatch`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::DiscoveryIssuerMismatch,
    rule: None,
    title: "The discovery document is that of another issuer",
    what: "The document at `/.well-known/openid-configuration` names an `issuer` that is not, character by character, the one in countersign.toml. Its keys are not used: they could be those of somebody else.",
    why: &[
        "A slash at the end is there on one side and missing on the other.",
        "The issuer is reached under an inside host name and calls itself by its public one, as Keycloak does without `KC_HOSTNAME`.",
        "Entra's address for all tenants (`common`, `organizations`) stands where the tenant's own belongs.",
    ],
    fix: Fix {
        summary: "Write `issuer` exactly as the discovery document does, which is also what the tokens have as `iss`.",
        steps: &[
            run("Read the name that the issuer gives itself.", "curl -s https://ISSUER/.well-known/openid-configuration | jq -r .issuer"),
            say("If that name cannot be reached from this server, keep it as `issuer` and give `jwks_url`, which skips discovery."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJSUzI1NiIsImtpZCI6…",
        trace: "the key set of the trusted issuer accounts is not held: the discovery document names the issuer \"https://id.example.com\"; \"https://id.example.com/\" is configured",
    },
    standard: Some("OpenID Connect Discovery 1.0, section 4.3; RFC 8414, section 3.3"),
    related: &[Cause::IssTrailingSlash, Cause::IssHostMismatch, Cause::JwksUnavailable],
};
