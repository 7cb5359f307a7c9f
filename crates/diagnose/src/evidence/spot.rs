//! Where a fact was read.

use std::ops::Range;
use std::sync::Arc;

/// A place in a document: file, line, and the columns of the fact.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Spot {
    /// The file, as the user knows it.
    pub(crate) source: Arc<str>,
    /// The line, from 1; 0 where the document is one piece.
    pub(crate) line: usize,
    /// The line's text as it may be shown: without secrets.
    pub(crate) shown: String,
    /// The characters of `shown` that matter, from 0; empty for the whole line.
    pub(crate) columns: Range<usize>,
}

impl Spot {
    /// A line of a file whose text holds no secret.
    pub(crate) fn line(source: &Arc<str>, line: usize, shown: impl Into<String>) -> Self {
        Self {
            source: Arc::clone(source),
            line,
            shown: shown.into(),
            columns: 0..0,
        }
    }

    /// Underlines the first occurrence of `part` in the shown text.
    pub(crate) fn mark(self, part: &str) -> Self {
        self.mark_behind("", part)
    }

    /// Underlines the first occurrence of `part` behind the last one of `before`.
    pub(crate) fn mark_behind(mut self, before: &str, part: &str) -> Self {
        let from = self.shown.rfind(before).filter(|_| !before.is_empty());
        let from = from.map_or(0, |at| at + before.len());
        let behind = self.shown.get(from..).unwrap_or_default();
        if let Some(start) = behind.find(part).map(|at| from + at) {
            let start = self.shown[..start].chars().count();
            self.columns = start..start + part.chars().count();
        }
        self
    }
}
