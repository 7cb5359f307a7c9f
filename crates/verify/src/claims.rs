//! The claims of a token, as they are read (RFC 7519, section 4).

mod value;

use crate::strict_json;
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use value::{Loose, NumericDate};

/// The claims that checks and services read. Others stay in the payload.
#[derive(Debug, Default)]
pub(crate) struct ReadClaims {
    pub(crate) iss: Option<Box<str>>,
    pub(crate) sub: Option<Subject>,
    pub(crate) aud: Option<Texts>,
    pub(crate) exp: Option<i64>,
    pub(crate) nbf: Option<i64>,
    pub(crate) iat: Option<i64>,
    pub(crate) auth_time: Option<i64>,
    pub(crate) jti: Option<Box<str>>,
    pub(crate) sid: Option<Box<str>>,
    pub(crate) scope: Option<Box<str>>,
    pub(crate) email: Option<Box<str>>,
    pub(crate) email_verified: Option<bool>,
    pub(crate) role: Option<Box<str>>,
    pub(crate) amr: Option<Texts>,
    /// What says that the token is of another kind than an access token.
    pub(crate) kind: Option<OtherKind>,
}

/// Another kind of token than an access token, as its claims tell.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum OtherKind {
    /// `at_hash`, `c_hash` (OIDC Core, section 3.1.3.6), or marked as one.
    Id,
    /// Marked as one.
    Refresh,
}

/// A `sub`, which must be a string (RFC 7519, section 4.1.2).
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Subject {
    NotString,
    Text(Box<str>),
}

/// One string or an array of strings, as `aud` is (RFC 7519, section 4.1.3).
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Texts {
    Many(Box<[Box<str>]>),
    One(Box<str>),
}

impl Texts {
    pub(crate) fn as_slice(&self) -> &[Box<str>] {
        match self {
            Self::Many(many) => many,
            Self::One(one) => std::slice::from_ref(one),
        }
    }
}

impl ReadClaims {
    /// The subject, if it is a string.
    pub(crate) fn sub_text(&self) -> Option<&str> {
        match &self.sub {
            Some(Subject::Text(text)) => Some(text),
            Some(Subject::NotString) | None => None,
        }
    }

    /// Reads a payload: an object whose registered claims have their registered types.
    pub(crate) fn read(payload: &[u8]) -> Result<Self, serde_json::Error> {
        let mut deserializer = serde_json::Deserializer::from_slice(payload);
        let claims = deserializer.deserialize_map(ClaimsVisitor)?;
        deserializer.end()?;
        Ok(claims)
    }
}

struct ClaimsVisitor;

impl<'de> Visitor<'de> for ClaimsVisitor {
    type Value = ReadClaims;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object of claims")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<ReadClaims, A::Error> {
        let mut claims = ReadClaims::default();
        let mut others = BTreeSet::new();
        while let Some(name) = members.next_key::<Cow<'de, str>>()? {
            let first = match name.as_ref() {
                "iss" => set(&mut claims.iss, strict(&mut members, &name)?),
                "sub" => set(&mut claims.sub, members.next_value::<Subject>()?),
                "aud" => set(&mut claims.aud, strict(&mut members, &name)?),
                "exp" => set(&mut claims.exp, date(&mut members, &name)?),
                "nbf" => set(&mut claims.nbf, date(&mut members, &name)?),
                "iat" => set(&mut claims.iat, date(&mut members, &name)?),
                "auth_time" => set(&mut claims.auth_time, date(&mut members, &name)?),
                "jti" => set(&mut claims.jti, strict(&mut members, &name)?),
                // Names that others use with other shapes: what is no string is not ours to read.
                "sid" => lenient(&mut claims.sid, &mut members, &mut others, name.clone())?,
                "scope" => lenient(&mut claims.scope, &mut members, &mut others, name.clone())?,
                "email" => lenient(&mut claims.email, &mut members, &mut others, name.clone())?,
                "role" => lenient(&mut claims.role, &mut members, &mut others, name.clone())?,
                "email_verified" => {
                    claims.email_verified = members.next_value::<Loose<bool>>()?.0;
                    others.insert(name.clone())
                }
                "amr" => {
                    claims.amr = members.next_value::<Loose<Texts>>()?.0;
                    others.insert(name.clone())
                }
                "at_hash" | "c_hash" => {
                    members.next_value::<IgnoredAny>()?;
                    claims.kind = claims.kind.or(Some(OtherKind::Id));
                    others.insert(name.clone())
                }
                "typ" | "type" | "token_type" | "token_use" => {
                    let marked = members.next_value::<Loose<Box<str>>>()?.0;
                    claims.kind = claims.kind.or(marked.as_deref().and_then(marked_kind));
                    others.insert(name.clone())
                }
                _ => {
                    members.next_value::<IgnoredAny>()?;
                    others.insert(name.clone())
                }
            };
            if !first {
                return Err(A::Error::custom(strict_json::repeated(&name)));
            }
        }
        Ok(claims)
    }
}

/// How Keycloak (`typ`; `Offline` is a refresh token that does not end with the session), Cognito (`token_use`), Flask and Django (`type`, `token_type`) mark tokens.
fn marked_kind(mark: &str) -> Option<OtherKind> {
    if mark.eq_ignore_ascii_case("id") {
        Some(OtherKind::Id)
    } else if mark.eq_ignore_ascii_case("refresh") || mark.eq_ignore_ascii_case("offline") {
        Some(OtherKind::Refresh)
    } else {
        None
    }
}

/// Fills `slot`; false if it was full.
fn set<T>(slot: &mut Option<T>, value: T) -> bool {
    slot.replace(value).is_none()
}

fn strict<'de, A: MapAccess<'de>, T: Deserialize<'de>>(
    members: &mut A,
    name: &str,
) -> Result<T, A::Error> {
    members
        .next_value()
        .map_err(|error| A::Error::custom(format_args!("claim {name}: {error}")))
}

fn date<'de, A: MapAccess<'de>>(members: &mut A, name: &str) -> Result<i64, A::Error> {
    strict::<A, NumericDate>(members, name).map(|date| date.0)
}

/// Reads a string into `slot` or leaves it empty; false if the name was seen before.
fn lenient<'de, A: MapAccess<'de>>(
    slot: &mut Option<Box<str>>,
    members: &mut A,
    seen: &mut BTreeSet<Cow<'de, str>>,
    name: Cow<'de, str>,
) -> Result<bool, A::Error> {
    let first = slot.is_none() && !seen.contains(&name);
    *slot = members.next_value::<Loose<Box<str>>>()?.0;
    if slot.is_none() {
        seen.insert(name);
    }
    Ok(first)
}

impl<'de> Deserialize<'de> for Subject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Loose::<Box<str>>::deserialize(deserializer)?.0;
        Ok(text.map_or(Self::NotString, Self::Text))
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextsVisitor;
        impl<'de> Visitor<'de> for TextsVisitor {
            type Value = Texts;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or an array of strings")
            }
            fn visit_str<E>(self, value: &str) -> Result<Texts, E> {
                Ok(Texts::One(value.into()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Texts, A::Error> {
                let mut many = Vec::new();
                while let Some(item) = items.next_element()? {
                    many.push(item);
                }
                Ok(Texts::Many(many.into()))
            }
        }
        deserializer.deserialize_any(TextsVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_claims_are_read() {
        let claims = ReadClaims::read(
            br#"{"iss":"i","sub":"s","aud":["a","b"],"exp":9,"nbf":1.9,"iat":-1,"jti":"j","sid":"x",
                "scope":"read","email":"a@b.c","email_verified":true,"role":"admin","amr":["pwd"],
                "auth_time":5,"other":{"deep":[1]}}"#,
        )
        .unwrap();
        assert_eq!(claims.sub, Some(Subject::Text("s".into())));
        assert_eq!(claims.aud.unwrap().as_slice().len(), 2);
        assert_eq!(
            (claims.exp, claims.nbf, claims.iat, claims.auth_time),
            (Some(9), Some(1), Some(-1), Some(5))
        );
        assert_eq!(claims.email_verified, Some(true));
        assert_eq!(claims.amr.unwrap().as_slice(), [Box::from("pwd")]);
        assert_eq!(claims.kind, None);
    }

    #[test]
    fn registered_claims_of_another_type_are_refused_by_name() {
        for (name, value) in [
            ("iss", "1"),
            ("aud", "{}"),
            ("aud", "[1]"),
            ("exp", "\"9\""),
            ("nbf", "null"),
            ("iat", "[]"),
            ("jti", "5"),
            ("auth_time", "true"),
        ] {
            let json = format!(r#"{{"{name}":{value}}}"#);
            let error = ReadClaims::read(json.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(&format!("claim {name}")), "{json}: {error}");
        }
    }

    #[test]
    fn other_claims_of_another_type_are_passed_over() {
        let claims = ReadClaims::read(
            br#"{"sub":7,"sid":1,"scope":["a"],"email":null,"role":{"x":1},"amr":[1],"email_verified":"yes"}"#,
        )
        .unwrap();
        assert_eq!(claims.sub, Some(Subject::NotString));
        assert!(claims.sid.is_none() && claims.scope.is_none() && claims.email.is_none());
        assert!(claims.role.is_none() && claims.amr.is_none() && claims.email_verified.is_none());
    }

    #[test]
    fn repeated_claims_are_refused() {
        for name in [
            "iss", "sub", "aud", "exp", "sid", "role", "amr", "at_hash", "type", "whatever",
        ] {
            for (one, two) in [
                ("1", "1"),
                ("\"a\"", "\"b\""),
                ("null", "\"b\""),
                ("\"a\"", "null"),
            ] {
                let json = format!(r#"{{"{name}":{one},"{name}":{two}}}"#);
                assert!(ReadClaims::read(json.as_bytes()).is_err(), "{json}");
            }
        }
    }

    #[test]
    fn other_kinds_are_told_by_their_marks() {
        let kind = |json: &str| ReadClaims::read(json.as_bytes()).unwrap().kind;
        assert_eq!(kind(r#"{"at_hash":"x"}"#), Some(OtherKind::Id));
        assert_eq!(kind(r#"{"token_use":"id"}"#), Some(OtherKind::Id));
        assert_eq!(kind(r#"{"typ":"Refresh"}"#), Some(OtherKind::Refresh));
        assert_eq!(kind(r#"{"type":"refresh"}"#), Some(OtherKind::Refresh));
        assert_eq!(
            kind(r#"{"token_use":"access","typ":"Bearer","nonce":"n"}"#),
            None
        );
    }

    #[test]
    fn far_times_saturate() {
        let claims =
            ReadClaims::read(br#"{"exp":1e300,"iat":-1e300,"nbf":18446744073709551615}"#).unwrap();
        assert_eq!(
            (claims.exp, claims.iat, claims.nbf),
            (Some(i64::MAX), Some(i64::MIN), Some(i64::MAX))
        );
    }
}
