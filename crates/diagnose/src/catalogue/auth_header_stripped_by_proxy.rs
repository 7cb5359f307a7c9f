//! `auth-header-stripped-by-proxy`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::evidence::{Request, Spot};
use crate::evidence::proxy::{Directive, ProxyFile, ProxyKind};
use crate::finding::{Finding, Strength};
use crate::situation::header_way::{is_authorized, lost_on_redirect, path_of};
use crate::situation::{Outcome, Situation};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::AuthHeaderStrippedByProxy,
    rule: Some(find),
    title: "A proxy does not pass the Authorization header on",
    what: "The client sends the header, and the program behind the web server or proxy never sees it. Apache keeps it from CGI, PHP-FPM and WSGI programs unless told otherwise; nginx drops headers with underscores in their names; gateways replace it with their own.",
    why: &[
        "Apache with mod_wsgi lacks `WSGIPassAuthorization On`; with CGI or PHP-FPM it lacks `CGIPassAuth On`.",
        "The proxy's configuration empties or removes the header, often to hide its own Basic credentials from the program.",
        "A CDN or gateway (CloudFront, Google's API Gateway) leaves it out or moves it to `X-Forwarded-Authorization`.",
        "The credential's header has an underscore in its name, which nginx ignores.",
    ],
    fix: Fix {
        summary: "Tell the web server or proxy to pass the header on.",
        steps: &[
            run("Apache with mod_wsgi:", "WSGIPassAuthorization On"),
            run("Apache with PHP-FPM or CGI:", "CGIPassAuth On\n# or, before Apache 2.4.13:\nSetEnvIf Authorization \"(.*)\" HTTP_AUTHORIZATION=$1"),
            run("nginx passes it unless told otherwise; take such a line away.", "proxy_set_header Authorization $http_authorization;"),
            say("In CloudFront, name `Authorization` in the cache or origin request policy."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/me HTTP/1.1\nHost: api.example.org\nX-Forwarded-For: 203.0.113.7",
        trace: "apache.conf has WSGIScriptAlias and no WSGIPassAuthorization On",
    },
    standard: Some("RFC 9110, section 11.6.2"),
    related: &[Cause::AuthHeaderLostOnRedirect, Cause::AuthorizationHeaderConflict, Cause::CredentialMissing],
};

/// A configuration takes the header away, or it is seen before the proxy and not behind it.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if situation.outcome() == Outcome::Good {
        return;
    }
    let arrives = situation.request().is_some_and(is_authorized);
    let sent = situation.evidence.commands.iter().any(is_authorized) || !situation.browsing.snippets.sets_bearer.is_empty();
    let cookie = situation.browsing.carries_session();
    for file in &situation.proxies {
        if let Some((spot, message)) = taken_away(file, situation) {
            // A session in a cookie does not need the header.
            let strength = match (cookie && !sent, file.kind == ProxyKind::Apache && !sent) {
                (true, _) => Strength::Risk,
                // With mod_php and others the header arrives all the same.
                (false, true) if message.contains("PHP") => Strength::Likely,
                (false, _) => Strength::Proved,
            };
            let finding = Finding::new(Cause::AuthHeaderStrippedByProxy, strength, message);
            found.push(finding.at(spot, "keeps the header").explains(EXPLAINED));
        }
    }
    if let Some((spot, message)) = moved(situation) {
        found.push(Finding::new(Cause::AuthHeaderStrippedByProxy, Strength::Proved, message).at(spot, "moved here").explains(EXPLAINED));
    }
    if arrives || !sent || lost_on_redirect(situation.evidence, &situation.browsing).is_some() {
        return;
    }
    // A preflight never has the header.
    let Some(request) = situation.request().filter(|request| !request.is_preflight()) else { return };
    let footprints = ["via", "x-forwarded-for", "x-forwarded-proto", "x-real-ip", "x-amz-cf-id", "cf-ray", "x-amzn-trace-id", "forwarded", "x-forwarded-host"];
    let proxied = footprints.iter().find_map(|name| request.headers.first(name));
    // The very command is known that sent it to this path, and no other that did not.
    let same = |command: &&Request| request.path().ends_with(path_of(&command.target));
    let mut commands = situation.evidence.commands.iter().filter(same);
    let sent_here = commands.next().is_some_and(is_authorized) && commands.all(is_authorized);
    let (place, label) = match proxied {
        Some(footprint) => (request.spot(footprint), "came through a proxy"),
        None if sent_here => (request.start_spot(), "arrived without it"),
        None => return,
    };
    let message = "the client sends the Authorization header, and behind the proxy the request is without it";
    let strength = if sent_here { Strength::Proved } else { Strength::Likely };
    let finding = Finding::new(Cause::AuthHeaderStrippedByProxy, strength, message);
    found.push(finding.at(place, label).explains(EXPLAINED));
}

/// The directive that keeps the header from the program.
fn taken_away(file: &ProxyFile, situation: &Situation<'_>) -> Option<(Spot, String)> {
    let basic = situation.proxies.iter().any(|file| file.all("auth_basic").any(|gate| !gate.has("off")));
    let gated = basic && situation.browsing.carries_session();
    let emptied = situation.counting(file).into_iter().find(|directive| empties(directive, gated));
    if let Some(directive) = emptied {
        return Some((directive.spot.clone(), "the proxy takes the Authorization header away".to_owned()));
    }
    if let Some(directive) = underscore(file, situation) {
        return Some(directive);
    }
    if file.kind != ProxyKind::Apache {
        return None;
    }
    let passes = file.directives.iter().any(|directive| match directive.name.as_str() {
        "wsgipassauthorization" | "cgipassauth" => directive.has("on"),
        "setenvif" | "setenvifnocase" => directive.arg(0).eq_ignore_ascii_case("authorization"),
        "rewriterule" => directive.args.iter().any(|arg| arg.contains("HTTP_AUTHORIZATION")),
        "requestheader" | "proxyfcgisetenvif" => directive.args.iter().any(|arg| arg.to_ascii_lowercase().contains("authorization")),
        _ => false,
    });
    if passes {
        return None;
    }
    let wsgi = file.directives.iter().find(|directive| directive.name == "wsgiscriptalias");
    if let Some(directive) = wsgi {
        return Some((directive.spot.clone(), "mod_wsgi keeps the Authorization header from the program, for WSGIPassAuthorization is not On".to_owned()));
    }
    let cgi = file.directives.iter().find(|directive| {
        let handler = directive.name == "sethandler" || directive.name == "addhandler" || directive.name == "proxypassmatch" || directive.name == "proxypass";
        let fcgi = directive.args.iter().any(|arg| arg.contains("fcgi:") || arg.contains("cgi-script") || arg.contains("php-cgi"));
        directive.name == "scriptalias" || directive.name == "fcgidwrapper" || handler && fcgi
    });
    if let Some(directive) = cgi {
        return Some((directive.spot.clone(), "Apache keeps the Authorization header from CGI and PHP programs, for CGIPassAuth is not On".to_owned()));
    }
    // A front controller of PHP (.htaccess) without the usual line.
    let front = file.directives.iter().find(|directive| directive.name == "rewriterule" && directive.args.iter().any(|arg| arg.rsplit('.').next() == Some("php")));
    front.filter(|_| !situation.request().is_some_and(is_authorized)).map(|directive| {
        (directive.spot.clone(), "the rules hand requests to PHP and do not pass the Authorization header on".to_owned())
    })
}

fn empties(directive: &Directive, gated: bool) -> bool {
    let names = directive.args.iter().any(|arg| arg.trim_start_matches('-').eq_ignore_ascii_case("authorization"));
    match directive.name.as_str() {
        // Emptying it where the proxy itself asks for Basic is right, unless the app wants a bearer token.
        "proxy_set_header" | "grpc_set_header" => names && directive.arg(1).is_empty() && !gated,
        "proxy_pass_request_headers" | "fastcgi_pass_request_headers" | "uwsgi_pass_request_headers" => directive.has("off"),
        "fastcgi_param" | "uwsgi_param" => directive.arg(0) == "HTTP_AUTHORIZATION" && directive.arg(1).is_empty(),
        "requestheader" => names && directive.has("unset"),
        "header_up" | "request_header" => directive.args.iter().any(|arg| arg.eq_ignore_ascii_case("-authorization")),
        _ => false,
    }
}

/// A credential's header with an underscore, which nginx ignores unless told otherwise.
fn underscore(file: &ProxyFile, situation: &Situation<'_>) -> Option<(Spot, String)> {
    let allowed = file.all("underscores_in_headers").any(|directive| directive.has("on"));
    if file.kind != ProxyKind::Nginx || allowed {
        return None;
    }
    let commands = situation.evidence.commands.iter().chain(situation.request());
    let mut headers = commands.flat_map(|request| request.headers.0.iter().map(move |header| (request, header)));
    let (request, header) = headers.find(|(_, header)| {
        let name = header.name.to_ascii_lowercase();
        name.contains('_') && ["token", "key", "auth", "secret"].iter().any(|part| name.contains(part))
    })?;
    let message = format!("nginx drops the header {}, for its name has an underscore", header.name);
    Some((request.spot(header), message))
}

/// Gateways that put their own token into the header keep the client's in another.
fn moved(situation: &Situation<'_>) -> Option<(Spot, String)> {
    let request = situation.request()?;
    let names = ["x-forwarded-authorization", "x-original-authorization", "redirect-http-authorization", "redirect_http_authorization", "x-amzn-remapped-authorization"];
    let header = names.iter().find_map(|name| request.headers.first(name))?;
    let message = format!("the gateway has moved the client's Authorization header to {}", header.name);
    Some((request.spot(header), message))
}

const EXPLAINED: &[Cause] = &[Cause::BearerMissingCookiePresent, Cause::CredentialMissing];
