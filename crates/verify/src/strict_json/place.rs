//! Where a text stands.

use super::{Span, Text};

/// A text: a place in the JSON, or the text itself where it is written with escapes.
pub(crate) enum Place {
    At(Span),
    Own(Box<str>),
}

impl Place {
    pub(crate) fn of(text: Text, json: &str) -> Self {
        text.plain()
            .map_or_else(|| Self::Own(text.decode(json).into()), Self::At)
    }

    pub(crate) fn of_text<'a>(&'a self, json: &'a str) -> &'a str {
        match self {
            Self::At(span) => span.of(json),
            Self::Own(text) => text,
        }
    }
}
