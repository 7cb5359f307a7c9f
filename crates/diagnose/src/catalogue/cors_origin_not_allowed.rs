//! `cors-origin-not-allowed`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use crate::finding::{Finding, Strength};
use crate::situation::{Blocked, Membership, Outcome, Situation};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::CorsOriginNotAllowed,
    rule: Some(find),
    title: "The page's origin is not on the list of allowed origins",
    what: "A page of another origin asks to call this API, and its origin is neither that of `PUBLIC_URL` nor in `CORS_ORIGINS`. The preflight is refused, so the browser does not send the request itself, and reports a CORS error without more.",
    why: &[
        "The front end got a new address: a preview deployment, another port, `www`.",
        "The origin is in the list with `http` in place of `https`, or with a port that is not in the address bar.",
        "`CORS_ORIGINS` was set on another service or environment.",
    ],
    fix: Fix {
        summary: "Add the page's origin to `CORS_ORIGINS`, and restart.",
        steps: &[
            run("Take the origin from the trace, or from the browser's console: scheme, host, port, no slash.", "countersign why TRACE_ID"),
            run("Add it.", "CORS_ORIGINS=https://app.example.org,https://preview.example.org"),
            run("Try the preflight by hand; 204 means yes.", "curl -i -X OPTIONS http://localhost:8787/api/v1/auth/me \\\n  -H 'Origin: https://preview.example.org' \\\n  -H 'Access-Control-Request-Method: GET'"),
        ],
    },
    example: Example::Refusal {
        request: "OPTIONS /api/v1/auth/me HTTP/1.1\nOrigin: https://preview.example.org\nAccess-Control-Request-Method: GET",
        trace: "https://preview.example.org is neither the public URL nor in CORS_ORIGINS",
    },
    standard: Some("Fetch Standard, section 3.3 (HTTP-CORS protocol); ASVS V3.4.2"),
    related: &[Cause::CorsOriginTrailingSlash, Cause::CorsHeaderNotAllowed, Cause::CorsWildcardWithCredentials, Cause::CsrfOriginUntrusted, Cause::OriginHostDrift],
};

/// No list has the page's origin, or the answer allows none or another.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let Some(page) = situation.cors_page().filter(|_| situation.outcome() != Outcome::Good) else { return };
    let lists: Vec<_> = situation.allowed_origins.iter().filter(|list| !list.is_csrf).collect();
    let memberships = || lists.iter().map(|list| (list, list.membership(page)));
    if memberships().any(|(_, membership)| membership != Membership::Unlisted) {
        return;
    }
    let answered = situation.browsing.blocked.as_ref().and_then(|verdict| match &verdict.blocked {
        Blocked::OriginNotAllowed(value) => Some((value.clone(), verdict.spot.clone())),
        _ => None,
    });
    let decided = situation.browsing.failing.as_ref().is_some_and(|trip| trip.request.is_preflight() || trip.status() < 400);
    if let Some(list) = lists.first() {
        let forbidden = situation.preflight_forbidden();
        if answered.is_none() && !forbidden && !situation.is_seen(Cause::CorsOriginNotAllowed) {
            return;
        }
        let message = format!("{} does not have the page's origin {page}", list.name);
        let finding = Finding::new(Cause::CorsOriginNotAllowed, Strength::Proved, message);
        let finding = finding.at(list.spot.clone(), "the page is not on it").explains(EXPLAINED);
        found.push(if forbidden { finding.explains(&[Cause::CorsPreflightRejected]) } else { finding });
        return;
    }
    let Some((value, spot)) = answered else { return };
    let (message, strength) = match value {
        Some(value) => (format!("the answer allows {value}, and the page is {page}"), Strength::Proved),
        None if situation.browsing.failing.is_none() => ("the answer does not allow the page's origin".to_owned(), Strength::Suggested),
        None if decided => (format!("the answer does not allow the page's origin {page}"), Strength::Likely),
        // Many servers leave the header out of errors: then the status is the failure, not CORS.
        None => return,
    };
    let finding = Finding::new(Cause::CorsOriginNotAllowed, strength, message);
    found.push(finding.at(spot, "not the page's origin").explains(EXPLAINED));
}

const EXPLAINED: &[Cause] = &[Cause::OriginHostDrift, Cause::CredentialMissing, Cause::CredentialsNotIncluded];
