//! A token as it was copied, and what had to be taken off to get at it.

/// A token without what copying left around it.
#[derive(Debug, Eq, PartialEq)]
pub struct Cleaned {
    /// The token itself.
    pub token: String,
    /// What was taken off, in words.
    pub notes: Vec<String>,
}

impl Cleaned {
    /// Takes off a header's name, `Bearer`, quotes and line breaks.
    pub fn new(text: &str) -> Self {
        let mut notes = Vec::new();
        let mut rest = text.trim();
        loop {
            let before = rest;
            for (word, note) in [
                ("authorization:", "the header's name"),
                ("bearer ", "the word Bearer"),
                ("\\\"", "an escaped quote"),
                ("\"", "a quote"),
                ("'", "a quote"),
            ] {
                if starts_with(rest, word) {
                    rest = rest[word.len()..].trim_start();
                    notes.push(format!("{note} before the token was taken off"));
                }
            }
            for end in ["\\\"", "\"", "'", ",", ";"] {
                if let Some(shorter) = rest.strip_suffix(end) {
                    rest = shorter.trim_end();
                    notes.push(format!("{end} behind the token was taken off"));
                }
            }
            if rest == before {
                break;
            }
        }
        let token: String = rest.split_whitespace().collect();
        if token.len() != rest.len() {
            notes.push("blanks or line breaks inside the token were taken out".to_owned());
        }
        Self { token, notes }
    }
}

fn starts_with(text: &str, word: &str) -> bool {
    text.get(..word.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_copying_leaves_is_taken_off_and_noted() {
        for (text, notes) in [
            ("a.b.c", 0),
            (" a.b.c\r\n", 0),
            ("Bearer a.b.c", 1),
            ("bearer bearer a.b.c", 2),
            ("Authorization: Bearer a.b.c", 2),
            ("\"a.b.c\"", 2),
            ("\\\"a.b.c\\\"", 2),
            ("'Bearer a.b.c',", 4),
            ("a.\n b.\n c", 1),
        ] {
            let cleaned = Cleaned::new(text);
            assert_eq!(cleaned.token, "a.b.c", "{text}");
            assert_eq!(cleaned.notes.len(), notes, "{text}: {:?}", cleaned.notes);
        }
    }

    #[test]
    fn nothing_stays_nothing() {
        for text in ["", " ", "\"\"", "Bearer ", "'"] {
            let token = Cleaned::new(text).token;
            assert!(token.is_empty() || token == "Bearer", "{text:?}: {token}");
        }
    }
}
