//! `cookie-domain-mismatch`

use crate::cause_doc::{CauseDoc, Example, Fix, say};
use crate::contract::Purpose;
use crate::finding::{Finding, Strength};
use crate::situation::cookie::is_session;
use crate::situation::{Hindered, Obstacle, Outcome, Situation, is_csrf};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::CookieDomainMismatch,
    rule: Some(find),
    title: "The session cookie came more than once, with different values",
    what: "The browser holds several session cookies for this host, set for different domains or paths, and sends them all. Only the first counts, and it may be the old one.",
    why: &[
        "Another program on a parent domain sets a cookie of the same name for all hosts below.",
        "An earlier version set it with a `Domain` or a `Path`.",
        "The site moved from `www` to the bare domain, or back.",
    ],
    fix: Fix {
        summary: "Delete the cookies of that name, and sign in again.",
        steps: &[
            say("In the browser's storage panel look for cookies of one name with different domain or path. Delete them all."),
            say("Take away what sets the other one: a second program on the domain, a rule of the proxy (`proxy_cookie_domain`)."),
            say("Over https the name begins with `__Host-`, and browsers take that without a `Domain` only; use https on all hosts."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nCookie: countersign_session=css_A…; countersign_session=css_B…",
        trace: "the cookie countersign_session came more than once with different values (several paths or domains); the first counts",
    },
    standard: Some("RFC 6265, section 5.4"),
    related: &[Cause::CookieNameMismatch, Cause::CsrfCookieDuplicatePath, Cause::SessionUnknown, Cause::OriginHostDrift],
};

/// The cookie belongs to a host or path that the request does not go to, or came twice.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(came_twice(situation));
    for cookie in situation.hindered() {
        let Some(message) = message(situation, cookie) else {
            continue;
        };
        let finding = Finding::new(Cause::CookieDomainMismatch, cookie.strength(), message);
        let finding = cookie.place(finding, "does not fit the host in use");
        found.push(finding.fix("Set `Domain` to the host in use or to a domain above it, or leave it out; sign in again.").explains(Hindered::EXPLAINED));
    }
}

/// One name with two values: cookies of two domains or paths, of which a server reads one.
fn came_twice(situation: &Situation<'_>) -> Option<Finding> {
    let request = situation.request().filter(|_| situation.outcome() == Outcome::Bad)?;
    let cookies: Vec<(&str, &str)> = request.cookies().filter(|(name, value)| !is_csrf(name) && !value.is_empty()).collect();
    let mut twice = cookies.iter().enumerate().filter(|(at, (name, value))| {
        cookies.iter().skip(at + 1).any(|(other, another)| other == name && another != value)
    });
    let known = |name: &str| is_session(name) || situation.settings(Purpose::CookieName).any(|(_, line)| line.value.trim() == name);
    let (_, (name, _)) = twice.clone().find(|(_, (name, _))| known(name)).or_else(|| twice.next())?;
    let message = format!("the cookie {name} comes twice with different values: it was set for two domains or paths, and the server reads one of them");
    let strength = if known(name) { Strength::Proved } else { Strength::Likely };
    let finding = Finding::new(Cause::CookieDomainMismatch, strength, message);
    let spot = request.headers.first("cookie").map_or_else(|| request.start_spot(), |header| request.spot(header).mark(name));
    let finding = finding.fix(format!("Delete the cookies called {name} for all domains and paths, and set it with one Domain and one Path only."));
    Some(finding.at(spot, "twice").explains(Hindered::EXPLAINED))
}

fn message(situation: &Situation<'_>, cookie: &Hindered) -> Option<String> {
    let server = situation.browsing.failing.as_ref()?.server.as_ref()?;
    let (name, domain) = (&cookie.name, cookie.domain.as_deref().unwrap_or_default());
    match cookie.obstacle {
        Obstacle::DomainForeign => {
            let host = cookie.set_by.as_ref().map_or(server.host.as_str(), |set_by| &set_by.host);
            Some(format!("the cookie {name} is set with Domain={domain}, which {host} is not under, so browsers refuse it"))
        }
        Obstacle::PrefixBroken if cookie.domain.is_some() => {
            Some(format!("the name {name} forbids a Domain, and the cookie is set with Domain={domain}"))
        }
        Obstacle::WrongHost => {
            let set_by = cookie.set_by.as_ref().filter(|set_by| !set_by.is_twin(server))?;
            let reach = if cookie.domain.is_some() { domain } else { &set_by.host };
            Some(format!("the cookie {name} counts for {reach}, and the request goes to {}", server.host))
        }
        Obstacle::WrongPath => Some(format!("the cookie {name} counts for the path {} alone, and the request goes elsewhere", cookie.path)),
        _ => None,
    }
}
