//! `csrf-origin-untrusted`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use crate::finding::{Finding, Strength};
use crate::evidence::Spot;
use crate::situation::csrf::{self, Comparison};
use crate::situation::{Membership, Origin, Situation, forwarded_https};
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
    let Some(request) = situation.request().filter(|_| csrf::is_refused(situation)) else { return };
    let Some(header) = request.headers.first("origin").or_else(|| request.headers.first("referer")) else { return };
    let Some(page) = Origin::parse(&header.value) else {
        if header.value == "null" && says_origin(situation).is_some() {
            let finding = Finding::new(Cause::CsrfOriginUntrusted, Strength::Proved, "the browser hides the page's origin (Origin: null), and the program wants a trusted one");
            found.push(finding.at(request.spot(header), "no origin"));
        }
        return;
    };
    let lists = || situation.allowed_origins.iter().filter(|list| list.is_csrf);
    if lists().any(|list| matches!(list.membership(&page), Membership::Listed | Membership::Any)) {
        return;
    }
    let seen = seen_by_program(request);
    let foreign = seen.as_ref().is_some_and(|seen| seen.host != page.host || seen.port != page.port && seen.https == page.https);
    let scheme_lost = seen.as_ref().is_some_and(|seen| seen.host == page.host && seen.https != page.https)
        && (forwarded_https(request) == Some(false) || checks_origin(situation) && forwarded_https(request).is_none());
    let said = says_origin(situation);
    // Where the token is missing, that is enough of a reason.
    let untold = csrf::sent(request).is_none() && !csrf::cookies(request).is_empty();
    if untold && said.is_none() {
        return;
    }
    let tokens_fit = csrf::sent(request).is_some_and(|sent| csrf::cookies(request).iter().any(|cookie| csrf::compare(&sent.value, &cookie.value) == Comparison::Fit));
    let listed = lists().next();
    let checks_origin = checks_origin(situation);
    let strength = match (&said, foreign || scheme_lost) {
        (Some(_), _) => Strength::Proved,
        (None, true) if listed.is_some() || tokens_fit || checks_origin => Strength::Likely,
        (None, false) if tokens_fit && listed.is_some() => Strength::Likely,
        (None, _) => return,
    };
    let seen = seen.map_or_else(|| "another".to_owned(), |seen| seen.to_string());
    let message = format!("the page's origin is {page}, and the program sees its own address as {seen} and trusts no other such");
    let mut finding = Finding::new(Cause::CsrfOriginUntrusted, strength, message);
    if let Some(list) = listed {
        finding = finding.at(list.spot.clone(), "the origin is not on it");
    }
    finding = finding.at(request.spot(header), "sent by the browser");
    if let Some(host) = request.headers.first("host") {
        finding = finding.at(request.spot(host), "seen by the program");
    }
    if let Some(spot) = said {
        finding = finding.at(spot, "says so");
    }
    found.push(finding.explains(&[Cause::ProxyProtoLost, Cause::CsrfTokenMissing, Cause::CsrfTokenMismatch]));
}

/// The origin that the program works out for itself: the host it is given, and the scheme it is told.
fn seen_by_program(request: &crate::evidence::Request) -> Option<Origin> {
    let headers = &request.headers;
    let host = headers.value("x-forwarded-host").or_else(|| headers.value("host"))?;
    let private = Origin::of_host(false, host)?;
    let https = forwarded_https(request).unwrap_or(private.port == 443);
    Origin::of_host(https, host)
}

/// A message that speaks of the origin rather than of a token.
fn says_origin(situation: &Situation<'_>) -> Option<Spot> {
    let says = |text: &str| {
        let text = text.to_ascii_lowercase();
        [
            "origin checking failed", "referer checking failed", "cross-site post form submissions are forbidden", "does not match any trusted origins",
            "didn't match request.base_url", "header does not match `origin`", "does not match `origin` header", "invalid origin", "untrusted origin",
            "origin mismatch", "missing_or_null_origin", "origin not trusted", "cross-origin request forbidden",
        ]
        .iter()
        .any(|words| text.contains(words))
    };
    let answer = situation.response().filter(|response| says(&response.body));
    answer.map(crate::evidence::Response::status_spot).or_else(|| situation.log_line(says))
}

/// Whether a product is in use that compares the Origin with its own address.
fn checks_origin(situation: &Situation<'_>) -> bool {
    let products = ["sveltekit", "django", "rails", "remix", "server actions", "astro", "better-auth", "next.js 14", "next.js 15"];
    products.iter().any(|product| situation.uses(product))
}
