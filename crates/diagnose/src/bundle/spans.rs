//! Parts of a text that are somebody's, and what each is.

use super::keep;
use std::ops::Range;

mod headers;
mod names;
mod urls;
mod words;

/// What a part of a text is.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(super) enum Class {
    /// A PEM block.
    Pem,
    /// A JWS, a JWE, or anything else that begins as JSON in base64.
    Encoded,
    /// `user:password` in base64.
    Basic,
    /// A secret, a credential, the value of a cookie.
    Secret,
    /// A host name.
    Host,
    /// A name or an identifier of a person or an account.
    Person,
    /// A text in base64.
    Wrapped,
    /// Letters and digits that look drawn.
    Opaque,
    /// An address of the internet, v4 or v6.
    Address,
    /// A telephone number.
    Phone,
}

/// A part of a text.
#[derive(Clone, Debug)]
pub(super) struct Span {
    pub(super) range: Range<usize>,
    pub(super) class: Class,
}

/// What kind of text it is, which tells how names and values stand in it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    /// Claims of a token, or rows of users: `name` is a person's.
    People,
    /// Settings: a value goes to the end of its line.
    Settings,
    /// Anything else.
    Text,
}

/// The parts of a text that are somebody's, in their order and without overlap. `is_known` says of which sites
/// hosts are known.
pub(super) fn of(text: &str, kind: Kind, is_known: &dyn Fn(&str) -> bool) -> Vec<Span> {
    let mut found = Vec::new();
    words::pem(text, &mut found);
    words::encoded(text, &mut found);
    words::wrapped(text, &mut found);
    urls::find(text, &mut found);
    headers::find(text, &mut found);
    names::find(text, kind, &mut found);
    words::find(text, is_known, &mut found);
    found.retain(|span| worth(text, span));
    settled(found)
}

fn worth(text: &str, span: &Span) -> bool {
    let Some(part) = text.get(span.range.clone()) else {
        return false;
    };
    match span.class {
        Class::Secret | Class::Person => !keep::is_public(part),
        _ => !part.is_empty(),
    }
}

/// Of parts that overlap the one that is read most exactly, then the longest.
fn settled(mut found: Vec<Span>) -> Vec<Span> {
    found.sort_by_key(|span| {
        (
            span.class > Class::Basic,
            span.range.start,
            usize::MAX - span.range.len(),
            span.class,
        )
    });
    let exact = found.partition_point(|span| span.class <= Class::Basic);
    let mut kept: Vec<Span> = Vec::with_capacity(found.len());
    let others = found.split_off(exact);
    for span in found {
        if kept
            .last()
            .is_none_or(|before| before.range.end <= span.range.start)
        {
            kept.push(span);
        }
    }
    let fixed = kept.clone();
    let mut end = 0;
    for span in others {
        let at = fixed.partition_point(|one| one.range.end <= span.range.start);
        let free = fixed
            .get(at)
            .is_none_or(|one| one.range.start >= span.range.end);
        if free && span.range.start >= end {
            end = span.range.end;
            kept.push(span);
        }
    }
    kept.sort_by_key(|span| span.range.start);
    kept
}

/// The end of the run of characters that begins at `start`.
fn run(text: &str, start: usize, goes_on: impl Fn(char) -> bool) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    start + rest.find(|c: char| !goes_on(c)).unwrap_or(rest.len())
}

/// The start of the run of characters that ends at `end`.
fn run_back(text: &str, end: usize, goes_on: impl Fn(char) -> bool) -> usize {
    let before = text.get(..end).unwrap_or_default();
    before.trim_end_matches(goes_on).len()
}
