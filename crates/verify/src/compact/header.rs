//! The header that a JWS protects (RFC 7515, section 4).

use super::no_base64url;
use crate::base64url::Room;
use crate::refusal::shown;
use crate::strict_json::{self, Escaped, Json, Name, Place};
use crate::{Alg, Algs, Cause, Refusal};
use std::borrow::Cow;
use std::fmt;

/// The members of a JOSE header that count. Reading it takes no memory unless it is long.
#[derive(Default)]
pub(crate) struct Header<'a> {
    json: &'a str,
    escaped: Escaped,
    places: Places,
    /// The first member that changes how the token must be read, which we never do.
    unsupported: Option<&'static str>,
}

/// Where the members stand that name something.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Places {
    alg: Option<Place>,
    kid: Option<Place>,
    typ: Option<Place>,
}

impl<'a> Header<'a> {
    /// A header that was read before, without escapes.
    pub(super) fn at(json: &'a str, places: Places) -> Self {
        Self {
            json,
            places,
            ..Self::default()
        }
    }

    /// Its text, and where its members stand in it; `None` if some are written with escapes.
    pub(super) fn plain(&self) -> Option<(&str, Places)> {
        let plain = self.escaped.is_empty() && self.unsupported.is_none();
        plain.then_some((self.json, self.places))
    }

    /// Decodes the first part of a token, refusing what we would misread.
    pub(crate) fn decode(encoded: &str, room: &'a mut Room) -> Result<Self, Refusal> {
        let header = Self::read(encoded, room)?;
        match header.unsupported {
            // RFC 7797, section 7: a JWT must not use it; section 6: `crit` always comes with it.
            Some("b64") => Err(Refusal::new(
                Cause::TokenPayloadUnencoded,
                "the header has the member b64: the payload would not be encoded (RFC 7797), which no JWT may be",
            )),
            // RFC 7515, section 4.1.11: extensions that are not understood must be refused.
            Some(member) => Err(Refusal::new(
                Cause::TokenHeaderUnsupported,
                format!("the header has the member {member}, which changes how a token is read"),
            )),
            None => Ok(header),
        }
    }

    fn read(encoded: &str, room: &'a mut Room) -> Result<Self, Refusal> {
        let bytes = room.decode(encoded);
        let bytes = bytes.ok_or_else(|| no_base64url("first part (header)", encoded))?;
        let json = std::str::from_utf8(bytes).map_err(|_| malformed(&"it is no UTF-8"))?;
        let mut header = Self {
            json,
            ..Self::default()
        };
        strict_json::members(json, |member, value| header.take(member, value))
            .map_err(|error| malformed(&error))?;
        if header.places.alg.is_none() {
            return Err(malformed(&"it has no alg (RFC 7515, section 4.1.1)"));
        }
        Ok(header)
    }

    #[inline]
    fn take(&mut self, member: Member, value: Json) -> Result<(), Cow<'static, str>> {
        let slot = match member {
            Member::Alg => &mut self.places.alg,
            Member::Kid => &mut self.places.kid,
            Member::Typ => &mut self.places.typ,
            Member::B64 | Member::Crit | Member::Enc | Member::Zip => {
                self.unsupported = weightier(self.unsupported, Some(member.as_str()));
                return Ok(());
            }
        };
        let Json::Text(text) = value else {
            return Err(format!("{} is not a string,", member.as_str()).into());
        };
        *slot = Place::of(text, self.json, &mut self.escaped);
        Ok(())
    }

    /// The algorithm, as it is named.
    pub(crate) fn alg(&self) -> &str {
        self.text(self.places.alg).unwrap_or_default() // never without one
    }

    /// The name of the key (RFC 7515, section 4.1.4).
    pub(crate) fn kid(&self) -> Option<&str> {
        self.text(self.places.kid)
    }

    /// The type of the token (RFC 7515, section 4.1.9).
    pub(crate) fn typ(&self) -> Option<&str> {
        self.text(self.places.typ)
    }

    fn text(&self, place: Option<Place>) -> Option<&str> {
        Some(place?.of_text(self.json, &self.escaped))
    }

    /// The algorithm, if it is one we verify. `none` never is (RFC 8725, section 3.2).
    pub(crate) fn known_alg(&self) -> Result<Alg, Refusal> {
        Alg::parse(self.alg()).ok_or_else(|| {
            let detail = format!(
                "the token's alg is {}; known are {}",
                shown(self.alg()),
                Algs::ALL
            );
            Refusal::new(Cause::AlgMismatch, detail)
        })
    }
}

impl fmt::Debug for Header<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Header")
            .field("alg", &self.alg())
            .field("kid", &self.kid())
            .field("typ", &self.typ())
            .finish_non_exhaustive()
    }
}

#[cold]
fn malformed(why: &dyn fmt::Display) -> Refusal {
    let detail = format!("the first part (header) is no JOSE header: {why}");
    Refusal::new(Cause::TokenMalformed, detail)
}

/// A member that is read.
///
/// Four change how the token must be read: extensions (RFC 7515, section 4.1.11), a payload that is not encoded
/// (RFC 7797), compression and encryption (RFC 7516, section 4.1).
#[derive(Clone, Copy)]
#[repr(u8)]
enum Member {
    Alg,
    B64,
    Crit,
    Enc,
    Kid,
    Typ,
    Zip,
}

impl Member {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Alg => "alg",
            Self::B64 => "b64",
            Self::Crit => "crit",
            Self::Enc => "enc",
            Self::Kid => "kid",
            Self::Typ => "typ",
            Self::Zip => "zip",
        }
    }
}

impl Name for Member {
    #[inline]
    fn of(spelled: &[u8]) -> Option<Self> {
        match spelled {
            b"alg" => Some(Self::Alg),
            b"b64" => Some(Self::B64),
            b"crit" => Some(Self::Crit),
            b"enc" => Some(Self::Enc),
            b"kid" => Some(Self::Kid),
            b"typ" => Some(Self::Typ),
            b"zip" => Some(Self::Zip),
            _ => None,
        }
    }

    #[inline]
    fn bit(self) -> u32 {
        1 << self as u8
    }
}

/// Of two such members the one to speak of: `b64` says more than the `crit` that comes with it.
fn weightier(one: Option<&'static str>, other: Option<&'static str>) -> Option<&'static str> {
    match other {
        Some("b64") => other,
        Some(_) | None => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base64url;

    fn decode(json: &str) -> Result<Header<'static>, Refusal> {
        let room = Box::leak(Box::default());
        Header::decode(&base64url::encode(json.as_bytes()), room)
    }

    #[test]
    fn the_members_that_count_are_read() {
        let header = decode(r#"{"typ":"at+jwt","x":[1,{}],"alg":"ES256","kid":"k1"}"#).unwrap();
        assert_eq!(header.alg(), "ES256");
        assert_eq!(header.kid(), Some("k1"));
        assert_eq!(header.typ(), Some("at+jwt"));
        assert_eq!(header.known_alg().unwrap(), Alg::Es256);
    }

    #[test]
    fn members_that_change_the_reading_are_refused() {
        for (member, cause) in [
            (r#""crit":["exp"]"#, Cause::TokenHeaderUnsupported),
            (r#""crit":[]"#, Cause::TokenHeaderUnsupported),
            (r#""zip":"DEF""#, Cause::TokenHeaderUnsupported),
            (r#""b64":false"#, Cause::TokenPayloadUnencoded),
            (r#""b64":true"#, Cause::TokenPayloadUnencoded),
            (
                r#""b64":false,"crit":["b64"]"#,
                Cause::TokenPayloadUnencoded,
            ),
            (
                r#""crit":["b64"],"b64":false"#,
                Cause::TokenPayloadUnencoded,
            ),
        ] {
            let refusal = decode(&format!(r#"{{"alg":"HS256",{member}}}"#)).unwrap_err();
            assert_eq!(refusal.cause, cause, "{member}");
        }
    }

    #[test]
    fn headers_that_two_parsers_could_read_differently_are_refused() {
        for json in [
            r#"{"alg":"HS256","alg":"none"}"#,
            r#"{"alg":"HS256","\u0061lg":"none"}"#,
            r#"{"alg":"HS256","x":1,"x":2}"#,
            r#"{"alg":"HS256","kid":"a","kid":"a"}"#,
            r#"{"alg":"HS256"} "#.trim_end().repeat(2).as_str(),
            r#"{"alg":null}"#,
            r#"{"alg":["HS256"]}"#,
            r#"{"alg":"HS256","kid":7}"#,
            r#"{"kid":"a"}"#,
            r#"["alg","HS256"]"#,
            r#""HS256""#,
            "",
        ] {
            assert_eq!(
                decode(json).unwrap_err().cause,
                Cause::TokenMalformed,
                "{json}"
            );
        }
    }

    #[test]
    fn none_is_no_algorithm() {
        for alg in ["none", "None", "NONE", "hs256", "HS257", ""] {
            let refusal = decode(&format!(r#"{{"alg":"{alg}"}}"#))
                .unwrap()
                .known_alg()
                .unwrap_err();
            assert_eq!(refusal.cause, Cause::AlgMismatch, "{alg}");
        }
    }

    #[test]
    fn a_header_is_read_however_long_it_is() {
        for length in [0, 100, 150, 160, 170, 200, 5_000] {
            let kid = "k".repeat(length);
            let header = decode(&format!(r#"{{"alg":"HS256","kid":"{kid}"}}"#)).unwrap();
            assert_eq!((header.alg(), header.kid()), ("HS256", Some(kid.as_str())));
        }
        let escaped = decode(r#"{"alg":"\u0048S256","kid":"\n"}"#).unwrap();
        assert_eq!((escaped.alg(), escaped.kid()), ("HS256", Some("\n")));
        let bytes = base64url::encode(b"{\"alg\":\"HS256\",\"x\":\"\xff\"}");
        assert_eq!(
            Header::decode(&bytes, &mut Room::default())
                .unwrap_err()
                .cause,
            Cause::TokenMalformed
        );
    }
}
