//! Plain text or colours, and text that is safe to print.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether output carries colours (ANSI SGR sequences, ECMA-48 section 8.3.117).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Style {
    /// With colours: for a terminal that shows them.
    Ansi,
    /// Without: for pipes, files, and wherever `NO_COLOR` is set.
    #[default]
    Plain,
}

/// What a piece of output is, from which its colour follows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Role {
    /// What went wrong.
    Bad,
    /// What can be typed, or stands in a file: names, values, links.
    Code,
    /// What to read first.
    Emphasis,
    /// What frames the rest: line numbers, rules.
    Frame,
    /// What went well.
    Good,
    /// What may go wrong.
    Warning,
}

impl Role {
    const fn sgr(self) -> &'static str {
        match self {
            Self::Bad => "\x1b[1;31m",
            Self::Code => "\x1b[36m",
            Self::Emphasis => "\x1b[1m",
            Self::Frame => "\x1b[1;34m",
            Self::Good => "\x1b[32m",
            Self::Warning => "\x1b[1;33m",
        }
    }
}

const RESET: &str = "\x1b[0m";

impl Style {
    /// Colours `text`, which must not hold sequences of its own.
    #[must_use]
    pub fn paint(self, role: Role, text: &str) -> String {
        match self {
            Self::Ansi if !text.is_empty() => format!("{}{text}{RESET}", role.sgr()),
            Self::Ansi | Self::Plain => text.to_owned(),
        }
    }

    /// Inline code: coloured and without its back-quotes, or as it is where there are no colours.
    pub(crate) fn inline(self, text: &str) -> String {
        if self == Self::Plain {
            return text.to_owned();
        }
        let mut out = String::with_capacity(text.len());
        for (at, part) in text.split('`').enumerate() {
            if at % 2 == 0 {
                out.push_str(part);
            } else {
                out.push_str(&self.paint(Role::Code, part));
            }
        }
        out
    }
}

/// The text with the characters spelt out that steer a terminal, begin a line, or turn the direction
/// of what follows: a stranger may have sent it (ASVS V16.4.1).
///
/// ```
/// assert_eq!(countersign_diagnose::printable("gpj\u{202e}.exe"), "gpj\\u{202e}.exe");
/// ```
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    let unsafe_to_print = |c: char| {
        c.is_control()
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    if !text.contains(unsafe_to_print) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if c == '\t' {
            out.push_str("    ");
        } else if unsafe_to_print(c) {
            let _ = write!(out, "{}", c.escape_default());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_has_no_escape_sequence() {
        assert_eq!(Style::Plain.paint(Role::Bad, "error"), "error");
        assert_eq!(Style::Plain.inline("set `A`"), "set `A`");
    }

    #[test]
    fn colours_take_the_place_of_back_quotes() {
        assert_eq!(
            Style::Ansi.paint(Role::Bad, "error"),
            "\x1b[1;31merror\x1b[0m"
        );
        assert_eq!(
            Style::Ansi.inline("set `A` now"),
            "set \x1b[36mA\x1b[0m now"
        );
        assert_eq!(Style::Ansi.paint(Role::Bad, ""), "");
    }

    #[test]
    fn control_and_direction_characters_are_spelt_out() {
        for (given, shown) in [
            ("plain – ü 日", "plain – ü 日"),
            ("a\tb", "a    b"),
            ("a\x1b[31mb", "a\\u{1b}[31mb"),
            ("line\r\nforged", "line\\r\\nforged"),
            ("nul\0", "nul\\u{0}"),
            ("gpj\u{202e}.exe", "gpj\\u{202e}.exe"),
            (
                "a\u{2028}b\u{61c}c\u{feff}",
                "a\\u{2028}b\\u{61c}c\\u{feff}",
            ),
        ] {
            assert_eq!(printable(given), shown);
        }
    }
}
