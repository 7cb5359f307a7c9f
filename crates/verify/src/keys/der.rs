//! Public keys in DER (X.690, section 10): no more than what stands in a PEM file.

use super::public::{Curve, PublicKey};
use super::rsa::RsaKey;
use super::{KeyError, PemError};

const BIT_STRING: u8 = 3;
const EXPLICIT_0: u8 = 0xa0;
const INTEGER: u8 = 2;
const NULL: u8 = 5;
const OBJECT_ID: u8 = 6;
const SEQUENCE: u8 = 0x30;

/// `rsaEncryption` (RFC 8017, appendix A.1).
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
/// `id-ecPublicKey` (RFC 5480, section 2.1.1).
const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
/// `id-Ed25519` (RFC 8410, section 3).
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
/// `secp256r1`, `secp384r1` and `secp521r1` (RFC 5480, section 2.1.1.1).
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
const P384: &[u8] = &[0x2b, 0x81, 4, 0, 0x22];
const P521: &[u8] = &[0x2b, 0x81, 4, 0, 0x23];

/// A `SubjectPublicKeyInfo` (RFC 5280, section 4.1.2.7).
pub(super) fn spki(der: &[u8]) -> Result<PublicKey, PemError> {
    let mut outer = Reader(der);
    let info = outer.take(SEQUENCE);
    let info = info.filter(|_| outer.is_empty()).ok_or(PemError::Der)?;
    subject_key(&mut Reader(info))
}

/// The key of a certificate (RFC 5280, section 4.1), of which nothing else is looked at.
pub(super) fn certificate(der: &[u8]) -> Result<PublicKey, PemError> {
    let subject = || {
        let mut certificate = Reader(Reader(der).take(SEQUENCE)?);
        let mut body = Reader(certificate.take(SEQUENCE)?);
        body.skip_if(EXPLICIT_0); // version
        body.take(INTEGER)?; // serial number
        for _ in ["signature", "issuer", "validity", "subject"] {
            body.take(SEQUENCE)?;
        }
        body.take(SEQUENCE)
    };
    subject_key(&mut Reader(subject().ok_or(PemError::Der)?))
}

/// An `RSAPublicKey` (RFC 8017, appendix A.1.1).
pub(super) fn rsa(der: &[u8]) -> Result<PublicKey, PemError> {
    let numbers = || {
        let mut outer = Reader(der);
        let mut key = Reader(outer.take(SEQUENCE)?);
        let (n, e) = (key.number()?, key.number()?);
        (outer.is_empty() && key.is_empty()).then_some((n, e))
    };
    let (n, e) = numbers().ok_or(PemError::Der)?;
    let key = RsaKey::new(n, e).map_err(KeyError::from)?;
    Ok(PublicKey::Rsa(key))
}

fn subject_key(info: &mut Reader<'_>) -> Result<PublicKey, PemError> {
    let mut algorithm = Reader(info.take(SEQUENCE).ok_or(PemError::Der)?);
    let kind = algorithm.take(OBJECT_ID).ok_or(PemError::Der)?;
    // The first byte counts the bits of the last one that do not: none, in a key.
    let bits = info
        .take(BIT_STRING)
        .and_then(|bits| bits.strip_prefix(&[0]));
    let bits = bits.filter(|_| info.is_empty()).ok_or(PemError::Der)?;
    match kind {
        RSA => {
            algorithm.skip_if(NULL);
            rsa(bits)
        }
        EC => point(algorithm.take(OBJECT_ID).ok_or(PemError::Der)?, bits),
        ED25519 => {
            let x = bits.try_into().map_err(|_| PemError::Der)?;
            Ok(PublicKey::Ed25519(x))
        }
        _ => Err(PemError::Type),
    }
}

fn point(curve: &[u8], point: &[u8]) -> Result<PublicKey, PemError> {
    let curve = match curve {
        P256 => Curve::P256,
        P384 => Curve::P384,
        P521 => Curve::P521,
        _ => return Err(PemError::Type),
    };
    let coordinates = point.strip_prefix(&[4]); // uncompressed: SEC 1, section 2.3.3
    let split = coordinates
        .filter(|both| both.len() == 2 * curve.coordinate_bytes())
        .and_then(|both| both.split_at_checked(curve.coordinate_bytes()));
    let (x, y) = split.ok_or(PemError::Der)?;
    Ok(PublicKey::ec(curve, x, y))
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The contents of the next value, if it has this tag.
    fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        let rest = self.0.strip_prefix(&[tag])?;
        let (length, rest) = length(rest)?;
        let (contents, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some(contents)
    }

    fn skip_if(&mut self, tag: u8) {
        if self.0.first() == Some(&tag) {
            // What cannot be skipped is found at the next value.
            let _skipped = self.take(tag);
        }
    }

    /// A positive integer, without the zero byte that keeps it from being negative.
    fn number(&mut self) -> Option<&'a [u8]> {
        match self.take(INTEGER)? {
            [0, number @ ..] if number.first().is_some_and(|first| *first >= 0x80) => Some(number),
            number @ [1..0x80, ..] => Some(number),
            _ => None,
        }
    }
}

/// A length in its shortest form (X.690, section 10.1), and what follows it.
fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    match bytes {
        [short @ ..=0x7f, rest @ ..] => Some((usize::from(*short), rest)),
        [0x81, length @ 0x80..=0xff, rest @ ..] => Some((usize::from(*length), rest)),
        [0x82, high @ 1..=0xff, low, rest @ ..] => {
            Some((usize::from(*high) << 8 | usize::from(*low), rest))
        }
        _ => None,
    }
}
