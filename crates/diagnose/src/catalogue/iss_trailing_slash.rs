//! `iss-trailing-slash`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use countersign_verify::Cause;
use crate::finding::Finding;
use crate::situation::Situation;
use crate::situation::issuer;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::IssTrailingSlash,
    rule: Some(find),
    title: "The issuer differs in the final slash",
    what: "`iss` and `AUTH_JWT_ISSUER` are the same but for a slash at the end. Issuers are compared character for character.",
    why: &[
        "Auth0 writes its issuer with a slash; the address in the dashboard has none.",
        "The setting is put together from a domain and a path.",
    ],
    fix: Fix {
        summary: "Write the setting exactly as the token has it.",
        steps: &[
            run("Look at `iss`.", "countersign inspect \"$TOKEN\""),
            run("Copy it, slash and all.", "AUTH_JWT_ISSUER=https://example.eu.auth0.com/"),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/settings HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "iss is https://example.eu.auth0.com/, expected https://example.eu.auth0.com",
    },
    standard: Some("RFC 7519, section 4.1.1; OpenID Connect Discovery 1.0, section 4.3"),
    related: &[Cause::IssMismatch, Cause::IssHostMismatch, Cause::ConfigValueWhitespace],
};

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(issuer::findings(Cause::IssTrailingSlash, situation));
}
