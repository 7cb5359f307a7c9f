//! Base64url as RFC 7515, section 2 wants it: no padding, no blanks, no stray bits at the end.

use base64_simd::{Error, Out, URL_SAFE_NO_PAD};

/// Encodes without padding.
pub(crate) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode_to_string(bytes)
}

/// Decodes, or says why the text is no base64url.
pub(crate) fn decode(text: &str) -> Result<Vec<u8>, Error> {
    URL_SAFE_NO_PAD.decode_to_vec(text)
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
    // The decoder would panic if it had too little room.
    let length = URL_SAFE_NO_PAD.decoded_length(text.as_bytes()).ok()?;
    let buffer = buffer.get_mut(..length)?;
    let decoded = URL_SAFE_NO_PAD.decode(text.as_bytes(), Out::from_slice(buffer));
    decoded.ok().map(|bytes| &*bytes)
}

/// As much as most headers have.
const FEW: usize = 192;

/// Room for bytes to be decoded into; it takes memory only if they are many.
pub(crate) struct Room {
    few: [u8; FEW],
    many: Vec<u8>,
}

impl Default for Room {
    fn default() -> Self {
        Self {
            few: [0; FEW],
            many: Vec::new(),
        }
    }
}

impl Room {
    /// What `text` holds; `None` if it is no base64url.
    pub(crate) fn decode(&mut self, text: &str) -> Option<&[u8]> {
        if text.len() <= FEW {
            return decode_into(text, &mut self.few);
        }
        self.many = decode(text).ok()?;
        Some(&self.many)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use proptest::prelude::*;

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

    /// Near base64url: long enough for the vector code, with a few characters changed.
    fn near() -> impl Strategy<Value = String> {
        let bytes = proptest::collection::vec(any::<u8>(), 0..120);
        let change = (any::<prop::sample::Index>(), "[\\x00-\\x7fé]");
        (bytes, proptest::collection::vec(change, 0..2)).prop_map(|(bytes, changes)| {
            let mut text: Vec<char> = encode(&bytes).chars().collect();
            for (place, other) in changes {
                if !text.is_empty() {
                    let place = place.index(text.len());
                    text[place] = other.chars().next().unwrap();
                }
            }
            text.into_iter().collect()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3_000))]
        #[test]
        fn it_decodes_as_a_plain_decoder_does(text in near()) {
            let plain = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(&text).ok();
            prop_assert_eq!(decode(&text).ok(), plain.clone());
            prop_assert_eq!(decode_into(&text, &mut [0; 200]).map(<[u8]>::to_vec), plain.clone());
            let mut room = Room::default();
            prop_assert_eq!(room.decode(&text), plain.as_deref());
        }
    }
}
