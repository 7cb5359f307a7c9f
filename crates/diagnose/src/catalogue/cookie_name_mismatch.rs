//! `cookie-name-mismatch`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::{Finding, Strength};
use crate::situation::{Outcome, Situation, expected_cookies};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::CookieNameMismatch,
    rule: Some(find),
    title: "There is a session cookie of another name than the one that is read",
    what: "The request has no session cookie of this server's name, but one whose name differs by its prefix alone. The name is `__Host-countersign_session` over https, and `countersign_session` over http while developing. Whoever wrote the cookie and whoever reads it disagree about which of the two it is.",
    why: &[
        "`PUBLIC_URL` changed from http to https, or the environment changed; the old cookie is still there.",
        "Two servers of one host are set up differently, one with https and one without.",
        "The code of a front end has the name written into it.",
    ],
    fix: Fix {
        summary: "Sign in again; make sure that all parts have the same `PUBLIC_URL`.",
        steps: &[
            say("Sign in. The cookie of the right name is set, and the old one no longer matters."),
            run("If it comes back, compare the settings of the servers that share the host.", "countersign config show"),
            say("Do not write the cookie's name into your code: ask `/api/v1/auth/status` who is signed in."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nCookie: countersign_session=css_…",
        trace: "there is a cookie \"countersign_session\"; the session cookie here is __Host-countersign_session",
    },
    standard: Some("RFC 6265bis, section 4.1.3; ASVS V3.3.1"),
    related: &[Cause::CredentialMissing, Cause::CookieDomainMismatch, Cause::SessionUnknown, Cause::PublicUrlInsecure],
};

/// The request has the session under another name than the one that is read.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if situation.outcome() == Outcome::Good {
        return;
    }
    found.extend(at_firebase(situation));
    let Some(request) = situation.request() else { return };
    let carried: Vec<&str> = request.cookies().map(|(name, _)| name).collect();
    for expected in expected_cookies::all(situation) {
        if carried.contains(&expected.name.as_str()) || carried.iter().any(|name| name.starts_with(&format!("{}.", expected.name))) {
            continue;
        }
        let Some(twin) = carried.iter().find(|name| expected.is_twin(name, situation)) else { continue };
        let message = format!("the browser sends the session as {twin}, and the server reads {}", expected.name);
        let finding = Finding::new(Cause::CookieNameMismatch, expected.strength, message);
        let mut finding = finding.at(expected.spot.clone().mark(&expected.name), "read under this name");
        if let Some(header) = request.headers.first("cookie") {
            finding = finding.at(request.spot(header).mark(twin), "sent under this one");
        }
        let fix = format!("Let writer and reader use one name: {twin} or {}.", expected.name);
        found.push(finding.fix(fix).explains(&[Cause::CredentialMissing, Cause::SessionUnknown, Cause::ProxyProtoLost, Cause::BearerMissingCookiePresent]));
        return;
    }
}

/// Firebase Hosting passes one cookie on to functions and containers, and it has to be called `__session`.
fn at_firebase(situation: &Situation<'_>) -> Option<Finding> {
    let request = situation.request()?;
    let public = request.headers.value("x-forwarded-host").unwrap_or_default();
    let hosted = situation.uses("firebase hosting") || public.ends_with(".web.app") || public.ends_with(".firebaseapp.com");
    let lost = situation.browsing.jar.iter().find(|stored| stored.is_missing() && stored.obstacle().is_none() && stored.cookie.name != "__session")?;
    if !hosted || request.cookies().any(|(name, _)| name != "__session") {
        return None;
    }
    let message = format!("the session is kept as {}, and Firebase Hosting passes no cookie on but __session", lost.cookie.name);
    let finding = Finding::new(Cause::CookieNameMismatch, Strength::Likely, message).weight(0.8);
    let finding = finding.at(lost.cookie.spot.clone(), "does not get through").at(request.start_spot(), "without it");
    Some(finding.fix("Call the session cookie `__session`.").explains(&[Cause::CredentialMissing, Cause::SessionUnknown, Cause::CredentialsNotIncluded]))
}
