//! A token read without a check of its signature, and more leniently than a verifier may.
//!
//! What stands here is what the token says of itself. It is believed for explanations alone.

use crate::base64url;
use crate::compact::Compact;
use serde_json::{Map, Value};

/// What a credential is by its outer form.
pub(super) enum Form<'a> {
    /// An encrypted token (RFC 7516, section 3.1), with its header.
    Jwe(Map<String, Value>),
    /// A signed one (RFC 7515, section 3.1).
    Jws(Unverified<'a>),
    /// Neither.
    Opaque,
}

/// A signed token, with nothing checked.
pub(super) struct Unverified<'a> {
    /// What was signed: header and payload with the dot between them.
    pub(super) signing_input: &'a str,
    /// The signature's bytes; empty where it is no base64url.
    pub(super) signature: Vec<u8>,
    pub(super) header: Map<String, Value>,
    /// Empty where the payload is no JSON object.
    pub(super) claims: Map<String, Value>,
}

impl<'a> Form<'a> {
    pub(super) fn of(token: &'a str) -> Self {
        let first = token.split('.').next().unwrap_or_default();
        let Some(header) = object(first) else {
            return Self::Opaque;
        };
        if token.split('.').count() == 5 && header.contains_key("enc") {
            return Self::Jwe(header);
        }
        match Compact::split(token) {
            Some(compact) if header.get("alg").is_some_and(Value::is_string) => {
                Self::Jws(Unverified {
                    signing_input: compact.signing_input,
                    signature: base64url::decode(compact.signature).unwrap_or_default(),
                    header,
                    claims: object(compact.payload).unwrap_or_default(),
                })
            }
            Some(_) | None => Self::Opaque,
        }
    }
}

fn object(part: &str) -> Option<Map<String, Value>> {
    let json = base64url::decode(part.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&json).ok()
}

impl Unverified<'_> {
    pub(super) fn alg(&self) -> &str {
        text(&self.header, "alg").unwrap_or_default()
    }

    pub(super) fn kid(&self) -> Option<&str> {
        text(&self.header, "kid")
    }

    /// The header `typ` without `application/` (RFC 7515, section 4.1.9).
    pub(super) fn typ(&self) -> Option<&str> {
        text(&self.header, "typ").map(|typ| typ.strip_prefix("application/").unwrap_or(typ))
    }

    pub(super) fn has(&self, claim: &str) -> bool {
        self.claims.get(claim).is_some_and(|value| !value.is_null())
    }

    /// A claim that is a string and not empty.
    pub(super) fn text(&self, claim: &str) -> Option<&str> {
        text(&self.claims, claim).filter(|text| !text.is_empty())
    }

    /// A claim that is one string or several, as `aud` is (RFC 7519, section 4.1.3).
    pub(super) fn texts(&self, claim: &str) -> Vec<&str> {
        match self.claims.get(claim) {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
            Some(Value::Bool(_) | Value::Null | Value::Number(_) | Value::Object(_)) | None => {
                Vec::new()
            }
        }
    }

    /// A claim that is a number of seconds, rounded down (RFC 7519, section 2).
    #[expect(
        clippy::cast_possible_truncation,
        reason = "`as` saturates, which is what a far time needs"
    )]
    pub(super) fn time(&self, claim: &str) -> Option<i64> {
        let number = self.claims.get(claim)?;
        let whole = number.as_i64();
        whole.or_else(|| number.as_f64().map(|float| float.floor() as i64))
    }

    /// The value at a path such as `realm_access.roles`.
    pub(super) fn at(&self, path: &str) -> Option<&Value> {
        if let Some(direct) = self.claims.get(path) {
            return Some(direct);
        }
        let mut names = path.split('.');
        let first = self.claims.get(names.next()?)?;
        names.try_fold(first, |value, name| value.get(name))
    }
}

fn text<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    members.get(name).and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(json: &str) -> String {
        base64url::encode(json.as_bytes())
    }

    #[test]
    fn the_three_forms_are_told_apart() {
        let jwe = format!("{}..b.c.d", part(r#"{"alg":"dir","enc":"A256GCM"}"#));
        assert!(matches!(Form::of(&jwe), Form::Jwe(header) if header["enc"] == "A256GCM"));
        let jws = format!("{}.{}.c", part(r#"{"alg":"HS256"}"#), part("{}"));
        assert!(matches!(Form::of(&jws), Form::Jws(_)));
        for opaque in ["", "a", "a.b.c", ".eJx.b.c", "....", &part(r#"{"alg":1}"#)] {
            assert!(matches!(Form::of(opaque), Form::Opaque), "{opaque}");
        }
    }

    #[test]
    fn claims_are_read_leniently() {
        let claims =
            part(r#"{"aud":["a",1,"b"],"exp":1.9,"iat":1e300,"sub":"","a":{"b":{"c":7}},"x.y":8}"#);
        let token = format!(
            "{}.{claims}.!",
            part(r#"{"alg":"HS256","typ":"application/at+jwt"}"#)
        );
        let Form::Jws(token) = Form::of(&token) else {
            panic!("a signed token");
        };
        assert_eq!(token.texts("aud"), ["a", "b"]);
        assert_eq!(
            (token.time("exp"), token.time("iat")),
            (Some(1), Some(i64::MAX))
        );
        assert_eq!((token.text("sub"), token.has("sub")), (None, true));
        assert_eq!(token.at("a.b.c"), Some(&7.into()));
        assert_eq!(token.at("x.y"), Some(&8.into()));
        assert_eq!(token.at("a.z"), None);
        assert_eq!(token.typ(), Some("at+jwt"));
        assert!(token.signature.is_empty());
    }
}
