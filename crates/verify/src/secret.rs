//! Secrets that cannot be printed, and the fingerprints that stand for them.

use aws_lc_rs::{constant_time, digest, hmac};
use std::fmt;
use zeroize::Zeroizing;

/// A secret's bytes: wiped when dropped, compared in constant time, printed as its [`Fingerprint`].
///
/// ```
/// use countersign_verify::Secret;
///
/// let secret = Secret::from("correct horse battery staple");
/// assert_eq!(format!("{secret:?}"), "Secret(sha256:c4bbcb1f)");
/// assert_eq!(secret.expose(), b"correct horse battery staple");
/// ```
#[derive(Clone)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes over `bytes`.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes themselves. Never log, print or store what this returns.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// What may be shown in place of the secret.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.0)
    }

    /// Whether `other` is the same value, in a time that tells nothing about either.
    #[must_use]
    pub fn matches(&self, other: &[u8]) -> bool {
        // Digests have one length, so that not even the secret's length shows in the time.
        let [ours, theirs] = [self.expose(), other].map(|b| digest::digest(&digest::SHA256, b));
        constant_time::verify_slices_are_equal(ours.as_ref(), theirs.as_ref()).is_ok()
    }

    /// Shows that this secret is held without showing it: HMAC-SHA256 of `nonce`, cut to 8 bytes,
    /// in hexadecimal. Who holds the same secret gets the same; whoever asks may only choose a nonce
    /// without a dot, so that no signature of a token is asked for.
    #[must_use]
    pub fn proof(&self, nonce: &[u8]) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.0);
        let tag = hmac::sign(&key, nonce);
        let first = tag.as_ref().first_chunk().copied().unwrap_or_default();
        format!("{:016x}", u64::from_be_bytes(first))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({})", self.fingerprint())
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fingerprint().fmt(f)
    }
}

impl Eq for Secret {}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text.into_bytes())
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text.as_bytes().to_vec())
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.matches(other.expose())
    }
}

/// The first four bytes of a value's SHA-256: enough to tell two secrets apart, useless to find one.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Fingerprint([u8; 4]);

impl Fingerprint {
    /// The fingerprint of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let digest = digest::digest(&digest::SHA256, bytes);
        let mut first = [0; 4];
        first.copy_from_slice(&digest.as_ref()[..4]);
        Self(first)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256:{:08x}", u32::from_be_bytes(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_the_beginning_of_an_hmac() {
        // RFC 4231, section 4.3.
        let proof = Secret::from("Jefe").proof(b"what do ya want for nothing?");
        assert_eq!(proof, "5bdcc146bf60754e");
    }

    #[test]
    fn nothing_printed_holds_the_secret() {
        let secret = Secret::from("hunter2-hunter2-hunter2".to_owned());
        for shown in [
            format!("{secret}"),
            format!("{secret:?}"),
            format!("{:?}", Some(&secret)),
        ] {
            assert!(!shown.contains("hunter2"), "{shown}");
            assert!(shown.contains(&secret.fingerprint().to_string()), "{shown}");
        }
    }

    #[test]
    fn a_fingerprint_is_the_start_of_the_sha_256() {
        // FIPS 180-4: SHA-256("abc") = ba7816bf…
        assert_eq!(Fingerprint::of(b"abc").to_string(), "sha256:ba7816bf");
        assert_eq!(Fingerprint::of(b"").to_string(), "sha256:e3b0c442");
    }

    #[test]
    fn equal_values_match_and_others_do_not() {
        let secret = Secret::from("one");
        assert!(secret.matches(b"one"));
        assert_eq!(secret, Secret::new(b"one".to_vec()));
        for other in ["", "on", "one ", "onf", "One"] {
            assert!(!secret.matches(other.as_bytes()), "{other:?}");
        }
        // Enough values that a comparison of a part of the digests would meet an equal one.
        assert!((0..5_000).all(|number| !secret.matches(number.to_string().as_bytes())));
    }
}
