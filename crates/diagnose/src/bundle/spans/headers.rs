//! Credentials in headers: of raw HTTP, of commands, of logs and of recordings.

use super::{Class, Span, keep, run};

/// Finds the values of cookies and of headers that carry credentials.
pub(super) fn find(text: &str, found: &mut Vec<Span>) {
    let lower = text.to_ascii_lowercase();
    for (at, name) in lower.match_indices("cookie") {
        if let Some(value) = value(text, at + name.len()) {
            // `.AspNet.SharedCookie=…; domain=…` is one cookie with its attributes, as behind Set-Cookie.
            let before = lower.get(..at).unwrap_or_default();
            let is_set = before.ends_with("set-") || before.ends_with(char::is_alphanumeric);
            cookies(text, value, is_set, found);
        }
    }
    for (at, name) in lower.match_indices("authorization") {
        if let Some(value) = value(text, at + name.len()) {
            credentials(text, value, found);
        }
    }
    for (at, name) in lower.match_indices("bearer ") {
        let start = at + name.len();
        let end = run(text, start, |c| {
            c.is_ascii_alphanumeric() || "-_.+/=~|".contains(c)
        });
        let word = text.get(start..end).unwrap_or_default();
        if word.len() >= 12 && !keep::is_wordy(word) {
            found.push(Span {
                range: start..end,
                class: Class::Secret,
            });
        }
    }
    for (at, _) in lower.match_indices("domain=") {
        let start = at + 7;
        found.push(Span {
            range: start..run(text, start, |c| {
                c.is_ascii_alphanumeric() || c == '.' || c == '-'
            }),
            class: Class::Host,
        });
    }
}

/// Where the value of a header is whose name ends at `at`: to the line's or the quoted text's end.
fn value(text: &str, at: usize) -> Option<(usize, usize)> {
    let rest = text.get(at..)?;
    // `Name: v`, `"name": "v"`, and `"name": "Cookie", "value": "v"` of recordings.
    let rest = rest
        .strip_prefix('"')
        .unwrap_or(rest)
        .trim_start_matches(' ');
    let rest = match rest.strip_prefix(',') {
        Some(rest) => rest.trim_start().strip_prefix("\"value\"")?.trim_start(),
        None => rest,
    };
    let rest = rest
        .strip_prefix(':')
        .or_else(|| rest.strip_prefix('='))?
        .trim_start_matches([' ', '\t']);
    let quoted = rest.starts_with('"');
    let start = text.len() - rest.len() + usize::from(quoted);
    let before = text.get(..at).unwrap_or_default();
    let line = before.rsplit(['\n', '\r']).next().unwrap_or_default();
    // A header that is an argument of a command ends with its quote.
    let opening = line
        .rfind(['\'', '"'])
        .and_then(|at| line.get(at..)?.chars().next());
    let closing = if quoted { Some('"') } else { opening };
    let end = run(text, start, |c| {
        c != '\n' && c != '\r' && Some(c) != closing
    });
    Some((start, end))
}

fn cookies(text: &str, (start, end): (usize, usize), is_set: bool, found: &mut Vec<Span>) {
    let mut at = start;
    for (place, pair) in text
        .get(start..end)
        .unwrap_or_default()
        .split(';')
        .enumerate()
    {
        if let Some(sign) = pair.find('=').filter(|_| !is_set || place == 0) {
            let value = pair.get(sign + 1..).unwrap_or_default().trim_end();
            if value.len() >= 5 {
                let from = at + sign + 1;
                found.push(Span {
                    range: from..from + value.len(),
                    class: Class::Secret,
                });
            }
        }
        at += pair.len() + 1;
    }
}

fn credentials(text: &str, (start, end): (usize, usize), found: &mut Vec<Span>) {
    let value = text.get(start..end).unwrap_or_default();
    let (scheme, rest) = match value.split_once(' ') {
        Some((scheme, rest)) if scheme.len() <= 12 => (scheme, rest),
        _ => ("", value),
    };
    let from = start
        + if scheme.is_empty() {
            0
        } else {
            scheme.len() + 1
        };
    let rest = rest.trim_end();
    // A sentence about the header is no credential.
    if rest.contains(' ') && keep::is_wordy(rest)
        || rest.len() < 6
        || (rest.contains(' ') && scheme.is_empty())
        || scheme.ends_with(',')
    {
        return;
    }
    let class = if scheme.eq_ignore_ascii_case("basic") {
        Class::Basic
    } else {
        Class::Secret
    };
    found.push(Span {
        range: from..from + rest.len(),
        class,
    });
}
