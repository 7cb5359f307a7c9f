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
    fn a_small_buffer_is_refused_not_overrun() {
        let mut buffer = [0; 4];
        assert_eq!(decode_into("A-z_4ME", &mut buffer), None);
        assert_eq!(
            decode_into("A-z_4A", &mut buffer),
            Some(&[3, 236, 255, 224][..])
        );
    }
}
