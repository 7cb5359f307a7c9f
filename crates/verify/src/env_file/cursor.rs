//! A place in a text, with its line and column.

use std::iter::Peekable;
use std::str::Chars;

/// Walks through a text. Windows line ends are seen as `\n`.
pub(super) struct Cursor<'a> {
    chars: Peekable<Chars<'a>>,
    line: usize,
    column: usize,
    after_blank: bool,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut cursor = Self {
            chars: text.chars().peekable(),
            line: 1,
            column: 1,
            after_blank: false,
        };
        cursor.skip_carriage_return();
        cursor
    }

    /// Line and column of the next character, from 1.
    pub(super) const fn place(&self) -> (usize, usize) {
        (self.line, self.column)
    }

    pub(super) const fn is_after_blank(&self) -> bool {
        self.after_blank
    }

    pub(super) fn peek(&mut self) -> Option<char> {
        self.chars.peek().copied()
    }

    pub(super) fn peek_second(&self) -> Option<char> {
        self.chars.clone().nth(1)
    }

    pub(super) fn next(&mut self) {
        match self.chars.next() {
            None => return,
            Some('\n') => {
                self.line += 1;
                self.column = 1;
                self.after_blank = false;
            }
            Some(c) => {
                self.column += 1;
                self.after_blank = matches!(c, ' ' | '\t');
            }
        }
        self.skip_carriage_return();
    }

    pub(super) fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(' ' | '\t')) {
            self.next();
        }
    }

    pub(super) fn skip_space_and_lines(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.next();
        }
    }

    /// Goes to the end of the line, not past it.
    pub(super) fn skip_line(&mut self) {
        while self.peek().is_some_and(|c| c != '\n') {
            self.next();
        }
    }

    /// A carriage return before a line feed is no character of its own.
    fn skip_carriage_return(&mut self) {
        if self.peek() == Some('\r') && self.peek_second() == Some('\n') {
            self.chars.next();
        }
    }
}
