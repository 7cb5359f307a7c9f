//! `jwks-address-refused`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::JwksAddressRefused,
    rule: None,
    title: "The key set of a trusted issuer lies at an address that is not asked",
    what: "The issuer's address, the `jwks_uri` it names or a redirect leads to a private, loopback or link-local address, or away from https. The server does not connect there: whoever controls the answer of an issuer could otherwise make it ask machines inside your network.",
    why: &[
        "The issuer runs in your own network, as Keycloak in the same cluster, and nothing says that this is meant.",
        "The host name resolves to another address inside the network than outside.",
        "The issuer redirects to http, or too often.",
    ],
    fix: Fix {
        summary: "If the issuer really is inside your network, allow it; else correct its address.",
        steps: &[
            run("For an issuer of your own, in its `[[trusted_issuer]]` table:", "allow_private = true"),
            run("Look at what the name resolves to on this machine.", "getent ahosts id.example.com"),
            say("Make the issuer publish https addresses that need no redirect."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJSUzI1NiIsImtpZCI6…",
        trace: "the key set of the trusted issuer accounts is not held: keycloak.internal is at 10.0.3.7, a private address",
    },
    standard: Some("RFC 8725, section 3.10"),
    related: &[Cause::JwksUnavailable, Cause::DiscoveryIssuerMismatch],
};
