//! Credentials of another kind than the one that is asked for.

use super::Expected;
use super::Explained;
use crate::claims::{OtherKind, ReadClaims, Sub};
use crate::refusal::shown;
use crate::{Cause, Refusal};

/// Issuers of sign-in providers, by how their names begin.
const PROVIDERS: [(&str, &str); 6] = [
    ("https://accounts.google.com", "Google"),
    ("accounts.google.com", "Google"),
    ("https://securetoken.google.com/", "Firebase"),
    ("https://appleid.apple.com", "Apple"),
    ("https://login.microsoftonline.com/", "Microsoft"),
    ("https://sts.windows.net/", "Microsoft"),
];

/// What a credential without three parts may be.
pub(super) fn opaque(token: &str, refusal: Option<&Refusal>) -> Vec<Explained> {
    let malformed = refusal.is_none_or(|refusal| refusal.cause == Cause::TokenMalformed);
    if !malformed || token.contains('.') {
        return Vec::new();
    }
    if token.starts_with("css_") || is_uuid(token) {
        let text = "the credential looks like the id of a session that is kept in a database: it belongs in the session cookie";
        return vec![Explained::new(Cause::SessionStrategyDatabase, 0.75, text)];
    }
    let plain = token
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if plain && (20..=128).contains(&token.len()) {
        let text = "the credential is an opaque string: an issuer that was asked for no audience returns such access tokens";
        return vec![Explained::new(
            Cause::AccessTokenOpaqueNoAudience,
            0.5,
            text,
        )];
    }
    Vec::new()
}

/// Whose token it seems to be, when no key of ours signed it.
pub(super) fn foreign(claims: &ReadClaims, expected: &Expected) -> Vec<Explained> {
    let mut found = Vec::new();
    let issuer = expected.issuers.first().map(|issuer| issuer.value.as_str());
    let iss = claims.iss().unwrap_or_default();
    if let Some(role @ ("anon" | "service_role")) = claims.role()
        && claims.sub() == Sub::Absent
    {
        let text = format!(
            "the token has no sub and the role {role}: it is the project's API key, not a user's token"
        );
        let fix = "send the access token of the user's sign-in; the project's key belongs in the header apikey";
        found.push(Explained::new(Cause::AnonKeyAsUserToken, 0.95, text).fix(fix));
    }
    let provider = PROVIDERS
        .into_iter()
        .find(|(start, _)| iss.starts_with(start));
    if let Some((_, provider)) = provider.filter(|_| issuer != Some(iss)) {
        let text = format!(
            "iss is {}: the token is {provider}'s own, not one of this server",
            shown(iss)
        );
        found.push(Explained::new(
            Cause::ProviderTokenInsteadOfAppToken,
            0.85,
            text,
        ));
    }
    match claims.kind {
        Some(OtherKind::Id) => {
            let text = "the token is an ID token (at_hash, c_hash, or marked so)";
            found.push(Explained::new(Cause::IdTokenAsAccessToken, 0.8, text));
        }
        Some(OtherKind::Refresh) => {
            let text = "the token is marked as a refresh token";
            found.push(Explained::new(Cause::RefreshTokenAsAccessToken, 0.8, text));
        }
        None => {}
    }
    match issuer {
        Some(wanted) if wanted == iss => {
            let text = "the token names this issuer, but no known secret signed it: it may have been changed after signing";
            found.push(Explained::new(Cause::TokenTampered, 0.4, text));
        }
        Some(wanted) if provider.is_none() && !iss.is_empty() => {
            let text = format!(
                "the token is of {}, this verifier is for {}",
                shown(iss),
                shown(wanted)
            );
            found.push(Explained::new(Cause::IdpInstanceMismatch, 0.65, text));
        }
        Some(_) | None => {}
    }
    found
}

fn is_uuid(text: &str) -> bool {
    let groups = text.split('-').map(str::len);
    groups.eq([8, 4, 4, 4, 12])
        && text
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}
