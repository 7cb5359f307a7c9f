//! The case on a cause's page: the files of a failure, and what the doctor says of them.
//!
//! The files are those of a folder in `cases/`; what is said is worked out when it is asked for.

use crate::diagnosis::diagnose;
use crate::evidence::{Document, Evidence};
use crate::style::Style;
use countersign_verify::Cause;

/// The files of all cases: `=== CODE folder`, then each file after `--- name`.
const CASES: &str = include_str!("shown_cases.txt");

/// How long a word of a file may be to be shown whole, in characters.
const LONGEST: usize = 64;

/// A case.
#[derive(Clone, Debug)]
pub struct ShownCase {
    /// The folder below `cases/`.
    pub folder: &'static str,
    /// Each file by name, with its text as it is read.
    pub files: Vec<(&'static str, &'static str)>,
}

/// The case of a cause; none where only a running server meets it.
#[must_use]
pub fn shown_case(cause: Cause) -> Option<ShownCase> {
    let of_cause = |text: &&str| text.starts_with(cause.code());
    let text = CASES.split("\n=== ").skip(1).find(of_cause)?;
    let (head, files) = text.split_once("\n--- ")?;
    let files = files
        .split("\n--- ")
        .filter_map(|file| file.split_once('\n'));
    Some(ShownCase {
        folder: head.split_once(' ')?.1,
        files: files.collect(),
    })
}

impl ShownCase {
    /// What the doctor says of it, in lines of `width` characters.
    #[must_use]
    pub fn said(&self, style: Style, width: usize) -> String {
        let documents = self
            .files
            .iter()
            .map(|(name, text)| Document::new(*name, *text));
        diagnose(&Evidence::read(documents.collect())).human(style, width)
    }

    /// The files as they are shown: without `case.toml`, and with the middles of long words left out.
    #[must_use]
    pub fn shown(&self) -> Vec<(&'static str, String)> {
        let files = self.files.iter().filter(|(name, _)| *name != "case.toml");
        files
            .map(|(name, text)| (*name, short(text.trim_end())))
            .collect()
    }
}

fn short(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(4_096));
    for word in text.split_inclusive(|c: char| c.is_whitespace() || "\",;&".contains(c)) {
        let count = word.chars().count();
        if count <= LONGEST {
            out += word;
            continue;
        }
        out.extend(word.chars().take(LONGEST / 2));
        out.push('…');
        out.extend(word.chars().skip(count - LONGEST / 4));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_a_token_is_left_out() {
        let token = format!("Bearer eyJ{}END\n\nx", "a".repeat(90));
        let shown = short(&token);
        assert!(
            shown.starts_with("Bearer eyJaa")
                && shown.ends_with("aEND\n\nx")
                && shown.contains('…'),
            "{shown}"
        );
    }

    #[test]
    fn a_case_has_its_cause_and_its_files() {
        let case = shown_case(Cause::TokenExpired).unwrap();
        assert!(
            !case.shown().is_empty() && case.shown().iter().all(|(name, _)| *name != "case.toml")
        );
        assert!(case.said(Style::Plain, 80).contains("CSN4001"));
    }
}
