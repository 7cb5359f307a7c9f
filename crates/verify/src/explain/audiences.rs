//! How the audience of a token differs from the one that is expected.

use super::issuers::unquoted;
use super::providers::Provider;
use super::unverified::Unverified;
use super::{Expected, ExpectedValue, Explained};
use crate::Cause;
use crate::refusal::shown;

/// What is wrong with `aud`; nothing if it names one of those expected.
pub(super) fn mismatch(token: &Unverified<'_>, expected: &Expected) -> Vec<Explained> {
    let named = token.texts("aud");
    let wanted = &expected.audiences;
    if wanted.is_empty() {
        return not_configured(&named, expected).into_iter().collect();
    }
    if wanted.iter().any(|own| named.contains(&own.value.as_str())) {
        return Vec::new();
    }
    let Some(own) = wanted.first() else {
        return Vec::new();
    };
    if named.is_empty() {
        return vec![missing(token, own)];
    }
    let near = wanted.iter().find_map(|own| {
        let found = named
            .iter()
            .find_map(|aud| Some((*aud, difference(&own.value, aud)?)))?;
        Some((own, found))
    });
    if let Some((own, (aud, (cause, how)))) = near {
        let text = format!(
            "aud is {}, {} is {}: {how}",
            shown(aud),
            own.name,
            shown(&own.value)
        );
        let fix = format!(
            "set {} ({}) to {}, to the letter",
            own.name,
            own.source,
            shown(aud)
        );
        return vec![named_for(own, Explained::new(cause, 0.99, text).fix(fix))];
    }
    elsewhere(token, &named, own)
}

fn named_for(own: &ExpectedValue, one: Explained) -> Explained {
    one.about(&own.name, &own.source, shown(&own.value))
}

fn not_configured(named: &[&str], expected: &Expected) -> Option<Explained> {
    if named.is_empty() || !expected.refuses_unexpected_audience {
        return None;
    }
    let text = format!(
        "aud is {}, the verifier was given no audience, and its library refuses what it was not told to expect",
        list(named)
    );
    let fix = format!(
        "tell the library which audience this API has, if it is {}; do not switch the check off",
        list(named)
    );
    Some(Explained::new(Cause::AudNotConfigured, 0.97, text).fix(fix))
}

fn missing(token: &Unverified<'_>, own: &ExpectedValue) -> Explained {
    let provider = token.text("iss").and_then(Provider::of);
    let (why, fix) = match provider.map(|provider| provider.name) {
        Some("Cognito") => (
            "; Cognito's access tokens have client_id in its place",
            "check client_id in place of aud for Cognito's access tokens",
        ),
        Some("Clerk") => (
            "; Clerk's session tokens have azp in its place, unless a template adds one",
            "check azp in place of aud, or add aud to the session token in Clerk's settings",
        ),
        Some("Keycloak") => (
            "; Keycloak adds one only through an audience mapper",
            "add an audience mapper for this API to the client's scopes in Keycloak",
        ),
        _ => (
            "",
            "have the issuer write the audience into its tokens, or the client ask for it",
        ),
    };
    let text = format!(
        "the token has no aud; {} demands {}{why}",
        own.name,
        shown(&own.value)
    );
    named_for(
        own,
        Explained::new(Cause::AudMissingInToken, 0.98, text).fix(fix),
    )
}

/// Another audience altogether: the setting is wrong, or the token is for another API.
fn elsewhere(token: &Unverified<'_>, named: &[&str], own: &ExpectedValue) -> Vec<Explained> {
    let keycloak = named == ["account"];
    let why = if keycloak {
        "; account is what Keycloak writes until an audience mapper adds this API"
    } else if named == ["authenticated"] {
        "; authenticated is what Supabase writes for every user who is signed in"
    } else {
        ""
    };
    let text = format!(
        "aud is {}, {} is {}: the token does not name this API{why}",
        list(named),
        own.name,
        shown(&own.value)
    );
    let fix = if keycloak {
        "add an audience mapper for this API to the client's scopes in Keycloak".to_owned()
    } else {
        format!(
            "if the token is meant for this API, set {} ({}) to {}; if not, ask the issuer for a token for {}",
            own.name,
            own.source,
            named.first().map_or_else(String::new, |aud| shown(aud)),
            shown(&own.value)
        )
    };
    let mismatch = named_for(own, Explained::new(Cause::AudMismatch, 0.97, text).fix(fix));
    let is_resource = |aud: &&str| aud.contains("://");
    let allowed = ["scope", "scp", "permissions"]
        .iter()
        .any(|name| token.has(name));
    let other = named.iter().all(is_resource) && allowed && own.value.contains("://");
    let other = other.then(|| {
        let text = format!(
            "the token is an access token for {}, another API",
            list(named)
        );
        Explained::new(Cause::TokenForOtherResource, 0.6, text)
    });
    std::iter::once(mismatch).chain(other).collect()
}

fn list(named: &[&str]) -> String {
    let shown: Vec<_> = named.iter().take(5).map(|aud| shown(aud)).collect();
    shown.join(", ")
}

/// How an audience that is nearly the expected one differs from it.
fn difference(wanted: &str, aud: &str) -> Option<(Cause, &'static str)> {
    if wanted.trim() == aud.trim() {
        return Some((
            Cause::ConfigValueWhitespace,
            "they differ in the blanks or newlines around them",
        ));
    }
    if unquoted(wanted) == aud {
        return Some((
            Cause::EnvQuotesLiteral,
            "the setting keeps the quotes that stand around it in its file",
        ));
    }
    let [own, theirs] = [wanted, aud].map(|text| text.trim_end_matches('/'));
    let scheme = |text: &str, scheme: &str| text.strip_prefix(scheme).map(str::to_owned);
    let how = if own == theirs {
        "they differ in the slash at the end"
    } else if own.eq_ignore_ascii_case(theirs) {
        "they differ in capital letters, which count"
    } else if scheme(own, "api://").as_deref() == Some(theirs)
        || scheme(theirs, "api://").as_deref() == Some(own)
    {
        "they differ in api://, which Entra's v1 tokens have and its v2 tokens lack"
    } else if scheme(own, "http://").is_some_and(|rest| scheme(theirs, "https://") == Some(rest))
        || scheme(own, "https://").is_some_and(|rest| scheme(theirs, "http://") == Some(rest))
    {
        "one is http and the other https"
    } else {
        return None;
    };
    Some((Cause::AudMismatch, how))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_misses_are_told_apart() {
        for (wanted, aud, cause) in [
            (
                "https://api.example",
                "https://api.example/",
                Some(Cause::AudMismatch),
            ),
            (
                "http://api.example",
                "https://api.example",
                Some(Cause::AudMismatch),
            ),
            ("api://5f2c", "5f2c", Some(Cause::AudMismatch)),
            ("5f2c", "api://5f2c", Some(Cause::AudMismatch)),
            ("My-API", "my-api", Some(Cause::AudMismatch)),
            (
                "my-project\n",
                "my-project",
                Some(Cause::ConfigValueWhitespace),
            ),
            ("'my-project'", "my-project", Some(Cause::EnvQuotesLiteral)),
            ("https://api.example", "https://billing.example", None),
        ] {
            assert_eq!(
                difference(wanted, aud).map(|found| found.0),
                cause,
                "{wanted}"
            );
        }
    }
}
