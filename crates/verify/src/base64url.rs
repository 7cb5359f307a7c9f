//! Base64url as RFC 7515, section 2 wants it: no padding, no blanks, no stray bits at the end.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Encodes without padding.
pub(crate) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Decodes, or says why the text is no base64url.
pub(crate) fn decode(text: &str) -> Result<Vec<u8>, base64::DecodeError> {
    URL_SAFE_NO_PAD.decode(text)
}

/// What keeps a text from being base64url.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Fault {
    /// It is no base64 at all.
    Alphabet,
    /// Base64 with padding, with `+` and `/`, or with blanks: another text for bytes that have one
    /// already (RFC 4648, sections 3.2, 3.3 and 5).
    Form(&'static str),
    /// The last character holds bits that stand for nothing and are not zero (RFC 4648, section 3.5),
    /// or there is a character too many. `bytes` come before.
    Tail {
        /// How many whole bytes the text holds.
        bytes: usize,
    },
}

/// Why a text that [`decode`] refused is no base64url.
#[cold]
pub(crate) fn fault(text: &str) -> Fault {
    const FORMS: [(&[char], &str); 3] = [
        (&['='], "padding (=)"),
        (&['+', '/'], "+ or / in place of - and _"),
        (&[' ', '\t', '\r', '\n'], "a blank or a line break"),
    ];
    let known = |c: char| c.is_ascii_alphanumeric() || "-_=+/ \t\r\n".contains(c);
    if !text.chars().all(known) {
        return Fault::Alphabet;
    }
    let form = FORMS.into_iter().find(|(marks, _)| text.contains(*marks));
    form.map_or(
        Fault::Tail {
            bytes: text.len() / 4 * 3 + text.len() % 4 * 3 / 4,
        },
        |(_, form)| Fault::Form(form),
    )
}

/// Decodes into the start of `buffer`; `None` if the text is no base64url or the buffer too small.
pub(crate) fn decode_into<'a>(text: &str, buffer: &'a mut [u8]) -> Option<&'a [u8]> {
    let length = URL_SAFE_NO_PAD.decode_slice(text, buffer).ok()?;
    buffer.get(..length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decoding_is_strict() {
        // RFC 7515, appendix C.
        assert_eq!(decode("A-z_4ME").unwrap(), [3, 236, 255, 224, 193]);
        for text in [
            "A-z_4ME=",
            "A+z/4ME",
            "A-z_4M E",
            "A-z_4MF",
            "A",
            "é",
            "A-z_\n4ME",
        ] {
            assert!(decode(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn each_fault_is_told_apart() {
        for (text, wanted) in [
            ("A-z_4ME=", Fault::Form("padding (=)")),
            ("A+z/4ME", Fault::Form("+ or / in place of - and _")),
            ("A-z_\n4ME", Fault::Form("a blank or a line break")),
            ("A-z_4MF", Fault::Tail { bytes: 5 }),
            ("A-z_4", Fault::Tail { bytes: 3 }),
            ("A", Fault::Tail { bytes: 0 }),
            ("A-z_4?", Fault::Alphabet),
            ("é", Fault::Alphabet),
        ] {
            assert_eq!(fault(text), wanted, "{text:?}");
        }
    }

    #[test]
    fn a_small_buffer_is_refused_not_overrun() {
        let mut buffer = [0; 4];
        assert_eq!(decode_into("A-z_4ME", &mut buffer), None);
        assert_eq!(
            decode_into("A-z_4A", &mut buffer),
            Some(&[3, 236, 255, 224][..])
        );
    }
}
