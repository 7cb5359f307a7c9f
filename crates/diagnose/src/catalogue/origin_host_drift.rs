//! `origin-host-drift`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::contract::Purpose;
use crate::finding::{Finding, Strength};
use crate::situation::{Client, Hindered, Obstacle, Origin, Outcome, Situation};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::OriginHostDrift,
    rule: Some(find),
    title: "One site is used under two host names",
    what: "`localhost` and `127.0.0.1`, or `www` and the bare domain, are different hosts to a browser: each has its own cookies, and each is an origin of its own. Who signs in under one is a stranger under the other.",
    why: &[
        "Users arrive on the bare domain and sign in on `www`, or the reverse.",
        "The page was opened as `127.0.0.1`, and the setting or the provider's callback says `localhost`.",
        "The public address in the settings is that of another alias or of the deployment before a move.",
    ],
    fix: Fix {
        summary: "Choose one host, send all others to it, and name it in every setting.",
        steps: &[
            run("Redirect before anybody signs in.", "server {\n  server_name example.org;\n  return 308 https://www.example.org$request_uri;\n}"),
            say("Set the program's public address (`NEXTAUTH_URL`, `AUTH_URL`, `PUBLIC_URL`) and the provider's callback to that host."),
            say("In development open the page under the very name that the settings have."),
        ],
    },
    example: Example::Refusal {
        request: "GET /account HTTP/1.1\nHost: example.org",
        trace: "the session cookie was set by www.example.org, and the request goes to example.org",
    },
    standard: Some("RFC 6265bis, section 5.1.3; RFC 6454, section 5"),
    related: &[Cause::CookieDomainMismatch, Cause::OauthStateMismatch, Cause::CorsOriginNotAllowed],
};

/// The cookie belongs to a twin of the host; or the settings name a twin of it.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(of_redirect(situation));
    let before = found.len();
    for cookie in situation.hindered() {
        found.extend(of_cookie(situation, cookie));
    }
    if found.len() == before && situation.outcome() == Outcome::Bad {
        found.extend(of_settings(situation));
    }
}

fn of_cookie(situation: &Situation<'_>, cookie: &Hindered) -> Option<Finding> {
    let server = situation.browsing.failing.as_ref()?.server.as_ref()?;
    let message = match cookie.obstacle {
        Obstacle::WrongHost => {
            let set_by = cookie.set_by.as_ref().filter(|set_by| set_by.is_twin(server))?;
            format!("the cookie {} was set by {}, and the request goes to {}", cookie.name, set_by.host, server.host)
        }
        Obstacle::SameSite(_) if situation.pages_are_twins() => {
            let page = situation.browsing.failing.as_ref()?.page.as_ref()?;
            format!("the page is {page} and asks {server}: two names of one machine are two sites, so the cookie {} stays at home", cookie.name)
        }
        _ => return None,
    };
    let finding = Finding::new(Cause::OriginHostDrift, cookie.strength(), message);
    let mut finding = cookie.place(finding, "belongs to the host that set it").explains(Hindered::EXPLAINED);
    if let Some(setting) = own_url(situation, server) {
        finding = finding.at(setting.0, "the host that the settings name");
    }
    if let Some(request) = situation.request() {
        let spot = request.headers.first("host").map_or_else(|| request.start_spot(), |host| request.spot(host));
        finding = finding.at(spot, "another host");
    }
    Some(finding.explains(&[Cause::CookieDomainMismatch]))
}

/// The public address in the settings is a twin of the host in use, and no session came along.
fn of_settings(situation: &Situation<'_>) -> Option<Finding> {
    let trip = situation.browsing.failing.as_ref()?;
    let server = trip.server.as_ref()?;
    let lost = trip.client != Client::Program && !situation.browsing.carries_session() && trip.request.headers.first("authorization").is_none();
    if !lost {
        return None;
    }
    let (spot, origin) = own_url(situation, server)?;
    let message = format!("the settings say {origin}, and the request goes to {server}: cookies of one are not sent to the other");
    let finding = Finding::new(Cause::OriginHostDrift, Strength::Likely, message).at(spot, "another host than the one in use");
    Some(finding.explains(Hindered::EXPLAINED))
}

fn own_url(situation: &Situation<'_>, server: &Origin) -> Option<(crate::evidence::Spot, Origin)> {
    let lines = situation.settings(Purpose::OwnUrl);
    let mut twins = lines.filter_map(|(_, line)| {
        let origin = Origin::parse(&line.value)?;
        (origin.is_twin(server) || is_by_number(&origin, server)).then(|| (line.spot.clone().mark(&line.value), origin))
    });
    twins.next()
}

/// Whether the settings say `localhost` and the page was opened by the machine's address in the network.
fn is_by_number(origin: &Origin, server: &Origin) -> bool {
    origin.is_loopback() && server.is_private_address() && origin.port == server.port
}

/// A request from outside is redirected to the program's own loopback address: its base address is a developer's, or
/// it builds addresses from where it listens.
fn of_redirect(situation: &Situation<'_>) -> Option<Finding> {
    let trip = situation.browsing.failing.as_ref()?;
    let (to, spot) = trip.sent_to_loopback()?;
    let server = trip.server.as_ref()?;
    let setting = situation.settings(Purpose::OwnUrl).find_map(|(_, line)| {
        let own = Origin::parse(&line.value)?;
        (own.host == to.host).then(|| (line.name.clone(), line.spot.clone().mark(&line.value)))
    });
    let message = format!("the browser is at {server}, and the program sends it to {to}, which is the browser's own machine");
    let finding = Finding::new(Cause::OriginHostDrift, Strength::Likely, message).weight(0.7);
    Some(match setting {
        Some((name, place)) => finding.fix(format!("Set `{name}={server}`.")).at(place, "the address it builds from").at(spot, "leads away"),
        None => finding.fix(format!("Tell the program its public address, {server}, or let it believe the host that the proxy passes on.")).at(spot, "leads away"),
    })
}
