//! Which side a service is on: it signs users in and calls APIs, or it answers and checks tokens.

use super::Service;
use crate::evidence::Evidence;

/// Parts of names of front ends.
const FRONT: &[&str] = &[
    "front", "web", "client", "ui", "mobile", "spa", "next", "site", "browser", "app", "portal",
];

/// Parts of names of back ends, which count over those of front ends: `webapi`, `app-server`.
const BACK: &[&str] = &[
    "back", "api", "server", "worker", "gateway", "verifier", "resource", "celery", "jobs",
];

/// Names of settings that front ends alone have.
const FRONT_SETTINGS: &[&str] = &[
    "NEXT_PUBLIC_",
    "NEXTAUTH_",
    "VITE_",
    "REACT_APP_",
    "EXPO_PUBLIC_",
    "NUXT_",
    "PUBLIC_",
    "AUTH_GITHUB_",
    "AUTH_GOOGLE_",
];

/// Words in names of services that sign people in for others.
const ISSUERS: &[&str] = &[
    "accounts", "auth", "gotrue", "identity", "idp", "issuer", "issues", "keycloak", "login",
    "signer", "signs", "sso",
];

/// Whether a name, or words about a service, say that it issues the tokens that others check.
pub(crate) fn names_an_issuer(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| ISSUERS.contains(&word))
}

pub(in crate::evidence) fn is_front_by_name(name: &str) -> bool {
    by_name(name).unwrap_or(false)
}

fn by_name(name: &str) -> Option<bool> {
    let name = name.to_ascii_lowercase();
    if BACK.iter().any(|part| name.contains(part)) {
        return Some(false);
    }
    FRONT.iter().any(|part| name.contains(part)).then_some(true)
}

/// Says of every service which side it is on.
pub(super) fn judge(evidence: &mut Evidence) {
    for service in &mut evidence.services {
        service.front_end = by_name(&service.name).unwrap_or_else(|| by_settings(service));
    }
}

fn by_settings(service: &Service) -> bool {
    let mut names = service.all_lines().map(|(_, line)| line.name.as_str());
    names.any(|name| {
        FRONT_SETTINGS.iter().any(|prefix| name.starts_with(prefix)) && name != "PUBLIC_URL"
    })
}
