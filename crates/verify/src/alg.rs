//! The signature algorithms that tokens may use.

use std::fmt;

/// A JWS algorithm (RFC 7518, section 3.1; RFC 8037). There is no `none`.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Alg {
    /// `EdDSA` with Ed25519 (RFC 8037, section 3.1).
    EdDsa,
    /// `ES256`: ECDSA over P-256 with SHA-256 (RFC 7518, section 3.4).
    Es256,
    /// `ES384`: ECDSA over P-384 with SHA-384 (RFC 7518, section 3.4).
    Es384,
    /// `ES512`: ECDSA over P-521 with SHA-512 (RFC 7518, section 3.4).
    Es512,
    /// `HS256`: HMAC with SHA-256 (RFC 7518, section 3.2).
    Hs256,
    /// `HS384`: HMAC with SHA-384 (RFC 7518, section 3.2).
    Hs384,
    /// `HS512`: HMAC with SHA-512 (RFC 7518, section 3.2).
    Hs512,
    /// `PS256`: RSASSA-PSS with SHA-256 and a salt of 32 bytes (RFC 7518, section 3.5).
    Ps256,
    /// `PS384`: RSASSA-PSS with SHA-384 and a salt of 48 bytes (RFC 7518, section 3.5).
    Ps384,
    /// `PS512`: RSASSA-PSS with SHA-512 and a salt of 64 bytes (RFC 7518, section 3.5).
    Ps512,
    /// `RS256`: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518, section 3.3).
    Rs256,
    /// `RS384`: RSASSA-PKCS1-v1_5 with SHA-384 (RFC 7518, section 3.3).
    Rs384,
    /// `RS512`: RSASSA-PKCS1-v1_5 with SHA-512 (RFC 7518, section 3.3).
    Rs512,
}

impl Alg {
    /// Every algorithm.
    pub const ALL: [Self; 13] = [
        Self::EdDsa,
        Self::Es256,
        Self::Es384,
        Self::Es512,
        Self::Hs256,
        Self::Hs384,
        Self::Hs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
    ];

    /// Reads a registered name; case counts (RFC 7515, section 4.1.1).
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|alg| alg.as_str() == name)
    }

    /// The registered name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
            Self::Hs256 => "HS256",
            Self::Hs384 => "HS384",
            Self::Hs512 => "HS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
        }
    }

    /// Whether signer and verifier share one secret.
    #[must_use]
    pub const fn is_symmetric(self) -> bool {
        match self {
            Self::Hs256 | Self::Hs384 | Self::Hs512 => true,
            Self::EdDsa
            | Self::Es256
            | Self::Es384
            | Self::Es512
            | Self::Ps256
            | Self::Ps384
            | Self::Ps512
            | Self::Rs256
            | Self::Rs384
            | Self::Rs512 => false,
        }
    }

    /// How many bytes the algorithm's hash gives: the least an HMAC secret may have (RFC 7518, section 3.2).
    #[must_use]
    pub const fn hash_bytes(self) -> usize {
        match self {
            Self::Es256 | Self::Hs256 | Self::Ps256 | Self::Rs256 => 32,
            Self::Es384 | Self::Hs384 | Self::Ps384 | Self::Rs384 => 48,
            Self::EdDsa | Self::Es512 | Self::Hs512 | Self::Ps512 | Self::Rs512 => 64,
        }
    }
}

impl fmt::Display for Alg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Which algorithms a key may be used for: one, or those that the key's type leaves open where
/// nobody said more. A key type never spans HMAC and signatures, so a public key can never be
/// taken for a secret (RFC 8725, sections 2.1 and 3.1).
#[derive(Clone, Copy, Default, Eq, Hash, PartialEq)]
pub struct Algs(u16);

impl Algs {
    /// Every algorithm.
    pub const ALL: Self = Self::of(&Alg::ALL);
    /// What an RSA key can do.
    pub const RSA: Self = Self::of(&[
        Alg::Ps256,
        Alg::Ps384,
        Alg::Ps512,
        Alg::Rs256,
        Alg::Rs384,
        Alg::Rs512,
    ]);

    /// These algorithms.
    #[must_use]
    pub const fn of(algs: &[Alg]) -> Self {
        let mut bits = 0;
        let mut i = 0;
        while i < algs.len() {
            bits |= 1 << algs[i] as u16;
            i += 1;
        }
        Self(bits)
    }

    /// The HMAC algorithms for which a secret of so many bytes is long enough (RFC 7518, section 3.2).
    #[must_use]
    pub const fn hmac_with(secret_bytes: usize) -> Self {
        match secret_bytes {
            0..32 => Self(0),
            32..48 => Self::of(&[Alg::Hs256]),
            48..64 => Self::of(&[Alg::Hs256, Alg::Hs384]),
            64.. => Self::of(&[Alg::Hs256, Alg::Hs384, Alg::Hs512]),
        }
    }

    /// Whether `alg` is one of them.
    #[must_use]
    pub const fn contains(self, alg: Alg) -> bool {
        self.0 & 1 << alg as u16 != 0
    }

    /// The algorithm, if it is the only one.
    #[must_use]
    pub fn only(self) -> Option<Alg> {
        let mut algs = self.iter();
        let first = algs.next();
        first.filter(|_| algs.next().is_none())
    }

    /// Each of them, in the order of [`Alg::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Alg> {
        Alg::ALL.into_iter().filter(move |alg| self.contains(*alg))
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Those of both.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Those of either.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl From<Alg> for Algs {
    fn from(alg: Alg) -> Self {
        Self::of(&[alg])
    }
}

impl fmt::Debug for Algs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// `RS256, RS384`.
impl fmt::Display for Algs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, alg) in self.iter().enumerate() {
            let separator = if i == 0 { "" } else { ", " };
            write!(f, "{separator}{alg}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back_and_case_counts() {
        for alg in Alg::ALL {
            assert_eq!(Alg::parse(alg.as_str()), Some(alg));
        }
        for name in [
            "none", "None", "nOnE", "", "hs256", "HS256 ", "eddsa", "RS1", "ES521", "ES256K",
        ] {
            assert_eq!(Alg::parse(name), None, "{name:?}");
        }
    }

    #[test]
    fn only_hmac_is_symmetric() {
        for alg in Alg::ALL {
            assert_eq!(alg.is_symmetric(), alg.as_str().starts_with("HS"), "{alg}");
        }
    }

    #[test]
    fn the_hash_is_that_of_the_name() {
        for alg in Alg::ALL {
            let bits = alg.as_str().get(2..).and_then(|bits| bits.parse().ok());
            assert_eq!(alg.hash_bytes() * 8, bits.unwrap_or(512), "{alg}");
        }
    }

    #[test]
    fn a_set_holds_what_was_put_in() {
        assert_eq!(Algs::ALL.iter().count(), Alg::ALL.len());
        assert!(Algs::default().iter().next().is_none());
        for alg in Alg::ALL {
            let set = Algs::from(alg);
            assert_eq!(set.only(), Some(alg));
            assert_eq!(set.iter().collect::<Vec<_>>(), [alg]);
            assert_eq!(
                Algs::RSA.contains(alg),
                ["RS", "PS"].contains(&&alg.as_str()[..2])
            );
        }
        assert_eq!(Algs::RSA.only(), None);
        let two = Algs::from(Alg::Rs256).union(Alg::EdDsa.into());
        assert_eq!(two.to_string(), "EdDSA, RS256");
        assert_eq!(two.intersection(Algs::RSA).only(), Some(Alg::Rs256));
        assert!(two.intersection(Alg::Hs256.into()).is_empty() && !two.is_empty());
        assert_eq!(format!("{two:?}"), "{EdDsa, Rs256}");
    }

    #[test]
    fn a_secret_serves_the_hashes_it_is_as_long_as() {
        for (bytes, algs) in [
            (0, ""),
            (31, ""),
            (32, "HS256"),
            (47, "HS256"),
            (48, "HS256, HS384"),
            (63, "HS256, HS384"),
            (64, "HS256, HS384, HS512"),
            (1000, "HS256, HS384, HS512"),
        ] {
            assert_eq!(Algs::hmac_with(bytes).to_string(), algs, "{bytes}");
        }
    }
}
