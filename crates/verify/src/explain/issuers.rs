//! How the issuer of a token differs from the one that is expected.

use super::providers::{Provider, parts};
use super::unverified::Unverified;
use super::{Expected, ExpectedValue, Explained};
use crate::Cause;
use crate::refusal::shown;

/// What is wrong with `iss`; nothing if it is one of those expected, or none is.
pub(super) fn mismatch(token: &Unverified<'_>, expected: &Expected) -> Option<Explained> {
    if expected.issuers.is_empty() {
        return None;
    }
    let wanted = &expected.issuers;
    let Some(iss) = token.text("iss") else {
        let own = wanted.first()?;
        let text = format!(
            "the token has no iss; {} demands {}",
            own.name,
            shown(&own.value)
        );
        let one = Explained::new(Cause::ClaimMissing, 0.97, text);
        return Some(one.about(&own.name, &own.source, shown(&own.value)));
    };
    if wanted.iter().any(|own| own.value == iss) {
        return None;
    }
    // The nearest of those expected is the one that was meant.
    let (own, (cause, how)) = wanted
        .iter()
        .map(|own| (own, difference(&own.value, iss)))
        .min_by_key(|(_, (cause, _))| distance(*cause))?;
    let text = format!(
        "iss is {}, {} is {}: {how}",
        shown(iss),
        own.name,
        shown(&own.value)
    );
    let confidence = if cause == Cause::IssMismatch {
        0.97
    } else {
        0.99
    };
    let one = Explained::new(cause, confidence, text).fix(fix(cause, own, iss));
    Some(one.about(&own.name, &own.source, shown(&own.value)))
}

fn distance(cause: Cause) -> u8 {
    if cause == Cause::IssMismatch {
        2
    } else {
        u8::from(cause == Cause::IdpInstanceMismatch)
    }
}

fn fix(cause: Cause, own: &ExpectedValue, iss: &str) -> String {
    let set = format!("set {} ({}) to {}", own.name, own.source, shown(iss));
    if cause == Cause::IdpInstanceMismatch {
        return format!(
            "let front end and back end use one instance: if the token's is the right one, {set} and take its keys too"
        );
    }
    if cause == Cause::IssMismatch {
        return format!(
            "if you trust that issuer, {set}; if not, find out which part of the client takes its token from there"
        );
    }
    if cause == Cause::IssHostMismatch {
        return format!(
            "let everybody reach the issuer by one address, or give it a fixed public one; or {set}"
        );
    }
    format!("{set}, to the letter")
}

/// How the token's issuer differs from the one that is expected: the cause, and in words.
fn difference(wanted: &str, iss: &str) -> (Cause, String) {
    let say = |cause, text: &str| (cause, text.to_owned());
    if wanted.trim() == iss.trim() {
        return say(
            Cause::ConfigValueWhitespace,
            "they differ in the blanks or newlines around them",
        );
    }
    if unquoted(wanted) == iss {
        return say(
            Cause::EnvQuotesLiteral,
            "the setting keeps the quotes that stand around it in its file",
        );
    }
    let [bare_wanted, bare_iss] = [wanted, iss].map(|text| text.trim_end_matches('/'));
    if bare_wanted == bare_iss {
        return say(
            Cause::IssTrailingSlash,
            "they differ in the slash at the end",
        );
    }
    if bare_wanted.eq_ignore_ascii_case(bare_iss) {
        return say(
            Cause::IssMismatch,
            "they differ in capital letters, which count",
        );
    }
    let discovery = [
        "/.well-known/openid-configuration",
        "/.well-known/jwks.json",
    ];
    if discovery
        .iter()
        .any(|end| bare_wanted.strip_suffix(end) == Some(bare_iss))
    {
        return say(
            Cause::IssMismatch,
            "the setting holds the address of a document of the issuer, not the issuer",
        );
    }
    by_provider(wanted, iss)
        .or_else(|| by_address(bare_wanted, bare_iss))
        .unwrap_or_else(|| say(Cause::IssMismatch, "they are different issuers"))
}

/// What two addresses of one provider have to do with one another.
fn by_provider(wanted: &str, iss: &str) -> Option<(Cause, String)> {
    let (own, theirs) = (Provider::of(wanted)?, Provider::of(iss)?);
    if own.name != theirs.name {
        return None;
    }
    let name = own.name;
    if own.instance == theirs.instance && name == "Microsoft Entra" {
        let version = |issuer: &str| if issuer.contains("/v2.0") { "v2" } else { "v1" };
        let text = format!(
            "one is the {} issuer and the other the {} issuer of one tenant; the API's registration (accessTokenAcceptedVersion) decides which one writes its tokens",
            version(wanted),
            version(iss)
        );
        return Some((Cause::IssVersionMismatch, text));
    }
    if matches!(
        own.instance.as_str(),
        "common" | "organizations" | "consumers" | "{tenantid}"
    ) {
        let text =
            "the setting is an endpoint for any tenant, and tokens name the user's own".to_owned();
        return Some((Cause::IssMismatch, text));
    }
    if name == "Keycloak" {
        return keycloak(wanted, iss);
    }
    if own.instance == theirs.instance || own.instance.is_empty() || theirs.instance.is_empty() {
        return None;
    }
    let stages = match (theirs.stage(), own.stage()) {
        (Some(theirs), Some(own)) if theirs != own => {
            format!(
                "the token is of a {theirs} instance of {name}, the verifier expects a {own} one"
            )
        }
        (Some(_) | None, Some(_) | None) => format!(
            "they are two instances of {name}: {} and {}",
            theirs.instance, own.instance
        ),
    };
    Some((Cause::IdpInstanceMismatch, stages))
}

fn keycloak(wanted: &str, iss: &str) -> Option<(Cause, String)> {
    let realm = |issuer: &str| {
        let (_, rest) = issuer.split_once("/realms/")?;
        rest.split('/').next().map(str::to_owned)
    };
    let (own, theirs) = (realm(wanted)?, realm(iss)?);
    if own != theirs {
        let text = format!(
            "they are two realms of Keycloak: {} and {}",
            shown(&theirs),
            shown(&own)
        );
        return Some((Cause::IdpInstanceMismatch, text));
    }
    if wanted.contains("/auth/realms/") != iss.contains("/auth/realms/")
        && parts(wanted).0 == parts(iss).0
    {
        let text = "one has the path /auth that Keycloak had until version 16".to_owned();
        return Some((Cause::IssMismatch, text));
    }
    None
}

/// How two addresses differ: scheme, host, port, or a scheme that is missing.
fn by_address(wanted: &str, iss: &str) -> Option<(Cause, String)> {
    let ((own, own_path), (theirs, path)) = (parts(wanted), parts(iss));
    if own_path != path || own.is_empty() || theirs.is_empty() {
        return None;
    }
    let address = |text: &str| text.contains("://");
    if own == theirs {
        let how = if address(wanted) && address(iss) {
            let cause = Cause::IssHostMismatch;
            return Some((cause, "one is http and the other https".to_owned()));
        } else if address(iss) {
            "the setting has no https:// before the host"
        } else {
            "the token's has no https:// before the host"
        };
        return Some((Cause::IssMismatch, how.to_owned()));
    }
    if !address(wanted) || !address(iss) {
        return None;
    }
    let host = |authority: &str| authority.split(':').next().unwrap_or_default().to_owned();
    let related = path.len() > 1 || host(&own) == host(&theirs) || inside(&own) || inside(&theirs);
    let bare = |authority: &str| host(authority).trim_start_matches("www.").to_owned();
    let how = if host(&own) == host(&theirs) {
        "the issuer is reached at two ports"
    } else if related || bare(&own) == bare(&theirs) {
        "the issuer is reached under two hosts, and writes the one that it was asked at into its tokens"
    } else {
        return None;
    };
    Some((Cause::IssHostMismatch, how.to_owned()))
}

/// Whether a host is one that is known on one machine or in one network alone.
fn inside(authority: &str) -> bool {
    let host = authority.split(':').next().unwrap_or_default();
    matches!(host, "0.0.0.0" | "host.docker.internal" | "localhost")
        || host.starts_with("127.")
        || !host.contains('.')
}

pub(super) fn unquoted(text: &str) -> &str {
    let inner = |quote: char| {
        text.strip_prefix(quote)
            .and_then(|text| text.strip_suffix(quote))
    };
    inner('"').or_else(|| inner('\'')).unwrap_or(text)
}

#[cfg(test)]
mod tests;
