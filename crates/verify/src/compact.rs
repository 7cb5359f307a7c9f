//! The compact serialisation of a JWS, and the header it protects (RFC 7515, sections 3.1 and 4).

use crate::base64url::Fault;
use crate::refusal::shown;
use crate::{Alg, Algs, Cause, Refusal, base64url, strict_json};
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

/// The three parts of a token, still encoded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Compact<'a> {
    pub(crate) header: &'a str,
    pub(crate) payload: &'a str,
    pub(crate) signature: &'a str,
    /// Header and payload with the dot between them: what was signed.
    pub(crate) signing_input: &'a str,
}

impl<'a> Compact<'a> {
    /// Splits a token; `None` unless it has exactly three parts.
    pub(crate) fn split(token: &'a str) -> Option<Self> {
        let (signing_input, signature) = token.rsplit_once('.')?;
        let (header, payload) = signing_input.split_once('.')?;
        let exact = !payload.contains('.') && !header.is_empty();
        exact.then_some(Self {
            header,
            payload,
            signature,
            signing_input,
        })
    }

    /// The signature's bytes, in the start of `buffer`.
    pub(crate) fn signature_into<'b>(
        &self,
        buffer: &'b mut [u8; MOST_SIGNATURE],
    ) -> Result<&'b [u8], Refusal> {
        base64url::decode_into(self.signature, buffer)
            .ok_or_else(|| no_base64url("third part (signature)", self.signature))
    }

    /// The payload's bytes.
    pub(crate) fn payload_bytes(&self) -> Result<Vec<u8>, Refusal> {
        base64url::decode(self.payload)
            .map_err(|_| no_base64url("second part (payload)", self.payload))
    }
}

/// The longest signature of any algorithm we know, in bytes.
pub(crate) const MOST_SIGNATURE: usize = 1_024; // RSA of 8192 bits

/// Why a part of a token is refused that does not decode (RFC 7515, section 2).
#[cold]
fn no_base64url(part: &str, text: &str) -> Refusal {
    let why = match base64url::fault(text) {
        Fault::Alphabet => "is no base64url: it has characters of no such alphabet".to_owned(),
        Fault::Form(form) => {
            let detail = format!("the {part} has {form}, which base64url has not");
            return Refusal::new(Cause::TokenBase64Noncanonical, detail);
        }
        Fault::Tail { bytes } if part.contains("signature") && bytes > MOST_SIGNATURE => {
            format!("has {bytes} bytes, more than any signature")
        }
        // A signature of a length that no algorithm has was cut; of a good length, it was rewritten.
        Fault::Tail { bytes } if part.contains("signature") && !is_signature_length(bytes) => {
            format!("ends in the middle, after {bytes} bytes: the token was cut")
        }
        Fault::Tail { .. } if text.len() % 4 == 1 => {
            "has one character too many or too few: the token was cut".to_owned()
        }
        Fault::Tail { .. } => {
            let detail = format!(
                "the last character of the {part} holds bits that stand for nothing, and they are not zero"
            );
            return Refusal::new(Cause::TokenBase64Noncanonical, detail);
        }
    };
    Refusal::new(Cause::TokenMalformed, format!("the {part} {why}"))
}

/// Whether signatures of any algorithm have so many bytes.
const fn is_signature_length(bytes: usize) -> bool {
    matches!(bytes, 32 | 48 | 64 | 96 | 256..=MOST_SIGNATURE)
}

/// The members of a JOSE header that count.
#[derive(Debug, Default)]
pub(crate) struct Header {
    pub(crate) alg: String,
    pub(crate) kid: Option<String>,
    pub(crate) typ: Option<String>,
    /// The first member that changes how the token must be read, which we never do.
    unsupported: Option<&'static str>,
}

impl Header {
    /// Decodes the first part of a token, refusing what we would misread.
    pub(crate) fn decode(encoded: &str) -> Result<Self, Refusal> {
        let header = Self::read(encoded)?;
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

    fn read(encoded: &str) -> Result<Self, Refusal> {
        let json =
            base64url::decode(encoded).map_err(|_| no_base64url("first part (header)", encoded))?;
        let mut deserializer = serde_json::Deserializer::from_slice(&json);
        let header = deserializer
            .deserialize_map(HeaderVisitor)
            .and_then(|header| deserializer.end().map(|()| header));
        header.map_err(|error| {
            let detail = format!("the first part (header) is no JOSE header: {error}");
            Refusal::new(Cause::TokenMalformed, detail)
        })
    }

    /// The algorithm, if it is one we verify. `none` never is (RFC 8725, section 3.2).
    pub(crate) fn known_alg(&self) -> Result<Alg, Refusal> {
        Alg::parse(&self.alg).ok_or_else(|| {
            let detail = format!(
                "the token's alg is {}; known are {}",
                shown(&self.alg),
                Algs::ALL
            );
            Refusal::new(Cause::AlgMismatch, detail)
        })
    }
}

struct HeaderVisitor;

impl<'de> Visitor<'de> for HeaderVisitor {
    type Value = Header;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Header, A::Error> {
        let mut header = Header::default();
        let mut alg = None;
        let mut others = BTreeSet::new();
        while let Some(name) = members.next_key::<Cow<'de, str>>()? {
            let slot = match name.as_ref() {
                "alg" => &mut alg,
                "kid" => &mut header.kid,
                "typ" => &mut header.typ,
                _ => {
                    header.unsupported = weightier(header.unsupported, unsupported(&name));
                    members.next_value::<IgnoredAny>()?;
                    if let Some(repeated) = others.replace(name) {
                        return Err(A::Error::custom(strict_json::repeated(&repeated)));
                    }
                    continue;
                }
            };
            if slot.replace(members.next_value::<String>()?).is_some() {
                return Err(A::Error::custom(strict_json::repeated(&name)));
            }
        }
        header.alg = alg.ok_or_else(|| A::Error::missing_field("alg"))?;
        Ok(header)
    }
}

/// Members that change how the token must be read: extensions (RFC 7515, section 4.1.11), a payload
/// that is not encoded (RFC 7797), compression and encryption (RFC 7516, section 4.1).
fn unsupported(name: &str) -> Option<&'static str> {
    ["crit", "b64", "zip", "enc"]
        .into_iter()
        .find(|member| *member == name)
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

    fn decode(json: &str) -> Result<Header, Refusal> {
        Header::decode(&base64url::encode(json.as_bytes()))
    }

    #[test]
    fn only_three_parts_are_a_token() {
        for token in [
            "",
            ".",
            "..",
            "a",
            "a.b",
            ".b.c",
            "a.b.c.d",
            "a.b.c.d.e",
            "a...c",
        ] {
            assert!(Compact::split(token).is_none(), "{token}");
        }
        let compact = Compact::split("aa.bb.cc").unwrap();
        assert_eq!(
            (compact.header, compact.payload, compact.signature),
            ("aa", "bb", "cc")
        );
        assert_eq!(compact.signing_input, "aa.bb");
        assert!(Compact::split("aa..cc").is_some(), "a payload may be empty");
    }

    #[test]
    fn the_members_that_count_are_read() {
        let header = decode(r#"{"typ":"at+jwt","x":[1,{}],"alg":"ES256","kid":"k1"}"#).unwrap();
        assert_eq!(header.alg, "ES256");
        assert_eq!(header.kid.as_deref(), Some("k1"));
        assert_eq!(header.typ.as_deref(), Some("at+jwt"));
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
    fn a_signature_longer_than_any_is_refused() {
        let long = "A".repeat(1_368);
        let token = format!("a.b.{long}");
        let compact = Compact::split(&token).unwrap();
        let refusal = compact
            .signature_into(&mut [0; MOST_SIGNATURE])
            .unwrap_err();
        assert_eq!(refusal.cause, Cause::TokenMalformed, "{}", refusal.detail);
    }

    #[test]
    fn a_cut_token_is_told_from_a_rewritten_one() {
        let whole = base64url::encode(&[0xff; 32]);
        for (signature, cause) in [
            (format!("{whole}="), Cause::TokenBase64Noncanonical),
            (format!("{}_", &whole[..42]), Cause::TokenBase64Noncanonical),
            (whole[..42].to_owned(), Cause::TokenMalformed),
            (whole[..41].to_owned(), Cause::TokenMalformed),
            (format!("{}?", &whole[..42]), Cause::TokenMalformed),
        ] {
            let token = format!("a.b.{signature}");
            let compact = Compact::split(&token).unwrap();
            let refused = compact
                .signature_into(&mut [0; MOST_SIGNATURE])
                .unwrap_err();
            assert_eq!(refused.cause, cause, "{signature}: {}", refused.detail);
        }
    }
}
