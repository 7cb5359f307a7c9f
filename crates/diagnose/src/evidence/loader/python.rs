//! Python's loaders: python-dotenv, python-decouple, django-environ.

use super::cursor::{Cursor, is_blank};
use super::{Outer, Reading};

/// python-dotenv 1.x: comments after a blank, escapes between quotes, `${NAME}` and `${NAME:-default}`
/// wherever they stand, between single quotes too; a bare `$` stands for itself.
pub(super) fn dotenv(text: &str, outer: Outer<'_>) -> Reading {
    let mut reading = Reading::default();
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let mut cursor = Cursor::new(&text);
    loop {
        cursor.take(char::is_whitespace);
        if cursor.rest.is_empty() {
            return reading;
        }
        let line = cursor.line;
        match binding(&mut cursor) {
            Some(Some((name, value))) => {
                let value = expanded(&value, &|name| {
                    outer(name).or_else(|| reading.last(name).map(str::to_owned))
                });
                reading.set(name, value, line);
            }
            Some(None) => {}
            None => cursor.skip_line(),
        }
    }
}

/// A line: none if it is broken, nothing if it is a comment or a name alone.
#[expect(
    clippy::option_option,
    reason = "broken, empty and set are the three ends of a line"
)]
fn binding(cursor: &mut Cursor<'_>) -> Option<Option<(String, String)>> {
    cursor.eat_word("export");
    let name = match cursor.peek() {
        Some('#') => "",
        Some('\'') => {
            cursor.next();
            let name = cursor.take(|c| c != '\'');
            cursor.eat("'").then_some(name)?
        }
        _ => {
            let name = cursor.take(|c| !c.is_whitespace() && !matches!(c, '=' | '#'));
            (!name.is_empty()).then_some(name)?
        }
    };
    cursor.take(is_blank);
    let mut value = None;
    if cursor.eat("=") {
        let blanks = cursor.take(is_blank);
        value = Some(match cursor.peek() {
            Some('#') if !blanks.is_empty() => String::new(),
            Some(quote @ ('"' | '\'')) => quoted(cursor, quote)?,
            Some('\n' | '\r') | None => String::new(),
            Some(_) => without_comment(cursor.take(|c| !matches!(c, '\n' | '\r'))),
        });
    }
    let blanks_or_comment = cursor.rest.trim_start_matches(is_blank);
    if blanks_or_comment.starts_with('#') {
        cursor.take(|c| !matches!(c, '\n' | '\r'));
    }
    cursor.take(is_blank);
    if !matches!(cursor.peek(), None | Some('\n' | '\r')) {
        return None;
    }
    Some(
        value
            .filter(|_| !name.is_empty())
            .map(|value| (name.to_owned(), value)),
    )
}

/// A value between quotes, which may span lines; none if it is never closed.
fn quoted(cursor: &mut Cursor<'_>, quote: char) -> Option<String> {
    let mut ahead = *cursor;
    ahead.next();
    let mut value = String::new();
    loop {
        match ahead.next()? {
            '\\' => match (ahead.next()?, quote) {
                (c @ ('\\' | '\''), _) | (c @ '"', '"') => value.push(c),
                ('n', '"') => value.push('\n'),
                ('r', '"') => value.push('\r'),
                ('t', '"') => value.push('\t'),
                ('a', '"') => value.push('\u{7}'),
                ('b', '"') => value.push('\u{8}'),
                ('f', '"') => value.push('\u{c}'),
                ('v', '"') => value.push('\u{b}'),
                (c, _) => value.extend(['\\', c]),
            },
            c if c == quote => break,
            c => value.push(c),
        }
    }
    *cursor = ahead;
    Some(value)
}

/// Without ` # comment` and without blanks at the end.
fn without_comment(value: &str) -> String {
    let mut after_blank = false;
    let comment = value.char_indices().find(|(_, c)| {
        let starts = *c == '#' && after_blank;
        after_blank = c.is_whitespace();
        starts
    });
    let end = comment.map_or(value.len(), |(at, _)| at);
    value.get(..end).unwrap_or(value).trim_end().to_owned()
}

/// `${NAME}` and `${NAME:-default}` as python-dotenv knows them.
fn expanded(value: &str, known: &dyn Fn(&str) -> Option<String>) -> String {
    let mut result = String::new();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once("${") {
        result.push_str(before);
        let reference = after.split_once('}').and_then(|(inner, behind)| {
            let (name, default) = match inner.split_once(':') {
                None => (inner, ""),
                Some((name, default)) => (name, default.strip_prefix('-')?),
            };
            Some((name, default, behind))
        });
        if let Some((name, default, behind)) = reference {
            result.push_str(&known(name).unwrap_or_else(|| default.to_owned()));
            rest = behind;
        } else {
            result.push_str("${");
            rest = after;
        }
    }
    result.push_str(rest);
    result
}

/// python-decouple: one pair of quotes off, no comments behind a value, no expansion.
pub(super) fn decouple(text: &str) -> Reading {
    let mut reading = Reading::default();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        let Some((name, value)) = line.split_once('=').filter(|_| !line.starts_with('#')) else {
            continue;
        };
        let value = value.trim();
        let value = without_quotes(value, '"')
            .or_else(|| without_quotes(value, '\''))
            .unwrap_or(value);
        reading.set(name.trim(), value, at + 1);
    }
    reading
}

/// django-environ: no blanks around the name, one pair of quotes off, no comments behind a value.
pub(super) fn django_environ(text: &str) -> Reading {
    let mut reading = Reading::default();
    for (at, line) in text.lines().enumerate() {
        let line = line.strip_prefix("export ").unwrap_or(line);
        let Some((name, value)) = line.split_once('=') else {
            continue;
        };
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            continue;
        }
        let value = match (without_quotes(value, '\''), without_quotes(value, '"')) {
            (Some(inner), _) => inner.to_owned(),
            (None, Some(inner)) => unescaped(inner),
            (None, None) => value.to_owned(),
        };
        reading.set(name, value, at + 1);
    }
    reading
}

fn without_quotes(value: &str, quote: char) -> Option<&str> {
    value.strip_prefix(quote)?.strip_suffix(quote)
}

fn unescaped(value: &str) -> String {
    let mut result = String::new();
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match (c, chars.as_str().chars().next()) {
            ('\\', Some(next)) if !matches!(next, 'n' | 'r' | 't') => {
                chars.next();
                result.push(next);
            }
            _ => result.push(c),
        }
    }
    result
}
