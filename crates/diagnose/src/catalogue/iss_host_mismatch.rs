//! `iss-host-mismatch`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;
use crate::finding::Finding;
use crate::situation::Situation;
use crate::situation::issuer;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::IssHostMismatch,
    rule: Some(find),
    title: "The issuer is reached under two hosts",
    what: "`iss` and `AUTH_JWT_ISSUER` differ in host, port or scheme alone. It is one issuer with two names, and it writes the name by which it was called.",
    why: &[
        "Inside a compose or cluster network it is `http://keycloak:8080`, outside it is `https://login.example.org`.",
        "With and without `www`; `localhost` and `127.0.0.1`.",
        "The issuer is behind a proxy, and was not told its public address.",
    ],
    fix: Fix {
        summary: "Give the issuer one name, and let everybody use that.",
        steps: &[
            run("See both names.", "countersign inspect \"$TOKEN\"\ncountersign config show"),
            say("Set the issuer's public address in its own settings (Keycloak: `KC_HOSTNAME`), and get a new token."),
            run("Set the same address here.", "AUTH_JWT_ISSUER=https://login.example.org/realms/app"),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/settings HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "iss is http://keycloak:8080/realms/app, expected https://login.example.org/realms/app",
    },
    standard: Some("RFC 7519, section 4.1.1; RFC 8414, section 3.3"),
    related: &[Cause::IssMismatch, Cause::IssTrailingSlash, Cause::OriginHostDrift, Cause::BaseUrlDrift],
};

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(issuer::findings(Cause::IssHostMismatch, situation));
}
