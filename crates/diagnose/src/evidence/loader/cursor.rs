//! A walk through a text, with the line that is being read.

/// What is still to be read, and its line.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'t> {
    pub(super) rest: &'t str,
    /// From 1.
    pub(super) line: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            rest: text,
            line: 1,
        }
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let next = chars.next()?;
        self.rest = chars.as_str();
        self.line += usize::from(next == '\n');
        Some(next)
    }

    /// Takes characters as long as they please.
    pub(super) fn take(&mut self, pleases: impl Fn(char) -> bool) -> &'t str {
        let end = self.rest.find(|c| !pleases(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.line += taken.matches('\n').count();
        self.rest = rest;
        taken
    }

    /// Takes `text`, if it comes next.
    pub(super) fn eat(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.line += text.matches('\n').count();
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Takes what is left of the line, without its end.
    pub(super) fn line_rest(&mut self) -> &'t str {
        self.take(|c| c != '\n')
    }

    /// Takes what is left of the line, with its end.
    pub(super) fn skip_line(&mut self) {
        self.line_rest();
        self.next();
    }

    /// Takes `word` and the blanks behind it, if both come next.
    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let behind = self.rest.strip_prefix(word);
        let found = behind.is_some_and(|rest| rest.starts_with(is_blank));
        if found {
            self.eat(word);
            self.take(is_blank);
        }
        found
    }
}

/// Blanks within a line.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() && !matches!(c, '\n' | '\r')
}
