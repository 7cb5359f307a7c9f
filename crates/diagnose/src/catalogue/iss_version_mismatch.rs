//! `iss-version-mismatch`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use countersign_verify::Cause;
use crate::finding::Finding;
use crate::situation::Situation;
use crate::situation::issuer;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::IssVersionMismatch,
    rule: Some(find),
    title: "The token is from the other version of the provider's issuer",
    what: "Entra ID has two issuers for one tenant: `https://sts.windows.net/<tenant>/` (v1) and `https://login.microsoftonline.com/<tenant>/v2.0` (v2). The token is from one, and the other is expected. Which one writes a token is decided by the API's registration, not by the address where it was fetched.",
    why: &[
        "The API's registration has `accessTokenAcceptedVersion` unset, which means 1.",
        "The verifier took its issuer from the v2 metadata.",
    ],
    fix: Fix {
        summary: "Have the API's registration ask for the version that you expect.",
        steps: &[
            run("In the registration of the API (not of the client), in its manifest, set the version, and get a new token.", "\"requestedAccessTokenVersion\": 2"),
            run("Or expect the version that you get; copy `iss` as it stands.", "countersign inspect \"$TOKEN\""),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/settings HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJSUzI1NiIs…",
        trace: "iss is https://sts.windows.net/9f4a…/, expected https://login.microsoftonline.com/9f4a…/v2.0",
    },
    standard: Some("RFC 7519, section 4.1.1"),
    related: &[Cause::IssMismatch, Cause::IssHostMismatch, Cause::AudMismatch],
};

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(issuer::findings(Cause::IssVersionMismatch, situation));
}
