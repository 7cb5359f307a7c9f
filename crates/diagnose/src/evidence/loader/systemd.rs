//! `EnvironmentFile=` of systemd: its own quoting, no expansion (systemd, `parse_env_file`).

use super::Reading;

#[derive(Clone, Copy, Eq, PartialEq)]
enum State {
    BeforeName,
    Comment,
    CommentEscape,
    DoubleQuoted,
    DoubleQuotedEscape,
    InName,
    InValue,
    BeforeValue,
    SingleQuoted,
    ValueEscape,
}

struct Walk {
    reading: Reading,
    state: State,
    name: String,
    value: String,
    /// How long the value is without the blanks at its end.
    kept: usize,
    line: usize,
    name_line: usize,
}

pub(super) fn read(text: &str) -> Reading {
    let mut walk = Walk {
        reading: Reading::default(),
        state: State::BeforeName,
        name: String::new(),
        value: String::new(),
        kept: 0,
        line: 1,
        name_line: 1,
    };
    for c in text.chars() {
        walk.step(c);
        walk.line += usize::from(c == '\n');
    }
    if !matches!(
        walk.state,
        State::BeforeName | State::Comment | State::CommentEscape | State::InName
    ) {
        walk.finish();
    }
    walk.reading
}

impl Walk {
    fn step(&mut self, c: char) {
        let blank = c.is_ascii_whitespace();
        let newline = matches!(c, '\n' | '\r');
        match self.state {
            State::BeforeName if matches!(c, '#' | ';') => self.state = State::Comment,
            State::BeforeName if !blank => {
                self.state = State::InName;
                self.name_line = self.line;
                self.name = c.to_string();
            }
            State::InName if newline => self.state = State::BeforeName,
            State::InName if c == '=' => {
                self.state = State::BeforeValue;
                self.value.clear();
                self.kept = 0;
            }
            State::InName => self.name.push(c),
            State::BeforeValue | State::InValue if newline => self.finish(),
            State::BeforeValue if c == '\'' => self.state = State::SingleQuoted,
            State::BeforeValue if c == '"' => self.state = State::DoubleQuoted,
            State::BeforeValue | State::InValue if c == '\\' => self.state = State::ValueEscape,
            State::BeforeName | State::BeforeValue if blank => {}
            State::BeforeName | State::BeforeValue | State::InValue => {
                self.state = State::InValue;
                self.value.push(c);
                if !blank {
                    self.kept = self.value.len();
                }
            }
            State::ValueEscape => {
                self.state = State::InValue;
                if !newline {
                    self.keep(c);
                }
            }
            State::SingleQuoted if c == '\'' => self.state = State::BeforeValue,
            State::DoubleQuoted if c == '"' => self.state = State::BeforeValue,
            State::DoubleQuoted if c == '\\' => self.state = State::DoubleQuotedEscape,
            State::SingleQuoted | State::DoubleQuoted => self.keep(c),
            State::DoubleQuotedEscape => {
                self.state = State::DoubleQuoted;
                if !matches!(c, '"' | '\\' | '`' | '$' | '\n') {
                    self.keep('\\');
                }
                if c != '\n' {
                    self.keep(c);
                }
            }
            State::Comment if c == '\\' => self.state = State::CommentEscape,
            State::Comment if newline => self.state = State::BeforeName,
            State::Comment => {}
            State::CommentEscape => self.state = State::Comment,
        }
    }

    fn keep(&mut self, c: char) {
        self.value.push(c);
        self.kept = self.value.len();
    }

    fn finish(&mut self) {
        self.state = State::BeforeName;
        self.value.truncate(self.kept);
        let name = self.name.trim_end();
        let starts = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        // A name such as `export A` is refused, and the line with it.
        if starts && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            let value = std::mem::take(&mut self.value);
            self.reading.set(name, value, self.name_line);
        }
    }
}
