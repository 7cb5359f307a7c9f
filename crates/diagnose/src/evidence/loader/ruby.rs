//! dotenv of Ruby, and dotenv-rails with it.

use super::cursor::Cursor;
use super::{Outer, Reading};

/// dotenv 3 of Ruby: `#` cuts wherever it stands in an unquoted value, `$NAME` and `${NAME}` are expanded outside of
/// single quotes, a backslash is dropped there. Commands in `$(…)` are left as they are: they are not run here.
pub(super) fn read(text: &str, outer: Outer<'_>) -> Reading {
    let mut reading = Reading::default();
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut cursor = Cursor::new(&text);
    let mut exports = Vec::new();
    while !cursor.rest.is_empty() {
        let mut ahead = cursor;
        ahead.take(is_space);
        let line = ahead.line;
        if let Some((name, raw)) = binding(&mut ahead) {
            let known = |name: &str| outer(name).or_else(|| reading.last(name).map(str::to_owned));
            let value = value(raw.trim_matches(is_space), &known);
            reading.set(name, value, line);
            cursor = ahead;
        } else {
            let line = cursor.line;
            let skipped = cursor.line_rest();
            exports.extend(
                skipped
                    .trim()
                    .strip_prefix("export ")
                    .map(|names| (names, line)),
            );
        }
        cursor.next();
    }
    for (names, line) in exports {
        if names
            .split_whitespace()
            .any(|name| reading.last(name).is_none())
        {
            reading.refuse(line);
        }
    }
    reading
}

fn is_space(c: char) -> bool {
    c.is_ascii_whitespace()
}

/// A name, and its value as it is written.
fn binding<'t>(cursor: &mut Cursor<'t>) -> Option<(&'t str, &'t str)> {
    let mut exported = *cursor;
    if exported.eat("export") && !exported.take(is_space).is_empty() {
        *cursor = exported;
    }
    let name = cursor.take(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'));
    let mut equals = *cursor;
    equals.take(is_space);
    if equals.eat("=") {
        *cursor = equals;
    } else if !(cursor.eat(":") && cursor.peek().is_some_and(is_space)) {
        return None;
    }
    if name.is_empty() {
        return None;
    }
    let value = match quoted(cursor) {
        Some(value) => value,
        None => cursor.take(|c| !matches!(c, '#' | '\n')),
    };
    cursor.line_rest();
    Some((name, value))
}

/// A quoted value, quotes included, if nothing but a comment stands behind it on its line.
fn quoted<'t>(cursor: &mut Cursor<'t>) -> Option<&'t str> {
    let mut ahead = *cursor;
    ahead.take(|c| c != '\n' && is_space(c));
    let start = ahead.rest;
    let quote = ahead.next().filter(|c| matches!(c, '"' | '\''))?;
    let mut ends = Vec::new();
    let mut before = quote;
    for (at, c) in start.char_indices().skip(1) {
        if c == quote {
            ends.push(at + 1);
            if before != '\\' {
                break;
            }
        }
        before = c;
    }
    let value = ends.iter().rev().find_map(|end| {
        let (value, behind) = start.split_at_checked(*end)?;
        let behind = behind.trim_start_matches(|c| c != '\n' && is_space(c));
        (behind.is_empty() || behind.starts_with(['\n', '#'])).then_some(value)
    })?;
    cursor.take(|c| c != '\n' && is_space(c));
    cursor.eat(value);
    Some(value)
}

fn value(raw: &str, known: &dyn Fn(&str) -> Option<String>) -> String {
    let quote = raw.chars().next().filter(|c| matches!(c, '"' | '\''));
    let inner = quote.and_then(|quote| raw.strip_prefix(quote)?.strip_suffix(quote));
    match (quote, inner) {
        (Some('\''), Some(inner)) => inner.to_owned(),
        (_, Some(inner)) => expanded(&unescaped(inner, true), known),
        (_, None) => expanded(&unescaped(raw, false), known),
    }
}

/// Without backslashes, but for those before a `$`, and between double quotes those of `\n` and `\r`.
fn unescaped(text: &str, quoted: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let next = if c == '\\' { chars.next() } else { None };
        match next {
            Some(next @ ('n' | 'r')) if quoted => out.extend(['\\', next]),
            Some('$') => out.push_str("\\$"),
            Some(next) => out.push(next),
            None => out.push(c),
        }
    }
    out
}

fn expanded(text: &str, known: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('$') {
        out.push_str(before);
        let braced = behind.strip_prefix('{').unwrap_or(behind);
        let end = braced.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        let (name, after) = braced.split_at(end.unwrap_or(braced.len()));
        rest = behind;
        if out.ends_with('\\') {
            out.pop();
            out.push('$');
        } else if name.is_empty() || behind.starts_with('(') {
            out.push('$');
        } else {
            out.push_str(&known(name).unwrap_or_default());
            rest = after.strip_prefix('}').unwrap_or(after);
        }
    }
    out.push_str(rest);
    out
}
