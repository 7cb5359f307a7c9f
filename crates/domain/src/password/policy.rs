//! What may be chosen as a new password (NIST SP 800-63B, section 3.1.1.2; ASVS 6.2).
//!
//! At least 8 characters, none of the well-known ones, none made of words that anybody would try
//! first for this person at this place. No rules of composition (ASVS 6.2.5).

use super::Password;
use crate::Email;

/// The fewest characters of a new password (ASVS 6.2.1).
pub const MIN_CHARACTERS: usize = 8;

/// The well-known passwords of 8 characters and more, sorted, one a line. See
/// `common_passwords.md` for where they come from.
static COMMON: &str = include_str!("common_passwords.txt");

/// The words of this product, which are refused as passwords whatever else is configured
/// (ASVS 6.1.2).
pub const CONTEXT_WORDS: [&str; 1] = ["countersign"];

/// Why a password may not be chosen.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PasswordWeakness {
    /// It is one of those that are tried first.
    #[error("this password is too common: it is among the first that anybody would try")]
    Common,
    /// Little is left of it without a word that belongs to the person or the place.
    #[error("the password is hardly more than \"{0}\", which is easy to guess here")]
    ContextWord(String),
    /// One or two different characters, or a row such as `12345678`.
    #[error("the password repeats or counts up characters")]
    Monotonous,
    /// Fewer than [`MIN_CHARACTERS`].
    #[error("the password has {0} characters; at least 8 are needed")]
    TooShort(usize),
}

/// Judges a new password of a person. `context_words` are those of the installation, such as its
/// host name. Without an address the password is judged by the rest: a form with a bad address
/// still says everything that is wrong at once.
///
/// # Errors
///
/// The first [`PasswordWeakness`] found.
pub fn check_new(
    password: &Password,
    email: Option<&Email>,
    name: Option<&str>,
    context_words: &[&str],
) -> Result<(), PasswordWeakness> {
    let characters = password.as_str().chars().count();
    if characters < MIN_CHARACTERS {
        return Err(PasswordWeakness::TooShort(characters));
    }
    if is_monotonous(password.as_str()) {
        return Err(PasswordWeakness::Monotonous);
    }
    let folded = password.as_str().to_lowercase();
    if is_common(&folded) {
        return Err(PasswordWeakness::Common);
    }
    let names = name.into_iter().flat_map(str::split_whitespace);
    let email = email.map_or(("", ""), |email| (email.as_str(), email.local()));
    let of_email = email.0.split(['@', '.', '+', '-', '_']);
    let words = CONTEXT_WORDS
        .into_iter()
        .chain(context_words.iter().copied());
    let whole = [email.0, email.1];
    for word in words.chain(names).chain(whole).chain(of_email) {
        if is_hardly_more_than(&folded, &word.to_lowercase()) {
            return Err(PasswordWeakness::ContextWord(word.to_owned()));
        }
    }
    Ok(())
}

/// Whether the password is among the well-known ones; `folded` is in lower case.
fn is_common(folded: &str) -> bool {
    // A scan of 60 KiB takes microseconds, next to a hash of sixteen thousand.
    COMMON.lines().any(|line| line == folded)
}

fn is_monotonous(text: &str) -> bool {
    let mut distinct: Vec<char> = text.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    if distinct.len() <= 2 {
        return true;
    }
    let steps: Vec<_> = text
        .chars()
        .zip(text.chars().skip(1))
        .map(|(a, b)| i64::from(u32::from(b)) - i64::from(u32::from(a)))
        .collect();
    steps.iter().all(|step| *step == 1) || steps.iter().all(|step| *step == -1)
}

/// Whether fewer than four characters are left once the word is taken out.
fn is_hardly_more_than(folded: &str, word: &str) -> bool {
    word.chars().count() >= 4
        && folded.contains(word)
        && folded.replace(word, "").chars().count() < 4
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(text: &str) -> Result<(), PasswordWeakness> {
        let password = Password::parse(text.to_owned()).unwrap();
        let email = Email::parse("ada.lovelace@analytical.example").unwrap();
        check_new(
            &password,
            Some(&email),
            Some("Augusta King"),
            &["login.acme.example", "acme"],
        )
    }

    #[test]
    fn without_an_address_the_rest_still_counts() {
        let judged = |text: &str| {
            let password = Password::parse(text.to_owned()).unwrap();
            check_new(&password, None, Some("Augusta King"), &[])
        };
        assert_eq!(judged("password"), Err(PasswordWeakness::Common));
        assert_eq!(
            judged("augusta12"),
            Err(PasswordWeakness::ContextWord("Augusta".to_owned()))
        );
        assert_eq!(judged("correct horse battery staple"), Ok(()));
    }

    #[test]
    fn good_passwords_of_every_composition_are_accepted() {
        for text in [
            "correct horse battery staple",
            "kqzvwxjy",
            "73920184",
            "ПарольНеИзСписка",
            "密码密语甲乙丙丁",
            "        x y",
            "🦀🐍🦊🐳🦉🐝🦋🐙",
            "lovelace wrote the first program",
            &"long and varied enough? ".repeat(40),
        ] {
            assert_eq!(judged(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn short_ones_are_refused_by_characters_not_bytes() {
        assert_eq!(judged("kqzvwxj"), Err(PasswordWeakness::TooShort(7)));
        assert_eq!(judged("密码密语甲乙"), Err(PasswordWeakness::TooShort(6)));
        assert_eq!(judged("🦀🐍🦊"), Err(PasswordWeakness::TooShort(3)));
    }

    #[test]
    fn common_ones_are_refused_in_any_case() {
        for text in [
            "password",
            "PASSWORD",
            "Password1",
            "iloveyou",
            "qwertyuiop",
            "football1",
        ] {
            assert_eq!(judged(text), Err(PasswordWeakness::Common), "{text}");
        }
    }

    #[test]
    fn rows_are_refused() {
        for text in [
            "aaaaaaaa",
            "abababab",
            "abcdefghij",
            "87654321",
            "密密密密密密密密",
        ] {
            assert_eq!(judged(text), Err(PasswordWeakness::Monotonous), "{text}");
        }
    }

    #[test]
    fn words_of_the_person_and_the_place_are_refused() {
        for (text, word) in [
            ("countersign", "countersign"),
            ("Countersign12", "countersign"),
            ("acme2026!", "acme"),
            ("lovelace", "lovelace"),
            ("Lovelace99!", "lovelace"),
            (
                "ada.lovelace@analytical.example",
                "ada.lovelace@analytical.example",
            ),
            ("augusta1", "Augusta"),
            ("analytical", "analytical"),
        ] {
            let found = judged(text);
            if text == "acme2026!" {
                assert_eq!(found, Ok(()), "five characters are left");
            } else {
                assert_eq!(
                    found,
                    Err(PasswordWeakness::ContextWord(word.to_owned())),
                    "{text}"
                );
            }
        }
    }

    #[test]
    fn the_list_is_long_enough_sorted_and_in_lower_case() {
        let lines: Vec<_> = COMMON.lines().collect();
        assert!(lines.len() >= 3000, "{} lines (ASVS 6.2.4)", lines.len());
        assert!(lines.windows(2).all(|pair| pair[0] < pair[1]));
        for line in lines {
            assert!(line.chars().count() >= MIN_CHARACTERS, "{line}");
            assert_eq!(line.to_lowercase(), line);
        }
    }
}
