//! phpdotenv, which Laravel reads `.env` with.

use super::{Outer, Reading};

/// phpdotenv 5: `#` cuts wherever it stands in an unquoted value, a blank within one refuses the whole file, and
/// `${NAME}` is expanded outside of single quotes; `$NAME` is not.
pub(super) fn read(text: &str, outer: Outer<'_>) -> Reading {
    let mut reading = Reading::default();
    for (entry, line) in entries(text) {
        match binding(&entry, &reading, outer) {
            Some((name, Some(value))) => reading.set(name, value, line),
            Some((_, None)) => {}
            None => {
                let mut refused = Reading::default();
                refused.refuse(line);
                return refused;
            }
        }
    }
    reading
}

/// The lines that are no comments, those of a value between double quotes together, each with its number.
fn entries(text: &str) -> Vec<(String, usize)> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut found = Vec::new();
    let mut open: Option<(String, usize)> = None;
    for (at, line) in text.split('\n').enumerate() {
        let starts = line.contains("=\"") && !closes(line, true);
        match open.as_mut() {
            Some((entry, _)) => {
                entry.push('\n');
                entry.push_str(line);
            }
            None if starts => open = Some((line.to_owned(), at + 1)),
            None => {
                let bare = line.trim();
                if !bare.is_empty() && !bare.starts_with('#') {
                    found.push((line.to_owned(), at + 1));
                }
                continue;
            }
        }
        if closes(line, starts) {
            found.extend(open.take());
        }
    }
    found
}

/// Whether the quote that a line is in ends on it.
fn closes(line: &str, starts: bool) -> bool {
    let bare = line.replace("\\\\", "");
    let quotes = bare.as_bytes().windows(2);
    let count = quotes.filter(|two| matches!(two, [first, b'"'] if *first != b'\\'));
    line == "\"" || count.count() > usize::from(starts)
}

/// A name, and its value if there is one; none where the file is refused.
fn binding(entry: &str, reading: &Reading, outer: Outer<'_>) -> Option<(String, Option<String>)> {
    let (name, value) = match entry.split_once('=') {
        Some((name, value)) => (name.trim_ascii(), Some(value.trim_ascii())),
        None => (entry, None),
    };
    let exported = name.len() > 8;
    let name = name
        .strip_prefix("export")
        .filter(|rest| exported && rest.starts_with(char::is_whitespace))
        .map_or(name, str::trim_start);
    let quoted = |quote: char| name.strip_prefix(quote)?.strip_suffix(quote);
    let name = quoted('"').or_else(|| quoted('\'')).unwrap_or(name);
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    if name.is_empty() || !name.chars().all(good) {
        return None;
    }
    let Some(value) = value else {
        return Some((name.to_owned(), None));
    };
    let known = |name: &str| outer(name).or_else(|| reading.last(name).map(str::to_owned));
    Some((name.to_owned(), Some(expanded(&parts(value)?, &known))))
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum State {
    Start,
    Bare,
    Single,
    Double,
    Escape,
    Behind,
    Comment,
}

/// The characters of a value, each with whether it is a `$` that may begin a reference.
fn parts(value: &str) -> Option<Vec<(char, bool)>> {
    let mut state = State::Start;
    let mut found = Vec::new();
    for c in value.chars() {
        let blank = c.is_ascii_whitespace();
        let next = match (state, c) {
            (State::Start, '\'') => State::Single,
            (State::Start, '"') | (State::Escape, _) => State::Double,
            (State::Single, '\'') | (State::Double, '"') => State::Behind,
            (State::Start | State::Bare | State::Behind, '#') => State::Comment,
            (State::Bare | State::Behind, _) if blank => State::Behind,
            (State::Behind, _) => return None,
            (State::Start, _) => State::Bare,
            (State::Double, '\\') => State::Escape,
            (state, _) => state,
        };
        match (state, next) {
            (State::Escape, _) => found.push((escaped(c)?, false)),
            (State::Single, State::Single) => found.push((c, false)),
            (_, State::Bare) | (State::Double, State::Double) => found.push((c, c == '$')),
            _ => {}
        }
        state = next;
    }
    let closed = !matches!(state, State::Single | State::Double | State::Escape);
    closed.then_some(found)
}

fn escaped(c: char) -> Option<char> {
    Some(match c {
        '"' | '\\' | '$' => c,
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'f' => '\u{c}',
        'v' => '\u{b}',
        _ => return None,
    })
}

/// With `${NAME}` expanded where the name is known.
fn expanded(parts: &[(char, bool)], known: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut rest = parts;
    while let Some(((c, begins), behind)) = rest.split_first() {
        let reference = begins.then(|| reference(behind)).flatten();
        rest = behind;
        if let Some((value, length)) =
            reference.and_then(|(name, length)| Some((known(&name)?, length)))
        {
            out.push_str(&value);
            rest = behind.get(length..).unwrap_or_default();
        } else {
            out.push(*c);
        }
    }
    out
}

/// `{NAME}`: the name, and how long it is with its braces.
fn reference(behind: &[(char, bool)]) -> Option<(String, usize)> {
    let text: String = behind.iter().map(|(c, _)| *c).collect();
    let (name, _) = text.strip_prefix('{')?.split_once('}')?;
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    (!name.is_empty() && name.chars().all(good)).then(|| (name.to_owned(), name.len() + 2))
}
