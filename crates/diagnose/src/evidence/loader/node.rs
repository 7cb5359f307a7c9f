//! Node's loaders: dotenv of npm, and Node's own.

use super::Reading;
use super::cursor::Cursor;

/// dotenv 14 to 17: three kinds of quotes, `#` cuts wherever it stands in an unquoted value, `\n` and `\r` count
/// between double quotes alone, nothing is expanded.
pub(super) fn dotenv(text: &str) -> Reading {
    let mut reading = Reading::default();
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut cursor = Cursor::new(&text);
    while !cursor.rest.is_empty() {
        cursor.take(is_js_space);
        let line = cursor.line;
        let mut ahead = cursor;
        match binding(&mut ahead) {
            Some((name, value)) => {
                reading.set(name, value, line);
                cursor = ahead;
            }
            None => cursor.skip_line(),
        }
    }
    reading
}

fn binding(cursor: &mut Cursor<'_>) -> Option<(String, String)> {
    let mut exported = *cursor;
    if exported.eat("export") && !exported.take(is_js_space).is_empty() {
        *cursor = exported;
    }
    let name = cursor.take(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'));
    if name.is_empty() {
        return None;
    }
    let mut equals = *cursor;
    equals.take(is_js_space);
    if equals.eat("=") {
        *cursor = equals;
    } else if !(cursor.eat(":") && cursor.peek().is_some_and(is_js_space)) {
        return None;
    }
    let raw = match quoted(cursor) {
        Some(quoted) => quoted,
        None => cursor.take(|c| !matches!(c, '#' | '\n')),
    };
    cursor.line_rest();
    Some((name.to_owned(), unquoted(raw.trim_matches(is_js_space))))
}

/// A quoted value, quotes included, if nothing but a comment stands behind it on its line.
fn quoted<'t>(cursor: &mut Cursor<'t>) -> Option<&'t str> {
    let mut ahead = *cursor;
    ahead.take(is_js_space);
    let start = ahead.rest;
    let quote = ahead.next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let mut ends = Vec::new();
    let mut escaped = false;
    let mut open = start.char_indices().skip(1).peekable();
    while let Some((at, c)) = open.next() {
        if c == quote {
            ends.push(at + 1);
            if !escaped {
                break;
            }
        }
        escaped = c == '\\' && !escaped && open.peek().is_some_and(|(_, next)| *next == quote);
    }
    // As a regular expression tries it: the quote that is not escaped first, then back over the escaped ones.
    let value = ends.iter().rev().find_map(|end| {
        let (value, behind) = start.split_at_checked(*end)?;
        let behind = behind.trim_start_matches(|c| c != '\n' && is_js_space(c));
        (behind.is_empty() || behind.starts_with(['\n', '#'])).then_some(value)
    })?;
    cursor.take(is_js_space);
    cursor.eat(value);
    Some(value)
}

fn unquoted(value: &str) -> String {
    let first = value.chars().next();
    let inner = first
        .filter(|c| matches!(c, '"' | '\'' | '`'))
        .and_then(|quote| value.strip_prefix(quote)?.strip_suffix(quote))
        .unwrap_or(value);
    if first == Some('"') {
        inner.replace("\\n", "\n").replace("\\r", "\r")
    } else {
        inner.to_owned()
    }
}

/// What `\s` is in JavaScript.
fn is_js_space(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

/// `node --env-file` and `util.parseEnv`: as dotenv, but only `\n` is an escape, and what stands behind a closing
/// quote is dropped.
pub(super) fn parse_env(text: &str) -> Reading {
    let trimmed = |c: char| matches!(c, ' ' | '\n');
    let mut reading = Reading::default();
    let text = text.replace('\r', "");
    let mut cursor = Cursor::new(text.trim_end_matches(trimmed));
    loop {
        cursor.take(trimmed);
        let line = cursor.line;
        let whole = cursor.rest.split('\n').next().unwrap_or_default();
        if cursor.rest.is_empty() {
            return reading;
        }
        if whole.starts_with('#') || !whole.contains('=') {
            cursor.skip_line();
            continue;
        }
        let name = cursor.take(|c| c != '=').trim_matches(trimmed);
        cursor.next();
        if name.is_empty() {
            return reading;
        }
        let name = name.strip_prefix("export ").unwrap_or(name);
        if matches!(cursor.peek(), None | Some('\n')) {
            reading.set(name, "", line);
            continue;
        }
        cursor.take(trimmed);
        match node_value(&mut cursor) {
            Some(value) => reading.set(name, value, line),
            None => return reading,
        }
    }
}

fn node_value(cursor: &mut Cursor<'_>) -> Option<String> {
    if let Some(quote) = cursor.peek().filter(|c| matches!(c, '"' | '\'' | '`')) {
        let inner = cursor.rest.strip_prefix(quote)?;
        if let Some((value, _)) = inner.split_once(quote) {
            cursor.next();
            cursor.take(|c| c != quote);
            cursor.line_rest();
            return Some(if quote == '"' {
                value.replace("\\n", "\n")
            } else {
                value.to_owned()
            });
        }
        // Never closed: the line as it is, or nothing if it is the last.
        return cursor
            .rest
            .contains('\n')
            .then(|| cursor.line_rest().to_owned());
    }
    let line = cursor.line_rest();
    let value = line.split('#').next().unwrap_or_default();
    Some(value.trim_matches(|c| matches!(c, ' ' | '\n')).to_owned())
}
