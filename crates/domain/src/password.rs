//! Passwords: what may be one, how it is hashed, how it is checked (NIST SP 800-63B, 3.1.1).

mod argon2id;
mod imported;
pub mod policy;

use std::fmt;

use serde::Deserialize;
use zeroize::Zeroizing;

pub use argon2id::Argon2Memory;

/// The most bytes of a password; nothing is ever cut off (ASVS 6.2.8, 6.2.9).
pub const MAX_BYTES: usize = 1024;

/// A password as it was presented: not judged yet, and not shown by `Debug`.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

/// Why a text cannot be anybody's password.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PasswordError {
    /// Nothing at all.
    #[error("the password is empty")]
    Empty,
    /// A NUL character, which some hashes take for the end.
    #[error("the password has a NUL character")]
    Nul,
    /// More than [`MAX_BYTES`].
    #[error("the password has more than 1024 bytes")]
    TooLong,
}

impl Password {
    /// Takes a password as it was presented, every character as it is (ASVS 6.2.8).
    ///
    /// Whether it may be chosen as a new one is for [`policy::check_new`] to say: an imported
    /// account may have a shorter one.
    ///
    /// # Errors
    ///
    /// One [`PasswordError`].
    pub fn parse(text: impl Into<Zeroizing<String>>) -> Result<Self, PasswordError> {
        let text = text.into();
        if text.is_empty() {
            Err(PasswordError::Empty)
        } else if text.len() > MAX_BYTES {
            Err(PasswordError::TooLong)
        } else if text.contains('\0') {
            Err(PasswordError::Nul)
        } else {
            Ok(Self(text))
        }
    }

    fn as_str(&self) -> &str {
        &self.0
    }

    fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(deserializer)?);
        Self::parse(text).map_err(serde::de::Error::custom)
    }
}

/// The hash of a password: a PHC string, or a bcrypt hash of an import.
#[derive(Clone, Eq, PartialEq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Takes a hash from the store or an import. Whether it can be read shows when it is used.
    #[must_use]
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The hash as it is stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = self.0.split('$').nth(1).filter(|scheme| scheme.len() <= 16);
        write!(f, "PasswordHash(${}$…)", scheme.unwrap_or("?"))
    }
}

/// What checking a password against a hash gave.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verification {
    /// It is the password.
    Match {
        /// The hash is not what [`hash`] would make today: replace it.
        needs_rehash: bool,
        /// The hash is bcrypt's, which read the first 72 bytes of a longer password: the rest
        /// was not compared.
        truncated: bool,
    },
    /// It is not.
    Mismatch,
    /// The hash cannot be read, or asks for more work than this server gives.
    Unreadable,
}

/// The hash could not be made; with the fixed parameters this means that memory ran out.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the password could not be hashed")]
pub struct HashError;

/// Hashes a password with argon2id, m = 19 MiB, t = 2, p = 1 (ASVS 11.4.2).
///
/// # Errors
///
/// [`HashError`] if the library fails.
pub fn hash(
    password: &Password,
    salt: [u8; 16],
    memory: &mut Argon2Memory,
) -> Result<PasswordHash, HashError> {
    argon2id::hash(password.as_bytes(), salt, memory).map(PasswordHash)
}

/// Checks a password. Takes as long as the hash asks for, whatever the answer.
///
/// A right password of an imported or weaker hash is hashed anew afterwards; a wrong one costs
/// the same here, so that it is not refused sooner than anybody's without an account
/// (ASVS 6.3.8). A hash that cannot be read costs as much as one of today.
#[must_use]
pub fn verify(hash: &PasswordHash, password: &Password, memory: &mut Argon2Memory) -> Verification {
    let verdict = compare(hash, password, memory);
    let owes = match verdict {
        Verification::Match { .. } => false,
        Verification::Mismatch => !argon2id::is_current(&hash.0),
        Verification::Unreadable => true,
    };
    if owes {
        // The verdict on a hash that nobody's password has is known.
        let _mismatch = argon2id::verify(argon2id::DUMMY, password.as_bytes(), memory);
    }
    verdict
}

fn compare(hash: &PasswordHash, password: &Password, memory: &mut Argon2Memory) -> Verification {
    if hash.0.starts_with("$argon2") {
        argon2id::verify(&hash.0, password.as_bytes(), memory)
    } else if hash.0.starts_with("$2") {
        imported::verify_bcrypt(&hash.0, password.as_bytes())
    } else {
        Verification::Unreadable
    }
}

/// A hash that no password matches and that costs as much as a real one, for people without an
/// account or without a password (ASVS 6.3.8).
#[must_use]
pub fn dummy() -> PasswordHash {
    PasswordHash(argon2id::DUMMY.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::Argon2;
    use base64::engine::general_purpose::STANDARD_NO_PAD;

    fn password(text: &str) -> Password {
        Password::parse(text.to_owned()).unwrap()
    }

    #[test]
    fn lengths_are_judged_in_bytes_and_nothing_is_cut() {
        for (length, expected) in [
            (0, Some(PasswordError::Empty)),
            (1, None),
            (72, None),
            (73, None),
            (1000, None),
            (1024, None),
            (1025, Some(PasswordError::TooLong)),
            (100_000, Some(PasswordError::TooLong)),
        ] {
            assert_eq!(
                Password::parse("x".repeat(length)).err(),
                expected,
                "{length}"
            );
        }
        assert_eq!(
            Password::parse("é".repeat(513)).err(),
            Some(PasswordError::TooLong)
        );
        assert_eq!(
            Password::parse("a\0b".to_owned()).err(),
            Some(PasswordError::Nul)
        );
    }

    #[test]
    fn a_password_is_taken_exactly_as_it_is() {
        let mut memory = Argon2Memory::default();
        let original = hash(&password(" Pässword\t"), [1; 16], &mut memory).unwrap();
        for other in [
            "Pässword\t",
            " pässword\t",
            " Pässword",
            " Pa\u{308}ssword\t",
        ] {
            assert_eq!(
                verify(&original, &password(other), &mut memory),
                Verification::Mismatch
            );
        }
        let same = verify(&original, &password(" Pässword\t"), &mut memory);
        assert_eq!(
            same,
            Verification::Match {
                needs_rehash: false,
                truncated: false
            }
        );
    }

    #[test]
    fn long_passwords_differ_in_their_last_byte() {
        let mut memory = Argon2Memory::default();
        let long = "x".repeat(1023);
        let hash = hash(&password(&format!("{long}a")), [1; 16], &mut memory).unwrap();
        let other = password(&format!("{long}b"));
        assert_eq!(verify(&hash, &other, &mut memory), Verification::Mismatch);
    }

    #[test]
    fn the_dummy_matches_nobody_and_is_of_our_own_cost() {
        let mut memory = Argon2Memory::default();
        for text in ["password", "dummy", "x"] {
            let answer = verify(&dummy(), &password(text), &mut memory);
            assert_eq!(answer, Verification::Mismatch);
        }
        let real = hash(&password("x"), [1; 16], &mut memory).unwrap();
        let parameters = |hash: &PasswordHash| hash.0.rsplitn(3, '$').nth(2).unwrap().to_owned();
        assert_eq!(parameters(&dummy()), parameters(&real));
    }

    #[test]
    fn unknown_hashes_are_unreadable() {
        let mut memory = Argon2Memory::default();
        for text in [
            "",
            "x",
            "$",
            "$1$abc$def",
            "pbkdf2_sha256$1$a$b",
            "$2b$",
            "$argon2id$",
        ] {
            let hash = PasswordHash::from_stored(text.to_owned());
            let answer = verify(&hash, &password("x"), &mut memory);
            assert_eq!(answer, Verification::Unreadable, "{text}");
        }
    }

    #[test]
    fn a_wrong_password_costs_a_hash_of_today_whatever_is_stored() {
        let weak = Argon2::new(
            argon2::Algorithm::Argon2id,
            argon2::Version::V0x13,
            argon2::Params::new(64, 1, 1, Some(32)).unwrap(),
        );
        let mut output = [0; 32];
        weak.hash_password_into(b"right", &[7; 16], &mut output)
            .unwrap();
        let encode = |bytes: &[u8]| base64::Engine::encode(&STANDARD_NO_PAD, bytes);
        let weak = format!(
            "$argon2id$v=19$m=64,t=1,p=1${}${}",
            encode(&[7; 16]),
            encode(&output)
        );
        for stored in [
            "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
            "$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
            &weak,
            "damaged",
        ] {
            let hash = PasswordHash::from_stored(stored.to_owned());
            let mut memory = Argon2Memory::default();
            let verdict = verify(&hash, &password("wrong"), &mut memory);
            assert!(!matches!(verdict, Verification::Match { .. }), "{stored}");
            // The working memory is the trace that the hash leaves.
            assert!(memory.held_bytes() >= 19 << 20, "{stored}: {memory:?}");
        }
        let mut memory = Argon2Memory::default();
        let hash = PasswordHash::from_stored(weak);
        let verdict = verify(&hash, &password("right"), &mut memory);
        assert!(matches!(
            verdict,
            Verification::Match {
                needs_rehash: true,
                ..
            }
        ));
        assert!(memory.held_bytes() < 19 << 20, "the caller hashes it anew");
    }

    #[test]
    fn nothing_secret_is_shown() {
        assert_eq!(format!("{:?}", password("hunter2")), "Password(…)");
        let stored = PasswordHash::from_stored("$2b$10$abcdefghij".to_owned());
        assert_eq!(format!("{stored:?}"), "PasswordHash($2b$…)");
        let odd = PasswordHash::from_stored("plaintext".to_owned());
        assert_eq!(format!("{odd:?}"), "PasswordHash($?$…)");
    }
}
