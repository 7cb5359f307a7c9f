//! Public keys as PEM, whole and as environments leave them.

use countersign_testkit::jose::TestKey;
use countersign_verify::pem::{self, DamageKind, PemDamage, PemError};
use countersign_verify::{Cause, Jwk, KeyError};
use proptest::prelude::*;

fn keys() -> [TestKey; 5] {
    [
        TestKey::rsa2048(),
        TestKey::es256(),
        TestKey::es384(),
        TestKey::es512(),
        TestKey::ed25519(),
    ]
}

fn damage(text: &str) -> PemDamage {
    match pem::read(text).unwrap_err() {
        PemError::Damaged(damage) => damage,
        other => unreachable!("{other}: {text}"),
    }
}

#[test]
fn a_pem_and_a_jwk_of_one_key_have_one_thumbprint() {
    for key in keys() {
        let jwk = Jwk::parse(key.public_jwk().to_string().as_bytes()).unwrap();
        let read = pem::read(&key.public_pem()).unwrap();
        assert_eq!(read.thumbprint(), jwk.thumbprint());
        assert_eq!((read.algs(), read.kid()), (jwk.algs(), None));
    }
}

#[test]
fn whole_texts_are_read_however_their_lines_end() {
    let text = TestKey::es256().public_pem();
    for whole in [
        text.clone(),
        text.trim_end().to_owned(),
        text.replace('\n', "\r\n"),
        format!("a comment\n{text}\nand another\n"),
        format!("\n\n{text}\n\n"),
    ] {
        assert!(pem::read(&whole).is_ok(), "{whole:?}");
        assert_eq!(pem::damage(&whole), None);
    }
}

#[test]
fn each_damage_is_told_and_undone() {
    use DamageKind::{BlanksForBreaks, EscapedBreaks, Indented, NoBreaks, Quoted, Surrounded};
    for key in keys() {
        let text = key.public_pem();
        let line = text.trim_end();
        for (damaged, kinds) in [
            (line.replace('\n', "\\n"), vec![EscapedBreaks]),
            (text.replace('\n', "\\n"), vec![EscapedBreaks]),
            (line.replace('\n', "\\r\\n"), vec![EscapedBreaks]),
            (line.replace('\n', "\\\\n"), vec![EscapedBreaks]),
            (line.replace('\n', " "), vec![BlanksForBreaks]),
            (line.replace('\n', "\n  "), vec![Indented]),
            (format!("KEY={line}"), vec![Surrounded]),
            (line.replace('\n', ""), vec![NoBreaks]),
            (format!("\"{line}\""), vec![Quoted]),
            (format!("'{line}'"), vec![Quoted]),
            (
                format!("\"{}\"", line.replace('\n', "\\n")),
                vec![Quoted, EscapedBreaks],
            ),
            (
                format!("'{}'", line.replace('\n', " ")),
                vec![Quoted, BlanksForBreaks],
            ),
        ] {
            let found = damage(&damaged);
            assert_eq!(found.kinds, kinds, "{damaged}");
            let repaired = found.repaired.unwrap();
            assert_eq!(
                String::from_utf8_lossy(repaired.expose()),
                text,
                "{damaged}"
            );
        }
    }
}

#[test]
fn what_is_lost_cannot_be_restored() {
    let text = TestKey::rsa2048().public_pem();
    let first_line = text.lines().next().unwrap();
    for (damaged, kinds) in [
        (first_line.to_owned(), vec![DamageKind::Cut]),
        (text[..200].to_owned(), vec![DamageKind::Cut]),
        (
            format!("\"{}", &text[..100]),
            vec![DamageKind::Quoted, DamageKind::Cut],
        ),
        (text.replacen("MII", "M?I", 1), vec![DamageKind::Body]),
        (text.replacen("MII", "MI", 1), vec![DamageKind::Body]),
    ] {
        let found = damage(&damaged);
        assert_eq!((found.kinds, found.repaired), (kinds, None), "{damaged}");
    }
}

#[test]
fn a_private_key_is_never_read_nor_shown() {
    let body = "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC";
    let text = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
    assert_eq!(pem::read(&text).unwrap_err(), PemError::Private);
    let found = damage(&text.replace('\n', "\\n"));
    assert_eq!(found.repaired.as_ref().unwrap().expose(), text.as_bytes());
    let shown = format!("{found:?} {found}");
    assert!(!shown.contains("MC4CAQ"), "{shown}");
}

#[test]
fn other_texts_have_their_own_faults() {
    let armour = |label: &str, body: &str| {
        format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n")
    };
    // An SPKI of secp256k1 and of X25519, by their object identifiers alone.
    let k256 = "MBswEAYHKoZIzj0CAQYFK4EEAAoDBwAEAQIDBAU=";
    for (text, wanted, cause) in [
        (String::new(), PemError::NoPem, Cause::KeyUnusable),
        ("{}".to_owned(), PemError::NoPem, Cause::KeyUnusable),
        (
            armour("PUBLIC KEY", "AAAA"),
            PemError::Der,
            Cause::KeyUnusable,
        ),
        (
            armour("X509 CRL", "AAAA"),
            PemError::Label("\"X509 CRL\"".to_owned()),
            Cause::KeyUnusable,
        ),
        (
            armour("PUBLIC KEY", k256),
            PemError::Type,
            Cause::KeyTypeUnsupported,
        ),
    ] {
        let error = pem::read(&text).unwrap_err();
        assert_eq!((error.cause(), error), (cause, wanted), "{text}");
    }
    let pem = TestKey::es256().public_pem();
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    // The last base64 quartet but one holds bytes of y alone.
    let at = body.len() - 8;
    let other = format!("{}AAAA{}", &body[..at], &body[at + 4..]);
    let error = pem::read(&armour("PUBLIC KEY", &other)).unwrap_err();
    assert!(
        matches!(error, PemError::Key(KeyError::PublicKey(_))),
        "{error}"
    );
    assert_eq!(error.cause(), Cause::KeyPointInvalid);
}

#[test]
fn a_certificate_gives_its_key() {
    let certificate = include_str!("certificate.pem");
    let key = pem::read(certificate).unwrap();
    assert_eq!(key.algs().to_string(), "ES256");
}

proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(text in "\\PC{0,200}", body in "[A-Za-z0-9+/=\\\\n \n]{0,200}") {
        let _ = pem::read(&text);
        let armoured = format!("{text}-----BEGIN PUBLIC KEY-----{body}-----END PUBLIC KEY-----{text}");
        let _ = pem::read(&armoured);
        if let Some(PemDamage { repaired: Some(repaired), .. }) = pem::damage(&armoured) {
            let repaired = String::from_utf8(repaired.expose().to_vec()).unwrap();
            prop_assert_eq!(pem::damage(&repaired), None);
        }
    }

    #[test]
    fn any_der_is_read_without_a_panic(der in prop::collection::vec(any::<u8>(), 0..80), at in 0_usize..91, byte: u8) {
        use base64::Engine as _;
        use base64::engine::general_purpose::STANDARD;
        let text = |der: &[u8]| {
            format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(der))
        };
        let _ = pem::read(&text(&der));
        let pem = TestKey::es256().public_pem();
        let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        let mut changed = STANDARD.decode(body).unwrap();
        changed[at] = byte;
        let _ = pem::read(&text(&changed));
    }
}
