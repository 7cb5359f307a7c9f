//! As much YAML as compose files are written in: block maps and lists, scalars of every style, anchors and
//! merges. Each scalar keeps its line.

mod flow;

/// What stands in a path for an item of a list.
pub(crate) const ITEM: &str = "[]";

/// A scalar with the keys above it.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// The keys, outermost first; [`ITEM`] for an item of a list.
    pub(crate) path: Vec<String>,
    /// The value, unquoted.
    pub(crate) value: String,
    /// Whether there is no value at all, which is not the same as an empty one.
    pub(crate) empty: bool,
    /// The line, from 1.
    pub(crate) line: usize,
}

struct Open {
    indent: usize,
    key: String,
}

/// The scalars of a file in their order.
pub(crate) fn entries(text: &str) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut anchors: Vec<(String, Vec<String>)> = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let lines: Vec<&str> = text.lines().collect();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        at += 1;
        let mut rest = line.trim_start();
        if rest.is_empty() || rest.starts_with('#') || rest.starts_with("---") {
            continue;
        }
        let mut indent = line.len() - rest.len();
        let is_item = rest.starts_with("- ") || rest == "-";
        // A list may stand at the indent of its key.
        open.retain(|one| {
            one.indent < indent || (one.indent == indent && is_item && one.key != ITEM)
        });
        if is_item {
            open.push(Open {
                indent,
                key: ITEM.to_owned(),
            });
            let inner = rest.trim_start_matches('-').trim_start();
            indent += rest.len() - inner.len();
            rest = inner;
        }
        let (key, value) = match key_of(rest) {
            Some((key, value)) => (Some(key), value),
            None => (None, rest),
        };
        if let Some(key) = key {
            open.push(Open {
                indent,
                key: key.to_owned(),
            });
        }
        let path: Vec<String> = open.iter().map(|one| one.key.clone()).collect();
        let value = without_anchor(value.trim(), &path, &mut anchors);
        if value.contains('*') && (key == Some("<<") || value.starts_with('*')) {
            merge(&mut entries, &anchors, path, value);
            continue;
        }
        if let Some((whole, next)) = flow::whole(value, &lines, at) {
            flow::entries(&whole, &path, at, &mut entries);
            at = next;
            continue;
        }
        let block = value.starts_with(['|', '>']) && value.len() <= 3;
        let (value, empty) = if block {
            (block_scalar(value, &lines, &mut at, indent), false)
        } else {
            scalar(value)
        };
        entries.push(Entry {
            path,
            value,
            empty,
            line: at.min(lines.len()),
        });
    }
    entries
}

/// A value behind its anchor, which is noted.
fn without_anchor<'t>(
    value: &'t str,
    path: &[String],
    anchors: &mut Vec<(String, Vec<String>)>,
) -> &'t str {
    let Some(named) = value.strip_prefix('&') else {
        return value;
    };
    let (anchor, behind) = named.split_once(' ').unwrap_or((named, ""));
    anchors.push((anchor.to_owned(), path.to_vec()));
    behind.trim()
}

/// `key: value`, the key plain or quoted.
fn key_of(text: &str) -> Option<(&str, &str)> {
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(quote) {
            let (key, behind) = inner.split_once(quote)?;
            return Some((key, behind.trim_start().strip_prefix(':')?));
        }
    }
    if let Some(key) = text.trim_end().strip_suffix(':') {
        return (!key.contains(": ")).then_some((key, ""));
    }
    let (key, value) = text.split_once(": ")?;
    // `NAME=https://x: y` is a scalar, not a key.
    (!key.contains(['=', ' '])).then_some((key, value))
}

/// Copies what is below the anchors that a value names to another path.
fn merge(
    entries: &mut Vec<Entry>,
    anchors: &[(String, Vec<String>)],
    mut path: Vec<String>,
    value: &str,
) {
    if path.last().is_some_and(|key| key == "<<") {
        path.pop();
    }
    let names = value.split(['*', ',', '[', ']', ' ']);
    for name in names.filter(|name| !name.is_empty()) {
        let Some((_, from)) = anchors.iter().rev().find(|(anchor, _)| anchor == name) else {
            continue;
        };
        let copies: Vec<Entry> = entries
            .iter()
            .filter_map(|entry| {
                let rest = entry.path.strip_prefix(from.as_slice())?;
                let mut copy = entry.clone();
                copy.path = path.iter().chain(rest).cloned().collect();
                Some(copy)
            })
            .collect();
        entries.extend(copies);
    }
}

/// A scalar on one line, and whether there is none.
fn scalar(text: &str) -> (String, bool) {
    if let Some(inner) = text.strip_prefix('\'') {
        let mut value = String::new();
        let mut chars = inner.chars().peekable();
        while let Some(c) = chars.next() {
            if c == '\'' && chars.next_if_eq(&'\'').is_none() {
                break;
            }
            value.push(c);
        }
        return (value, false);
    }
    if let Some(inner) = text.strip_prefix('"') {
        return (double_quoted(inner), false);
    }
    let end = if text.starts_with('#') {
        Some(0)
    } else {
        text.find(" #")
    };
    let value = end
        .and_then(|end| text.get(..end))
        .unwrap_or(text)
        .trim_end();
    (
        value.to_owned(),
        value.is_empty() || value == "~" || value == "null",
    )
}

fn double_quoted(inner: &str) -> String {
    let mut value = String::new();
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '\\' => match chars.next() {
                Some('n') => value.push('\n'),
                Some('r') => value.push('\r'),
                Some('t') => value.push('\t'),
                Some(c) => value.push(c),
                None => {}
            },
            c => value.push(c),
        }
    }
    value
}

/// `|` and `>`: the lines below that stand further in; one line end at the end unless `-` says none.
fn block_scalar(style: &str, lines: &[&str], at: &mut usize, indent: usize) -> String {
    let mut parts = Vec::new();
    while let Some(line) = lines.get(*at) {
        let deep = line.len() - line.trim_start().len();
        if !line.trim().is_empty() && deep <= indent {
            break;
        }
        parts.push(line.trim());
        *at += 1;
    }
    while parts.last().is_some_and(|part| part.is_empty()) {
        parts.pop();
    }
    let glue = if style.starts_with('>') { " " } else { "\n" };
    let end = if style.contains('-') { "" } else { "\n" };
    format!("{}{end}", parts.join(glue))
}
