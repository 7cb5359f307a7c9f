//! `credentials-not-included`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::{Finding, Strength};
use crate::situation::{Blocked, Hindered, Obstacle, Outcome, Situation};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::CredentialsNotIncluded,
    rule: Some(find),
    title: "The client does not send cookies to another origin",
    what: "The page and the API have different origins (another host or port is enough), and by default `fetch` and axios neither send nor keep cookies across origins. Both the sign-in and every later call have to ask for it, and the server has to allow it.",
    why: &[
        "`credentials: 'include'` (fetch) or `withCredentials: true` (axios, XMLHttpRequest) is missing on the sign-in or on this call.",
        "The server does not answer with `Access-Control-Allow-Credentials: true`.",
        "A server-side render calls the API itself and does not pass the browser's cookies on.",
    ],
    fix: Fix {
        summary: "Ask for cookies on every call to the API, the sign-in included, and allow it there.",
        steps: &[
            run("In the client:", "fetch(url, { credentials: 'include' })\naxios.defaults.withCredentials = true"),
            run("In the API's answers:", "Access-Control-Allow-Origin: https://app.example.org\nAccess-Control-Allow-Credentials: true"),
            say("On a server, pass the `Cookie` header of the incoming request on yourself."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/me HTTP/1.1\nHost: localhost:8000\nOrigin: http://localhost:3000",
        trace: "the cookie sid was set and may travel, and the call left it out",
    },
    standard: Some("Fetch, sections 2.2.5 and 3.2.5"),
    related: &[Cause::CookieSamesiteCrossSite, Cause::CorsWildcardWithCredentials, Cause::BearerMissingCookiePresent],
};

/// A cookie that may travel is left out, or the server does not let answers to such requests be read.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    for cookie in situation.hindered().filter(|cookie| cookie.obstacle == Obstacle::WithoutCredentials) {
        let call = situation.browsing.quoted_call().filter(|(mode, _)| Some(*mode) == situation.browsing.credentials());
        let strength = if call.is_some() { cookie.strength() } else { Strength::Likely };
        let message = format!("the cookie {} was set and may travel, and the call to another origin leaves cookies out", cookie.name);
        let mut finding = Finding::new(Cause::CredentialsNotIncluded, strength, message);
        if let Some((_, spot)) = call {
            finding = finding.at(spot.clone(), "does not include cookies");
        }
        if let Some(request) = situation.request() {
            let spot = request.headers.first("origin").map_or_else(|| request.start_spot(), |header| request.spot(header));
            finding = finding.at(spot, "no cookie comes along");
        }
        found.push(cookie.place(finding, "set here").explains(Hindered::EXPLAINED));
    }
    if let Some(verdict) = &situation.browsing.blocked
        && verdict.blocked == Blocked::WithoutAllowCredentials
        && situation.outcome() == Outcome::Bad
    {
        let message = "the call includes cookies, and the answer has no Access-Control-Allow-Credentials: true";
        let finding = Finding::new(Cause::CredentialsNotIncluded, Strength::Likely, message);
        found.push(finding.at(verdict.spot.clone(), "does not allow cookies"));
    }
}
