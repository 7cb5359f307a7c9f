//! Tests of the variants.

use super::*;
use crate::{Secret, SecretRole, Source};
use std::collections::BTreeSet;

fn of(secret: &[u8]) -> Vec<SecretVariant> {
    let secret = Secret::new(secret.to_vec());
    let known = KnownSecret::new("S", secret, Source::Process, SecretRole::Current);
    variants(&known, None)
}

#[test]
fn hex_is_read_back() {
    assert_eq!(
        from_hex(to_hex(b"\x00\xffa").as_bytes()).unwrap(),
        b"\x00\xffa"
    );
    for text in ["abc", "zz", "é1", "+1", ""] {
        assert_eq!(from_hex(text.as_bytes()), None, "{text}");
    }
}

#[test]
fn a_variant_is_never_the_secret_nor_empty_nor_there_twice() {
    for secret in [
        &b"abc"[..],
        b"",
        b"\"",
        b"\"\"",
        b"#",
        b"$A",
        b"'YWJj'\n",
        b"\\n",
        b"%41",
        b"\xff",
    ] {
        let all = of(secret);
        assert!(
            all.iter()
                .all(|variant| *variant.bytes != secret && !variant.bytes.is_empty())
        );
        let different: BTreeSet<_> = all.iter().map(|variant| variant.bytes.to_vec()).collect();
        assert_eq!(different.len(), all.len(), "{secret:?}");
    }
}

#[test]
fn two_damages_at_once_are_found() {
    for (held, signer) in [
        (&b"\"YWJjZGVmZ2g=\"\n"[..], &b"abcdefgh"[..]),
        (b"YWJjZGVmZ2g=\r\n", b"abcdefgh"),
        (b"'6162636465'", b"abcde"),
    ] {
        assert!(
            of(held).iter().any(|variant| *variant.bytes == signer),
            "{held:?}"
        );
    }
}

#[test]
fn node_reads_base64_leniently() {
    for (text, bytes) in [
        ("YWJj", &b"abc"[..]),
        ("YW-Jj=YYYY", b"a\x6f\x89\x8f"),
        ("Y W\nJj", b"abc"),
        ("YWJjZ", b"abc"),
    ] {
        assert_eq!(
            leniently(text.as_bytes()).get(..3),
            bytes.get(..3),
            "{text}"
        );
    }
}

#[test]
fn the_form_of_urls_is_read_back() {
    assert_eq!(to_percent(b"a+b/c="), "a%2Bb%2Fc%3D");
    assert_eq!(from_percent(b"a%2Bb").unwrap(), b"a+b");
    for text in [&b"plain"[..], b"%", b"%4", b"%zz"] {
        assert_eq!(from_percent(text), None);
    }
}

#[test]
fn a_line_as_it_is_written_is_tried_as_well() {
    let mut known = KnownSecret::new(
        "S",
        Secret::from("vYCjhtOt"),
        Source::Process,
        SecretRole::Current,
    );
    known.written = Some(Secret::from("vYCjhtOt$USER#x"));
    let all = variants(&known, None);
    for wanted in [&b"vYCjhtOt$USER#x"[..], b"vYCjhtOt$USER", b"vYCjhtOt#x"] {
        assert!(all.iter().any(|variant| *variant.bytes == wanted));
    }
}
