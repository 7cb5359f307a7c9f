//! `cors-preflight-rejected`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::{Finding, Strength};
use crate::situation::{Blocked, Situation};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::CorsPreflightRejected,
    rule: Some(find),
    title: "The preflight request was refused by authentication",
    what: "Before a request with an Authorization header to another origin, the browser asks with `OPTIONS`. That request never carries a token or a cookie, so a server that demands one there refuses it, and the browser never sends the request itself.",
    why: &[
        "The authentication middleware runs before the CORS middleware, or a router-wide guard includes `OPTIONS`.",
        "A proxy, gateway or identity-aware front (nginx `auth_request`, API Gateway, Cloudflare Access) checks every method.",
        "The preflight is answered with a redirect (to https, to a slash, to the sign-in page), which browsers do not follow.",
        "No route answers `OPTIONS`, so it ends in 404, 405 or 500.",
    ],
    fix: Fix {
        summary: "Answer `OPTIONS` with 2xx and the CORS headers before anything asks for credentials.",
        steps: &[
            say("Put the CORS middleware outermost (added last in Starlette and FastAPI, first in Express), and leave `OPTIONS` out of guards."),
            run("At a proxy, answer it there.", "if ($request_method = OPTIONS) {\n  add_header Access-Control-Allow-Origin https://app.example.org always;\n  add_header Access-Control-Allow-Headers \"Authorization, Content-Type\" always;\n  return 204;\n}"),
            run("Check it.", "curl -i -X OPTIONS https://api.example.org/me -H 'Origin: https://app.example.org' \\\n  -H 'Access-Control-Request-Method: GET' \\\n  -H 'Access-Control-Request-Headers: authorization'"),
        ],
    },
    example: Example::Refusal {
        request: "OPTIONS /api/me HTTP/1.1\nHost: api.example.org\nOrigin: https://app.example.org\nAccess-Control-Request-Method: GET\nAccess-Control-Request-Headers: authorization",
        trace: "the preflight was answered with 401; browsers want 2xx and never send credentials with it",
    },
    standard: Some("Fetch, section 4.8"),
    related: &[Cause::CorsOriginNotAllowed, Cause::CorsHeaderNotAllowed, Cause::CredentialMissing],
};

/// The answer to `OPTIONS` is no 2xx.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let method = situation.browsing.verdicts().find_map(|verdict| match &verdict.blocked {
        Blocked::MethodNotAllowed(method) => Some((method, verdict.spot.clone())),
        _ => None,
    });
    if let Some((method, spot)) = method {
        let message = format!("the preflight asks for {method}, and the answer's Access-Control-Allow-Methods does not have it");
        let finding = Finding::new(Cause::CorsPreflightRejected, Strength::Likely, message);
        let finding = finding.fix(format!("Allow {method} in the answer to the preflight."));
        found.push(finding.at(spot, "does not name it").explains(EXPLAINED));
    }
    // A list that leaves out what is asked for is the reason, where there is one.
    if situation.header_left_out().is_some() {
        return;
    }
    let blocked = situation.browsing.blocked.as_ref();
    if let Some(verdict) = blocked
        && let Blocked::PreflightRefused(status) = verdict.blocked
    {
        let answered = if status == 0 { "refused".to_owned() } else { format!("answered with {status}") };
        let message = format!("the preflight was {answered}, and browsers want 2xx without credentials");
        let finding = Finding::new(Cause::CorsPreflightRejected, Strength::Proved, message);
        found.push(finding.at(verdict.spot.clone(), "refuses OPTIONS").explains(EXPLAINED));
        return;
    }
    if let Some(spot) = situation.logged_preflight() {
        let message = "a preflight (OPTIONS) was refused, and browsers want 2xx without credentials";
        let finding = Finding::new(Cause::CorsPreflightRejected, Strength::Likely, message);
        found.push(finding.at(spot, "refuses OPTIONS").explains(EXPLAINED));
    }
}

const EXPLAINED: &[Cause] = &[Cause::CredentialMissing, Cause::CorsOriginNotAllowed, Cause::CorsHeaderNotAllowed];
