//! A secret as another loader, or another person, would have it.

use super::KnownSecret;
use crate::{Cause, Variables};
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

mod expansions;

/// Another value that one and the same secret may have become.
#[derive(Clone)]
pub struct SecretVariant {
    /// The cause that made it.
    pub cause: Cause,
    /// How the value differs, to stand behind the secret's name.
    pub how: &'static str,
    /// Which side keeps which form, and what to change.
    pub fix: &'static str,
    /// The value.
    pub bytes: Zeroizing<Vec<u8>>,
}

/// The known ways in which one secret becomes two: [`SecretVariant`]s of a value of which nothing else is
/// known; never the secret itself, and no value twice.
#[must_use]
pub fn secret_variants(secret: &[u8]) -> Vec<SecretVariant> {
    let mut all = of_value(secret);
    expansions::of_value(secret, None, &mut all);
    distinct(secret, all)
}

/// The known ways in which one secret becomes two, in both directions and the likeliest first; never
/// the secret itself, and no value twice.
pub(super) fn variants(known: &KnownSecret, variables: Option<&Variables>) -> Vec<SecretVariant> {
    let secret = known.secret.expose();
    let mut all = of_value(secret);
    expansions::of_value(secret, variables, &mut all);
    if let Some(written) = &known.written {
        expansions::of_line(written.expose(), variables, &mut all);
    }
    distinct(secret, all)
}

fn of_value(secret: &[u8]) -> Vec<SecretVariant> {
    let mut all = Vec::with_capacity(96);
    blanks(secret, &mut all);
    quotes(secret, &mut all);
    for (base, layer) in bases(secret) {
        encodings(&base, layer, &mut all);
    }
    all
}

fn distinct(secret: &[u8], all: Vec<SecretVariant>) -> Vec<SecretVariant> {
    let mut kept: Vec<SecretVariant> = Vec::with_capacity(all.len());
    for variant in all {
        let known = |kept: &SecretVariant| kept.bytes == variant.bytes;
        if !variant.bytes.is_empty() && *variant.bytes != secret && !kept.iter().any(known) {
            kept.push(variant);
        }
    }
    kept
}

fn variant(cause: Cause, how: &'static str, fix: &'static str, bytes: Vec<u8>) -> SecretVariant {
    SecretVariant {
        cause,
        how,
        fix,
        bytes: Zeroizing::new(bytes),
    }
}

fn blanks(secret: &[u8], all: &mut Vec<SecretVariant>) {
    let cause = Cause::SecretTrailingNewline;
    let without = secret.strip_prefix(b"\xef\xbb\xbf").unwrap_or(secret);
    all.push(variant(
        cause,
        "without the blanks or newlines around it",
        "the verifier keeps them and the issuer does not: take them out of the value, or trim it where it is read",
        without.trim_ascii().to_vec(),
    ));
    let fix = "the issuer keeps it and the verifier does not: take it out of the issuer's value (printf in place of echo), or trim it where it is read";
    for (how, start, end) in [
        ("and a newline at its end", &b""[..], &b"\n"[..]),
        ("and a Windows newline at its end", b"", b"\r\n"),
        ("and a carriage return at its end", b"", b"\r"),
        ("and a blank at its end", b"", b" "),
        ("and a blank before it", b" ", b""),
        ("and a tab at its end", b"", b"\t"),
        ("and the characters \\n at its end", b"", b"\\n"),
        ("and a byte order mark before it", b"\xef\xbb\xbf", b""),
    ] {
        all.push(variant(cause, how, fix, [start, secret, end].concat()));
    }
}

fn quotes(secret: &[u8], all: &mut Vec<SecretVariant>) {
    let cause = Cause::EnvQuotesLiteral;
    if let Some(inner) = unquoted(secret.trim_ascii()) {
        let fix = "the verifier keeps the quotes and the issuer does not: take them out of the verifier's file (docker --env-file and compose lists keep them)";
        all.push(variant(
            cause,
            "without the quotes around it",
            fix,
            inner.to_vec(),
        ));
    }
    let fix = "the issuer keeps quotes and the verifier does not: take them out of the issuer's file (docker --env-file and compose lists keep them)";
    for (how, quote) in [
        ("and double quotes around it", &b"\""[..]),
        ("and single quotes around it", b"'"),
        ("and back-quotes around it", b"`"),
        ("and escaped quotes around it", b"\\\""),
    ] {
        all.push(variant(cause, how, fix, [quote, secret, quote].concat()));
    }
}

fn unquoted(text: &[u8]) -> Option<&[u8]> {
    let escaped = text
        .strip_prefix(b"\\\"")
        .and_then(|text| text.strip_suffix(b"\\\""));
    match text {
        [b'"', inner @ .., b'"'] | [b'\'', inner @ .., b'\''] | [b'`', inner @ .., b'`'] => {
            Some(inner)
        }
        _ => escaped,
    }
}

/// The secret, and what is left of it when blanks and quotes are taken off: encodings are tried on each.
fn bases(secret: &[u8]) -> Vec<(Vec<u8>, Layer)> {
    let trimmed = secret.trim_ascii();
    let mut bases = vec![(secret.to_vec(), Layer::None)];
    if trimmed != secret {
        bases.push((trimmed.to_vec(), Layer::Trimmed));
    }
    if let Some(inner) = unquoted(trimmed) {
        bases.push((inner.to_vec(), Layer::Unquoted));
    }
    bases
}

#[derive(Clone, Copy)]
enum Layer {
    None,
    Trimmed,
    Unquoted,
}

const DECODED: &str = "the issuer decodes the secret and the verifier takes it as text: decode it in the verifier as well, or in neither";
const ENCODED: &str = "the issuer takes the encoded text and the verifier its bytes: let both take the text, or both the bytes";
const HASHED: &str = "the issuer's library derives its key from the secret by a hash: give both sides the derived key, or turn the derivation off";

fn encodings(base: &[u8], layer: Layer, all: &mut Vec<SecretVariant>) {
    decoded(base, layer, all);
    encoded(base, all);
}

fn decoded(base: &[u8], layer: Layer, all: &mut Vec<SecretVariant>) {
    let how = |plain, trimmed, unquoted| match layer {
        Layer::None => plain,
        Layer::Trimmed => trimmed,
        Layer::Unquoted => unquoted,
    };
    let base64 = how(
        "decoded from base64",
        "without the blanks around it and decoded from base64",
        "without its quotes and decoded from base64",
    );
    let as_node = how(
        "decoded from base64 as Node does, which passes over what is none",
        "without the blanks around it and decoded from base64 as Node does",
        "without its quotes and decoded from base64 as Node does",
    );
    let hex = how(
        "decoded from hex",
        "without the blanks around it and decoded from hex",
        "without its quotes and decoded from hex",
    );
    let percent = how(
        "decoded from the form that URLs have",
        "without the blanks around it and decoded from the form that URLs have",
        "without its quotes and decoded from the form that URLs have",
    );
    let engines = [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD];
    let strictly = engines
        .into_iter()
        .map(|engine| (base64, engine.decode(base).ok()));
    let others = [
        (as_node, Some(leniently(base))),
        (hex, from_hex(base)),
        (percent, from_percent(base)),
    ];
    let found = strictly.chain(others);
    all.extend(
        found.filter_map(|(how, bytes)| {
            Some(variant(Cause::SecretBase64VsRaw, how, DECODED, bytes?))
        }),
    );
}

fn encoded(base: &[u8], all: &mut Vec<SecretVariant>) {
    let (hex, hash) = (to_hex(base), digest(&SHA256, base));
    let texts = [
        ("encoded as base64", STANDARD.encode(base)),
        (
            "encoded as base64 without padding",
            STANDARD_NO_PAD.encode(base),
        ),
        ("encoded as base64url", URL_SAFE_NO_PAD.encode(base)),
        ("encoded as base64url with padding", URL_SAFE.encode(base)),
        ("encoded as hex in capitals", hex.to_ascii_uppercase()),
        ("encoded as hex", hex),
        ("encoded as URLs want it", to_percent(base)),
    ];
    let texts = texts.map(|(how, text)| (how, ENCODED, text.into_bytes()));
    let hashes = [
        ("hashed with SHA-256", HASHED, hash.as_ref().to_vec()),
        (
            "hashed with SHA-256, in hex",
            HASHED,
            to_hex(hash.as_ref()).into_bytes(),
        ),
        (
            "hashed with SHA-256, in base64",
            HASHED,
            STANDARD.encode(hash).into_bytes(),
        ),
    ];
    let found = texts.into_iter().chain(hashes);
    all.extend(found.map(|(how, fix, bytes)| variant(Cause::SecretBase64VsRaw, how, fix, bytes)));
}

/// Base64 as Node's Buffer reads it: both alphabets, other characters passed over, up to the first `=`.
fn leniently(text: &[u8]) -> Vec<u8> {
    let kept = text.iter().take_while(|byte| **byte != b'=');
    let mut kept: Vec<u8> = kept
        .filter_map(|byte| match byte {
            b'-' => Some(b'+'),
            b'_' => Some(b'/'),
            b'+' | b'/' => Some(*byte),
            other => other.is_ascii_alphanumeric().then_some(*other),
        })
        .collect();
    if kept.len() % 4 == 1 {
        kept.pop();
    }
    let engine = base64::engine::GeneralPurpose::new(
        &base64::alphabet::STANDARD,
        base64::engine::general_purpose::NO_PAD.with_decode_allow_trailing_bits(true),
    );
    engine.decode(kept).unwrap_or_default()
}

fn from_hex(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    let even = !text.is_empty() && text.len().is_multiple_of(2);
    even.then_some(())?;
    let pairs = text.chunks_exact(2);
    pairs
        .map(|pair| match pair {
            [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
            _ => None,
        })
        .collect()
}

fn to_hex(bytes: &[u8]) -> String {
    let digits = b"0123456789abcdef";
    let pair = |byte: &u8| [byte >> 4, byte & 15].map(|half| char::from(digits[usize::from(half)]));
    bytes.iter().flat_map(pair).collect()
}

/// What stands for itself in a URL (RFC 3986, section 2.3); all else is `%` and two digits.
fn to_percent(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(byte) {
            text.push(char::from(*byte));
        } else {
            text.push('%');
            text.push_str(&to_hex(&[*byte]).to_ascii_uppercase());
        }
    }
    text
}

fn from_percent(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, tail)) = rest.split_first() {
        if *first == b'%' {
            let (pair, after) = tail.split_at_checked(2)?;
            bytes.extend(from_hex(pair)?);
            rest = after;
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    (bytes != text).then_some(bytes)
}

#[cfg(test)]
mod tests;
