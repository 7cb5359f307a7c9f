//! The signature algorithms that tokens may use.

use std::fmt;

/// A JWS algorithm (RFC 7518, section 3.1; RFC 8037). There is no `none`.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Alg {
    /// `EdDSA` with Ed25519 (RFC 8037, section 3.1).
    EdDsa,
    /// `ES256`: ECDSA over P-256 with SHA-256 (RFC 7518, section 3.4).
    Es256,
    /// `HS256`: HMAC with SHA-256 (RFC 7518, section 3.2).
    Hs256,
}

impl Alg {
    /// Every algorithm.
    pub const ALL: [Self; 3] = [Self::EdDsa, Self::Es256, Self::Hs256];

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
            Self::Hs256 => "HS256",
        }
    }

    /// Whether signer and verifier share one secret.
    #[must_use]
    pub const fn is_symmetric(self) -> bool {
        match self {
            Self::EdDsa | Self::Es256 => false,
            Self::Hs256 => true,
        }
    }
}

impl fmt::Display for Alg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
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
            "none", "None", "nOnE", "", "hs256", "HS256 ", "eddsa", "RS256",
        ] {
            assert_eq!(Alg::parse(name), None, "{name:?}");
        }
    }

    #[test]
    fn only_hmac_is_symmetric() {
        let symmetric: Vec<_> = Alg::ALL
            .into_iter()
            .filter(|alg| alg.is_symmetric())
            .collect();
        assert_eq!(symmetric, [Alg::Hs256]);
    }
}
