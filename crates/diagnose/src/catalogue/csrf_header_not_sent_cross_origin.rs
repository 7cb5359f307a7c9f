//! `csrf-header-not-sent-cross-origin`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::{Finding, Strength};
use crate::situation::{Situation, csrf};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::CsrfHeaderNotSentCrossOrigin,
    rule: Some(find),
    title: "The client library leaves the CSRF header out for another origin",
    what: "axios and Angular copy the `XSRF-TOKEN` cookie into the `X-XSRF-TOKEN` header for requests to the page's own origin alone. Where the API has another host or port, the cookie travels and the header is missing.",
    why: &[
        "axios since 1.6 adds the header across origins only with `withXSRFToken: true`; `withCredentials` no longer does it.",
        "Angular's interceptor leaves absolute addresses out.",
        "The cookie belongs to the API's host, so the page's script cannot read it.",
    ],
    fix: Fix {
        summary: "Tell the library to add the header, and set the cookie where the page can read it.",
        steps: &[
            run("axios:", "axios.defaults.withCredentials = true\naxios.defaults.withXSRFToken = true"),
            say("Angular: write an interceptor that adds the header for the API's address, or let the page's server pass `/api` on."),
            run("The page must be able to read the cookie:", "Set-Cookie: XSRF-TOKEN=…; Path=/; Domain=example.org; Secure; SameSite=Lax"),
        ],
    },
    example: Example::Refusal {
        request: "POST /api/items HTTP/1.1\nHost: api.example.org\nOrigin: https://app.example.org\nCookie: XSRF-TOKEN=…; session=…",
        trace: "the cookie XSRF-TOKEN came along to another origin, and the header X-XSRF-TOKEN did not",
    },
    standard: None,
    related: &[Cause::CsrfTokenMissing, Cause::CredentialsNotIncluded, Cause::CorsHeaderNotAllowed],
};

/// The XSRF cookie crosses origins and its header does not.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(behind_the_block(situation));
    let Some(request) = situation.request().filter(|_| csrf::is_refused(situation)) else { return };
    let crosses = situation.browsing.failing.as_ref().is_some_and(|trip| trip.relation.crosses_origins() && !trip.navigates);
    if !crosses || csrf::sent(request).is_some() {
        return;
    }
    let cookies = csrf::cookies(request);
    let stored = situation.browsing.jar.iter().find(|stored| stored.cookie.name.eq_ignore_ascii_case("XSRF-TOKEN"));
    let cookie = cookies.iter().find(|cookie| cookie.name.eq_ignore_ascii_case("XSRF-TOKEN"));
    let library = ["axios", "angular"].iter().any(|name| situation.uses(name)) || situation.log_line(|line| line.contains("axios") || line.contains("withXSRFToken")).is_some();
    let copies = cookie.is_some() || stored.is_some_and(|stored| !stored.cookie.http_only);
    let any_csrf = !cookies.is_empty() && library;
    if !(copies || any_csrf) {
        return;
    }
    let message = "the request goes to another origin, and the library leaves the XSRF header out there";
    let strength = if library { Strength::Proved } else { Strength::Likely };
    let mut finding = Finding::new(Cause::CsrfHeaderNotSentCrossOrigin, strength, message).weight(0.8);
    if let Some(origin) = request.headers.first("origin") {
        finding = finding.at(request.spot(origin), "another origin than the API");
    }
    if let Some(cookie) = cookie {
        finding = finding.at(cookie.spot.clone(), "the cookie came along");
    }
    found.push(finding.explains(&[Cause::CsrfTokenMissing, Cause::CsrfTokenMismatch]));
}

/// The browser keeps an answer of another origin from the page; the next request would lack its header all the same.
fn behind_the_block(situation: &Situation<'_>) -> Option<Finding> {
    let trip = situation.browsing.failing.as_ref().filter(|trip| trip.relation.crosses_origins() && trip.request.is_safe())?;
    let is_xsrf = |value: &str| value.starts_with("XSRF-TOKEN=") && !value.to_ascii_lowercase().contains("httponly");
    let response = situation.response()?;
    let cookie = response.headers.all("set-cookie").find(|header| is_xsrf(&header.value))?;
    let copies = situation.package("axios").map_or_else(|| situation.uses("axios"), |(version, _)| asks_first(&version));
    let told = situation.log_line(|line| line.contains("withXSRFToken")).is_some();
    if !copies || told || !situation.is_blocked_by_cors() || !csrf::says_csrf(situation) {
        return None;
    }
    let message = "what changes data at the other origin will lack its XSRF header: the library leaves it out there";
    let finding = Finding::new(Cause::CsrfHeaderNotSentCrossOrigin, Strength::Likely, message).later(true);
    let finding = finding.at(response.spot(cookie).mark("XSRF-TOKEN"), "to be sent back as a header");
    let finding = trip.request.headers.first("origin").into_iter().fold(finding, |finding, origin| finding.at(trip.request.spot(origin), "another origin than the API"));
    Some(finding.explains(&[Cause::CsrfTokenMissing, Cause::CsrfTokenMismatch]))
}

/// Whether this axios adds the header across origins only if told to: 1.6 and newer.
fn asks_first(version: &str) -> bool {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().ok());
    let (major, minor) = (parts.next().flatten(), parts.next().flatten());
    major.zip(minor).is_none_or(|version| version >= (1, 6))
}
