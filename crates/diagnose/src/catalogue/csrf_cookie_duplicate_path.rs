//! `csrf-cookie-duplicate-path`

use crate::cause_doc::{CauseDoc, Example, Fix, say};
use crate::finding::{Finding, Strength};
use crate::situation::{Outcome, Situation, csrf, is_csrf};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::CsrfCookieDuplicatePath,
    rule: Some(find),
    title: "There are two CSRF cookies with different values",
    what: "The browser sent two cookies of the CSRF cookie's name. They were set with different paths or domains, so neither replaces the other, and which one script reads is chance. The server does not guess.",
    why: &[
        "An older version, or another program on the same host, set the cookie with a `Path` or a `Domain` of its own.",
        "A page of a subdomain set it for the whole domain.",
        "A proxy rewrites `Path` for some paths and not for others.",
    ],
    fix: Fix {
        summary: "Delete both cookies, and let one place set them.",
        steps: &[
            say("In the browser's storage panel look for two cookies of one name; path and domain show who set them. Delete both."),
            say("Take the second setter away: an old proxy rule (`proxy_cookie_path`), another program on the host."),
            say("Over https the name begins with `__Host-`, which browsers take for `Path=/` alone and without a `Domain`; this cannot happen there."),
        ],
    },
    example: Example::Refusal {
        request: "POST /api/v1/auth/logout HTTP/1.1\nCookie: countersign_csrf=Rk1x…; countersign_csrf=9tPb…\nX-CSRF-Token: Rk1x…",
        trace: "2 cookies of the name countersign_csrf with different values",
    },
    standard: Some("RFC 6265, section 5.4; ASVS V3.3.3"),
    related: &[Cause::CsrfTokenMismatch, Cause::CookieDomainMismatch, Cause::CookieNameMismatch],
};

/// One name comes twice with different values, or is set for two paths or domains.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let Some(request) = situation.request().filter(|_| situation.outcome() != Outcome::Good) else { return };
    let cookies = csrf::cookies(request);
    let twice = cookies.iter().enumerate().find(|(at, cookie)| {
        cookies.iter().skip(at + 1).any(|other| other.name == cookie.name && other.value != cookie.value)
    });
    if let Some((_, cookie)) = twice {
        let message = format!("the cookie {} comes twice with different values, and the server takes one of them", cookie.name);
        let mut finding = Finding::new(Cause::CsrfCookieDuplicatePath, Strength::Proved, message).at(cookie.spot.clone(), "twice");
        let jar = situation.browsing.jar.iter().filter(|stored| stored.cookie.name == cookie.name);
        for stored in jar {
            finding = finding.at(stored.cookie.spot.clone(), format!("set for {}", stored.path));
        }
        found.push(finding.explains(EXPLAINED));
        return;
    }
    let jar: Vec<_> = situation.browsing.jar.iter().filter(|stored| is_csrf(stored.cookie.name) && stored.refused.is_none() && !stored.replaced).collect();
    let double = jar.iter().enumerate().find_map(|(at, one)| {
        let other = jar.iter().skip(at + 1).find(|other| {
            let apart = other.path != one.path || other.cookie.domain != one.cookie.domain;
            other.cookie.name == one.cookie.name && apart && other.cookie.value != one.cookie.value
        })?;
        Some((one, other))
    });
    let Some((one, other)) = double.filter(|_| csrf::is_refused(situation)) else { return };
    let message = format!("the cookie {} is set for {} and for {}, so browsers send both", one.cookie.name, one.path, other.path);
    let finding = Finding::new(Cause::CsrfCookieDuplicatePath, Strength::Likely, message);
    found.push(finding.at(one.cookie.spot.clone(), "once").at(other.cookie.spot.clone(), "again").explains(EXPLAINED));
}

const EXPLAINED: &[Cause] = &[Cause::CsrfTokenMismatch, Cause::CsrfTokenMissing];
