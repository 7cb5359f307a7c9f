//! `raw-fetch-bypasses-client`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::{Finding, Strength};
use crate::situation::header_way::{challenges, is_authorized};
use crate::situation::{Outcome, Situation};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::RawFetchBypassesClient,
    rule: Some(find),
    title: "A call bypasses the client that adds the credential",
    what: "The program has a shared client that adds the Authorization header to every request, and this call does not use it: a raw `fetch` or a second axios instance goes out without the header, while other pages work.",
    why: &[
        "A new page calls `fetch` directly, and the interceptor belongs to the shared client.",
        "A call moved to a server component or a worker, where the client's store of tokens is not at hand.",
    ],
    fix: Fix {
        summary: "Make the call with the shared client.",
        steps: &[
            run("In place of a raw `fetch`:", "import { api } from '@/lib/api'\n\nawait api.post('/sessions', body)"),
            say("Let a lint rule forbid `fetch` to the API outside that client."),
        ],
    },
    example: Example::Refusal {
        request: "POST /api/v1/sessions HTTP/1.1\nContent-Type: application/json",
        trace: "a fetch call without an Authorization header, while the shared client sets it",
    },
    standard: None,
    related: &[Cause::BearerMissingCookiePresent, Cause::CredentialMissing],
};

/// Quoted source calls the endpoint with a raw `fetch`, and elsewhere a client sets the header.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let Some(request) = situation.request().filter(|_| situation.outcome() == Outcome::Bad) else { return };
    let snippets = &situation.browsing.snippets;
    let Some(header) = snippets.sets_bearer.first().filter(|_| !is_authorized(request)) else { return };
    let wanted = challenges(situation.response()).iter().any(|scheme| scheme == "bearer") || situation.is_seen(Cause::RawFetchBypassesClient);
    let raw = snippets.calls.iter().map(|call| &call.spot).find(|spot| spot.shown.contains("fetch(") && *spot != header);
    let Some(call) = raw.filter(|_| wanted) else { return };
    let message = "this call is made with a raw fetch, and the Authorization header is set by a client that it bypasses";
    let finding = Finding::new(Cause::RawFetchBypassesClient, Strength::Likely, message);
    found.push(finding.at(call.clone(), "without the client").at(header.clone(), "the client sets it").explains(&[Cause::CredentialMissing]));
}
