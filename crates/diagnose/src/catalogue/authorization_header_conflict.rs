//! `authorization-header-conflict`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::{Finding, Strength};
use crate::situation::header_way::challenges;
use crate::situation::{Outcome, Situation};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::AuthorizationHeaderConflict,
    rule: Some(find),
    title: "Two things want the one Authorization header",
    what: "The header holds Basic credentials, or there are two `Authorization` headers. A request has room for one: most often a password for a proxy in front has pushed out the token for the application.",
    why: &[
        "A staging site stands behind HTTP Basic authentication, and the browser sends that with every request, in place of the application's token.",
        "The address has the form `https://user:password@host/`, from which clients make a Basic header.",
        "Two layers of the client each add a header, and the proxy passes both on.",
    ],
    fix: Fix {
        summary: "Let the proxy and the application use different ways: only the application's token may stand in `Authorization`.",
        steps: &[
            run("Take the API paths out of the proxy's Basic authentication, for example in nginx.", "location /api/ {\n    auth_basic off;\n    proxy_pass http://127.0.0.1:8787;\n}"),
            say("Or guard the staging site by network address or VPN, which needs no header."),
            say("Take `user:password@` out of the address that the client calls."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAuthorization: Basic c3RhZ2luZzpob3JzZQ==",
        trace: "Basic credentials where a bearer token belongs",
    },
    standard: Some("RFC 9110, section 11.6.2; RFC 6750, section 2"),
    related: &[Cause::AuthSchemeMismatch, Cause::AuthHeaderStrippedByProxy, Cause::ClientNetrcOverride],
};

/// Two credentials compete for the one header.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if situation.outcome() != Outcome::Bad {
        return;
    }
    let Some(request) = situation.request() else { return };
    let values: Vec<_> = request.headers.all("authorization").collect();
    let Some(first) = values.first() else { return };
    let scheme = first.value.split(' ').next().unwrap_or_default().to_ascii_lowercase();
    let combined = first.value.to_ascii_lowercase();
    let both = combined.starts_with("basic ") && combined.contains(", bearer ") || combined.starts_with("bearer ") && combined.contains(", basic ");
    let asked = challenges(situation.response());
    let gate = gate(situation);
    let (message, strength) = if values.len() > 1 || both {
        ("the request has two credentials in the Authorization header, and servers read one".to_owned(), Strength::Proved)
    } else if scheme == "bearer" && asked.iter().any(|scheme| scheme == "basic") {
        ("the proxy asks for Basic in the Authorization header, which the app's bearer token holds".to_owned(), Strength::Proved)
    } else if scheme == "basic" && !is_of_netrc(situation) && (gate.is_some() || asked.iter().any(|scheme| scheme == "bearer") && from_browser(situation)) {
        ("the Authorization header holds the proxy's Basic credentials, so there is no room for the app's token".to_owned(), if gate.is_some() { Strength::Proved } else { Strength::Likely })
    } else {
        return;
    };
    let mut finding = Finding::new(Cause::AuthorizationHeaderConflict, strength, message).at(request.spot(first), "one header");
    if let Some(spot) = gate {
        finding = finding.at(spot, "asks for Basic");
    }
    found.push(finding.explains(&[Cause::CredentialMissing, Cause::AuthSchemeMismatch, Cause::BearerMissingCookiePresent, Cause::AuthHeaderStrippedByProxy]));
}

/// The directive or label with which a proxy asks for Basic.
fn gate(situation: &Situation<'_>) -> Option<crate::evidence::Spot> {
    let directives = situation.proxies.iter().flat_map(|file| &file.directives);
    let mut gates = directives.filter(|directive| match directive.name.as_str() {
        "auth_basic" => !directive.has("off"),
        "authtype" => directive.has("basic"),
        "basic_auth" | "basicauth" => true,
        _ => false,
    });
    let compose = || {
        let documents = situation.evidence.of_kind(crate::evidence::DocumentKind::Compose);
        documents.into_iter().find_map(|document| {
            let (at, line) = document.text.lines().enumerate().find(|(_, line)| line.to_ascii_lowercase().contains("basicauth"))?;
            Some(crate::evidence::Spot::line(&document.source(), at + 1, crate::evidence::without_secrets(line)))
        })
    };
    gates.next().map(|directive| directive.spot.clone()).or_else(compose)
}

fn is_of_netrc(situation: &Situation<'_>) -> bool {
    !situation.browsing.snippets.netrc.is_empty() || situation.is_from_library_with_netrc()
}

fn from_browser(situation: &Situation<'_>) -> bool {
    situation.browsing.failing.as_ref().is_some_and(|trip| trip.client != crate::situation::Client::Program)
}
