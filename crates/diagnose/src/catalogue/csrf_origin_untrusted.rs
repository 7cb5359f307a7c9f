//! `csrf-origin-untrusted`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use crate::finding::{Finding, Strength};
use crate::evidence::{Request, Spot};
use crate::situation::csrf::{self, Comparison};
use crate::situation::{AllowList, Membership, Origin, Outcome, Situation, forwarded_https, page_check};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::CsrfOriginUntrusted,
    rule: Some(find),
    title: "The request comes from an origin that is not trusted",
    what: "The browser says from which page a request comes, in `Origin`. A request that changes something, and is known by its cookie, has to come from this server's own origin (`PUBLIC_URL`) or from one of `CORS_ORIGINS`. This one comes from elsewhere.",
    why: &[
        "The front end's address is not in `CORS_ORIGINS`, or is there with another port, `http` for `https`, `www` or not.",
        "`PUBLIC_URL` is not the address in the browser: `127.0.0.1` for `localhost`, the name behind the proxy for the public one.",
        "The page is in a sandboxed frame or a file, and its origin is `null`.",
        "Another website sent the request. Then the refusal has done its work.",
    ],
    fix: Fix {
        summary: "Name the front end's origin in `CORS_ORIGINS`, or set `PUBLIC_URL` to the address in the browser.",
        steps: &[
            run("Take the origin from the trace.", "countersign why TRACE_ID"),
            run("If it is yours, add it: scheme, host and port, without a slash. Restart.", "CORS_ORIGINS=https://app.example.org"),
            run("If it is the server's own address, `PUBLIC_URL` is wrong.", "PUBLIC_URL=https://auth.example.org"),
        ],
    },
    example: Example::Refusal {
        request: "POST /api/v1/auth/logout HTTP/1.1\nOrigin: http://127.0.0.1:3000\nCookie: __Host-countersign_session=css_…",
        trace: "Origin http://127.0.0.1:3000; trusted: http://localhost:8787, http://localhost:3000",
    },
    standard: Some("RFC 6454, section 7; Fetch Metadata, section 2.3; ASVS V3.5.1"),
    related: &[Cause::OriginHostDrift, Cause::CorsOriginNotAllowed, Cause::ProxyProtoLost, Cause::CsrfTokenMismatch],
};

/// The Origin is not that of the host the program sees, and no list trusts it.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(of_action(situation));
    found.extend(of_sanctum(situation));
    let said = page_check::says_origin(situation);
    let refused = situation.request().filter(|_| csrf::is_refused(situation) || said.is_some() && situation.outcome() == Outcome::Bad);
    let header = refused.and_then(|request| request.headers.first("origin").or_else(|| request.headers.first("referer")));
    let (Some(request), Some(header)) = (refused, header) else {
        found.extend(said.filter(|_| situation.outcome() == Outcome::Bad).map(of_message));
        return;
    };
    let Some(page) = Origin::parse(&header.value) else {
        if header.value == "null" && said.is_some() {
            let finding = Finding::new(Cause::CsrfOriginUntrusted, Strength::Proved, "the browser hides the page's origin (Origin: null), and the program wants a trusted one");
            found.push(finding.at(request.spot(header), "no origin").explains(EXPLAINED));
        }
        return;
    };
    let lists = || situation.allowed_origins.iter().filter(|list| list.is_csrf);
    let trusting = lists().find(|list| matches!(list.membership(&page), Membership::Listed | Membership::Any));
    if let Some(list) = trusting {
        found.extend(said.map(|said| listed_in_vain(list, &page, said)));
        return;
    }
    let seen = page_check::seen_by_program(request);
    let Some(strength) = strength(situation, request, &page, seen.as_ref(), said.is_some()) else { return };
    let seen = seen.map_or_else(|| "another".to_owned(), |seen| seen.to_string());
    let message = format!("the page's origin is {page}, and the program sees its own address as {seen} and trusts no other such");
    let mut finding = Finding::new(Cause::CsrfOriginUntrusted, strength, message);
    if let Some(list) = lists().next() {
        finding = finding.at(list.spot.clone(), "the origin is not on it");
    }
    finding = finding.at(request.spot(header), "sent by the browser");
    if let Some(host) = request.headers.first("host") {
        finding = finding.at(request.spot(host), "seen by the program");
    }
    if let Some(spot) = said {
        finding = finding.at(spot, "says so");
    }
    found.push(finding.explains(EXPLAINED));
}

/// How sure it is that the origin is what is refused; none where something else is more likely.
fn strength(situation: &Situation<'_>, request: &Request, page: &Origin, seen: Option<&Origin>, said: bool) -> Option<Strength> {
    let listed = situation.allowed_origins.iter().any(|list| list.is_csrf);
    let foreign = seen.is_some_and(|seen| seen.host != page.host || seen.port != page.port && seen.https == page.https);
    let checks_origin = page_check::checks_origin(situation);
    let scheme_lost = seen.is_some_and(|seen| seen.host == page.host && seen.https != page.https)
        && (forwarded_https(request) == Some(false) || checks_origin && forwarded_https(request).is_none());
    // Where the token is missing, that is enough of a reason.
    let untold = csrf::sent(request).is_none() && !csrf::cookies(request).is_empty();
    if untold && !said {
        return None;
    }
    let tokens_fit = csrf::sent(request).is_some_and(|sent| csrf::cookies(request).iter().any(|cookie| csrf::compare(&sent.value, &cookie.value) == Comparison::Fit));
    // Such checks answer 403, some 400, 419 or 422; 401 is of whoever asks for a sign-in.
    if !said && situation.response().is_some_and(|answer| answer.status == 401) && !foreign {
        return None;
    }
    match (said, foreign || scheme_lost) {
        (true, _) => Some(Strength::Proved),
        // A message about something else says that this check has held.
        (false, true) if spoken_otherwise(situation) => None,
        (false, true) if listed || tokens_fit || checks_origin => Some(Strength::Likely),
        (false, false) if tokens_fit && listed => Some(Strength::Likely),
        (false, _) => None,
    }
}

/// There is a message alone, without the request.
fn of_message(spot: Spot) -> Finding {
    let message = "the program refuses the request for the page that it comes from";
    Finding::new(Cause::CsrfOriginUntrusted, Strength::Likely, message).at(spot, "says so").explains(EXPLAINED)
}

/// The list has the origin, and the program that refuses it does not: it reads the list otherwise, or another one.
fn listed_in_vain(list: &AllowList, page: &Origin, said: Spot) -> Finding {
    let message = format!("{} has {page}, and the program that refuses it does not know: it takes the text for one origin, or reads another list", list.name);
    let finding = Finding::new(Cause::CsrfOriginUntrusted, Strength::Likely, message);
    let finding = finding.fix(format!("Part the text of {} at its commas before it is given to the library, and restart with it.", list.name));
    finding.at(list.spot.clone(), "on the list").at(said, "refused all the same").explains(EXPLAINED)
}

/// A Server Action whose page and host differ.
fn of_action(situation: &Situation<'_>) -> Option<Finding> {
    let (page, host) = page_check::refused_action(situation).filter(|_| situation.outcome() == Outcome::Bad)?;
    let request = situation.request()?;
    let message = format!("the page is {page}, and the forwarded host says {host}: Next.js runs Server Actions only where both are one, port included");
    let finding = Finding::new(Cause::CsrfOriginUntrusted, Strength::Proved, message);
    let finding = finding.fix(format!("Let the proxy pass the host with its port (in nginx `$http_host`), or name {} in `serverActions.allowedOrigins`.", page.authority()));
    let at = |name: &str| request.headers.first(name).map(|header| request.spot(header));
    let host = at("x-forwarded-host").or_else(|| at("host")).unwrap_or_else(|| request.start_spot());
    Some(finding.at(host, "seen by the program").explains(EXPLAINED))
}

/// A front end that Sanctum does not take for its own.
fn of_sanctum(situation: &Situation<'_>) -> Option<Finding> {
    let (page, list) = page_check::stranger_to_sanctum(situation)?;
    let message = format!("the page is {page}, and {} does not have {}: Sanctum gives no session to it", list.name, page.authority());
    let finding = Finding::new(Cause::CsrfOriginUntrusted, Strength::Likely, message).weight(0.8);
    let finding = finding.fix(format!("Write host and port without a scheme: `{}={}`.", list.name, page.authority()));
    Some(finding.at(list.spot.clone(), "the page is not on it").explains(EXPLAINED).explains(&[Cause::BearerMissingCookiePresent]))
}

const EXPLAINED: &[Cause] = &[
    Cause::ProxyProtoLost,
    Cause::CsrfTokenMissing,
    Cause::CsrfTokenMismatch,
    Cause::CredentialMissing,
    Cause::SessionUnknown,
];

/// Whether there are messages, and none of them can be about the page's origin.
fn spoken_otherwise(situation: &Situation<'_>) -> bool {
    !situation.sightings().is_empty() && !situation.is_seen(Cause::CsrfOriginUntrusted)
}
