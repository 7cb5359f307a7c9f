//! `redirect-uri-scheme`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::contract::Purpose;
use crate::finding::{Finding, Strength};
use crate::situation::oauth::{RedirectUri, place_of, redirect_uris, refuses_redirect};
use crate::situation::{Origin, Outcome, Situation, forwarded_https};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::RedirectUriScheme,
    rule: Some(find),
    title: "The redirect URI was built with http behind TLS",
    what: "The program works out its own address to tell the provider where to return, and takes itself for `http`, while users come by `https`. The provider knows the `https` address and refuses the other.",
    why: &[
        "The proxy ends TLS and does not say so (`X-Forwarded-Proto`), or the program does not believe it.",
        "The public address in the settings begins with `http`.",
        "The framework builds absolute URLs from the request, and a second proxy in between speaks `http`.",
    ],
    fix: Fix {
        summary: "Let the program know that it is reached by https.",
        steps: &[
            run("Set the public address, where the program has such a setting.", "AUTH_URL=https://app.example.org"),
            run("Or let it believe the proxy.", "uvicorn app:app --proxy-headers --forwarded-allow-ips='*'\nSECURE_PROXY_SSL_HEADER = (\"HTTP_X_FORWARDED_PROTO\", \"https\")\napp.set('trust proxy', 1)"),
            say("Do not register the `http` address with the provider instead."),
        ],
    },
    example: Example::Refusal {
        request: "GET /login/google HTTP/1.1\nHost: app.example.org\nX-Forwarded-Proto: https",
        trace: "redirect_uri is http://app.example.org/callback, and the page is https://app.example.org",
    },
    standard: Some("RFC 6749, section 3.1.2.1"),
    related: &[Cause::ProxyProtoLost, Cause::RedirectUriMismatch],
};

/// The redirect URI is `http`, and its host is reached by `https`.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let said = place_of(situation, refuses_redirect);
    if situation.outcome() == Outcome::Good && said.is_none() && !is_sent_away(situation) {
        return;
    }
    for uri in redirect_uris(situation) {
        if uri.origin.https || uri.origin.is_loopback() || !is_reached_by_https(situation, &uri) {
            continue;
        }
        let message = format!("the provider is given {}, and users come by https", uri.uri);
        let strength = if said.is_some() { Strength::Proved } else { Strength::Likely };
        let mut finding = Finding::new(Cause::RedirectUriScheme, strength, message).at(uri.spot, "http");
        if let Some(spot) = said {
            finding = finding.at(spot, "refused");
        }
        found.push(finding.explains(&[Cause::ProxyProtoLost, Cause::RedirectUriMismatch, Cause::OauthProviderError]));
        return;
    }
}

/// Whether the failing answer is the redirect to the provider.
fn is_sent_away(situation: &Situation<'_>) -> bool {
    situation.response().is_some_and(|response| response.headers.value("location").is_some_and(|location| location.contains("redirect_uri=")))
}

fn is_reached_by_https(situation: &Situation<'_>, uri: &RedirectUri) -> bool {
    let same = |origin: &Origin| origin.host == uri.origin.host && origin.https;
    let trips = || situation.browsing.before.iter().chain(&situation.browsing.failing);
    let seen = trips().any(|trip| {
        let forwarded = forwarded_https(trip.request) == Some(true);
        trip.server.as_ref().is_some_and(&same) || trip.page.as_ref().is_some_and(&same) || forwarded && trip.host() == Some(&uri.origin.host)
    });
    let set = situation.settings(Purpose::OwnUrl).filter_map(|(_, line)| Origin::parse(&line.value)).any(|origin| same(&origin));
    seen || set || uri.origin.port == 80 && place_of(situation, refuses_redirect).is_some() && uri.origin.host.contains('.')
}
