//! Whether a secret is one: long, random, and not copied from a page.

use crate::{Cause, Secret};

/// Why a secret is too weak to sign with.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Weakness {
    /// It looks drawn from too few different characters, or repeats itself.
    #[error(
        "it holds about {bits} bits of randomness; at least {} are wanted",
        Weakness::LEAST_BITS
    )]
    Predictable {
        /// The estimate, in bits.
        bits: u32,
    },
    /// It holds the words of a sample value of some documentation.
    #[error("it holds the words of a sample value, such as change-me or your-secret")]
    Sample,
    /// It has fewer than 32 bytes (RFC 7518, section 3.2).
    #[error("it has {bytes} bytes; at least {} are wanted", Weakness::LEAST_BYTES)]
    Short {
        /// How many bytes it has.
        bytes: usize,
    },
}

impl Weakness {
    /// The fewest bytes of a secret: the length of the hash (RFC 7518, section 3.2).
    pub const LEAST_BYTES: usize = 32;
    /// The fewest bits of randomness, by a simple estimate that random text of 32 hex digits passes.
    pub const LEAST_BITS: u32 = 100;

    /// The cause to refuse with.
    #[must_use]
    pub const fn cause(self) -> Cause {
        match self {
            Self::Predictable { .. } | Self::Short { .. } => Cause::SecretTooShort,
            Self::Sample => Cause::SecretPlaceholder,
        }
    }
}

/// Texts that stand in sample configurations, in lower case, blanks and separators taken out.
const SAMPLES: &[&str] = &[
    "changeme",
    "djangoinsecure",
    "changethis",
    "donotuse",
    "examplesecret",
    "generatewithopenssl",
    "insertyour",
    "jwtsecret",
    "mysecret",
    "notforproduction",
    "opensslrandbase64",
    "placeholder",
    "randomsecret",
    "replaceme",
    "replacethis",
    "secretkey",
    "somesecret",
    "superdupersecret",
    "supersecret",
    "thisisasecret",
    "topsecret",
    "verysecret",
    "your256bitsecret",
    "yourjwt",
    "yoursecret",
    "yoursupersecret",
];

/// Judges a secret that signs tokens or guards an endpoint.
///
/// # Errors
/// The first [`Weakness`]; a sample value first, since length does not mend it.
pub fn strength(secret: &Secret) -> Result<(), Weakness> {
    let bytes = secret.expose();
    if is_sample(bytes) {
        return Err(Weakness::Sample);
    }
    if bytes.len() < Weakness::LEAST_BYTES {
        return Err(Weakness::Short { bytes: bytes.len() });
    }
    let bits = estimated_bits(bytes);
    if bits < Weakness::LEAST_BITS {
        return Err(Weakness::Predictable { bits });
    }
    Ok(())
}

/// Sample values, to be tried where a token's secret is unknown.
pub(crate) const WELL_KNOWN: &[&str] = &[
    "secret",
    "your-256-bit-secret",
    "a-string-secret-at-least-256-bits-long",
    "super-secret-jwt-token-with-at-least-32-characters-long",
    "changeme",
    "change-me",
    "password",
    "supersecret",
    "your-secret-key",
    "your_jwt_secret",
    "dev-secret",
    "test",
];

fn is_sample(bytes: &[u8]) -> bool {
    if WELL_KNOWN.iter().any(|known| known.as_bytes() == bytes) {
        return true;
    }
    let bare: String = bytes
        .iter()
        .filter(|byte| byte.is_ascii_alphanumeric())
        .map(|byte| char::from(byte.to_ascii_lowercase()))
        .collect();
    SAMPLES.iter().any(|sample| bare.contains(sample))
}

/// Shannon's entropy of the bytes, of one period only where they repeat.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an estimate of a few hundred bits"
)]
fn estimated_bits(bytes: &[u8]) -> u32 {
    let bytes = &bytes[..period(bytes)];
    let mut counts = [0_u32; 256];
    for byte in bytes {
        counts[usize::from(*byte)] += 1;
    }
    let total = bytes.len() as f64;
    let each = counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| f64::from(*count));
    each.map(|count| count * (total / count).log2())
        .sum::<f64>() as u32
}

/// The length of the shortest block whose repetition gives `bytes`.
fn period(bytes: &[u8]) -> usize {
    let whole = bytes.len();
    let repeats = |length: &usize| bytes.iter().zip(&bytes[*length..]).all(|(a, b)| a == b);
    (1..=whole / 2).find(repeats).unwrap_or(whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn judged(text: &str) -> Result<(), Weakness> {
        strength(&Secret::from(text))
    }

    #[test]
    fn random_secrets_are_good() {
        for secret in [
            "vyCNeFRq3JQGsKNvXeLa1p910TPSHopUousLIkxuOVE",
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "kR8#mZ2!pQ5&xW9@tY4^nB7*vC1(jH6)",
        ] {
            assert_eq!(judged(secret), Ok(()), "{secret}");
        }
    }

    #[test]
    fn weak_secrets_are_told_apart() {
        assert_eq!(judged(""), Err(Weakness::Short { bytes: 0 }));
        assert_eq!(judged("x7Gq2"), Err(Weakness::Short { bytes: 5 }));
        assert_eq!(
            judged(&"a".repeat(64)),
            Err(Weakness::Predictable { bits: 0 })
        );
        assert!(matches!(
            judged(&"x7Gq2!pZ".repeat(8)),
            Err(Weakness::Predictable { .. })
        ));
        assert!(matches!(
            judged("00000000000000000000000000000001"),
            Err(Weakness::Predictable { .. })
        ));
    }

    #[test]
    fn sample_values_are_known_however_they_are_written() {
        for secret in [
            "secret",
            "change-me-in-production-please-now!",
            "YOUR_SECRET_KEY_HERE_0123456789abcdef",
            "super-secret-jwt-token-with-at-least-32-characters-long",
            "a-string-secret-at-least-256-bits-long",
        ] {
            assert_eq!(judged(secret), Err(Weakness::Sample), "{secret}");
            assert_eq!(Weakness::Sample.cause(), Cause::SecretPlaceholder);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_judged_and_short_ones_never_pass(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            let short = bytes.len() < Weakness::LEAST_BYTES;
            prop_assert!(!(short && strength(&Secret::new(bytes)).is_ok()));
        }
    }
}
