//! RSA public keys, and what makes one unfit.

use super::roca;

/// An RSA public key that was found fit (RFC 8017, section 3.1).
#[derive(Clone, Eq, PartialEq)]
pub(super) struct RsaKey {
    n: Box<[u8]>,
    e: Box<[u8]>,
}

/// Why an RSA public key is not used.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RsaFault {
    /// `e` is 1 (a signature is then its own message), even, or below 65537 (FIPS 186-5, section 5.4 (e)).
    #[error(
        "the public exponent is {0}; it must be odd and at least 65537 (FIPS 186-5, section 5.4)"
    )]
    Exponent(u64),
    /// `e` has more than 33 bits, which no common key has and which makes each check slow.
    #[error("the public exponent has more than 33 bits; 65537 is usual")]
    ExponentTooLarge,
    /// `n` was drawn by a generator whose keys can be factored (CVE-2017-15361).
    #[error("the modulus bears the mark of CVE-2017-15361 (ROCA): its private key can be computed")]
    Marked,
    /// `n` is shorter than RFC 7518, section 3.3 wants, or longer than can be checked in sensible time.
    #[error("the modulus has {0} bits; 2048 to 8192 are taken (RFC 7518, section 3.3)")]
    Size(usize),
    /// `n` is divided by a small prime, so it is no product of two large ones.
    #[error("the modulus is divided by {0}, so the key was damaged or made to be broken")]
    SmallFactor(u32),
}

impl RsaKey {
    /// A key of modulus `n` and exponent `e`, big endian. Leading zero bytes do not count.
    pub(super) fn new(n: &[u8], e: &[u8]) -> Result<Self, RsaFault> {
        let (n, e) = (without_zeros(n), without_zeros(e));
        let bits = bits(n);
        if !(2048..=8192).contains(&bits) {
            return Err(RsaFault::Size(bits));
        }
        check_exponent(e)?;
        if let Some(factor) = roca::small_factor(n) {
            return Err(RsaFault::SmallFactor(factor));
        }
        if roca::is_marked(n) {
            return Err(RsaFault::Marked);
        }
        let (n, e) = (n.into(), e.into());
        Ok(Self { n, e })
    }

    /// The modulus.
    pub(super) const fn n(&self) -> &[u8] {
        &self.n
    }

    /// The public exponent.
    pub(super) const fn e(&self) -> &[u8] {
        &self.e
    }
}

fn check_exponent(e: &[u8]) -> Result<(), RsaFault> {
    const LARGEST: u64 = (1 << 33) - 1; // what aws-lc takes
    let value = match e.len() {
        0..=8 => e
            .iter()
            .fold(0_u64, |value, byte| value << 8 | u64::from(*byte)),
        9.. => return Err(RsaFault::ExponentTooLarge),
    };
    match value {
        _ if value > LARGEST => Err(RsaFault::ExponentTooLarge),
        _ if value < 65_537 || value % 2 == 0 => Err(RsaFault::Exponent(value)),
        _ => Ok(()),
    }
}

fn bits(number: &[u8]) -> usize {
    number.first().map_or(0, |first| {
        let of_first = u8::BITS - first.leading_zeros();
        (number.len() - 1) * 8 + of_first as usize
    })
}

fn without_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}
