//! How a token's issuer differs from the one that is expected.

use super::address::site;
use super::aliases::aliases;
use super::expected::{Expectation, expected_in};
use super::{Origin, PresentedToken, Situation};
use crate::evidence::Symptom;
use crate::finding::{Finding, Strength};
use countersign_verify::Cause;

/// The expectation that the token's issuer fails, and the cause that names the difference; none if one is met.
pub(crate) fn difference<'s>(
    token: &PresentedToken<'_>,
    situation: &'s Situation<'_>,
) -> Option<(&'s Expectation, Cause)> {
    let iss = token.text_claim("iss")?;
    let wanted = &situation.expected.issuers;
    if wanted.iter().any(|one| meets(iss, one)) {
        return None;
    }
    // What is nearest tells the most.
    let mut causes: Vec<_> = wanted
        .iter()
        .map(|one| match between(iss, &one.value) {
            Cause::IssMismatch if is_one_server(token, &one.value, situation) => {
                (one, Cause::IssHostMismatch)
            }
            cause => (one, cause),
        })
        .collect();
    causes.sort_by_key(|(one, cause)| (*cause == Cause::IssMismatch, !one.strict));
    causes.first().copied()
}

/// Whether two issuers are one server under two names, a provider's own and a domain of the customer: the token is
/// for the server under its other name as well (Auth0 adds the tenant's `/userinfo`), or a look-up shows the alias.
fn is_one_server(token: &PresentedToken<'_>, wanted: &str, situation: &Situation<'_>) -> bool {
    let iss = token.text_claim("iss").unwrap_or_default();
    let (Some(own), Some(other)) = (Origin::parse(iss), Origin::parse(wanted)) else {
        return false;
    };
    if parts(iss).1 != parts(wanted).1 || own.site() == other.site() {
        return false;
    }
    let mut audiences = token.audiences().into_iter().filter_map(Origin::parse);
    if audiences.any(|audience| audience.host == other.host) && family(wanted).is_some() {
        return true;
    }
    let aliases = aliases(situation.evidence);
    let stands_for = |one: &Origin, of: &Origin| {
        let mut targets = aliases.iter().filter(|(name, _)| *name == one.host);
        targets.any(|(_, target)| site(target) == of.site())
    };
    stands_for(&own, &other) || stands_for(&other, &own)
}

/// The expected issuer of which the token's is another instance: another tenant, project, pool or realm.
pub(crate) fn is_other_instance<'s>(
    token: &PresentedToken<'_>,
    situation: &'s Situation<'_>,
) -> Option<&'s Expectation> {
    let iss = token.text_claim("iss")?;
    let (wanted, cause) = difference(token, situation)?;
    let families = (family(iss)?, family(&wanted.value)?);
    (cause == Cause::IssMismatch && families.0 == families.1).then_some(wanted)
}

/// The findings of one of the causes of issuers.
pub(crate) fn findings(cause: Cause, situation: &Situation<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    if !situation.token_may_be_refused() {
        return found;
    }
    found.extend(
        said(situation)
            .into_iter()
            .filter(|finding| finding.cause == cause),
    );
    for token in situation.judged() {
        let Some((wanted, of)) = difference(token, situation) else {
            continue;
        };
        // What a library makes out of another setting is compared where something was refused for it. A refusal
        // without a word may be for it.
        let spoken = situation.sighting(Symptom::IssuerRefused).is_some();
        let silent = situation
            .sightings()
            .iter()
            .all(|seen| seen.symptom == Symptom::TokenRefused)
            && situation
                .response()
                .is_some_and(|answer| answer.status == 401);
        if of != cause || !(wanted.strict || spoken || silent) {
            continue;
        }
        let iss = token.text_claim("iss").unwrap_or_default();
        // A plain word may be what a service signs with, and not compared.
        let strength = match (wanted.strict, spoken) {
            (true, _) if wanted.value.contains("://") => Strength::Proved,
            (true, _) | (false, true) => Strength::Likely,
            (false, false) => Strength::Suggested,
        };
        let message = format!(
            "the token is of {iss}, and {} demands {}",
            wanted.name, wanted.value
        );
        let finding = Finding::new(cause, strength, message);
        found.push(
            finding
                .at(wanted.spot.clone(), "demanded here")
                .at(token.claim_spot("iss"), "presented here")
                .later(situation.is_to_come(token)),
        );
    }
    found
}

/// What a message alone tells: both issuers by name, or the refusal of a token where nothing says what is expected.
fn said(situation: &Situation<'_>) -> Option<Finding> {
    let seen = situation.sighting(Symptom::IssuerRefused)?;
    let mut signed = situation
        .tokens
        .iter()
        .filter(|token| token.is_signed_token());
    if let Some(token) = signed.next() {
        let iss = token.text_claim("iss")?;
        // A gateway looks the issuer up among its consumers; what services say does not count there.
        let looked_up = seen.text.contains("No credentials found for given");
        if !situation.expected.issuers.is_empty() && !looked_up {
            return None;
        }
        // One machine's or one network's name for an issuer is hardly the one that others know it by.
        let (host, path) = parts(iss);
        let cause = if is_local(&host) && !path.is_empty() && !looked_up {
            Cause::IssHostMismatch
        } else {
            Cause::IssMismatch
        };
        let message = format!("the token is of {iss}, and the verifier demands another issuer");
        let finding = Finding::new(cause, Strength::Likely, message);
        return Some(
            finding
                .at(seen.spot.clone(), "refused here")
                .at(token.claim_spot("iss"), "presented here"),
        );
    }
    let wanted = situation
        .expected
        .issuers
        .iter()
        .map(|one| one.value.clone())
        .chain(expected_in(&seen.text));
    let wanted: Vec<String> = wanted.collect();
    let words = seen
        .text
        .split(|c: char| c.is_whitespace() || "'\"`,;[]()<>\\".contains(c));
    let mut named = words
        .map(|word| word.trim_end_matches(['.', ':']))
        .filter(|word| word.contains("://"));
    let iss = named.find(|url| !url.contains("aka.ms") && wanted.iter().all(|one| one != url))?;
    let one = wanted.iter().find(|one| one.contains("://"))?;
    let message = format!("the token is of {iss}, and the verifier demands {one}");
    Some(
        Finding::new(between(iss, one), Strength::Likely, message)
            .at(seen.spot.clone(), "says both"),
    )
}

fn meets(iss: &str, wanted: &Expectation) -> bool {
    let value = wanted.value.as_str();
    // `any` is how Quarkus is told not to look.
    if iss == value || value == "any" {
        return true;
    }
    let bare = |text: &str| {
        let text = text.split_once("://").map_or(text, |(_, rest)| rest);
        text.trim_end_matches('/').to_owned()
    };
    !wanted.strict
        && (bare(iss) == bare(value) || tenant(iss).is_some() && tenant(iss) == tenant(value))
}

/// The cause that names the difference between two issuers.
pub(crate) fn between(iss: &str, wanted: &str) -> Cause {
    if iss.trim_end_matches('/') == wanted.trim_end_matches('/') {
        return Cause::IssTrailingSlash;
    }
    if iss.trim() == wanted.trim() {
        return Cause::ConfigValueWhitespace;
    }
    if tenant(iss).is_some() && tenant(iss) == tenant(wanted) {
        return Cause::IssVersionMismatch;
    }
    // Words for names are no addresses.
    let is_word = |name: &str| !name.contains([':', '.', '/']);
    if is_word(iss) || is_word(wanted) {
        return Cause::IssMismatch;
    }
    let ((host, path), (other_host, other_path)) = (parts(iss), parts(wanted));
    let version = |path: &str| {
        path.trim_end_matches("/v2.0")
            .trim_end_matches("/v1.0")
            .to_owned()
    };
    if host == other_host && path != other_path && version(&path) == version(&other_path) {
        return Cause::IssVersionMismatch;
    }
    let same_place =
        path == other_path && (!path.is_empty() || is_local(&host) || is_local(&other_host));
    // Hosts of tenants differ because the tenants do; one server under two names has no such host.
    let local = is_local(&host) || is_local(&other_host);
    let of_tenants = !local
        && family(iss).is_some_and(|family| family != "realm")
        && !is_custom(&host, &other_host);
    if host != other_host && same_place && !of_tenants {
        return Cause::IssHostMismatch;
    }
    Cause::IssMismatch
}

/// Scheme, host and port as one, and the path without its last slash.
fn parts(url: &str) -> (String, String) {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    (
        format!("{scheme}://{host}").to_ascii_lowercase(),
        path.trim_end_matches('/').to_owned(),
    )
}

/// A host that only one machine or one network knows.
fn is_local(host: &str) -> bool {
    let name = host.split("://").last().unwrap_or(host);
    let name = name.split(':').next().unwrap_or(name);
    name == "localhost"
        || !name.contains('.')
        || name.parse::<std::net::Ipv4Addr>().is_ok()
        || [".internal", ".local"]
            .iter()
            .any(|end| name.ends_with(end))
}

/// Whether just one of two hosts is a provider's own: the other is a custom domain for it.
fn is_custom(host: &str, other: &str) -> bool {
    let of_provider = |host: &str| {
        [
            ".auth0.com",
            ".supabase.co",
            ".clerk.accounts.dev",
            ".okta.com",
            ".oktapreview.com",
        ]
        .iter()
        .any(|end| host.ends_with(end))
    };
    of_provider(host) != of_provider(other)
}

/// The tenant of a directory of Microsoft, under either of its issuers.
fn tenant(iss: &str) -> Option<&str> {
    let starts = [
        "https://login.microsoftonline.com/",
        "https://sts.windows.net/",
        "https://login.windows.net/",
    ];
    let rest = starts.iter().find_map(|start| iss.strip_prefix(start))?;
    rest.split('/').next().filter(|tenant| !tenant.is_empty())
}

/// The kind of provider whose instances have issuers like this.
fn family(iss: &str) -> Option<&'static str> {
    let (host, path) = parts(iss);
    let host_ends = [
        (".auth0.com", "auth0"),
        (".clerk.accounts.dev", "clerk"),
        (".supabase.co", "supabase"),
        (".okta.com", "okta"),
        (".oktapreview.com", "okta"),
        (".b2clogin.com", "b2c"),
        (".ciamlogin.com", "ciam"),
        (".kinde.com", "kinde"),
        (".fusionauth.io", "fusionauth"),
        (".zitadel.cloud", "zitadel"),
        (".logto.app", "logto"),
        (".stytch.com", "stytch"),
        (".workos.com", "workos"),
    ];
    if let Some((_, family)) = host_ends.iter().find(|(end, _)| host.ends_with(end)) {
        // Okta has the org's own server, and others below `oauth2/`. Any other path is a mistake.
        let is_server = path.is_empty() || path.strip_prefix("oauth2/").is_some();
        return (*family != "okta" || is_server).then_some(*family);
    }
    if host.starts_with("https://clerk.") {
        return Some("clerk");
    }
    if host.starts_with("https://cognito-idp.") {
        return Some("cognito");
    }
    if path.ends_with("auth/v1") {
        return Some("supabase");
    }
    if path.contains("realms/") {
        return Some("realm");
    }
    if tenant(iss).is_some() {
        return Some("entra");
    }
    iss.starts_with("https://securetoken.google.com/")
        .then_some("firebase")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_difference_of_two_issuers_has_a_name() {
        let tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47";
        for (iss, wanted, cause) in [
            (
                "https://a.eu.auth0.com/",
                "https://a.eu.auth0.com",
                Cause::IssTrailingSlash,
            ),
            (
                "http://localhost:8080/realms/app",
                "http://keycloak:8080/realms/app",
                Cause::IssHostMismatch,
            ),
            (
                "http://id.example/realms/app",
                "https://id.example/realms/app",
                Cause::IssHostMismatch,
            ),
            (
                "https://id.example/realms/app",
                "https://id.example/realms/other",
                Cause::IssMismatch,
            ),
            (
                "https://a.auth0.com/",
                "https://b.auth0.com/",
                Cause::IssMismatch,
            ),
            (
                "https://a.auth0.com/",
                "https://login.example.org/",
                Cause::IssMismatch,
            ),
            (
                "http://localhost:9000",
                "http://auth:9000",
                Cause::IssHostMismatch,
            ),
            (
                &format!("https://sts.windows.net/{tenant}/"),
                &format!("https://login.microsoftonline.com/{tenant}/v2.0"),
                Cause::IssVersionMismatch,
            ),
            (
                "https://dev.okta.com/oauth2/default",
                "https://prod.okta.com/oauth2/default",
                Cause::IssMismatch,
            ),
        ] {
            assert_eq!(between(iss, wanted), cause, "{iss} {wanted}");
        }
    }
}
