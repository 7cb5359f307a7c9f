//! Whom a token speaks for, and where it says what he may do.

use super::opaque::is_uuid;
use super::unverified::Unverified;
use super::{Expected, Explained, SubjectKind};
use crate::Cause;
use crate::refusal::shown;
use serde_json::Value;

/// What is wrong with `sub` and with claims that must be there.
pub(super) fn mistakes(token: &Unverified<'_>, expected: &Expected) -> Vec<Explained> {
    let mut found: Vec<_> = subject(token, expected).into_iter().collect();
    let absent = expected
        .required_claims
        .iter()
        .filter(|name| token.at(name).is_none());
    found.extend(absent.take(1).map(|name| {
        let text = format!(
            "the token has no claim {}, which the verifier demands",
            shown(name)
        );
        Explained::new(Cause::ClaimMissing, 0.98, text).fix(format!(
            "have the issuer write {} into its tokens",
            shown(name)
        ))
    }));
    found
}

fn subject(token: &Unverified<'_>, expected: &Expected) -> Option<Explained> {
    match token.claims.get("sub") {
        Some(Value::String(sub)) if !sub.is_empty() => of_another_kind(token, sub, expected),
        Some(Value::Number(number)) => {
            let text = format!(
                "sub is the number {number}; it must be a string (RFC 7519, section 4.1.2)"
            );
            let fix = format!("issue it as text: \"sub\": \"{number}\" (in Python: str(user.id))");
            Some(Explained::new(Cause::SubNotString, 0.99, text).fix(fix))
        }
        Some(Value::String(_) | Value::Null) | None => no_subject(token),
        Some(Value::Array(_) | Value::Bool(_) | Value::Object(_)) => {
            let text = "sub is no string (RFC 7519, section 4.1.2)";
            Some(Explained::new(Cause::SubNotString, 0.99, text))
        }
    }
}

/// Where other libraries put whom the token speaks for.
const INSTEAD: [&str; 6] = ["_id", "id", "uid", "userId", "user_id", "username"];

fn no_subject(token: &Unverified<'_>) -> Option<Explained> {
    if token
        .text("role")
        .is_some_and(|role| matches!(role, "anon" | "service_role"))
    {
        return None; // a project's key, which is told of as such
    }
    let other = INSTEAD.into_iter().find(|name| token.has(name));
    let (text, fix) = match other {
        Some(name) => (
            format!("the token has no sub, and names its user in {name}"),
            format!(
                "have the issuer write the user into sub (in simplejwt: USER_ID_CLAIM = \"sub\"), in place of {name}"
            ),
        ),
        None => (
            "the token has no sub, so it speaks for nobody".to_owned(),
            "have the issuer write the user's id into sub".to_owned(),
        ),
    };
    Some(Explained::new(Cause::ClaimMissing, 0.97, text).fix(fix))
}

fn of_another_kind(token: &Unverified<'_>, sub: &str, expected: &Expected) -> Option<Explained> {
    let wanted = expected.subject?;
    let kind = SubjectKind::of(sub)?;
    if kind == wanted {
        return None;
    }
    let (is, looked_for) = (kind.described(), wanted.described());
    if kind == SubjectKind::Email && (token.has("id") || token.has("user_id")) {
        let text = format!(
            "the token has the older form: sub is {is} and the user's id stands beside it, while the lookup takes sub for {looked_for}"
        );
        let fix = "issue the newer form, {\"sub\": user id, \"email\": address}; or let the verifier take the older one for as long as such tokens live";
        return Some(Explained::new(Cause::TokenFormatLegacy, 0.98, text).fix(fix));
    }
    if wanted == SubjectKind::Email && token.has("email") {
        let text = format!(
            "the token has the newer form: sub is {is} and the address stands in email, while the lookup takes sub for {looked_for}"
        );
        let fix = "look the user up by sub as his id, or by the claim email; a verifier of the older form is still in use";
        return Some(Explained::new(Cause::TokenFormatLegacy, 0.97, text).fix(fix));
    }
    let text = format!("sub is {is}, and the lookup takes it for {looked_for}");
    let fix = format!("look users of this issuer up by {is}, or store it with the user at sign-in");
    Some(Explained::new(Cause::SubIdentifierMismatch, 0.97, text).fix(fix))
}

/// Why no user was found for a sound token.
pub(super) fn unknown_user(token: &Unverified<'_>, expected: &Expected) -> Vec<Explained> {
    let sure = token
        .text("sub")
        .and_then(|sub| of_another_kind(token, sub, expected));
    if let Some(sure) = sure {
        return vec![sure];
    }
    let Some(kind) = token.text("sub").and_then(SubjectKind::of) else {
        return Vec::new();
    };
    let (cause, confidence, text) = match kind {
        SubjectKind::Email if token.has("id") => (
            Cause::TokenFormatLegacy,
            0.65,
            "sub is an e-mail address and the user's id stands in id: the token has the older form",
        ),
        SubjectKind::Email | SubjectKind::ProviderId => (
            Cause::SubIdentifierMismatch,
            0.5,
            "sub is an e-mail address or a provider's id: the lookup may take it for another kind of identifier",
        ),
        SubjectKind::Number | SubjectKind::Uuid => return Vec::new(),
    };
    vec![Explained::new(cause, confidence, text)]
}

impl SubjectKind {
    /// The kind of an identifier, by its form; `None` if it says nothing.
    #[must_use]
    pub fn of(sub: &str) -> Option<Self> {
        let digits = !sub.is_empty() && sub.bytes().all(|byte| byte.is_ascii_digit());
        if is_uuid(sub) {
            Some(Self::Uuid)
        } else if digits {
            Some(Self::Number)
        } else if sub.contains('|') || sub.starts_with("user_") {
            Some(Self::ProviderId)
        } else {
            let (name, host) = sub.split_once('@')?;
            (!name.is_empty() && host.contains('.')).then_some(Self::Email)
        }
    }

    const fn described(self) -> &'static str {
        match self {
            Self::Email => "an e-mail address",
            Self::Number => "a number",
            Self::ProviderId => "an id of the provider",
            Self::Uuid => "a UUID",
        }
    }
}

/// Where providers put roles.
const ROLE_PATHS: [&str; 15] = [
    "role",
    "roles",
    "realm_access.roles",
    "app_metadata.role",
    "app_metadata.roles",
    "user_metadata.role",
    "public_metadata.role",
    "metadata.role",
    "groups",
    "cognito:groups",
    "permissions",
    "org_role",
    "wids",
    "http://schemas.microsoft.com/ws/2008/06/identity/claims/role",
    "resource_access",
];

/// Whether the role stands in another claim than the one that is read.
pub(super) fn role_elsewhere(
    token: &Unverified<'_>,
    expected: &Expected,
    refused: bool,
) -> Option<Explained> {
    let read = expected.role_claim.as_ref();
    let path = match read {
        Some(read) => read.value.as_str(),
        None if refused => "role",
        None => return None,
    };
    if token.at(path).is_some() {
        return None;
    }
    let named = token.claims.keys().map(String::as_str);
    let with_address = named.filter(|name| {
        name.contains("://") && (name.ends_with("/role") || name.ends_with("/roles"))
    });
    let mut places = ROLE_PATHS.into_iter().chain(with_address);
    let place = places.find(|place| *place != path && token.at(place).is_some())?;
    let name = read.map_or("the verifier", |read| read.name.as_str());
    let text = format!("{name} reads the role from {path}, and the token has it in {place}");
    let one = Explained::new(
        Cause::RolesClaimLocation,
        if read.is_some() { 0.97 } else { 0.8 },
        text,
    )
    .fix(format!(
        "read the role from {place}, or have the issuer write it to {path}"
    ));
    Some(match read {
        Some(read) => one.about(&read.name, &read.source, path),
        None => one,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_told_by_their_form() {
        for (sub, kind) in [
            ("a@b.example", Some(SubjectKind::Email)),
            ("42", Some(SubjectKind::Number)),
            (
                "auth0|5f7c8ec7c33c6c004bbafe82",
                Some(SubjectKind::ProviderId),
            ),
            ("user_2abcDEF", Some(SubjectKind::ProviderId)),
            (
                "0b6d4a3e-6f0d-4c58-9c5a-1f0d2c3b4a59",
                Some(SubjectKind::Uuid),
            ),
            ("", None),
            ("@", None),
            ("someone", None),
        ] {
            assert_eq!(SubjectKind::of(sub), kind, "{sub}");
        }
    }
}
