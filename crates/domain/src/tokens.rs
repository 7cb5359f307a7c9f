//! Opaque tokens: 256 random bits under a prefix that tells what they are (ASVS 7.2.3).
//!
//! Only their SHA-256 is stored. A plain hash suffices, since the tokens cannot be guessed.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::CryptoRng;
use zeroize::Zeroizing;

const SECRET_BYTES: usize = 32;
const SECRET_CHARS: usize = 43;

/// A text that is no token of the kind it was read as.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TokenError {
    /// The prefix is right, the 43 base64url characters behind it are not.
    #[error("the token is damaged: 43 characters of base64url must follow its prefix")]
    Damaged,
    /// The prefix of the kind is missing.
    #[error("the token does not begin with {0}")]
    Prefix(&'static str),
}

/// The SHA-256 of a token's text: what the store keeps. Text form: 64 lower-case hex digits.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// Hashes a token's whole text, prefix included.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest::digest(&digest::SHA256, text.as_bytes()).as_ref());
        Self(bytes)
    }

    /// The 32 bytes of the hash.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sha256:")?;
        self.0[..4]
            .iter()
            .try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for TokenHash {
    type Err = TokenError;

    fn from_str(text: &str) -> Result<Self, TokenError> {
        let digits = text.as_bytes();
        if digits.len() != 64 || digits.iter().any(u8::is_ascii_uppercase) {
            return Err(TokenError::Damaged);
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| TokenError::Damaged)?;
            if pair.starts_with('+') {
                return Err(TokenError::Damaged);
            }
            *byte = u8::from_str_radix(pair, 16).map_err(|_| TokenError::Damaged)?;
        }
        Ok(Self(bytes))
    }
}

macro_rules! tokens {
    ($($(#[$doc:meta])* $name:ident $prefix:literal)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Eq, PartialEq)]
            pub struct $name(Zeroizing<String>);

            impl $name {
                /// What every token of this kind begins with.
                pub const PREFIX: &'static str = $prefix;

                /// Draws a new token.
                #[must_use]
                pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
                    let mut secret = Zeroizing::new([0; SECRET_BYTES]);
                    rng.fill_bytes(&mut *secret);
                    Self::from_secret(&secret)
                }

                /// Reads a token as it was handed out; blanks around it are not forgiven.
                ///
                /// # Errors
                ///
                /// [`TokenError::Prefix`] if it is of another kind, [`TokenError::Damaged`] if
                /// it is not whole.
                pub fn parse(text: &str) -> Result<Self, TokenError> {
                    check(text, Self::PREFIX)?;
                    Ok(Self(Zeroizing::new(text.to_owned())))
                }

                /// The token itself, for the one place that hands it to its owner.
                #[must_use]
                pub fn expose(&self) -> &str {
                    &self.0
                }

                /// What the store knows of it.
                #[must_use]
                pub fn hash(&self) -> TokenHash {
                    TokenHash::of(&self.0)
                }

                pub(crate) fn from_secret(secret: &[u8; SECRET_BYTES]) -> Self {
                    let mut text = Zeroizing::new(String::with_capacity(
                        Self::PREFIX.len() + SECRET_CHARS,
                    ));
                    text.push_str(Self::PREFIX);
                    URL_SAFE_NO_PAD.encode_string(secret, &mut text);
                    Self(text)
                }
            }

            impl fmt::Debug for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    write!(f, "{}({:?})", stringify!($name), self.hash())
                }
            }
        )*
    };
}

tokens! {
    /// A single-use token in a mailed or printed link. See [`crate::links`].
    LinkToken "csl_"
    /// A single-use token that renews a session. See [`crate::refresh`].
    RefreshToken "csr_"
    /// The value of the session cookie.
    SessionToken "css_"
}

fn check(text: &str, prefix: &'static str) -> Result<(), TokenError> {
    let encoded = text
        .strip_prefix(prefix)
        .ok_or(TokenError::Prefix(prefix))?;
    if encoded.len() != SECRET_CHARS {
        return Err(TokenError::Damaged);
    }
    // The decoder refuses stray trailing bits, so a token has one spelling.
    let secret = URL_SAFE_NO_PAD.decode(encoded).map(Zeroizing::new);
    if secret.is_ok_and(|secret| secret.len() == SECRET_BYTES) {
        Ok(())
    } else {
        Err(TokenError::Damaged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    fn token(seed: u64) -> RefreshToken {
        RefreshToken::generate(&mut StdRng::seed_from_u64(seed))
    }

    #[test]
    fn a_token_is_its_prefix_and_43_characters() {
        let token = token(1);
        assert!(token.expose().starts_with("csr_"));
        assert_eq!(token.expose().len(), 47);
        assert_eq!(RefreshToken::parse(token.expose()), Ok(token));
    }

    #[test]
    fn tokens_of_other_kinds_and_damaged_ones_are_refused() {
        let good = token(1);
        let good = good.expose();
        assert_eq!(SessionToken::parse(good), Err(TokenError::Prefix("css_")));
        assert_eq!(LinkToken::parse(""), Err(TokenError::Prefix("csl_")));
        for damaged in [
            good[..46].to_owned(),
            format!("{good}A"),
            format!("{good} "),
            format!("{good}="),
            "csr_".to_owned(),
            format!("csr_{}", "+".repeat(43)),
            format!("csr_{}", "é".repeat(43)),
            // The last of 43 characters carries four bits; B sets one of the two stray ones.
            format!("csr_{}B", "A".repeat(42)),
        ] {
            assert_eq!(
                RefreshToken::parse(&damaged),
                Err(TokenError::Damaged),
                "{damaged}"
            );
        }
    }

    #[test]
    fn debug_shows_a_fingerprint_alone() {
        let token = token(7);
        let shown = format!("{token:?}");
        assert_eq!(
            shown,
            format!("RefreshToken(sha256:{})", &token.hash().to_string()[..8])
        );
        assert!(!shown.contains(&token.expose()[4..]));
    }

    #[test]
    fn the_hash_is_sha_256_of_the_whole_text() {
        // printf abc | sha256sum
        assert_eq!(
            TokenHash::of("abc").to_string(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn hashes_are_read_in_one_spelling() {
        let hash = token(3).hash();
        let text = hash.to_string();
        assert_eq!(text.parse(), Ok(hash));
        assert_eq!(
            text.to_uppercase().parse::<TokenHash>(),
            Err(TokenError::Damaged)
        );
        assert_eq!(text[1..].parse::<TokenHash>(), Err(TokenError::Damaged));
        assert_eq!(
            format!("+{}", &text[1..]).parse::<TokenHash>(),
            Err(TokenError::Damaged)
        );
        assert_eq!(
            "é".repeat(32).parse::<TokenHash>(),
            Err(TokenError::Damaged)
        );
    }

    proptest! {
        #[test]
        fn every_secret_survives_its_text(secret in any::<[u8; 32]>()) {
            let token = SessionToken::from_secret(&secret);
            prop_assert_eq!(SessionToken::parse(token.expose()), Ok(token));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in ".{0,60}") {
            let _ = RefreshToken::parse(&text);
            let _ = text.parse::<TokenHash>();
        }
    }
}
