//! A secret as another loader, or another person, would have it.

use crate::Cause;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use std::fmt::Write as _;
use zeroize::Zeroizing;

/// Another value that one and the same secret may have become.
pub struct SecretVariant {
    /// The cause that made it.
    pub cause: Cause,
    /// How the value differs, to stand behind the secret's name.
    pub how: &'static str,
    /// The value.
    pub bytes: Zeroizing<Vec<u8>>,
}

/// The known ways in which one secret becomes two, in both directions; never the secret itself.
#[must_use]
pub fn secret_variants(secret: &[u8]) -> Vec<SecretVariant> {
    let mut variants = Vec::with_capacity(24);
    blanks(secret, &mut variants);
    quotes(secret, &mut variants);
    encodings(secret, &mut variants);
    expansions(secret, &mut variants);
    variants.retain(|variant| *variant.bytes != secret);
    variants
}

fn variant(cause: Cause, how: &'static str, bytes: Vec<u8>) -> SecretVariant {
    SecretVariant {
        cause,
        how,
        bytes: Zeroizing::new(bytes),
    }
}

fn blanks(secret: &[u8], variants: &mut Vec<SecretVariant>) {
    let cause = Cause::SecretTrailingNewline;
    variants.push(variant(
        cause,
        "without the blanks or newlines around it",
        secret.trim_ascii().to_vec(),
    ));
    for (how, end) in [
        ("and a newline at its end", &b"\n"[..]),
        ("and a Windows newline at its end", b"\r\n"),
        ("and a blank at its end", b" "),
    ] {
        variants.push(variant(cause, how, [secret, end].concat()));
    }
}

fn quotes(secret: &[u8], variants: &mut Vec<SecretVariant>) {
    let cause = Cause::EnvQuotesLiteral;
    for quote in [b'"', b'\''] {
        if let [first, inner @ .., last] = secret
            && (*first, *last) == (quote, quote)
        {
            variants.push(variant(
                cause,
                "without the quotes around it",
                inner.to_vec(),
            ));
        }
        variants.push(variant(
            cause,
            "and quotes around it",
            [&[quote], secret, &[quote]].concat(),
        ));
    }
}

fn encodings(secret: &[u8], variants: &mut Vec<SecretVariant>) {
    let cause = Cause::SecretBase64VsRaw;
    for engine in [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD] {
        if let Ok(bytes) = engine.decode(secret.trim_ascii()) {
            variants.push(variant(cause, "decoded from base64", bytes));
        }
        variants.push(variant(
            cause,
            "encoded as base64",
            engine.encode(secret).into_bytes(),
        ));
    }
    if let Some(bytes) = from_hex(secret.trim_ascii()) {
        variants.push(variant(cause, "decoded from hex", bytes));
    }
    variants.push(variant(
        cause,
        "encoded as hex",
        to_hex(secret).into_bytes(),
    ));
}

/// What a loader makes of `#` and `$` that another one leaves alone.
fn expansions(secret: &[u8], variants: &mut Vec<SecretVariant>) {
    if let Some(end) = secret.iter().position(|byte| *byte == b'#') {
        let bytes = secret[..end].trim_ascii_end().to_vec();
        variants.push(variant(
            Cause::EnvCommentTruncated,
            "cut off at the # in it",
            bytes,
        ));
    }
    let bytes = without_references(secret);
    variants.push(variant(
        Cause::EnvDollarExpanded,
        "after a $NAME in it was expanded to nothing",
        bytes,
    ));
}

fn from_hex(text: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(text)
        .ok()
        .filter(|text| text.is_ascii() && text.len().is_multiple_of(2))?;
    let pairs = (0..text.len()).step_by(2);
    pairs
        .map(|place| u8::from_str_radix(&text[place..place + 2], 16).ok())
        .collect()
}

fn to_hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(2 * bytes.len()), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}"); // a String takes all that is written
            hex
        })
}

/// `a$NAMEb` as a shell or compose reads it where NAME is not set.
fn without_references(secret: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(secret.len());
    let mut rest = secret;
    while let Some((first, tail)) = rest.split_first() {
        let name = tail
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
            .count();
        if *first == b'$' && name > 0 {
            rest = &tail[name..];
        } else {
            kept.push(*first);
            rest = tail;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_is_read_back() {
        assert_eq!(
            from_hex(to_hex(b"\x00\xffa").as_bytes()).unwrap(),
            b"\x00\xffa"
        );
        for text in ["abc", "zz", "é1", "+1"] {
            let read = from_hex(text.as_bytes());
            assert!(read.is_none() || text == "+1", "{text}");
        }
    }

    #[test]
    fn references_are_dropped_as_a_shell_would() {
        assert_eq!(without_references(b"a$b1_c-d$$e$"), b"a-d$$");
        assert_eq!(without_references(b"plain"), b"plain");
    }

    #[test]
    fn a_variant_is_never_the_secret_itself() {
        for secret in [&b"abc"[..], b"", b"\"", b"\"\"", b"#", b"$A"] {
            assert!(
                secret_variants(secret)
                    .iter()
                    .all(|variant| *variant.bytes != secret)
            );
        }
    }
}
