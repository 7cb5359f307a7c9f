//! dotenvy of Rust: shell-like quoting, no blanks in an unquoted value, gives up at a line it cannot read.

use super::{Outer, Reading};

pub(super) fn read(text: &str, outer: Outer<'_>) -> Reading {
    let mut reading = Reading::default();
    let mut lines = text.lines().enumerate();
    while let Some((at, first)) = lines.next() {
        let mut whole = first.to_owned();
        // A line ends where its quotes are closed.
        while is_open(&whole) {
            let Some((_, next)) = lines.next() else {
                break;
            };
            whole.push('\n');
            whole.push_str(next);
        }
        let line = whole.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let known = |name: &str| {
            outer(name)
                .or_else(|| reading.last(name).map(str::to_owned))
                .unwrap_or_default()
        };
        let read = binding(line).and_then(|(name, raw)| {
            let with_end = first.len() == whole.len() && first.ends_with(char::is_whitespace);
            let value = value(raw, &known).filter(|_| !with_end || raw.is_empty())?;
            Some((name.to_owned(), value))
        });
        let Some((name, value)) = read else {
            reading.refuse(at + 1);
            return reading;
        };
        reading.set(name, value, at + 1);
    }
    reading
}

fn is_open(line: &str) -> bool {
    let mut quote = None;
    let mut escaped = false;
    let mut blank = true;
    for c in line.chars() {
        match (c, quote) {
            _ if escaped => escaped = false,
            ('\\', None | Some('"')) => escaped = true,
            ('#', None) if blank => return false,
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            _ => {}
        }
        blank = c.is_whitespace();
    }
    quote.is_some() || escaped
}

fn binding(line: &str) -> Option<(&str, &str)> {
    let (name, raw) = line.split_once('=')?;
    let name = name.trim();
    let name = name
        .strip_prefix("export")
        .filter(|rest| rest.starts_with(char::is_whitespace))
        .map_or(name, str::trim_start);
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let good = name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'));
    (starts && good).then_some((name, raw.trim()))
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum State {
    Braced,
    DoubleQuoted,
    End,
    Plain,
    SingleQuoted,
}

fn value(raw: &str, known: &dyn Fn(&str) -> String) -> Option<String> {
    let mut value = String::new();
    if raw.starts_with('#') {
        return Some(value);
    }
    let mut state = State::Plain;
    // Where a reference ends, and whether it stands between double quotes, where it must be closed by hand.
    let mut around = State::Plain;
    let mut name = String::new();
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        match (state, c) {
            (State::End, ' ' | '\t') => {}
            (State::End, '#') => break,
            (State::End, _) => return None,
            (State::SingleQuoted, '\'') | (State::DoubleQuoted, '"') => state = State::Plain,
            (State::SingleQuoted, _) => value.push(c),
            (State::Braced, '}') => {
                value.push_str(&known(&std::mem::take(&mut name)));
                state = around;
            }
            // Other characters end the name without being looked at.
            (State::Braced, _) => name.push(c),
            (_, '$') if chars.peek() == Some(&'{') => {
                chars.next();
                around = state;
                state = State::Braced;
            }
            (_, '$') => {
                while let Some(next) = chars.next_if(|next| next.is_alphanumeric()) {
                    name.push(next);
                }
                value.push_str(&known(&std::mem::take(&mut name)));
                // What ends a name is taken as it is, a closing quote too.
                match chars.next_if(|next| *next != '$') {
                    Some('\\') | None => {}
                    Some(end) => value.push(end),
                }
            }
            (_, '\\') => match chars.next()? {
                c @ ('\\' | '\'' | '"' | '$' | ' ') => value.push(c),
                'n' => value.push('\n'),
                _ => return None,
            },
            (State::Plain, '\'') => state = State::SingleQuoted,
            (State::Plain, '"') => state = State::DoubleQuoted,
            (State::Plain, ' ' | '\t') => state = State::End,
            (State::DoubleQuoted | State::Plain, _) => value.push(c),
        }
    }
    matches!(state, State::Plain | State::End).then_some(value)
}
