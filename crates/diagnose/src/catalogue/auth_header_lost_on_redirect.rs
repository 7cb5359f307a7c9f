//! `auth-header-lost-on-redirect`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::contract::{Purpose, purpose};
use crate::evidence::{Service, Spot};
use crate::finding::{Finding, Strength};
use crate::situation::header_way::{is_authorized, is_told, leads_away, lost_on_redirect, sent_from};
use crate::situation::{Client, Origin, Outcome, Situation, hops};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::AuthHeaderLostOnRedirect,
    rule: Some(find),
    title: "A redirect dropped the Authorization header",
    what: "The server answered with a redirect to another scheme, host or port, or to the path with or without its slash. Clients follow it and leave the Authorization header behind, for it could be meant for somebody else: curl and requests on another host, port or scheme, browsers on another origin, .NET and some mobile clients always.",
    why: &[
        "The path lacks (or has) the slash that the framework wants: FastAPI, Django and Flask redirect to the other form.",
        "Behind TLS termination the program builds the redirect with `http`.",
        "The client calls `http://` or the bare domain, and is sent to `https://` or `www`.",
    ],
    fix: Fix {
        summary: "Call the final address itself, and let the program know the scheme and host that the client used.",
        steps: &[
            run("See each hop and its headers.", "curl -sIL -o /dev/null -w '%{url_effective}\\n' https://api.example.org/items"),
            say("Write the base URL and the path in the client exactly as the redirect gives them."),
            run("Behind a proxy, let the program believe its headers, so that redirects keep `https`.", "uvicorn app.main:app --proxy-headers --forwarded-allow-ips='*'"),
        ],
    },
    example: Example::Refusal {
        request: "POST /items/ HTTP/1.1\nHost: api.example.org\nX-Forwarded-Proto: http",
        trace: "https://api.example.org/items redirected to http://api.example.org/items/, and the header stayed behind",
    },
    standard: Some("RFC 9110, section 15.4; Fetch, section 4.4"),
    related: &[Cause::ProxyProtoLost, Cause::AuthHeaderStrippedByProxy, Cause::CredentialMissing],
};

/// A redirect is seen, with the header before it and without it after.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if situation.outcome() == Outcome::Good {
        return;
    }
    if let Some(lost) = lost_on_redirect(situation.evidence, &situation.browsing) {
        let changed = changed(lost.from.as_ref(), &lost.to);
        let message = format!("the redirect to {} ({changed}) made the client leave the Authorization header behind", lost.to);
        let strength = if lost.had_it { Strength::Proved } else { Strength::Likely };
        let finding = Finding::new(Cause::AuthHeaderLostOnRedirect, strength, message).weight(0.9);
        found.push(finding.at(lost.spot, "leads elsewhere").at(lost.after, "without the header").explains(EXPLAINED));
        return;
    }
    let away = situation.browsing.failing.as_ref().and_then(|trip| Some((trip.server.as_ref()?, leads_away(trip)?)));
    if let Some((from, (to, spot))) = away {
        let message = format!("{from} redirects to {to}, and clients leave the Authorization header behind there");
        let finding = Finding::new(Cause::AuthHeaderLostOnRedirect, Strength::Likely, message);
        found.push(finding.at(spot, "leads elsewhere").explains(EXPLAINED));
        return;
    }
    if let Some(finding) = of_hops(situation).or_else(|| of_client(situation)) {
        found.push(finding);
        return;
    }
    let of_log = of_server_log(situation).or_else(|| of_printed_heads(situation));
    found.extend(of_log.or_else(|| of_history(situation)));
}

/// A client's log names a redirect to another origin and the refusal there.
fn of_hops(situation: &Situation<'_>) -> Option<Finding> {
    let bare = situation.request().is_none_or(|request| !is_authorized(request) && !request.is_preflight());
    let told = is_told(situation.evidence, &situation.browsing);
    let (from, to) = hops::led_away(situation.evidence).filter(|_| bare && told)?;
    let message = format!("{} redirects to {}, and the client left the Authorization header behind there", from.origin, to.origin);
    let arrived = situation.browsing.failing.as_ref().is_some_and(|trip| trip.host() == Some(&to.origin.host));
    let strength = if arrived { Strength::Proved } else { Strength::Likely };
    let finding = Finding::new(Cause::AuthHeaderLostOnRedirect, strength, message).weight(0.8);
    Some(finding.at(from.spot, "redirected").at(to.spot, "refused").explains(EXPLAINED))
}

/// The request shows itself, or a setting of the client does, that the program was sent here from another address.
fn of_client(situation: &Situation<'_>) -> Option<Finding> {
    let trip = situation.browsing.failing.as_ref()?;
    let server = trip.server.as_ref()?;
    if trip.client != Client::Program || is_authorized(trip.request) || !is_told(situation.evidence, &situation.browsing) {
        return None;
    }
    let refused = trip.response.is_none_or(|response| matches!(response.status, 401 | 403));
    let (from, spot) = sent_from(trip).or_else(|| configured_twin(situation, server)).filter(|_| refused)?;
    let message = format!("the client asked {from} and was sent to {server}: clients leave the Authorization header behind there");
    let finding = Finding::new(Cause::AuthHeaderLostOnRedirect, Strength::Likely, message).weight(0.8);
    Some(finding.at(spot, "asked first").at(trip.request.start_spot(), "without the header").explains(EXPLAINED))
}

/// A client's setting names a twin of the host that was asked in the end: `www` and the bare domain lead to each other.
fn configured_twin(situation: &Situation<'_>, server: &Origin) -> Option<(Origin, Spot)> {
    let lines = situation.evidence.services.iter().flat_map(Service::settings);
    let addresses = lines.filter(|line| purpose(&line.name) != Some(Purpose::OwnUrl) && !line.name.to_ascii_uppercase().contains("ORIGIN"));
    let mut twins = addresses.filter_map(|line| {
        let address = Origin::parse(&line.value)?;
        (address.is_twin(server) && !address.is_loopback()).then(|| (address, line.spot.clone()))
    });
    twins.next()
}

/// A program's session shows that its client followed a redirect, and was refused where it led.
fn of_history(situation: &Situation<'_>) -> Option<Finding> {
    const FOLLOWED: &[&str] = &["[301]", "[302]", "[303]", "[307]", "[308]", "following redirect", "followed redirect", "redirected: true", "redirectcount"];
    let told = !situation.browsing.snippets.sets_bearer.is_empty() || situation.evidence.commands.iter().any(is_authorized);
    let refused = |line: &str| line.contains("[401]") || line.contains(" 401") || line.contains("[403]");
    let refused = situation.log_line(refused).filter(|_| told && situation.request().is_none_or(|request| !is_authorized(request)))?;
    let spot = situation.log_line(|line| {
        let line = line.to_ascii_lowercase();
        FOLLOWED.iter().any(|words| line.contains(words))
    })?;
    let message = "the client was told to send Authorization and followed a redirect: clients leave the header behind where it leads to another host, scheme or port";
    let finding = Finding::new(Cause::AuthHeaderLostOnRedirect, Strength::Likely, message);
    Some(finding.at(spot, "redirected").at(refused, "refused").explains(EXPLAINED))
}

/// A server's log shows a redirect and then a refusal of the place it leads to.
fn of_server_log(situation: &Situation<'_>) -> Option<Finding> {
    let logged = &situation.logged;
    let redirect = logged.iter().enumerate().find(|(_, line)| matches!(line.status, 301 | 302 | 307 | 308));
    let (at, redirect) = redirect?;
    // With the header it is the first request, as the client sent it.
    let sent_first = |request: &crate::evidence::Request| !is_authorized(request) || request.path() == redirect.path;
    if !situation.request().is_none_or(sent_first) {
        return None;
    }
    let other_form = |path: &str| path != redirect.path && path.trim_end_matches('/') == redirect.path.trim_end_matches('/');
    let after = logged.iter().skip(at + 1).find(|line| matches!(line.status, 401 | 403) && (other_form(&line.path) || line.path == redirect.path));
    let failed = situation.request().is_some_and(|request| other_form(request.path()));
    if after.is_none() && !failed {
        return None;
    }
    let message = format!("{} was redirected before the request was refused, and clients leave the Authorization header behind then", redirect.path);
    let finding = Finding::new(Cause::AuthHeaderLostOnRedirect, Strength::Likely, message);
    let finding = finding.at(redirect.spot.clone(), "redirected");
    let finding = match after {
        Some(line) => finding.at(line.spot.clone(), "refused"),
        None => finding,
    };
    Some(finding.explains(EXPLAINED))
}

/// A terminal shows the heads of the answers (`curl -i -L`): a redirect elsewhere, then a refusal.
fn of_printed_heads(situation: &Situation<'_>) -> Option<Finding> {
    let command = situation.evidence.commands.iter().find(|command| is_authorized(command))?;
    let from = Origin::parse(&command.target)?;
    let log = situation.evidence.logs.iter().find(|log| *log.name == *command.source)?;
    let mut redirect = None;
    for (at, line) in log.text.lines().enumerate().skip(command.line) {
        let line = line.trim();
        let mut words = line.split_ascii_whitespace();
        let status = words.next().filter(|word| word.starts_with("HTTP/")).and_then(|_| words.next());
        if line.to_ascii_lowercase().starts_with("location:") {
            redirect = Origin::parse(line.get(9..)?).filter(|to| *to != from).map(|to| (to, at + 1));
        } else if let (Some("401" | "403"), Some((to, place))) = (status, &redirect) {
            let message = format!("{from} redirects to {to}, and clients leave the Authorization header behind there");
            let finding = Finding::new(Cause::AuthHeaderLostOnRedirect, Strength::Likely, message);
            let spot = |line: usize, text: &str| Spot::line(&command.source, line, text);
            let refused = spot(at + 1, line);
            return Some(finding.at(spot(*place, &format!("Location: {to}")), "leads elsewhere").at(refused, "refused").explains(EXPLAINED));
        }
    }
    None
}

fn changed(from: Option<&Origin>, to: &str) -> &'static str {
    match (from, Origin::parse(to)) {
        (Some(from), Some(to)) if from.host != to.host => "another host",
        (Some(from), Some(to)) if from.https != to.https => "another scheme",
        (Some(from), Some(to)) if from.port != to.port => "another port",
        _ => "another path",
    }
}

const EXPLAINED: &[Cause] = &[
    Cause::AuthHeaderStrippedByProxy,
    Cause::BearerMissingCookiePresent,
    Cause::CredentialMissing,
    Cause::ProxyProtoLost,
];
