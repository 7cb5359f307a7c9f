//! `cors-wildcard-with-credentials`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::{Finding, Strength};
use crate::situation::{Blocked, Membership, Situation};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::CorsWildcardWithCredentials,
    rule: Some(find),
    title: "Any origin may not be allowed together with credentials",
    what: "`CORS_ORIGINS` contains `*`. Browsers refuse an answer with `Access-Control-Allow-Origin: *` to a request with cookies, and a server that mirrors every origin in its place would let any website act for a signed-in user. So this server takes a list of origins and no wildcard.",
    why: &[
        "`*` was set to make an error of the browser go away.",
        "The setting was copied from an API that has no cookies.",
    ],
    fix: Fix {
        summary: "List the origins of your front ends, separated by commas.",
        steps: &[
            run("Write each origin as the browser sends it: scheme, host, port if it has one, and nothing after it.", "CORS_ORIGINS=https://app.example.org,http://localhost:3000"),
            say("For preview deployments with changing names, give them a fixed name, or call the API through the front end's own server."),
        ],
    },
    example: Example::StartUp {
        message: "CORS_ORIGINS allows every origin, which browsers refuse together with cookies",
        source: "backend/.env",
        line: Some((7, "CORS_ORIGINS=*", "*")),
    },
    standard: Some("Fetch Standard, section 3.3.5 (CORS protocol and credentials); ASVS V3.4.2"),
    related: &[Cause::CorsOriginTrailingSlash, Cause::CorsOriginNotAllowed, Cause::CsrfOriginUntrusted],
};

/// `*` is answered to a request with cookies, or configured for such.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if let Some(verdict) = situation.browsing.verdicts().find(|verdict| verdict.blocked == Blocked::Wildcard) {
        let message = "the answer allows any origin (`*`), and browsers do not let that count for requests with cookies";
        let finding = Finding::new(Cause::CorsWildcardWithCredentials, Strength::Proved, message);
        found.push(finding.at(verdict.spot.clone(), "counts only without cookies").explains(&[Cause::CredentialsNotIncluded]));
        return;
    }
    let Some(page) = situation.cors_page().filter(|_| situation.is_blocked_by_cors()) else { return };
    if !situation.includes_cookies() {
        return;
    }
    for list in situation.allowed_origins.iter().filter(|list| !list.is_csrf && list.membership(page) == Membership::Any) {
        let message = format!("{} allows any origin (`*`), and the page {page} asks with cookies", list.name);
        let finding = Finding::new(Cause::CorsWildcardWithCredentials, Strength::Likely, message);
        found.push(finding.at(list.spot.clone().mark("*"), "counts only without cookies"));
    }
}
