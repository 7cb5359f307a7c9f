//! Compose's env files, and godotenv, which they come from; and the `$` of compose files themselves.

use super::cursor::Cursor;
use super::{Outer, Reading};

#[derive(Clone, Copy, Eq, PartialEq)]
enum Flavour {
    Compose,
    Godotenv,
}

/// `env_file:` of compose v2: quotes, comments after a blank, `$NAME`, `${NAME…}` and `$$` outside single quotes.
pub(super) fn read(text: &str, outer: Outer<'_>) -> Reading {
    walk(text.trim_start_matches('\u{feff}'), outer, Flavour::Compose)
}

/// godotenv: names in `$` are in capitals and out of the file alone.
pub(super) fn godotenv(text: &str) -> Reading {
    walk(text, &|_| None, Flavour::Godotenv)
}

fn walk(text: &str, outer: Outer<'_>, flavour: Flavour) -> Reading {
    let mut reading = Reading::default();
    let text = text.replace("\r\n", "\n");
    let mut cursor = Cursor::new(&text);
    loop {
        cursor.take(char::is_whitespace);
        let line = cursor.line;
        match cursor.peek() {
            None => return reading,
            Some('#') => cursor.skip_line(),
            Some(_) => {
                let known = |name: &str| match flavour {
                    Flavour::Compose => {
                        outer(name).or_else(|| reading.last(name).map(str::to_owned))
                    }
                    Flavour::Godotenv => reading.last(name).map(str::to_owned),
                };
                match statement(&mut cursor, &known, flavour) {
                    Some((name, Some(value))) => reading.set(name, value, line),
                    Some((name, None)) => {
                        if let Some(value) = outer(&name) {
                            reading.set(name, value, line);
                        }
                    }
                    None => {
                        reading.refuse(line);
                        cursor.skip_line();
                    }
                }
            }
        }
    }
}

type Known<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A name with its value, or alone; none where the loader gives up.
fn statement(
    cursor: &mut Cursor<'_>,
    known: Known<'_>,
    flavour: Flavour,
) -> Option<(String, Option<String>)> {
    cursor.eat_word("export");
    let whole = cursor.take(|c| !matches!(c, '=' | ':' | '\n'));
    let name = whole.trim_end();
    let good = |c: char| {
        c.is_alphanumeric() || "_.".contains(c) || (c == '-' && flavour == Flavour::Compose)
    };
    if name.is_empty() && cursor.peek() != Some('=') || !name.chars().all(good) {
        return None;
    }
    if cursor.peek() == Some('\n') || cursor.rest.is_empty() {
        return Some((name.to_owned(), None));
    }
    cursor.next();
    cursor.take(is_blank);
    let value = if let Some(quote @ ('"' | '\'')) = cursor.peek() {
        let raw = quoted(cursor, quote, flavour)?;
        match (quote, flavour) {
            ('"', Flavour::Compose) => interpolate(&escapes(&raw), known)?,
            ('"', Flavour::Godotenv) => capitals(&godotenv_escapes(&raw), known),
            _ => raw,
        }
    } else {
        let raw = cursor.line_rest();
        match flavour {
            Flavour::Compose => {
                let value = raw.split(" #").next().unwrap_or_default();
                interpolate(value.trim_end(), known)?
            }
            Flavour::Godotenv => capitals(godotenv_comment(raw).trim(), known),
        }
    };
    Some((name.to_owned(), Some(value)))
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() && c != '\n'
}

fn quoted(cursor: &mut Cursor<'_>, quote: char, flavour: Flavour) -> Option<String> {
    let mut ahead = *cursor;
    ahead.next();
    let mut value = String::new();
    loop {
        match ahead.next()? {
            '\\' if ahead.peek() == Some(quote) => {
                if flavour == Flavour::Godotenv {
                    value.push('\\');
                }
                value.push(quote);
                ahead.next();
            }
            '\\' if ahead.peek() == Some('\\') && flavour == Flavour::Compose => {
                value.push_str("\\\\");
                ahead.next();
            }
            c if c == quote => break,
            c => value.push(c),
        }
    }
    *cursor = ahead;
    if flavour == Flavour::Godotenv {
        return Some(value.trim_matches(quote).to_owned());
    }
    Some(value)
}

/// Escapes between double quotes; `\$` becomes `$$`, which stands for `$`.
fn escapes(raw: &str) -> String {
    let mut value = String::new();
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        let escaped = match chars.peek().filter(|_| c == '\\') {
            Some('a') => "\u{7}",
            Some('b') => "\u{8}",
            Some('f') => "\u{c}",
            Some('n') => "\n",
            Some('r') => "\r",
            Some('t') => "\t",
            Some('v') => "\u{b}",
            Some('"') => "\"",
            Some('\\') => "\\",
            Some('$') => "$$",
            Some(_) | None => {
                value.push(c);
                continue;
            }
        };
        chars.next();
        value.push_str(escaped);
    }
    value
}

fn godotenv_escapes(raw: &str) -> String {
    let mut value = String::new();
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        match chars.peek().copied().filter(|_| c == '\\') {
            Some('n') => value.push('\n'),
            Some('r') => value.push('\r'),
            Some('$') => value.push_str("\\$"),
            Some(next) => value.push(next),
            None => {
                value.push(c);
                continue;
            }
        }
        chars.next();
    }
    value
}

fn godotenv_comment(raw: &str) -> &str {
    let mut comments = raw.match_indices('#').filter(|(at, _)| {
        raw.get(..*at)
            .is_some_and(|before| before.ends_with(char::is_whitespace))
    });
    let end = comments.next_back().map_or(raw.len(), |(at, _)| at);
    raw.get(..end).unwrap_or(raw)
}

/// `$NAME` of godotenv: capitals, digits and `_`; a `\` before it keeps it.
fn capitals(value: &str, known: Known<'_>) -> String {
    let mut result = String::new();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once('$') {
        if let Some(kept) = before.strip_suffix('\\') {
            result.push_str(kept);
            result.push('$');
            rest = after;
            continue;
        }
        result.push_str(before);
        let inner = after.strip_prefix('{').unwrap_or(after);
        let behind = inner
            .trim_start_matches(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
        if let Some(name) = inner.strip_suffix(behind).filter(|name| !name.is_empty()) {
            result.push_str(&known(name).unwrap_or_default());
            rest = behind.strip_prefix('}').unwrap_or(behind);
        } else {
            result.push('$');
            rest = after;
        }
    }
    result.push_str(rest);
    result
}

/// The `$` of compose files and env files: `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME:+other}`,
/// `${NAME:?error}`, and `$$` for `$`. None where compose gives up.
pub(crate) fn interpolate(value: &str, known: Known<'_>) -> Option<String> {
    let mut result = String::new();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once('$') {
        result.push_str(before);
        if let Some(behind) = after.strip_prefix('$') {
            result.push('$');
            rest = behind;
        } else if let Some(inner) = after.strip_prefix('{') {
            let end = closing(inner)?;
            let (expression, behind) = inner.split_at_checked(end)?;
            result.push_str(&braced(expression, known)?);
            rest = behind.strip_prefix('}')?;
        } else {
            let behind = after.trim_start_matches(is_name);
            let name = after.strip_suffix(behind).unwrap_or_default();
            if name.starts_with(|c: char| c.is_ascii_digit()) || name.is_empty() {
                result.push('$');
                rest = after;
            } else {
                result.push_str(&known(name).unwrap_or_default());
                rest = behind;
            }
        }
    }
    result.push_str(rest);
    Some(result)
}

/// The place of the `}` that closes, past those of references inside.
fn closing(inner: &str) -> Option<usize> {
    let mut open = 0_usize;
    let mut before = ' ';
    for (at, c) in inner.char_indices() {
        match c {
            '{' if before == '$' => open += 1,
            '}' if open == 0 => return Some(at),
            '}' => open -= 1,
            _ => {}
        }
        before = c;
    }
    None
}

fn braced(expression: &str, known: Known<'_>) -> Option<String> {
    let behind = expression.trim_start_matches(is_name);
    let name = expression.strip_suffix(behind)?;
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let operator = behind.strip_prefix(':').unwrap_or(behind);
    let own = known(name).filter(|own| !(behind.starts_with(':') && own.is_empty()));
    let word = operator.get(1..).unwrap_or_default();
    match (operator.chars().next(), own) {
        (None, own) => Some(own.unwrap_or_default()),
        (Some('-' | '?'), Some(own)) => Some(own),
        (Some('-'), None) | (Some('+'), Some(_)) => interpolate(word, known),
        (Some('+'), None) => Some(String::new()),
        _ => None,
    }
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}
