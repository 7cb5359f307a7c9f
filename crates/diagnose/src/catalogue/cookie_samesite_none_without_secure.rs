//! `cookie-samesite-none-without-secure`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::Finding;
use crate::situation::{Hindered, Obstacle, Situation};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::CookieSamesiteNoneWithoutSecure,
    rule: Some(find),
    title: "The browser refused a SameSite=None cookie without Secure",
    what: "`SameSite=None` counts only together with `Secure`. Without it browsers drop the cookie when it is set, with no more than a line in the console, and the next request comes without it.",
    why: &[
        "`SameSite=None` was set for a front end on another site, and `Secure` was left out.",
        "`Secure` hangs on an environment (`NODE_ENV=production`) that is not set where it runs.",
        "Behind TLS termination the program takes the request for `http` and leaves `Secure` out.",
    ],
    fix: Fix {
        summary: "Set `Secure` together with `SameSite=None`, and serve it over https.",
        steps: &[
            run("Write both.", "Set-Cookie: session=…; Path=/; HttpOnly; Secure; SameSite=None"),
            say("If page and API are on one site, `SameSite=Lax` is enough and safer; `localhost` with two ports is one site."),
        ],
    },
    example: Example::Refusal {
        request: "GET /user HTTP/1.1\nHost: api.shop.example\nOrigin: https://app.store.test",
        trace: "the cookie sid was set with SameSite=None and without Secure, so the browser dropped it",
    },
    standard: Some("RFC 6265bis, section 5.7"),
    related: &[Cause::CookieSamesiteCrossSite, Cause::CookieSecureOverHttp, Cause::ProxyProtoLost],
};

/// `None` stands without `Secure`.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    for cookie in situation.hindered().filter(|cookie| cookie.obstacle == Obstacle::SameSiteNoneInsecure) {
        let message = format!("the cookie {} is set with SameSite=None and without Secure, so browsers drop it", cookie.name);
        let finding = Finding::new(Cause::CookieSamesiteNoneWithoutSecure, cookie.strength(), message);
        found.push(cookie.place(finding, "needs Secure").explains(Hindered::EXPLAINED));
    }
}
