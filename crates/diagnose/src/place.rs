//! Where a problem is, as a compiler shows it: the line, underlined.

use crate::style::{Role, Style, printable};
use crate::wrap::columns;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::ops::Range;

/// Where a problem is: a file and its line, or whatever else the value came from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Place {
    source: String,
    line: Option<usize>,
    text: Option<String>,
    underline: Option<(Range<usize>, String)>,
}

impl Place {
    /// A line of a file, from 1.
    #[must_use]
    pub fn file(path: impl Into<String>, line: usize) -> Self {
        Self {
            line: Some(line),
            ..Self::source(path)
        }
    }

    /// A place that has no lines: the process environment, the command line, an address.
    #[must_use]
    pub fn source(source: impl Into<String>) -> Self {
        Self {
            source: source.into(),
            line: None,
            text: None,
            underline: None,
        }
    }

    /// The line's text. Hide secrets with [`mask`] before they come here.
    #[must_use]
    pub fn line(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }

    /// The part of the line to underline, in characters from 0, with a word about it.
    #[must_use]
    pub fn underline(mut self, columns: Range<usize>, label: impl Into<String>) -> Self {
        self.underline = Some((columns, label.into()));
        self
    }

    /// Underlines the first occurrence of `part`; nothing where the line does not have it.
    #[must_use]
    pub fn mark(mut self, part: &str) -> Self {
        let found = self.text.as_deref().and_then(|text| {
            let start = columns(&text[..text.find(part)?]);
            Some((start..start + columns(part), String::new()))
        });
        self.underline = found.or(self.underline);
        self
    }

    pub(crate) fn gutter(&self) -> usize {
        self.line.map_or(1, |line| line.to_string().len())
    }

    pub(crate) fn render(&self, out: &mut String, style: Style, gutter: usize) {
        let pad = " ".repeat(gutter);
        let column = self.underline.as_ref().map(|(range, _)| range.start + 1);
        let mut source = printable(&self.source).into_owned();
        for number in [self.line, self.line.and(column)].into_iter().flatten() {
            let _ = write!(source, ":{number}");
        }
        let arrow = style.paint(Role::Frame, "-->");
        let _ = writeln!(out, "{pad}{arrow} {source}");
        let (Some(line), Some(text)) = (self.line, &self.text) else {
            return;
        };
        let bar = style.paint(Role::Frame, "|");
        let number = style.paint(Role::Frame, &format!("{line:>gutter$}"));
        let _ = writeln!(out, "{pad} {bar}");
        let _ = writeln!(out, "{number} {bar} {}", printable(text).trim_end());
        if let Some((range, label)) = &self.underline {
            let before = columns(&printable(
                &text.chars().take(range.start).collect::<String>(),
            ));
            let part: String = text.chars().skip(range.start).take(range.len()).collect();
            let marks = "^".repeat(columns(&printable(&part)).max(1));
            let marks = format!("{marks} {}", printable(label));
            let marks = style.paint(Role::Bad, marks.trim_end());
            let _ = writeln!(out, "{pad} {bar} {}{marks}", " ".repeat(before));
        }
        let _ = writeln!(out, "{pad} {bar}");
    }

    pub(crate) fn json(&self) -> Value {
        json!({
            "source": self.source,
            "line": self.line,
            "column": self.underline.as_ref().map(|(range, _)| range.start + 1),
            "text": self.text,
        })
    }
}

/// Replaces a part of a line (characters from 0) by `shown`, such as a fingerprint.
///
/// ```
/// use countersign_diagnose::mask;
///
/// assert_eq!(mask("JWT_SECRET=hunter2 # old", 11..18, "sha256:f52fbd32"), "JWT_SECRET=sha256:f52fbd32 # old");
/// ```
#[must_use]
pub fn mask(line: &str, hidden: Range<usize>, shown: &str) -> String {
    let head = line.chars().take(hidden.start);
    let tail = line.chars().skip(hidden.end.max(hidden.start));
    head.chain(shown.chars()).chain(tail).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_hides_characters_not_bytes() {
        assert_eq!(mask("KEY=äöü tail", 4..7, "•"), "KEY=• tail");
        assert_eq!(mask("KEY=abc", 4..99, "sha256:0"), "KEY=sha256:0");
        assert_eq!(mask("KEY=", 9..12, "x"), "KEY=x");
    }
}
