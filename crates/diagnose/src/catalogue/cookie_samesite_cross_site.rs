//! `cookie-samesite-cross-site`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::{Finding, Strength};
use crate::situation::{Hindered, Obstacle, SameSite, Situation};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::CookieSamesiteCrossSite,
    rule: Some(find),
    title: "A cookie was held back because the request crosses sites",
    what: "The page and the API are on different sites (registrable domains, or `http` and `https`), and the cookie is `SameSite=Lax` or `Strict`, or says nothing, which counts as Lax. Browsers neither keep such a cookie from a cross-site answer nor send it with a cross-site request, however `credentials` is set.",
    why: &[
        "Front end and back end are deployed under different domains, or under two hosts of a public suffix such as `vercel.app`.",
        "The cookie's `SameSite` was left to the default.",
        "A provider returns with a POST (`response_mode=form_post`), which takes no Lax cookie along.",
        "The site is shown in a frame on another site.",
    ],
    fix: Fix {
        summary: "Serve page and API from one site, or set the cookie with `SameSite=None; Secure`.",
        steps: &[
            say("Better: put the API below the page's domain (`api.example.org` for `app.example.org`), or let the page's server pass `/api` on. Safari and Firefox block third-party cookies whatever their attributes."),
            run("Otherwise let the cookie cross sites, over https.", "Set-Cookie: session=…; Path=/; HttpOnly; Secure; SameSite=None"),
            say("Then check the Origin of unsafe requests, since SameSite no longer does."),
        ],
    },
    example: Example::Refusal {
        request: "GET /user HTTP/1.1\nHost: api.shop.example\nOrigin: https://app.store.test",
        trace: "the cookie connect.sid is SameSite=Lax, and the page https://app.store.test is on another site than api.shop.example",
    },
    standard: Some("RFC 6265bis, sections 5.2 and 5.8.3"),
    related: &[Cause::CredentialsNotIncluded, Cause::CookieSamesiteNoneWithoutSecure, Cause::CookieDomainMismatch, Cause::CookieSamesiteStrictOauth],
};

/// The cookie is kept back by its `SameSite`.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    for cookie in situation.hindered() {
        if cookie.obstacle == Obstacle::ThirdParty {
            let message = format!("the page and the server are two sites, and this browser keeps all cookies such as {} back between sites", cookie.name);
            let finding = Finding::new(Cause::CookieSamesiteCrossSite, cookie.strength(), message);
            let finding = finding.fix("Serve page and API under one site: a subdomain of the page's domain, or a path that a proxy hands on.");
            found.push(cookie.place(finding, "a third party's cookie").explains(Hindered::EXPLAINED));
            continue;
        }
        let Obstacle::SameSite(same_site) = cookie.obstacle else { continue };
        let strict_on_return = same_site == SameSite::Strict && situation.browsing.is_callback();
        if strict_on_return || situation.pages_are_twins() {
            continue;
        }
        let frame = situation.browsing.frame.as_ref();
        // That another site may embed the page does not show that it does.
        let strength = if frame.is_some_and(|frame| !frame.seen) { Strength::Likely } else { cookie.strength() };
        let finding = Finding::new(Cause::CookieSamesiteCrossSite, strength, message(situation, cookie));
        let mut finding = cookie.place(finding, "keeps the cookie at home").explains(Hindered::EXPLAINED);
        if let Some(frame) = frame {
            finding = finding.at(frame.spot.clone(), "in a frame of another site");
        }
        found.push(finding);
    }
}

fn message(situation: &Situation<'_>, cookie: &Hindered) -> String {
    let word = match cookie.same_site {
        Some(same_site) => format!("is SameSite={}", same_site.word()),
        None => "has no SameSite, which counts as Lax,".to_owned(),
    };
    if situation.browsing.frame.is_some() {
        return format!("the cookie {} {word} and the page is in a frame of another site, where cookies count as a third party's", cookie.name);
    }
    let trip = situation.browsing.failing.as_ref();
    let page = trip.and_then(|trip| trip.page.as_ref()).map_or_else(|| "the page".to_owned(), |page| format!("the page {page}"));
    let server = trip.and_then(|trip| trip.server.as_ref()).map_or_else(|| "the server".to_owned(), ToString::to_string);
    format!("the cookie {} {word} and {page} is on another site than {server}", cookie.name)
}
