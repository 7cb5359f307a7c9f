//! `iss-mismatch`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use crate::situation::issuer;
use crate::evidence::Symptom;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::IssMismatch,
    rule: Some(find),
    title: "The token is from another issuer",
    what: "`iss` is not the issuer that this server expects (`AUTH_JWT_ISSUER`). The signature was good, so the two sides share a key, but not the name.",
    why: &[
        "The setting has the issuer of another environment.",
        "`PUBLIC_URL` was changed, and with it the issuer of new tokens; this one is older.",
        "The service that signs writes its own name as issuer, and the verifier was set to another.",
    ],
    fix: Fix {
        summary: "Set `AUTH_JWT_ISSUER` to what the issuer writes, or let the issuer write what is expected.",
        steps: &[
            run("See both: `iss` of the token, and the setting with the file that it comes from.", "countersign inspect \"$TOKEN\"\ncountersign config show"),
            say("Change the wrong one, and restart that service."),
            say("If `PUBLIC_URL` changed: old tokens end by themselves within the life of an access token; a refresh gives new ones."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/settings HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "iss is https://auth.staging.example.org, expected https://auth.example.org",
    },
    standard: Some("RFC 7519, section 4.1.1; RFC 9068, section 4"),
    related: &[Cause::IssTrailingSlash, Cause::IssHostMismatch, Cause::IssVersionMismatch, Cause::AudMismatch],
};

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(issuer::findings(Cause::IssMismatch, situation));
    if let (true, Some(seen)) = (situation.tokens.is_empty(), situation.sighting(Symptom::IssuerRefused)) {
        let message = "a message says that the issuer is not the one that is expected";
        let finding = Finding::new(Cause::IssMismatch, Strength::Suggested, message);
        found.push(finding.at(seen.spot.clone(), "said here"));
    }

}
