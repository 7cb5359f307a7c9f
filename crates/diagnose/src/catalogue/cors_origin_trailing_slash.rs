//! `cors-origin-trailing-slash`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use crate::evidence::Service;
use crate::finding::{Edit, Finding, Strength};
use crate::situation::{Blocked, Membership, Outcome, Situation};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::CorsOriginTrailingSlash,
    rule: Some(find),
    title: "An allowed origin is written with a slash or a path",
    what: "An origin is scheme, host and port. The browser sends `https://app.example.org`; an entry `https://app.example.org/` is another text, and never matches.",
    why: &[
        "The address was copied from the browser's address bar.",
        "One variable serves both as the front end's address and as its origin.",
    ],
    fix: Fix {
        summary: "Take the slash, and all that follows it, off the origin.",
        steps: &[
            run("Change the entry.", "CORS_ORIGINS=https://app.example.org"),
            run("Restart the server, and try the preflight by hand.", "curl -i -X OPTIONS http://localhost:8787/api/v1/auth/me \\\n  -H 'Origin: https://app.example.org' \\\n  -H 'Access-Control-Request-Method: GET'"),
        ],
    },
    example: Example::StartUp {
        message: "the origin https://app.example.org/ in CORS_ORIGINS ends in a slash, so that no browser's Origin equals it",
        source: "backend/.env",
        line: Some((7, "CORS_ORIGINS=https://app.example.org/", "/")),
    },
    standard: Some("RFC 6454, section 7"),
    related: &[Cause::CorsOriginNotAllowed, Cause::CorsWildcardWithCredentials],
};

/// The allowed origin has a slash or a path behind it.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if let Some(verdict) = &situation.browsing.blocked
        && let Blocked::TrailingSlash(value) = &verdict.blocked
    {
        let message = format!("the answer allows {value}, and browsers compare it letter by letter with an Origin that has no slash");
        let finding = Finding::new(Cause::CorsOriginTrailingSlash, Strength::Proved, message);
        found.push(finding.at(verdict.spot.clone().mark(value), "an origin ends with the host or port"));
    }
    let Some(page) = situation.cors_page().filter(|_| situation.outcome() != Outcome::Good) else { return };
    if trims_slashes(situation) && !situation.is_blocked_by_cors() {
        return;
    }
    for list in situation.allowed_origins.iter().filter(|list| !list.is_csrf) {
        if let Membership::Slashed(member) = list.membership(page) {
            let message = format!("{} has {member}, and the browser sends Origin: {page}", list.name);
            let strength = if situation.is_blocked_by_cors() { Strength::Proved } else { Strength::Likely };
            let finding = Finding::new(Cause::CorsOriginTrailingSlash, strength, message);
            let finding = finding.fix(format!("Write {page}, without anything behind it."));
            let edit = Edit {
                file: list.spot.source.to_string(),
                line: list.spot.line,
                new: list.spot.shown.replace(" = ", "=").replace(member, &page.to_string()),
                safe: true,
            };
            let finding = finding.at(list.spot.clone().mark(member), "an origin ends with the host or port");
            let from_settings = list.spot.shown.contains(" = ");
            let finding = if from_settings { finding.edit(edit) } else { finding };
            found.push(finding.explains(if situation.preflight_forbidden() {
                // Servers that know the origin from a list answer 403 to the preflight of any other.
                &[Cause::CorsOriginNotAllowed, Cause::CorsPreflightRejected]
            } else {
                &[Cause::CorsOriginNotAllowed]
            }));
        }
    }
}

/// Whether the server is one that takes slashes off the end of its origins: Spring's `CorsConfiguration`.
fn trims_slashes(situation: &Situation<'_>) -> bool {
    let lines = || situation.evidence.services.iter().flat_map(Service::settings);
    situation.uses("spring") || lines().any(|line| line.name.to_ascii_uppercase().starts_with("SPRING_"))
}
