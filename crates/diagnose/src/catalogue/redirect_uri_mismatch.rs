//! `redirect-uri-mismatch`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::evidence::{EnvLine, Service};
use crate::finding::{Finding, Strength};
use crate::situation::oauth::{led_elsewhere, RedirectUri, place_of, redirect_uris, refuses_redirect};
use crate::situation::{Origin, Situation};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::RedirectUriMismatch,
    rule: Some(find),
    title: "The redirect URI is not registered with the provider",
    what: "The provider returns only to addresses that were registered for this client, and compares them letter by letter: scheme, host, port, path and final slash. The one it was given is not among them.",
    why: &[
        "It is registered for another environment: localhost, staging, a preview deployment.",
        "The path differs: `/api/auth/callback/google` here, `/auth/google/callback` there, or a final slash.",
        "The public address in the settings is that of another deployment.",
        "The program listens on another port than the registered one.",
    ],
    fix: Fix {
        summary: "Register the very address that the program sends, or have it send the registered one.",
        steps: &[
            run("See what is sent: the parameter `redirect_uri` of the request to the provider.", "curl -sI https://app.example.org/login/google | grep -i '^location'"),
            say("Add it in the provider's console for this client, one for each environment."),
        ],
    },
    example: Example::Refusal {
        request: "GET /o/oauth2/v2/auth?client_id=…&redirect_uri=https%3A%2F%2Fapp.example.org%2Fcallback HTTP/1.1\nHost: accounts.google.com",
        trace: "redirect_uri_mismatch for https://app.example.org/callback",
    },
    standard: Some("RFC 6749, section 3.1.2.3; RFC 9700, section 2.1"),
    related: &[Cause::RedirectUriScheme, Cause::OauthProviderError, Cause::BaseUrlDrift],
};

/// The provider says so; or settings name another address than the one that is sent.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(fell_back(situation));
    let said = place_of(situation, refuses_redirect);
    let sent = redirect_uris(situation).into_iter().next();
    let configured = sent.as_ref().and_then(|sent| other_setting(situation, sent));
    let Some(spot) = said else { return };
    let message = match &sent {
        Some(sent) => format!("the provider has no redirect URI {} for this client", sent.uri),
        None => "the provider does not know the redirect URI that it was given".to_owned(),
    };
    let mut finding = Finding::new(Cause::RedirectUriMismatch, if sent.is_some() { Strength::Proved } else { Strength::Likely }, message);
    if let Some((line, value)) = configured {
        finding = finding.at(line.spot.clone().mark(&value), "another address");
    }
    if let Some(sent) = sent {
        finding = finding.at(sent.spot, "sent");
    }
    found.push(finding.at(spot, "refused").explains(&[Cause::OauthProviderError]));
}

/// A setting with another redirect URI than the one that was sent.
fn other_setting<'e>(situation: &Situation<'e>, sent: &RedirectUri) -> Option<(&'e EnvLine, String)> {
    let mut lines = situation.evidence.services.iter().flat_map(Service::settings);
    lines.find_map(|line| {
        let name = line.name.to_ascii_uppercase();
        let names = name.contains("REDIRECT") || name.contains("CALLBACK") || name.ends_with("AUTH_URL");
        let origin = Origin::parse(&line.value).filter(|_| names)?;
        (origin != sent.origin).then(|| (line, line.value.to_string()))
    })
}

/// A hosted sign-in leads to its own default instead of the address that was asked for, which is not on its list.
fn fell_back(situation: &Situation<'_>) -> Option<Finding> {
    let (asked, spot) = situation.browsing.asked_return.as_ref()?;
    let (to, led) = led_elsewhere(situation.browsing.failing.as_ref()?, asked)?;
    let message = format!("the sign-in was asked to lead to {asked}, and leads to {to}: the address is not on the provider's list, so its default counts");
    let finding = Finding::new(Cause::RedirectUriMismatch, Strength::Likely, message);
    let finding = finding.fix(format!("Add {asked} with its path to the provider's redirect URLs, and set its site URL to the public address."));
    Some(finding.at(led, "leads here").at(spot.clone(), "asked for"))
}
