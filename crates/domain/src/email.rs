//! Mail addresses, as the key by which people are found.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

/// The most octets an address may have (RFC 5321, section 4.5.3.1.3, less the brackets).
const MAX_BYTES: usize = 254;
/// The most octets before the at sign (RFC 5321, section 4.5.3.1.1).
const MAX_LOCAL_BYTES: usize = 64;
/// The most octets of one label of the domain (RFC 1035, section 2.3.4).
const MAX_LABEL_BYTES: usize = 63;

/// A mail address: trimmed, in Unicode normal form C, in lower case.
///
/// The whole address is folded, although the part before the at sign may be case-sensitive in
/// theory (RFC 5321, section 2.4): two accounts that differ in case alone only help impostors.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct Email(String);

/// Why a text is no mail address that we accept.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum EmailError {
    /// There is not exactly one at sign with something on both sides.
    #[error("expected one @ with a name before it and a domain behind it")]
    At,
    /// A character that no address has: a blank, a control or an invisible character, or one of
    /// those that only quoted or bracketed forms allow.
    #[error("the address has a character that is not allowed")]
    Character,
    /// The part behind the at sign is no domain name.
    #[error("the part behind the @ is not a domain name")]
    Domain,
    /// Nothing but blanks.
    #[error("the address is empty")]
    Empty,
    /// A dot at the beginning, at the end, or two in a row.
    #[error("a dot stands at the wrong place before the @")]
    LocalDot,
    /// Longer than mail allows.
    #[error("the address is too long: 254 bytes at most, 64 of them before the @")]
    TooLong,
}

impl Email {
    /// Reads and normalises an address.
    ///
    /// # Errors
    ///
    /// One [`EmailError`] that says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(EmailError::Empty);
        }
        // Checked before normalising too, so that a huge text costs nothing.
        if trimmed.len() > MAX_BYTES * 3 {
            return Err(EmailError::TooLong);
        }
        // Folding may undo the normal form, so it comes first.
        let address: String = trimmed.to_lowercase().nfc().collect();
        if address.chars().any(is_forbidden) {
            return Err(EmailError::Character);
        }
        let (local, domain) = address.split_once('@').ok_or(EmailError::At)?;
        if local.is_empty() || domain.is_empty() || domain.contains('@') {
            return Err(EmailError::At);
        }
        if address.len() > MAX_BYTES || local.len() > MAX_LOCAL_BYTES {
            return Err(EmailError::TooLong);
        }
        if local.split('.').any(str::is_empty) {
            return Err(EmailError::LocalDot);
        }
        if !domain.split('.').all(is_label) {
            return Err(EmailError::Domain);
        }
        Ok(Self(address))
    }

    /// The normalised address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the at sign.
    #[must_use]
    pub fn local(&self) -> &str {
        self.0
            .split_once('@')
            .map_or(self.0.as_str(), |(local, _)| local)
    }
}

// Invisible characters make two addresses look alike that are not.
fn is_forbidden(character: char) -> bool {
    character.is_control()
        || character.is_whitespace()
        || matches!(
            character,
            '"' | '(' | ')' | ',' | ':' | ';' | '<' | '>' | '[' | '\\' | ']'
        )
        || matches!(character,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}'
            | '\u{17B5}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
            | '\u{E000}'..='\u{F8FF}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFF}' | '\u{E0000}'..='\u{E0FFF}')
}

fn is_label(label: &str) -> bool {
    !label.is_empty()
        && label.len() <= MAX_LABEL_BYTES
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.chars().all(|character| {
            character == '-' || character.is_alphanumeric() || !character.is_ascii()
        })
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Email {
    type Err = EmailError;

    fn from_str(text: &str) -> Result<Self, EmailError> {
        Self::parse(text)
    }
}

impl<'de> Deserialize<'de> for Email {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_are_normalised() {
        for (text, expected) in [
            ("ada@example.com", "ada@example.com"),
            ("  Ada.Lovelace@EXAMPLE.com\t", "ada.lovelace@example.com"),
            ("a+tag@localhost", "a+tag@localhost"),
            ("o'neil@example.co.uk", "o'neil@example.co.uk"),
            ("jose\u{301}@example.com", "josé@example.com"),
            ("müller@bücher.example", "müller@bücher.example"),
            ("MÜLLER@Bücher.example", "müller@bücher.example"),
            ("x@xn--bcher-kva.example", "x@xn--bcher-kva.example"),
        ] {
            assert_eq!(
                Email::parse(text).map(|email| email.0),
                Ok(expected.to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let long_local = format!("{}@example.com", "a".repeat(65));
        let long = format!("a@{}com", "abcdefghi.".repeat(26));
        let huge = "a".repeat(100_000);
        for (text, error) in [
            ("", EmailError::Empty),
            (" \t ", EmailError::Empty),
            ("ada", EmailError::At),
            ("@example.com", EmailError::At),
            ("ada@", EmailError::At),
            ("ada@b@example.com", EmailError::At),
            ("a da@example.com", EmailError::Character),
            ("ada\0@example.com", EmailError::Character),
            ("ada\n@example.com", EmailError::Character),
            ("ada\u{200B}@example.com", EmailError::Character),
            ("ada\u{202E}@example.com", EmailError::Character),
            ("\"ada\"@example.com", EmailError::Character),
            ("Ada <ada@example.com>", EmailError::Character),
            ("ada@[127.0.0.1]", EmailError::Character),
            ("a,b@example.com", EmailError::Character),
            (".ada@example.com", EmailError::LocalDot),
            ("ada.@example.com", EmailError::LocalDot),
            ("a..b@example.com", EmailError::LocalDot),
            ("ada@example..com", EmailError::Domain),
            ("ada@.example.com", EmailError::Domain),
            ("ada@example.com.", EmailError::Domain),
            ("ada@-example.com", EmailError::Domain),
            ("ada@exa_mple.com", EmailError::Domain),
            ("ada@exa/mple.com", EmailError::Domain),
            (&long_local, EmailError::TooLong),
            (&long, EmailError::TooLong),
            (&huge, EmailError::TooLong),
        ] {
            assert_eq!(Email::parse(text), Err(error), "{text:.60}");
        }
    }

    #[test]
    fn case_and_composition_do_not_make_two_people() {
        assert_eq!(
            Email::parse("JOSE\u{301}@x.org"),
            Email::parse("josé@X.ORG")
        );
        // The Kelvin sign folds to an ASCII k.
        assert_eq!(Email::parse("\u{212A}@x.org"), Email::parse("k@x.org"));
    }

    #[test]
    fn the_local_part_is_what_stands_before_the_at_sign() {
        assert_eq!(Email::parse("ada+x@example.com").unwrap().local(), "ada+x");
    }

    proptest! {
        #[test]
        fn an_accepted_address_is_a_fixed_point(text in "\\PC{0,20}@?\\PC{0,20}") {
            if let Ok(email) = Email::parse(&text) {
                prop_assert_eq!(Email::parse(email.as_str()), Ok(email.clone()));
                prop_assert!(email.as_str().len() <= MAX_BYTES);
                prop_assert!(!email.as_str().contains(char::is_control));
            }
        }

        #[test]
        fn plain_addresses_are_accepted(text in "[a-z0-9]{1,20}(\\.[a-z0-9]{1,10})?@[a-z]{1,20}\\.[a-z]{2,6}") {
            let email = Email::parse(&text).unwrap();
            prop_assert_eq!(email.as_str(), text);
        }
    }
}
