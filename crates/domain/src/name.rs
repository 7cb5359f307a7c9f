//! What a person wants to be called.

use thiserror::Error;

/// The most characters of a name.
const MOST_CHARACTERS: usize = 100;

/// Why a text is no name.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum NameError {
    /// It has a character that steers a terminal, or the direction of the text around it.
    #[error("must not have control characters")]
    Control,
    /// Nothing but blanks.
    #[error("must not be empty; leave it out or send null")]
    Empty,
    /// Over 100 characters.
    #[error("must have 100 characters at most")]
    TooLong,
}

/// Reads a name; blanks around it are cut off.
///
/// # Errors
/// [`NameError`] says what is wrong with it.
pub fn parse(text: &str) -> Result<&str, NameError> {
    let name = text.trim();
    if name.is_empty() {
        Err(NameError::Empty)
    } else if name.chars().count() > MOST_CHARACTERS {
        Err(NameError::TooLong)
    } else if name.contains(is_control) {
        Err(NameError::Control)
    } else {
        Ok(name)
    }
}

/// Controls, those of text direction too (UAX #9, section 2): they turn round the text beside the
/// name, in mails and in lists of accounts.
fn is_control(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_and_measured_in_characters() {
        let longest = "é".repeat(100);
        for (text, expected) in [
            ("  Ada ", Ok("Ada")),
            ("Ada\u{200D}", Ok("Ada\u{200D}")),
            ("عائشة", Ok("عائشة")),
            (longest.as_str(), Ok(longest.as_str())),
            ("", Err(NameError::Empty)),
            (" \t\u{3000}", Err(NameError::Empty)),
            ("a\u{1b}[31mb", Err(NameError::Control)),
            ("a\0b", Err(NameError::Control)),
            ("a\u{202E}b", Err(NameError::Control)),
            ("a\u{2028}b", Err(NameError::Control)),
        ] {
            assert_eq!(parse(text), expected, "{text:?}");
        }
        assert_eq!(parse(&"é".repeat(101)), Err(NameError::TooLong));
    }
}
