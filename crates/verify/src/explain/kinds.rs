//! What kind of token a signed token is, by its own marks.

use super::providers::{Kind, Provider};
use super::unverified::Unverified;
use super::{Expected, Explained};
use crate::Cause;
use crate::refusal::shown;

/// Other kinds than an access token for this API.
pub(super) fn other_kinds(token: &Unverified<'_>, expected: &Expected) -> Vec<Explained> {
    let mut found = Vec::new();
    found.extend(project_key(token));
    found.extend(refresh(token));
    found.extend(provider(token, expected));
    // An ID token of a provider is the provider's first.
    if found.is_empty() {
        found.extend(id(token, expected));
    }
    found.extend(known_resource(token, expected));
    found
}

/// Supabase's anon and service keys are JWTs with a role and without a user.
fn project_key(token: &Unverified<'_>) -> Option<Explained> {
    let role = token.text("role")?;
    if !matches!(role, "anon" | "service_role") || token.has("sub") {
        return None;
    }
    let more = if role == "anon" {
        ""
    } else {
        "; it passes by all rules on rows, so change it if it was ever in a browser"
    };
    let text = format!(
        "the token has the role {role} and no sub: it is the project's own API key, not a user's token{more}"
    );
    let fix = "send the access token of the user's session (session.access_token); the project's key belongs in the header apikey alone";
    Some(Explained::new(Cause::AnonKeyAsUserToken, 0.99, text).fix(fix))
}

const SEND_ACCESS: &str =
    "send the access token; the refresh token goes to the refresh endpoint alone";

fn refresh(token: &Unverified<'_>) -> Option<Explained> {
    let marks = ["typ", "token_type", "type", "token_use"];
    let mark = marks.into_iter().find_map(|name| {
        let value = token.text(name)?;
        let is = ["refresh", "offline", "refresh_token"];
        is.iter()
            .any(|word| value.eq_ignore_ascii_case(word))
            .then_some((name, value))
    });
    if let Some((name, value)) = mark {
        let maker = match (name, value) {
            ("typ", _) => " (Keycloak marks them so)",
            ("token_type", _) => " (simplejwt marks them so)",
            ("type", _) => " (Flask-JWT-Extended marks them so)",
            _ => "",
        };
        let text = format!(
            "the claim {name} is {}: it is a refresh token{maker}",
            shown(value)
        );
        let one = Explained::new(Cause::RefreshTokenAsAccessToken, 0.99, text);
        return Some(one.fix(SEND_ACCESS));
    }
    let header = token.typ().unwrap_or_default().to_ascii_lowercase();
    if matches!(header.as_str(), "rt+jwt" | "refresh+jwt") {
        let text = format!("the header typ is {header}: it is a refresh token");
        let one = Explained::new(Cause::RefreshTokenAsAccessToken, 0.99, text);
        return Some(one.fix(SEND_ACCESS));
    }
    token.has("ati").then(|| {
        let text = "the token has the claim ati, the id of an access token: Spring's refresh tokens have it";
        Explained::new(Cause::RefreshTokenAsAccessToken, 0.9, text).fix(SEND_ACCESS)
    })
}

/// A token of the account that people sign in with, where the application's own belongs.
fn provider(token: &Unverified<'_>, expected: &Expected) -> Option<Explained> {
    let iss = token.text("iss")?;
    let found = Provider::of(iss)?;
    let known = |value: &str| Provider::of(value).is_some_and(|own| own.name == found.name);
    if expected.issuers.iter().any(|own| known(&own.value)) {
        return None;
    }
    // A service's token may well be wanted; another issuer than expected is told of as such.
    if found.kind == Kind::Service {
        return None;
    }
    let text = format!(
        "iss is {}: the token is {}'s own, made for the sign-in, and not one of this application",
        shown(iss),
        found.name
    );
    let fix = format!(
        "exchange {}'s token for one of your own at sign-in, and send that to the API",
        found.name
    );
    let confidence = if expected.issuers.is_empty() {
        0.9
    } else {
        0.97
    };
    Some(Explained::new(Cause::ProviderTokenInsteadOfAppToken, confidence, text).fix(fix))
}

const SEND_NO_ID: &str = "send the access token (access_token) to the API; the ID token is for the client that asked for it";

fn id(token: &Unverified<'_>, expected: &Expected) -> Option<Explained> {
    let iss = token.text("iss").unwrap_or_default();
    let service = Provider::of(iss).map(|provider| provider.name);
    // Firebase's tokens are all of this kind, and APIs are meant to take them.
    if service == Some("Firebase") {
        return None;
    }
    let found = marked_id(token).or_else(|| {
        let likely = !allows_something(token);
        likely.then(|| likely_id(token, expected, service))?
    })?;
    Some(found.fix(SEND_NO_ID))
}

fn marked_id(token: &Unverified<'_>) -> Option<Explained> {
    let marks = [("token_use", "id"), ("typ", "ID"), ("token_type", "id")];
    let is = |name, value| {
        let text = token.text(name);
        text.is_some_and(|text| text.eq_ignore_ascii_case(value))
    };
    if let Some((name, value)) = marks.into_iter().find(|(name, value)| is(name, value)) {
        let text = format!("the claim {name} is {value:?}: it is an ID token");
        return Some(Explained::new(Cause::IdTokenAsAccessToken, 0.99, text));
    }
    let hashes = ["at_hash", "c_hash", "s_hash"];
    let name = hashes.into_iter().find(|name| token.has(name))?;
    let text = format!(
        "the token has the claim {name}, which ID tokens alone have (OIDC Core, section 3.1.3.6)"
    );
    Some(Explained::new(Cause::IdTokenAsAccessToken, 0.98, text))
}

/// Whether the token says what it allows, as access tokens do (RFC 9068, section 2.2.3).
fn allows_something(token: &Unverified<'_>) -> bool {
    let allowed = ["scope", "scp", "permissions", "client_id"];
    let is = |text: Option<&str>, wanted: &str| {
        text.is_some_and(|text| text.eq_ignore_ascii_case(wanted))
    };
    allowed.iter().any(|name| token.has(name))
        || is(token.typ(), "at+jwt")
        || is(token.text("typ"), "bearer")
}

fn likely_id(
    token: &Unverified<'_>,
    expected: &Expected,
    service: Option<&str>,
) -> Option<Explained> {
    let one =
        |confidence, text: &str| Explained::new(Cause::IdTokenAsAccessToken, confidence, text);
    let audience = token.texts("aud");
    let mut clients = expected.client_ids.iter();
    if let Some(own) = clients.find(|own| audience.contains(&own.value.as_str())) {
        let text = format!(
            "aud is the client's own id ({}), and the token has no scope: it is an ID token",
            own.name
        );
        let found = one(0.97, &text);
        return Some(found.about(&own.name, &own.source, shown(&own.value)));
    }
    if token.has("nonce") {
        // Auth0's access tokens never have one; old Keycloak's do.
        let confidence = if service == Some("Auth0") { 0.97 } else { 0.85 };
        let text = "the token has a nonce and no scope, as ID tokens do (OIDC Core, section 2)";
        return Some(one(confidence, text));
    }
    let personal = [
        "family_name",
        "given_name",
        "nickname",
        "picture",
        "preferred_username",
    ];
    let described = personal.iter().filter(|name| token.has(name)).count() >= 2;
    (described && audience.iter().any(|aud| is_client_id(aud))).then(|| {
        one(0.75, "the token describes a person, has no scope, and its aud looks like a client's id, as in ID tokens")
    })
}

/// A name without a scheme, of random letters and digits.
fn is_client_id(aud: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    aud.len() >= 20 && aud.bytes().all(plain) && aud.bytes().any(|byte| byte.is_ascii_digit())
}

/// Access tokens for the provider's own APIs, by their audience.
fn known_resource(token: &Unverified<'_>, expected: &Expected) -> Option<Explained> {
    const RESOURCES: [(&str, &str); 6] = [
        (
            "00000002-0000-0000-c000-000000000000",
            "the old Azure AD Graph",
        ),
        ("00000003-0000-0000-c000-000000000000", "Microsoft Graph"),
        ("https://graph.microsoft.com", "Microsoft Graph"),
        ("https://graph.windows.net", "the old Azure AD Graph"),
        ("https://management.azure.com", "Azure's management"),
        ("https://management.core.windows.net", "Azure's management"),
    ];
    let audiences = token.texts("aud");
    let wanted = |aud: &str| expected.audiences.iter().any(|own| own.value == aud);
    let (aud, name) = audiences.iter().find_map(|aud| {
        let bare = aud.trim_end_matches('/');
        let known = RESOURCES.into_iter().find(|(id, _)| *id == bare);
        let name = known.map(|(_, name)| name);
        let name = name
            .or_else(|| (bare.ends_with(".auth0.com/api/v2")).then_some("Auth0's management API"));
        let alone = audiences.len() == 1 && bare.ends_with(".auth0.com/userinfo");
        let name = name.or_else(|| alone.then_some("Auth0's userinfo endpoint"));
        Some((*aud, name?)).filter(|(aud, _)| !wanted(aud))
    })?;
    let sealed = if token.header.contains_key("nonce") {
        "; its header has a nonce, so that nobody else can check its signature"
    } else {
        ""
    };
    let text = format!("aud is {}: the token is for {name}{sealed}", shown(aud));
    let fix = match expected.audiences.first() {
        Some(own) => format!("ask the issuer for a token for {} ({})", shown(&own.value), own.name),
        None => "ask the issuer for a token for this API: give its own scope or audience with the request for the token".to_owned(),
    };
    Some(Explained::new(Cause::TokenForOtherResource, 0.98, text).fix(fix))
}

/// Whether an issuer is one that people have accounts at, such as Google.
pub(super) fn is_social(iss: &str) -> bool {
    Provider::of(iss).is_some_and(|provider| provider.kind == Kind::Social)
}
