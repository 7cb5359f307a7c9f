//! `cookie-public-suffix`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::Finding;
use crate::situation::{Hindered, Obstacle, Situation};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::CookiePublicSuffix,
    rule: Some(find),
    title: "The cookie's Domain is a public suffix",
    what: "Strangers have hosts below this name (`fly.dev`, `vercel.app`, `co.uk`), so browsers refuse cookies for all of it. The list is public and built into browsers.",
    why: &[
        "Front end and back end are two hosts of one hosting platform, and `Domain` was set to what they have in common.",
        "A program cuts the last two parts off its host name to find the domain, and the domain has a suffix of two.",
    ],
    fix: Fix {
        summary: "Leave `Domain` out, or use a domain of your own for both hosts.",
        steps: &[
            run("Without `Domain` the cookie belongs to the host that sets it.", "Set-Cookie: session=…; Path=/; HttpOnly; Secure; SameSite=Lax"),
            say("To share it between two hosts, give both a name below one domain of yours (`app.example.org`, `api.example.org`) and set `Domain=example.org`."),
            say("Or let the front end's server pass `/api` on, so that there is one host."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/me HTTP/1.1\nHost: shop-api.fly.dev\nOrigin: https://shop.fly.dev",
        trace: "the cookie session was set with Domain=fly.dev, which is a public suffix",
    },
    standard: Some("RFC 6265bis, section 5.7"),
    related: &[Cause::CookieDomainMismatch, Cause::CookieSamesiteCrossSite],
};

/// `Domain` is on the public suffix list.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    for cookie in situation.hindered().filter(|cookie| cookie.obstacle == Obstacle::PublicSuffix) {
        let domain = cookie.domain.as_deref().unwrap_or_default();
        let message = format!("the cookie {} is set for {domain}, under which strangers have hosts, so browsers refuse it", cookie.name);
        let finding = Finding::new(Cause::CookiePublicSuffix, cookie.strength(), message);
        let mut finding = cookie.place(finding, "a public suffix");
        finding = finding.explains(Hindered::EXPLAINED);
        found.push(finding.explains(&[Cause::CookieSamesiteCrossSite, Cause::CookieDomainMismatch]));
    }
}
