//! Flow collections: `[a, b]` and `{ A: x, B: y }`, which stand for blocks of the same content.

use super::{Entry, ITEM, key_of, scalar};

/// The whole of a collection that `first` begins, with the lines below as far as its brackets go; none where they
/// never close, or it begins none.
pub(super) fn whole(first: &str, lines: &[&str], at: usize) -> Option<(String, usize)> {
    if !first.starts_with(['[', '{']) {
        return None;
    }
    let mut text = first.to_owned();
    let mut next = at;
    loop {
        if let Some(end) = end_of(&text) {
            return Some((text.get(..end)?.to_owned(), next));
        }
        text.push(' ');
        text.push_str(lines.get(next)?.trim());
        next += 1;
    }
}

/// The scalars of a collection below a path.
pub(super) fn entries(text: &str, path: &[String], line: usize, found: &mut Vec<Entry>) {
    let text = text.trim();
    let inside = |open: char, close: char| {
        let inner = text.strip_prefix(open)?.strip_suffix(close)?;
        (path.len() < 16).then_some(inner)
    };
    if let Some(inner) = inside('[', ']') {
        for item in parts(inner) {
            let mut path = path.to_vec();
            path.push(ITEM.to_owned());
            entries(item, &path, line, found);
        }
    } else if let Some(inner) = inside('{', '}') {
        for pair in parts(inner) {
            let (key, value) = key_of(pair).unwrap_or((pair, ""));
            let mut path = path.to_vec();
            path.push(key.trim().to_owned());
            entries(value, &path, line, found);
        }
    } else {
        let (value, empty) = scalar(text);
        found.push(Entry {
            path: path.to_vec(),
            value,
            empty,
            line,
        });
    }
}

/// The place behind the bracket that closes the first one.
fn end_of(text: &str) -> Option<usize> {
    let mut walk = Walk::default();
    let mut chars = text.char_indices();
    chars.find_map(|(at, c)| {
        walk.step(c);
        (walk.depth == 0 && walk.quote.is_none()).then(|| at + c.len_utf8())
    })
}

/// What stands between the commas of the outermost level.
fn parts(inner: &str) -> Vec<&str> {
    let mut walk = Walk::default();
    let commas = inner.char_indices().filter_map(|(at, c)| {
        walk.step(c);
        (c == ',' && walk.depth == 0 && walk.quote.is_none()).then_some(at)
    });
    let mut parts = Vec::new();
    let mut from = 0;
    for at in commas.collect::<Vec<_>>() {
        parts.extend(inner.get(from..at));
        from = at + 1;
    }
    parts.extend(inner.get(from..));
    let parts = parts.into_iter().map(str::trim);
    parts.filter(|part| !part.is_empty()).collect()
}

/// How deep in brackets a place is, and in which quotes.
#[derive(Default)]
struct Walk {
    depth: usize,
    quote: Option<char>,
}

impl Walk {
    fn step(&mut self, c: char) {
        match (self.quote, c) {
            (Some(quote), c) if c == quote => self.quote = None,
            (None, '"' | '\'') => self.quote = Some(c),
            (None, '[' | '{') => self.depth += 1,
            (None, ']' | '}') => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }
}
