//! `set -a; . file`: an env file as a shell script.
//!
//! What a command prints is not known: `$(…)` and back-quotes count as nothing.

use super::cursor::Cursor;
use super::{Outer, Reading, compose};

pub(super) fn read(text: &str, outer: Outer<'_>) -> Reading {
    let mut reading = Reading::default();
    let mut cursor = Cursor::new(text);
    while !cursor.rest.is_empty() {
        let line = cursor.line;
        let known = |name: &str| {
            reading
                .last(name)
                .map(str::to_owned)
                .or_else(|| outer(name))
        };
        let Some(set) = command(&mut cursor, &known) else {
            // A syntax error: nothing behind it is run.
            reading.refuse(line);
            return reading;
        };
        for (name, value, line) in set {
            reading.set(name, value, line);
        }
    }
    reading
}

type Known<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Reads one command; what it sets, which is nothing if it is more than assignments.
fn command(cursor: &mut Cursor<'_>, known: Known<'_>) -> Option<Vec<(String, String, usize)>> {
    let mut set = Vec::new();
    let mut others = 0;
    let mut exports = false;
    loop {
        cursor.take(|c| matches!(c, ' ' | '\t'));
        match cursor.peek() {
            None => break,
            Some(';') if others == 0 && set.is_empty() => return None,
            Some('\n' | ';') => {
                cursor.next();
                break;
            }
            Some('#') => {
                cursor.line_rest();
            }
            // In the background, or in a pipe: another shell sets it.
            Some('&' | '|') => {
                cursor.take(|c| matches!(c, '&' | '|'));
                others += 1;
                break;
            }
            Some('(' | ')') => return None,
            Some('<' | '>') => {
                cursor.take(|c| matches!(c, '<' | '>' | '&'));
                word(cursor, known)?;
                // The file that it names is hardly there.
                others += 1;
            }
            Some(_) => {
                let line = cursor.line;
                let name = cursor.take(|c| c.is_ascii_alphanumeric() || c == '_');
                let is_name = name.starts_with(|c: char| !c.is_ascii_digit());
                if is_name && (others == 0 || exports) && cursor.eat("=") {
                    if cursor.peek() == Some('(') {
                        cursor.line_rest();
                        continue;
                    }
                    set.push((name.to_owned(), word(cursor, known)?, line));
                } else {
                    let rest = word(cursor, known)?;
                    exports |= name == "export" && rest.is_empty() && others == 0;
                    others += usize::from(!(name == "export" && rest.is_empty()));
                }
            }
        }
    }
    Some(if others == 0 { set } else { Vec::new() })
}

/// A word up to a blank or a sign of the shell; none if a quote in it is never closed.
fn word(cursor: &mut Cursor<'_>, known: Known<'_>) -> Option<String> {
    let mut word = String::new();
    while let Some(c) = cursor.peek().filter(|c| {
        !matches!(
            c,
            ' ' | '\t' | '\n' | ';' | '&' | '|' | '(' | ')' | '<' | '>'
        )
    }) {
        match c {
            '\'' => {
                cursor.next();
                word.push_str(cursor.take(|c| c != '\''));
                cursor.next()?;
            }
            '"' => {
                cursor.next();
                double_quoted(cursor, known, &mut word)?;
            }
            '\\' => {
                cursor.next();
                match cursor.next() {
                    Some('\n') => {}
                    Some(c) => word.push(c),
                    None => word.push('\\'),
                }
            }
            '$' => dollar(cursor, known, &mut word)?,
            '`' => back_quoted(cursor)?,
            _ => word.extend(cursor.next()),
        }
    }
    Some(word)
}

fn double_quoted(cursor: &mut Cursor<'_>, known: Known<'_>, word: &mut String) -> Option<()> {
    loop {
        match cursor.peek()? {
            '"' => {
                cursor.next();
                return Some(());
            }
            '$' => dollar(cursor, known, word)?,
            '`' => back_quoted(cursor)?,
            '\\' => {
                cursor.next();
                match cursor.next()? {
                    '\n' => {}
                    c @ ('"' | '\\' | '$' | '`') => word.push(c),
                    c => word.extend(['\\', c]),
                }
            }
            _ => word.extend(cursor.next()),
        }
    }
}

fn back_quoted(cursor: &mut Cursor<'_>) -> Option<()> {
    cursor.next();
    cursor.take(|c| c != '`');
    cursor.next().map(|_| ())
}

/// `$NAME`, `${NAME…}`, `$1`, `$(command)`, or a `$` alone.
fn dollar(cursor: &mut Cursor<'_>, known: Known<'_>, word: &mut String) -> Option<()> {
    cursor.next();
    match cursor.peek() {
        Some('{') => {
            let inner = cursor.rest;
            let (expression, _) = inner.split_once('}')?;
            let reference = format!("${expression}}}");
            // The same operators as compose, which has them from the shell.
            word.push_str(&compose::interpolate(&reference, known)?);
            cursor.take(|c| c != '}');
            cursor.next();
        }
        Some('(') => {
            let mut open = 0_usize;
            loop {
                match cursor.next()? {
                    '(' => open += 1,
                    ')' if open <= 1 => break,
                    ')' => open -= 1,
                    _ => {}
                }
            }
        }
        // A parameter of the script, or something of the shell itself: none in a file that is sourced.
        Some(c) if c.is_ascii_digit() || matches!(c, '$' | '@' | '*' | '#' | '?' | '!' | '-') => {
            cursor.next();
        }
        Some(c) if c.is_ascii_alphabetic() || c == '_' => {
            let name = cursor.take(|c| c.is_ascii_alphanumeric() || c == '_');
            word.push_str(&known(name).unwrap_or_default());
        }
        Some(_) | None => word.push('$'),
    }
    Some(())
}
