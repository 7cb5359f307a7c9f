//! `cookie-samesite-strict-oauth`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::Finding;
use crate::situation::{Hindered, Obstacle, SameSite, Situation};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::CookieSamesiteStrictOauth,
    rule: Some(find),
    title: "A Strict cookie is missing on the way back from the provider",
    what: "After signing in, the provider sends the browser back to the callback. That request comes from another site, so cookies with `SameSite=Strict` stay at home: the one with the `state` of the sign-in, or the session that the callback wants to fill.",
    why: &[
        "All cookies of the program were set to Strict for safety.",
        "The session library's `sameSite` is `strict`, and the sign-in keeps its state in the session.",
        "The callback answers with a redirect: the page after it is still part of the navigation that another site began.",
    ],
    fix: Fix {
        summary: "Set the cookies that a sign-in needs with `SameSite=Lax`.",
        steps: &[
            run("Lax travels with the provider's redirect and stays at home on cross-site posts.", "Set-Cookie: session=…; Path=/; HttpOnly; Secure; SameSite=Lax"),
            say("If the provider returns by POST (`form_post`), the state's cookie needs `SameSite=None; Secure`."),
        ],
    },
    example: Example::Refusal {
        request: "GET /auth/callback?code=…&state=… HTTP/1.1\nHost: app.example.org\nReferer: https://accounts.google.com/",
        trace: "the cookie session is SameSite=Strict, and the request comes back from accounts.google.com",
    },
    standard: Some("RFC 6265bis, section 5.2; RFC 6749, section 10.12"),
    related: &[Cause::OauthStateMismatch, Cause::CookieSamesiteCrossSite, Cause::OriginHostDrift],
};

/// The way back from a provider needs a Strict cookie.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if !situation.browsing.is_callback() {
        return;
    }
    for cookie in situation.hindered().filter(|cookie| cookie.obstacle == Obstacle::SameSite(SameSite::Strict)) {
        let message = format!("the cookie {} is SameSite=Strict, and the request comes back from another site", cookie.name);
        let finding = Finding::new(Cause::CookieSamesiteStrictOauth, cookie.strength(), message);
        found.push(cookie.place(finding, "keeps the cookie at home").explains(Hindered::EXPLAINED));
    }
}
