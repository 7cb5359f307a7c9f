//! The claims of a token, as they are read (RFC 7519, section 4).

mod names;
mod texts;

use crate::strict_json::{self, Escaped, Json, JsonError, Place};
use names::Claim;
use std::borrow::Cow;
use std::fmt;
use texts::Texts;

/// The claims that checks and services read. Others stay in the payload.
///
/// Texts are places in the payload, which is kept: reading takes no memory but for lists and escapes.
#[derive(Clone, Default)]
pub(crate) struct ReadClaims {
    /// The payload.
    json: String,
    escaped: Escaped,
    iss: Option<Place>,
    sub: Option<Subject>,
    aud: Option<Texts>,
    pub(crate) exp: Option<i64>,
    pub(crate) nbf: Option<i64>,
    pub(crate) iat: Option<i64>,
    pub(crate) auth_time: Option<i64>,
    jti: Option<Place>,
    sid: Option<Place>,
    scope: Option<Place>,
    email: Option<Place>,
    pub(crate) email_verified: Option<bool>,
    role: Option<Place>,
    amr: Option<Texts>,
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
#[derive(Clone, Copy)]
enum Subject {
    NotString,
    Text(Place),
}

/// A `sub`, as a text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Sub<'a> {
    Absent,
    NotString,
    Text(&'a str),
}

/// Why a payload holds no claims.
#[derive(Debug)]
pub(crate) enum ClaimsError {
    Encoding,
    Json(JsonError),
}

impl fmt::Display for ClaimsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encoding => f.write_str("it is no UTF-8 (RFC 7519, section 7.2)"),
            Self::Json(error) => error.fmt(f),
        }
    }
}

/// Without texts: they are nobody's business but the service's.
impl fmt::Debug for ReadClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadClaims")
            .field("exp", &self.exp)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

type Why = Cow<'static, str>;

impl ReadClaims {
    /// Reads a payload: an object whose registered claims have their registered types. Into its place, since it is large; what
    /// stands there counts only if this returns `Ok`.
    pub(crate) fn read(&mut self, payload: Vec<u8>) -> Result<(), ClaimsError> {
        let json = String::from_utf8(payload).map_err(|_| ClaimsError::Encoding)?;
        strict_json::members(&json, |claim, value| self.take(&json, claim, value))
            .map_err(ClaimsError::Json)?;
        self.json = json;
        Ok(())
    }

    #[inline]
    fn take(&mut self, json: &str, claim: Claim, value: Json) -> Result<(), Why> {
        let escaped = &mut self.escaped;
        let mut text = || match value {
            Json::Text(text) => Place::of(text, json, escaped),
            _ => None,
        };
        match claim {
            Claim::Iss => self.iss = Some(text().ok_or_else(|| wrong(claim, "a string"))?),
            Claim::Sub => self.sub = Some(text().map_or(Subject::NotString, Subject::Text)),
            Claim::Aud => {
                let wanted = || wrong(claim, "a string or an array of strings");
                self.aud = Some(Texts::of(value, json, escaped).ok_or_else(wanted)?);
            }
            Claim::Exp => self.exp = Some(date(json, claim, value)?),
            Claim::Nbf => self.nbf = Some(date(json, claim, value)?),
            Claim::Iat => self.iat = Some(date(json, claim, value)?),
            Claim::AuthTime => self.auth_time = Some(date(json, claim, value)?),
            Claim::Jti => self.jti = Some(text().ok_or_else(|| wrong(claim, "a string"))?),
            // Names that others use with other shapes: what is no string is not ours to read.
            Claim::Sid => self.sid = text(),
            Claim::Scope => self.scope = text(),
            Claim::Email => self.email = text(),
            Claim::Role => self.role = text(),
            Claim::EmailVerified => {
                self.email_verified = match value {
                    Json::Bool(verified) => Some(verified),
                    _ => None,
                }
            }
            Claim::Amr => self.amr = Texts::of(value, json, escaped),
            Claim::AtHash | Claim::CHash => self.kind = self.kind.or(Some(OtherKind::Id)),
            Claim::TokenType | Claim::TokenUse | Claim::Typ | Claim::Type => {
                if let Json::Text(mark) = value {
                    self.kind = self.kind.or(marked_kind(&mark.decode(json)));
                }
            }
        }
        Ok(())
    }

    /// The payload's text.
    pub(crate) fn json(&self) -> &str {
        &self.json
    }

    pub(crate) fn iss(&self) -> Option<&str> {
        self.text(self.iss)
    }

    pub(crate) fn sub(&self) -> Sub<'_> {
        match &self.sub {
            None => Sub::Absent,
            Some(Subject::NotString) => Sub::NotString,
            Some(Subject::Text(place)) => Sub::Text(place.of_text(&self.json, &self.escaped)),
        }
    }

    /// The subject, if it is a string.
    pub(crate) fn sub_text(&self) -> Option<&str> {
        match self.sub() {
            Sub::Text(text) => Some(text),
            Sub::Absent | Sub::NotString => None,
        }
    }

    pub(crate) fn aud(&self) -> impl Iterator<Item = &str> + Clone {
        Texts::iter(self.aud.as_ref(), &self.json, &self.escaped)
    }

    pub(crate) fn jti(&self) -> Option<&str> {
        self.text(self.jti)
    }

    pub(crate) fn sid(&self) -> Option<&str> {
        self.text(self.sid)
    }

    pub(crate) fn scope(&self) -> Option<&str> {
        self.text(self.scope)
    }

    pub(crate) fn email(&self) -> Option<&str> {
        self.text(self.email)
    }

    pub(crate) fn role(&self) -> Option<&str> {
        self.text(self.role)
    }

    pub(crate) fn amr(&self) -> impl Iterator<Item = &str> + Clone {
        Texts::iter(self.amr.as_ref(), &self.json, &self.escaped)
    }

    fn text(&self, place: Option<Place>) -> Option<&str> {
        place.map(|place| place.of_text(&self.json, &self.escaped))
    }
}

#[cold]
fn wrong(claim: Claim, wanted: &str) -> Why {
    format!("claim {} is not {wanted},", claim.as_str()).into()
}

/// Seconds since the epoch, whole or not (RFC 7519, section 2), rounded down. Far times saturate.
fn date(json: &str, claim: Claim, value: Json) -> Result<i64, Why> {
    let Json::Number(number) = value else {
        let wanted = "a number of seconds since 1970 (RFC 7519, section 2)";
        return Err(wrong(claim, wanted));
    };
    if let Some(short) = number.short {
        return Ok(short);
    }
    let number = number.text.of(json);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "`as` saturates, which is what a far time needs"
    )]
    let rounded = |value: f64| value.floor() as i64;
    let whole = number.parse::<i64>().ok();
    let found = whole.or_else(|| number.parse().ok().map(rounded));
    found.ok_or_else(|| wrong(claim, "a number"))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<ReadClaims, ClaimsError> {
        let mut claims = ReadClaims::default();
        claims.read(json.as_bytes().to_vec()).map(|()| claims)
    }

    #[test]
    fn known_claims_are_read() {
        let claims = read(
            r#"{"iss":"i","sub":"s","aud":["a","b"],"exp":9,"nbf":1.9,"iat":-1,"jti":"j","sid":"x",
                "scope":"read","email":"a@b.c","email_verified":true,"role":"admin","amr":["pwd"],
                "auth_time":5,"other":{"deep":[1]}}"#,
        )
        .unwrap();
        assert_eq!(claims.sub(), Sub::Text("s"));
        assert!(claims.aud().eq(["a", "b"]));
        let texts = [
            claims.iss(),
            claims.jti(),
            claims.sid(),
            claims.scope(),
            claims.email(),
            claims.role(),
        ];
        assert_eq!(
            texts.map(Option::unwrap),
            ["i", "j", "x", "read", "a@b.c", "admin"]
        );
        assert_eq!(
            (claims.exp, claims.nbf, claims.iat, claims.auth_time),
            (Some(9), Some(1), Some(-1), Some(5))
        );
        assert_eq!(claims.email_verified, Some(true));
        assert!(claims.amr().eq(["pwd"]));
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
            let error = read(&json).unwrap_err().to_string();
            assert!(error.contains(&format!("claim {name}")), "{json}: {error}");
        }
    }

    #[test]
    fn other_claims_of_another_type_are_passed_over() {
        let claims = read(
            r#"{"sub":7,"sid":1,"scope":["a"],"email":null,"role":{"x":1},"amr":[1],"email_verified":"yes"}"#,
        )
        .unwrap();
        assert_eq!(claims.sub(), Sub::NotString);
        assert!(claims.sid().is_none() && claims.scope().is_none() && claims.email().is_none());
        assert!(claims.role().is_none() && claims.amr().next().is_none());
        assert_eq!(claims.email_verified, None);
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
                assert!(read(&json).is_err(), "{json}");
            }
        }
    }

    #[test]
    fn other_kinds_are_told_by_their_marks() {
        let kind = |json: &str| read(json).unwrap().kind;
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
        let claims = read(r#"{"exp":1e300,"iat":-1e300,"nbf":18446744073709551615}"#).unwrap();
        assert_eq!(
            (claims.exp, claims.iat, claims.nbf),
            (Some(i64::MAX), Some(i64::MIN), Some(i64::MAX))
        );
    }

    #[test]
    fn texts_with_escapes_are_read() {
        let claims = read(r#"{"sub":"\u0061\n","aud":["x","\/y"],"amr":"\"","iss":""}"#).unwrap();
        assert_eq!(claims.sub(), Sub::Text("a\n"));
        assert!(claims.aud().eq(["x", "/y"]));
        assert!(claims.amr().eq(["\""]));
        assert_eq!(claims.iss(), Some(""));
    }

    #[test]
    fn what_another_parser_could_not_read_is_refused_wherever_it_stands() {
        for bytes in [
            &b"{\"x\":\"\xff\"}"[..],
            b"\xff\xfe{\0}\0",
            b"{\"x\":{\"a\":1,\"a\":2}}",
            b"{\"x\":\"\\ud800\"}",
            b"{\"x\":[1e999]}",
        ] {
            let read = ReadClaims::default().read(bytes.to_vec());
            assert!(read.is_err(), "{}", bytes.escape_ascii());
        }
    }
}
