//! `cookie-secure-over-http`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::{Finding, Strength};
use crate::situation::{Hindered, Obstacle, Origin, Outcome, Situation, unset_cookie};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::CookieSecureOverHttp,
    rule: Some(find),
    title: "A Secure cookie does not travel over plain http",
    what: "The cookie is `Secure`, and the address is plain `http`. Browsers neither keep nor send it there; most make an exception for `localhost`, none for other names and addresses of the same machine.",
    why: &[
        "The library sets `Secure` by default or in production, and the program was opened by its LAN address or an internal name.",
        "TLS is not set up yet, or a second port without it is in use.",
        "A name with `__Secure-` or `__Host-` asks for `Secure`, and that for https.",
    ],
    fix: Fix {
        summary: "Serve the page over https, or leave `Secure` out for plain-http development.",
        steps: &[
            say("Anywhere but on your own machine, use https; a proxy such as Caddy gets certificates by itself."),
            run("For development on `http://localhost` most browsers take Secure cookies; for another host, switch it off there.", "SESSION_COOKIE_SECURE=false"),
        ],
    },
    example: Example::Refusal {
        request: "GET /home HTTP/1.1\nHost: 192.168.1.20:8080\nReferer: http://192.168.1.20:8080/login",
        trace: "the cookie id is Secure, and http://192.168.1.20:8080 is plain http",
    },
    standard: Some("RFC 6265bis, sections 5.7 and 5.8.3"),
    related: &[Cause::ProxyProtoLost, Cause::CookieSamesiteNoneWithoutSecure, Cause::OriginHostDrift],
};

/// The cookie is `Secure`, the address is not.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    for cookie in situation.hindered() {
        let insecure_prefix = cookie.obstacle == Obstacle::PrefixBroken && cookie.domain.is_none();
        if cookie.obstacle != Obstacle::SecureOverHttp && !insecure_prefix {
            continue;
        }
        let server = situation.browsing.failing.as_ref().and_then(|trip| trip.server.as_ref());
        let server = cookie.set_by.as_ref().or(server).map_or_else(|| "the address".to_owned(), ToString::to_string);
        let message = if insecure_prefix {
            format!("the name {} demands Secure and Path=/, and the cookie is set without", cookie.name)
        } else {
            let safari = situation.browsing.failing.as_ref().is_some_and(|trip| trip.is_of_safari() && trip.server.as_ref().is_some_and(Origin::is_loopback));
            let word = if safari { ", for which Safari makes no exception on the machine itself" } else { "" };
            format!("the cookie {} is Secure, and {server} is plain http{word}", cookie.name)
        };
        let finding = Finding::new(Cause::CookieSecureOverHttp, cookie.strength(), message);
        found.push(cookie.place(finding, "only over https").explains(Hindered::EXPLAINED));
    }
    if let Some((server, response)) = unset_cookie::over_http(situation).filter(|_| situation.outcome() != Outcome::Good) {
        let message = format!("the sign-in at {server} sets no cookie: the settings ask for Secure ones, which the program does not set over plain http");
        let finding = Finding::new(Cause::CookieSecureOverHttp, Strength::Likely, message);
        found.push(finding.at(response.status_spot(), "no Set-Cookie").explains(Hindered::EXPLAINED));
    }
}
