//! `proxy-proto-lost`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::evidence::Spot;
use crate::evidence::proxy::{Directive, ProxyKind};
use crate::finding::{Finding, Strength};
use crate::situation::{Origin, Outcome, Situation, Trip, forwarded_https, unset_cookie};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::ProxyProtoLost,
    rule: Some(find),
    title: "Behind TLS termination the application takes the request for http",
    what: "The browser came by `https`, a proxy ended TLS, and the program behind it does not know. So it sets no Secure cookies, builds `http` addresses, redirects to `https` in a circle, or refuses the Origin.",
    why: &[
        "The proxy does not set `X-Forwarded-Proto`, or a second proxy overwrites it with `http`.",
        "The program does not trust the header: `trust proxy` in Express, `--forwarded-allow-ips` in uvicorn, `SECURE_PROXY_SSL_HEADER` in Django.",
        "A CDN speaks plain `http` to the origin (\"flexible\" TLS).",
    ],
    fix: Fix {
        summary: "Let the proxy say that it was https, and the program believe it.",
        steps: &[
            run("nginx:", "proxy_set_header Host $host;\nproxy_set_header X-Forwarded-Proto $scheme;\nproxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"),
            run("Express, Django, uvicorn:", "app.set('trust proxy', 1)\nSECURE_PROXY_SSL_HEADER = (\"HTTP_X_FORWARDED_PROTO\", \"https\")\nuvicorn app:app --proxy-headers --forwarded-allow-ips='*'"),
            say("With a CDN, use its strict mode, so that TLS goes through to the origin."),
        ],
    },
    example: Example::Refusal {
        request: "GET /account HTTP/1.1\nHost: app.example.org\nOrigin: https://app.example.org\nX-Forwarded-Proto: http",
        trace: "the page is https://app.example.org, and the program was told http",
    },
    standard: Some("RFC 7239, section 5.4"),
    related: &[Cause::RedirectUriScheme, Cause::CsrfOriginUntrusted, Cause::AuthHeaderLostOnRedirect, Cause::CookieSecureOverHttp],
};

/// The browser's scheme and the one that the program was told, or acts upon, differ.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if situation.outcome() == Outcome::Good {
        return;
    }
    if let Some(finding) = two_schemes(situation) {
        let finding = with_configuration(situation, finding);
        found.push(finding.explains(&[Cause::CsrfOriginUntrusted, Cause::CsrfTokenMissing, Cause::CsrfTokenMismatch]));
        return;
    }
    let trips = situation.browsing.failing.iter().chain(&situation.browsing.before);
    for trip in trips {
        let Some(server) = trip.server.as_ref().filter(|server| server.https && !server.is_loopback()) else { continue };
        let told = told_http(trip).or_else(|| circle(trip, server)).or_else(|| unset_secure(situation, trip));
        if let Some(finding) = told.or_else(|| logged_as_http(situation, trip, server)) {
            let finding = with_configuration(situation, finding);
            found.push(finding.explains(&[Cause::CredentialMissing, Cause::SessionUnknown, Cause::CsrfTokenMismatch]));
            return;
        }
    }
}

/// Where nginx hands requests on without saying that they came by https.
fn unsaid(situation: &Situation<'_>) -> Option<Spot> {
    let mut files = situation.proxies.iter().filter(|file| file.kind == ProxyKind::Nginx);
    let silent = files.find(|file| {
        let says = situation.counting(file).iter().any(|directive| is_scheme(directive));
        let ends_tls = file.all("listen").any(|directive| directive.has("ssl") || directive.arg(0).ends_with("443"));
        ends_tls && !says && file.uses("proxy_pass")
    })?;
    let counting = situation.counting(silent);
    let mut passes = counting.iter().filter(|directive| directive.name == "proxy_pass");
    passes.next().map(|directive| directive.spot.clone())
}

/// `proxy_set_header X-Forwarded-Proto …`
fn is_scheme(directive: &Directive) -> bool {
    directive.name == "proxy_set_header" && directive.arg(0).eq_ignore_ascii_case("x-forwarded-proto")
}

/// A message names one host under both schemes: `https` of the browser, `http` of the program.
fn two_schemes(situation: &Situation<'_>) -> Option<Finding> {
    if !situation.is_seen(Cause::CsrfOriginUntrusted) {
        return None;
    }
    let spot = situation.log_line(|line| {
        let words = line.split(|c: char| c.is_whitespace() || "'\"`,;()".contains(c));
        let urls: Vec<Origin> = words.filter(|word| word.contains("://")).filter_map(Origin::parse).collect();
        urls.iter().any(|one| one.https && urls.iter().any(|other| !other.https && other.host == one.host && !one.is_loopback()))
    })?;
    let message = "the browser came by https, and the program takes its own address for http";
    Some(Finding::new(Cause::ProxyProtoLost, Strength::Likely, message).weight(0.9).at(spot, "one host, two schemes"))
}

fn told_http(trip: &Trip<'_>) -> Option<Finding> {
    if forwarded_https(trip.request) != Some(false) {
        return None;
    }
    let header = trip.request.headers.first("x-forwarded-proto")?;
    let message = format!("the browser came by https, and the program was told {}: {}", header.name, header.value);
    let finding = Finding::new(Cause::ProxyProtoLost, Strength::Likely, message);
    Some(finding.at(trip.request.spot(header), "not what the browser used"))
}

/// A redirect to the very address that was asked for, or to the same host by http.
fn circle(trip: &Trip<'_>, server: &Origin) -> Option<Finding> {
    let response = trip.response.filter(|response| response.is_redirect())?;
    let header = response.headers.first("location")?;
    let to = Origin::parse(&header.value)?;
    let same_path = crate::situation::header_way::path_of(&header.value) == trip.request.path();
    let again = to == *server && same_path && trip.request.is_safe();
    let downgraded = to.host == server.host && !to.https;
    if !again && !downgraded {
        return None;
    }
    let message = if again {
        "the program redirects to https although the browser came by https: it takes the request for http"
    } else {
        "the program redirects an https request to http: it does not know that the browser came by https"
    };
    let finding = Finding::new(Cause::ProxyProtoLost, Strength::Likely, message).weight(0.7);
    Some(finding.at(response.spot(header), "built for http"))
}

/// Sessions that are only set over https (express-session, Rails) are not set at all.
fn unset_secure(situation: &Situation<'_>, trip: &Trip<'_>) -> Option<Finding> {
    let headers = &trip.request.headers;
    let proxied = ["x-forwarded-proto", "x-forwarded-for", "via", "cf-ray", "x-amzn-trace-id", "x-real-ip"].iter().any(|name| headers.first(name).is_some());
    let response = unset_cookie::answer(situation, trip).filter(|_| proxied || unsaid(situation).is_some())?;
    let message = "the sign-in sets no cookie: a Secure cookie is not set while the program takes the request for http";
    let finding = Finding::new(Cause::ProxyProtoLost, Strength::Likely, message);
    Some(finding.at(response.status_spot(), "no Set-Cookie"))
}

/// The program's log names the request's own address as http, though the browser came by https.
fn logged_as_http(situation: &Situation<'_>, trip: &Trip<'_>, server: &Origin) -> Option<Finding> {
    let own = format!("http://{}{}", server.host, trip.request.path());
    let of_program = |line: &str| {
        let line = line.replace("\\/", "/").to_ascii_lowercase();
        let redirect = line.contains("redirect") || line.contains("location");
        // ASP.NET notes a request as it comes in, before what the proxy says of it is read.
        let before = line.contains("request starting ") || line.contains("request finished ");
        !redirect && !before && !line.starts_with(['>', '<', '$', '*']) && line.contains(&own.to_ascii_lowercase())
    };
    let by_browser = trip.request.headers.value("origin").or_else(|| trip.request.headers.value("referer")).and_then(Origin::parse);
    let came_by_https = by_browser.is_some_and(|page| page == *server) || forwarded_https(trip.request) == Some(true);
    let spot = situation.log_line(of_program).filter(|_| came_by_https)?;
    let message = "the browser came by https, and the program writes http into its log for the same request: it does not believe the proxy";
    Some(Finding::new(Cause::ProxyProtoLost, Strength::Likely, message).at(spot, "not what the browser used"))
}

/// The proxy's configuration that does not pass the scheme on.
fn with_configuration(situation: &Situation<'_>, finding: Finding) -> Finding {
    let nginx = situation.proxies.iter().find(|file| file.kind == ProxyKind::Nginx && file.uses("proxy_pass"));
    let Some(file) = nginx else { return finding };
    let counting = situation.counting(file);
    let of = |wanted: &dyn Fn(&Directive) -> bool| counting.iter().copied().find(|directive| wanted(directive));
    let says = of(&is_scheme);
    let Some(place) = says.or_else(|| of(&|directive| directive.name == "proxy_pass")) else { return finding };
    let label = if says.is_some() { "what it says" } else { "does not pass X-Forwarded-Proto" };
    let finding = finding.at(place.spot.clone(), label);
    // Set, and yet not here: a location that sets headers of its own inherits none.
    match file.directives.iter().find(|directive| says.is_none() && is_scheme(directive)) {
        Some(elsewhere) => finding.at(elsewhere.spot.clone(), "not inherited by a location that sets headers of its own"),
        None => finding,
    }
}
