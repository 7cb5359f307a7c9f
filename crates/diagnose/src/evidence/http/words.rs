//! The words of a command line, as bash, cmd and PowerShell part them.

/// One word with the line it begins in, from 1.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) line: usize,
}

/// Which shell's quoting a command line is written for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Shell {
    /// `'…'`, `"…"`, `$'…'`, `\` at the end of a line.
    Bash,
    /// `"…"`, `^` before a special character and at the end of a line.
    Cmd,
}

impl Shell {
    /// The shell whose marks a command has: browsers write `^"` or a `^` at the line's end for cmd.
    pub(super) fn of(command: &str) -> Self {
        let carets =
            command.contains("^\"") || command.lines().any(|line| line.trim_end().ends_with('^'));
        if carets { Self::Cmd } else { Self::Bash }
    }
}

/// Parts a command into words, up to the first unquoted end (`\n`, `;`, `|`, `&`) of it.
///
/// `line` is the number of the command's first line.
pub(super) fn part(command: &str, line: usize, shell: Shell) -> Vec<Word> {
    let unescaped;
    let text = match shell {
        Shell::Bash => command,
        Shell::Cmd => {
            unescaped = without_carets(command);
            unescaped.as_str()
        }
    };
    let mut parting = Parting {
        chars: text.chars().peekable(),
        line,
        word: None,
        words: Vec::new(),
        cmd: shell == Shell::Cmd,
    };
    parting.run();
    parting.words
}

/// Takes cmd's carets away: `^x` is `x`, and a caret at the end of a line joins it with the next.
fn without_carets(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '^' => match chars.next() {
                // cmd joins the lines; the marker keeps the count of lines.
                Some('\r') if chars.peek() == Some(&'\n') => {
                    chars.next();
                    out.push_str("\\\n");
                }
                Some('\n') => out.push_str("\\\n"),
                Some(next) => out.push(next),
                None => {}
            },
            '\r' => {}
            other => out.push(other),
        }
    }
    out
}

struct Parting<'a> {
    chars: std::iter::Peekable<std::str::Chars<'a>>,
    line: usize,
    word: Option<Word>,
    words: Vec<Word>,
    cmd: bool,
}

impl Parting<'_> {
    fn run(&mut self) {
        while let Some(c) = self.chars.next() {
            match c {
                '\n' | ';' | '|' => break,
                '&' if !self.cmd => break,
                ' ' | '\t' | '\r' => self.end_word(),
                '\\' => self.escaped(),
                '\'' if !self.cmd => self.single(),
                '"' => self.double(),
                '$' if !self.cmd && self.chars.peek() == Some(&'\'') => {
                    self.chars.next();
                    self.ansi();
                }
                other => self.push(other),
            }
        }
        self.end_word();
    }

    fn push(&mut self, c: char) {
        let line = self.line;
        let word = self.word.get_or_insert_with(|| Word {
            text: String::new(),
            line,
        });
        word.text.push(c);
    }

    fn open(&mut self) {
        let line = self.line;
        self.word.get_or_insert_with(|| Word {
            text: String::new(),
            line,
        });
    }

    fn end_word(&mut self) {
        self.words.extend(self.word.take());
    }

    /// Outside quotes a backslash takes the next character as it is, and joins lines.
    fn escaped(&mut self) {
        match self.chars.next() {
            Some('\r') => {
                self.chars.next_if_eq(&'\n');
                self.line += 1;
            }
            Some('\n') => self.line += 1,
            Some(c) => self.push(c),
            None => {}
        }
    }

    fn single(&mut self) {
        self.open();
        while let Some(c) = self.chars.next() {
            match c {
                '\'' => return,
                '\n' => {
                    self.line += 1;
                    self.push(c);
                }
                c => self.push(c),
            }
        }
    }

    fn double(&mut self) {
        self.open();
        while let Some(c) = self.chars.next() {
            match c {
                '"' => return,
                '\\' => match self.chars.next() {
                    Some('\n') => self.line += 1,
                    Some(c @ ('"' | '\\' | '$' | '`')) => self.push(c),
                    Some(c) => {
                        self.push('\\');
                        self.push(c);
                    }
                    None => {}
                },
                '\n' => {
                    self.line += 1;
                    self.push(c);
                }
                c => self.push(c),
            }
        }
    }

    /// `$'…'`: bash's C escapes, which Chrome writes where a body has quotes or control characters.
    fn ansi(&mut self) {
        self.open();
        while let Some(c) = self.chars.next() {
            match c {
                '\'' => return,
                '\\' => {
                    let c = match self.chars.next() {
                        Some('n') => '\n',
                        Some('r') => '\r',
                        Some('t') => '\t',
                        Some('u') => self.hex(4),
                        Some('x') => self.hex(2),
                        Some(c) => c,
                        None => return,
                    };
                    self.push(c);
                }
                c => self.push(c),
            }
        }
    }

    fn hex(&mut self, digits: usize) -> char {
        let mut code = 0;
        for _ in 0..digits {
            let Some(digit) = self.chars.peek().and_then(|c| c.to_digit(16)) else {
                break;
            };
            self.chars.next();
            code = code * 16 + digit;
        }
        char::from_u32(code).unwrap_or('\u{fffd}')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(command: &str) -> Vec<String> {
        let words = part(command, 1, Shell::of(command));
        words.into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn bash_quoting_is_read_as_bash_does() {
        assert_eq!(
            texts(r#"curl 'a b' "c \"d\" $X" e\ f $'g\u0021\'h' ''"#),
            ["curl", "a b", "c \"d\" $X", "e f", "g!'h", ""]
        );
        assert_eq!(texts("curl a'b'\"c\""), ["curl", "abc"]);
        assert_eq!(texts("curl a | jq ."), ["curl", "a"]);
    }

    #[test]
    fn lines_are_joined_and_counted() {
        let words = part("curl 'x' \\\n  -H 'A: b' \\\r\n  -b c", 5, Shell::Bash);
        let lines: Vec<usize> = words.iter().map(|word| word.line).collect();
        assert_eq!(lines, [5, 5, 6, 6, 7, 7]);
    }

    #[test]
    fn carets_of_cmd_are_taken_away() {
        let copied = "curl ^\"https://a.example/x?a=1^&b=2^\" ^\n  -H ^\"Cookie: a=b^\" ^\n  --data-raw ^\"{^\\^\"a^\\^\":1}^\"";
        assert_eq!(
            texts(copied),
            [
                "curl",
                "https://a.example/x?a=1&b=2",
                "-H",
                "Cookie: a=b",
                "--data-raw",
                "{\"a\":1}"
            ]
        );
    }

    #[test]
    fn open_quotes_end_with_the_text() {
        assert_eq!(texts("curl 'abc"), ["curl", "abc"]);
        assert_eq!(texts("curl $'a\\"), ["curl", "a"]);
    }
}
