//! `cors-header-not-allowed`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::{Finding, Strength};
use crate::situation::{Blocked, Situation};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::CorsHeaderNotAllowed,
    rule: Some(find),
    title: "The request needs a header that other origins may not send",
    what: "The preflight asks for a header that this API does not take from other origins. It takes `Authorization`, `Content-Type` and `X-CSRF-Token`.",
    why: &[
        "A library adds headers of its own: `X-Requested-With`, `X-XSRF-TOKEN`, tracing headers such as `traceparent` or `sentry-trace`.",
        "The token is sent in a header of another name.",
        "`Cache-Control` or `Pragma` is set on each request against caching. Answers of this API are never cached, so that is not needed.",
    ],
    fix: Fix {
        summary: "Leave the header out for calls to this API, or use the one it takes.",
        steps: &[
            run("See which header it is.", "countersign why TRACE_ID"),
            say("Switch it off for this host: in axios `xsrfHeaderName: 'X-CSRF-Token'`, in Sentry `tracePropagationTargets`."),
            say("Send the token in `Authorization`."),
        ],
    },
    example: Example::Refusal {
        request: "OPTIONS /api/v1/auth/me HTTP/1.1\nOrigin: https://app.example.org\nAccess-Control-Request-Method: GET\nAccess-Control-Request-Headers: authorization, x-requested-with",
        trace: "x-requested-with is not among authorization, content-type, x-csrf-token",
    },
    standard: Some("Fetch Standard, section 3.3.3 (Access-Control-Allow-Headers)"),
    related: &[Cause::CorsOriginNotAllowed, Cause::CsrfHeaderNotSentCrossOrigin, Cause::CsrfTokenMissing],
};

/// The preflight's answer leaves out a header that was asked for.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let named = situation.browsing.verdicts().find_map(|verdict| match &verdict.blocked {
        Blocked::HeaderNotAllowed(name) => Some((verdict, name)),
        _ => None,
    });
    if let Some((verdict, name)) = named {
        let message = format!("the preflight asks for {name}, and the answer's Access-Control-Allow-Headers does not have it");
        let finding = Finding::new(Cause::CorsHeaderNotAllowed, Strength::Proved, message);
        found.push(finding.at(verdict.spot.clone(), "does not name it").explains(&[Cause::CredentialMissing]));
        return;
    }
    if let Some((name, line)) = situation.header_left_out() {
        let message = format!("the preflight asks for {name}, and {} does not have it", line.name);
        let finding = Finding::new(Cause::CorsHeaderNotAllowed, Strength::Proved, message);
        found.push(finding.at(line.spot.clone(), "does not name it").explains(&[Cause::CredentialMissing, Cause::CorsPreflightRejected]));
        return;
    }
    for sighting in situation.sightings() {
        let text = sighting.spot.shown.to_ascii_lowercase();
        if text.contains("access-control-allow-headers") && (text.contains("is not allowed") || text.contains("missing token")) {
            let message = "the browser says that the preflight's answer does not allow a header of the request";
            let finding = Finding::new(Cause::CorsHeaderNotAllowed, Strength::Likely, message);
            found.push(finding.at(sighting.spot.clone(), "names the header").explains(&[Cause::CredentialMissing]));
        }
    }
}
