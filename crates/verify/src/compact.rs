//! The compact serialisation of a JWS (RFC 7515, section 3.1).

mod header;
mod known;

use crate::base64url::Fault;
use crate::{Cause, Refusal, base64url};
pub(crate) use header::Header;
pub(crate) use known::KnownHeaders;

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
        let dot = first_dot(signing_input)?;
        let (header, payload) = (signing_input.get(..dot)?, signing_input.get(dot + 1..)?);
        // Not searched: what hardly ever ends early is faster looked at whole.
        let dots = payload
            .bytes()
            .fold(0, |dots, byte| dots | u8::from(byte == b'.'));
        let exact = dots == 0 && !header.is_empty();
        exact.then_some(Self {
            header,
            payload,
            signature,
            signing_input,
        })
    }

    /// The signature's bytes, in the start of `buffer`.
    pub(crate) fn signature_into<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b [u8], Refusal> {
        base64url::decode_into(self.signature, buffer)
            .ok_or_else(|| no_base64url("third part (signature)", self.signature))
    }

    /// The payload's bytes.
    pub(crate) fn payload_bytes(&self) -> Result<Vec<u8>, Refusal> {
        base64url::decode(self.payload)
            .map_err(|_| no_base64url("second part (payload)", self.payload))
    }
}

/// Eight characters at a time.
fn first_dot(text: &str) -> Option<usize> {
    const ONES: u64 = u64::MAX / 255;
    let (eights, rest) = text.as_bytes().as_chunks::<8>();
    for (number, eight) in eights.iter().enumerate() {
        let others = u64::from_le_bytes(*eight) ^ (ONES * u64::from(b'.'));
        // The lowest mark is right; higher ones may be wrong by a borrow.
        let marks = others.wrapping_sub(ONES) & !others & (ONES << 7);
        if marks != 0 {
            return Some(8 * number + (marks.trailing_zeros() / 8) as usize);
        }
    }
    let dot = rest.iter().position(|byte| *byte == b'.')?;
    Some(8 * eights.len() + dot)
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

#[cfg(test)]
mod tests {
    use super::*;

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
        for header in 0..40 {
            for payload in 0..20 {
                let (header, payload) = ("é".repeat(header) + "/-", "_".repeat(payload));
                let token = format!("{header}.{payload}.c");
                let compact = Compact::split(&token).unwrap();
                assert_eq!((compact.header, compact.payload), (&*header, &*payload));
            }
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
