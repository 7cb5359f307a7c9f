//! Env files, as dotenv loaders read them, with the place of every mistake.
//!
//! `NAME=value` a line, `export` before it allowed; `#` starts a comment on a line of its own, or after a
//! blank in an unquoted value. Single quotes keep all; double quotes know `\n`, `\r`, `\t`, `\\`, `\"` and
//! `\$`; both may run over several lines. `${NAME}` and `${NAME:-default}` are expanded outside single
//! quotes, from earlier entries of the file and then from the caller; a bare `$` stands for itself.

use crate::refusal::shown;
use std::fmt;
use zeroize::Zeroizing;

mod cursor;

use cursor::Cursor;

/// One entry of an env file. `Debug` does not show the value.
#[derive(Clone, Eq, PartialEq)]
pub struct EnvEntry {
    /// The name.
    pub name: String,
    /// The value: unquoted, unescaped, expanded.
    pub value: Zeroizing<String>,
    /// The line of the name, from 1.
    pub line: usize,
    /// The column of the value's first character, quotes included, from 1.
    pub column: usize,
}

impl fmt::Debug for EnvEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}:{}", self.name, self.line, self.column)
    }
}

/// What is wrong with an env file. Holds no value of it.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct EnvFileError {
    /// The line, from 1.
    pub line: usize,
    /// The column, in characters from 1.
    pub column: usize,
    /// What was found.
    pub message: String,
    /// What to write instead.
    pub fix: String,
}

/// Reads an env file. A byte order mark and Windows line ends are accepted; of two entries of one name
/// both are returned, and the later one counts.
///
/// # Errors
/// The first mistake, with its place and how to mend it.
///
/// ```
/// use countersign_verify::env_file;
///
/// let entries = env_file::parse("export A=1 # one\nB=\"${A}${C}\"", |name| {
///     (name == "C").then(|| "3".to_owned())
/// })?;
/// assert_eq!((entries[1].name.as_str(), entries[1].value.as_str()), ("B", "13"));
/// # Ok::<(), env_file::EnvFileError>(())
/// ```
pub fn parse(
    text: &str,
    lookup: impl Fn(&str) -> Option<String>,
) -> Result<Vec<EnvEntry>, EnvFileError> {
    let mut entries: Vec<EnvEntry> = Vec::new();
    let mut cursor = Cursor::new(text.strip_prefix('\u{feff}').unwrap_or(text));
    loop {
        cursor.skip_space_and_lines();
        match cursor.peek() {
            None => return Ok(entries),
            Some('#') => cursor.skip_line(),
            Some(_) => {
                let known = |name: &str| {
                    let earlier = entries.iter().rev().find(|entry| entry.name == name);
                    earlier
                        .map(|entry| entry.value.to_string())
                        .or_else(|| lookup(name))
                };
                let entry = entry(&mut cursor, &known)?;
                entries.push(entry);
            }
        }
    }
}

/// The pairs of entries that give one name different values, first and later; the later one counts.
#[must_use]
pub fn duplicates(entries: &[EnvEntry]) -> Vec<(&EnvEntry, &EnvEntry)> {
    let later = |place: usize| {
        let first = &entries[place];
        let same = entries[place + 1..]
            .iter()
            .find(|entry| entry.name == first.name);
        same.filter(|entry| entry.value != first.value)
            .map(|entry| (first, entry))
    };
    (0..entries.len()).filter_map(later).collect()
}

type Known<'a> = &'a dyn Fn(&str) -> Option<String>;

fn entry(cursor: &mut Cursor<'_>, known: Known<'_>) -> Result<EnvEntry, EnvFileError> {
    let (line, start) = cursor.place();
    let mut name = word(cursor);
    if name == "export" && matches!(cursor.peek(), Some(' ' | '\t')) {
        cursor.skip_blanks();
        name = word(cursor);
    }
    cursor.skip_blanks();
    if cursor.peek() != Some('=') {
        return Err(no_assignment(cursor, (line, start), &name));
    }
    cursor.next();
    if !is_name(&name) {
        let message = format!("{} is no name of a variable", shown(&name));
        return Err(error(
            (line, start),
            message,
            "use letters, digits and _, and start with a letter or _",
        ));
    }
    cursor.skip_blanks();
    let (_, column) = cursor.place();
    let value = match cursor.peek() {
        Some(quote @ ('"' | '\'')) => quoted(cursor, quote, known)?,
        Some(_) | None => unquoted(cursor, known)?,
    };
    if value.contains('\0') {
        return Err(error(
            (line, column),
            "the value holds a NUL character".to_owned(),
            "remove it",
        ));
    }
    Ok(EnvEntry {
        name,
        value,
        line,
        column,
    })
}

fn word(cursor: &mut Cursor<'_>) -> String {
    let mut word = String::new();
    while let Some(c) = cursor
        .peek()
        .filter(|c| !matches!(c, '=' | ' ' | '\t' | '\n' | '#'))
    {
        word.push(c);
        cursor.next();
    }
    word
}

fn is_name(name: &str) -> bool {
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    starts
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))
}

fn no_assignment(cursor: &Cursor<'_>, start: (usize, usize), name: &str) -> EnvFileError {
    // What stands here may be the rest of a secret that was broken over two lines: never show it.
    if let Some(bare) = name.strip_suffix(':').filter(|bare| is_name(bare)) {
        let message = format!("{bare} is followed by a colon");
        return error(start, message, &format!("write {bare}=value"));
    }
    let message = "there is no = on this line".to_owned();
    let fix = "write NAME=value, put # before a comment, and quote a value that has several lines";
    error(cursor.place(), message, fix)
}

/// A value up to a comment or the end of the line, without the blanks around it.
fn unquoted(cursor: &mut Cursor<'_>, known: Known<'_>) -> Result<Zeroizing<String>, EnvFileError> {
    let mut value = Zeroizing::new(String::new());
    // Only after a blank is # a comment; in `A= # none` that blank is behind us.
    let mut after_blank = cursor.is_after_blank();
    while let Some(c) = cursor.peek().filter(|c| *c != '\n') {
        if c == '#' && after_blank {
            cursor.skip_line();
            break;
        }
        after_blank = matches!(c, ' ' | '\t');
        if c == '$' && cursor.peek_second() == Some('{') {
            expand(cursor, known, &mut value)?;
        } else {
            value.push(c);
            cursor.next();
        }
    }
    let length = value.trim_end().len();
    value.truncate(length);
    Ok(value)
}

/// A value between quotes, and nothing but a comment behind it.
fn quoted(
    cursor: &mut Cursor<'_>,
    quote: char,
    known: Known<'_>,
) -> Result<Zeroizing<String>, EnvFileError> {
    let opened = cursor.place();
    cursor.next();
    let mut value = Zeroizing::new(String::new());
    loop {
        match (cursor.peek(), quote) {
            (None, _) => {
                let message = format!("the quote {quote} that opens here is never closed");
                return Err(error(
                    opened,
                    message,
                    &format!("put {quote} at the end of the value"),
                ));
            }
            (Some(c), _) if c == quote => break,
            (Some('\\'), '"') => {
                cursor.next();
                unescape(cursor, &mut value);
            }
            (Some('$'), '"') if cursor.peek_second() == Some('{') => {
                expand(cursor, known, &mut value)?;
            }
            (Some(c), _) => {
                value.push(c);
                cursor.next();
            }
        }
    }
    cursor.next();
    cursor.skip_blanks();
    match cursor.peek() {
        None | Some('\n') => Ok(value),
        Some('#') => {
            cursor.skip_line();
            Ok(value)
        }
        Some(_) => Err(error(
            cursor.place(),
            format!("something stands behind the closing quote {quote}"),
            "end the line there, or write \\\" for a double quote inside double quotes",
        )),
    }
}

/// What a backslash stands for; before any other character, for itself.
fn unescape(cursor: &mut Cursor<'_>, value: &mut String) {
    match cursor.peek() {
        Some('n') => value.push('\n'),
        Some('r') => value.push('\r'),
        Some('t') => value.push('\t'),
        Some(c @ ('\\' | '"' | '$')) => value.push(c),
        Some(_) | None => {
            value.push('\\');
            return;
        }
    }
    cursor.next();
}

/// How long a value may get by expansion. Without a bound, each line `A=${A}${A}` doubles it.
const LONGEST_EXPANDED: usize = 1 << 20;

/// Appends the value of `${NAME}` or `${NAME:-default}`.
fn expand(
    cursor: &mut Cursor<'_>,
    known: Known<'_>,
    value: &mut String,
) -> Result<(), EnvFileError> {
    let opened = cursor.place();
    let more = Zeroizing::new(expansion(cursor, known)?);
    if value.len() + more.len() > LONGEST_EXPANDED {
        let message = "the value grows beyond 1 MiB by what is put in for ${…}".to_owned();
        let fix = "write the value out, without a variable that holds itself many times over";
        return Err(error(opened, message, fix));
    }
    value.push_str(&more);
    Ok(())
}

/// The value of `${NAME}` or `${NAME:-default}`.
fn expansion(cursor: &mut Cursor<'_>, known: Known<'_>) -> Result<String, EnvFileError> {
    let opened = cursor.place();
    cursor.next();
    cursor.next();
    let mut inner = String::new();
    loop {
        match cursor.peek() {
            Some('}') => break,
            None | Some('\n') => {
                let message = "${ opens here and is not closed on this line".to_owned();
                return Err(error(
                    opened,
                    message,
                    "write ${NAME}, or put the value in single quotes to keep it as it is",
                ));
            }
            Some(c) => {
                inner.push(c);
                cursor.next();
            }
        }
    }
    cursor.next();
    let (name, default) = inner
        .split_once(":-")
        .map_or((inner.as_str(), None), |(name, default)| {
            (name, Some(default))
        });
    if !is_name(name) {
        let message = "what stands between ${ and } is no name".to_owned();
        return Err(error(
            opened,
            message,
            "write ${NAME}, or put the value in single quotes to keep it as it is",
        ));
    }
    let value = known(name).filter(|value| default.is_none() || !value.is_empty());
    value.or_else(|| default.map(str::to_owned)).ok_or_else(|| {
        let fix = format!(
            "set {name} above this line or in the environment, or write ${{{name}:-default}}"
        );
        error(opened, format!("${{{name}}} is not set anywhere"), &fix)
    })
}

fn error((line, column): (usize, usize), message: String, fix: &str) -> EnvFileError {
    EnvFileError {
        line,
        column,
        message,
        fix: fix.to_owned(),
    }
}

#[cfg(test)]
mod tests;
