//! The members of an object, in one walk over its text and without an allocation.
//!
//! The walk checks everything below it as well: grammar, escapes, numbers, depth and repeated names (RFC 8259). What
//! passes here is read alike by every parser that follows the standard.

use super::names::Names;
use std::borrow::Cow;
use std::fmt;

/// How deep arrays and objects may stand in each other, the outermost counted: what `serde_json` reads too.
const DEEPEST: u8 = 127;

/// So that places in the text, and in what it says besides, can be told by 32 bits.
const MOST_BYTES: usize = 0x7fff_ffff;

/// A place in the text, in bytes: the start, and the end behind it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Span {
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Span {
    /// What stands there, in the text that was walked over.
    pub(crate) fn of(self, json: &str) -> &str {
        json.get(self.start as usize..self.end as usize)
            .unwrap_or_default()
    }

    /// The bytes that stand there.
    pub(super) fn bytes_of(self, json: &str) -> &[u8] {
        let bytes = json.as_bytes();
        bytes
            .get(self.start as usize..self.end as usize)
            .unwrap_or_default()
    }
}

/// A value, as a place in the text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Json {
    Array(List),
    Bool(bool),
    Null,
    Number(Number),
    Object,
    Text(Text),
}

/// A number that has a finite value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Number {
    pub(crate) text: Span,
    /// Its value, where it is whole and has few digits.
    pub(crate) short: Option<i64>,
}

/// An array.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct List {
    /// With its brackets.
    pub(crate) written: Span,
    pub(crate) items: Items,
}

/// What an array holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Items {
    /// Strings alone, some written with escapes.
    EscapedTexts,
    /// Something that is no string.
    Others,
    /// Strings alone, without escapes.
    Texts,
}

/// A string, with its quotes, as it was written.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Text {
    pub(super) quoted: Span,
    pub(super) escaped: bool,
}

/// The names that a reader of an object knows, each of which is told once.
pub(crate) trait Name: Copy {
    /// The name that is spelled so.
    fn of(spelled: &[u8]) -> Option<Self>;

    /// One bit, of this name alone.
    fn bit(self) -> u32;
}

/// No name: for objects that nobody reads.
#[derive(Clone, Copy)]
pub(super) enum Unread {}

impl Name for Unread {
    fn of(_: &[u8]) -> Option<Self> {
        None
    }

    fn bit(self) -> u32 {
        match self {}
    }
}

/// Why text is no JSON object that has one reading.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct JsonError {
    pub(super) what: Cow<'static, str>,
    /// The byte where it was found.
    pub(super) at: usize,
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.what, self.at)
    }
}

/// Walks over `json`, which has to be one object and nothing else, and hands over the members whose names are known,
/// in their order.
///
/// Repeated names are found when their object ends: what was handed over counts only if this returns `Ok`.
pub(crate) fn members<N: Name>(
    json: &str,
    mut member: impl FnMut(N, Json) -> Result<(), Cow<'static, str>>,
) -> Result<(), JsonError> {
    walk_members(json, |name: Option<N>, _, value| {
        name.map_or(Ok(()), |name| member(name, value))
    })
}

/// The same, with every member.
#[inline]
fn walk_members<N: Name>(
    json: &str,
    mut member: impl FnMut(Option<N>, Text, Json) -> Result<(), Cow<'static, str>>,
) -> Result<(), JsonError> {
    let mut walk = Walk::new(json);
    if json.len() > MOST_BYTES {
        return Err(walk.error("an object of 2 GiB"));
    }
    walk.blanks();
    if walk.peek() != Some(b'{') {
        return Err(walk.error("a JSON object was expected"));
    }
    walk.object(&mut member)?;
    walk.blanks();
    match walk.peek() {
        None => Ok(()),
        Some(_) => Err(walk.error("something stands after the object")),
    }
}

impl Text {
    /// Where the text itself stands, if it is written without escapes.
    pub(crate) const fn plain(self) -> Option<Span> {
        if self.escaped {
            return None;
        }
        let Span { start, end } = self.quoted;
        Some(Span {
            start: start + 1,
            end: end - 1,
        })
    }

    /// What is written.
    pub(crate) fn decode(self, json: &str) -> Cow<'_, str> {
        match self.plain() {
            Some(plain) => Cow::Borrowed(plain.of(json)),
            // The walk has checked every escape, so this cannot fail.
            None => serde_json::from_str(self.quoted.of(json)).unwrap_or_default(),
        }
    }
}

pub(super) struct Walk<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    depth: u8,
    names: Names,
}

impl<'a> Walk<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            depth: 0,
            names: Names::default(),
        }
    }

    #[cold]
    pub(super) fn error(&self, what: &'static str) -> JsonError {
        let what = if self.at < self.text.len() {
            what
        } else {
            "the text ends too early"
        };
        JsonError {
            what: what.into(),
            at: self.at,
        }
    }

    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[inline]
    fn blanks(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    /// From `start` to here. Both are beside ASCII characters, so this never cuts one in two.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the length of the whole fits: it was looked at first"
    )]
    pub(super) const fn since(&self, start: usize) -> Span {
        Span {
            start: start as u32,
            end: self.at as u32,
        }
    }

    fn enter(&mut self) -> Result<(), JsonError> {
        if self.depth == DEEPEST {
            return Err(self.error("the nesting is too deep"));
        }
        self.depth += 1;
        self.at += 1; // the bracket
        self.blanks();
        Ok(())
    }

    /// After a value: goes on behind a comma (`true`) or ends at `end` (`false`).
    fn goes_on(&mut self, end: u8) -> Result<bool, JsonError> {
        self.blanks();
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                self.blanks();
                Ok(true)
            }
            Some(byte) if byte == end => {
                self.at += 1;
                self.depth -= 1;
                Ok(false)
            }
            Some(_) | None => Err(self.error("a comma or the closing bracket was expected")),
        }
    }

    fn object<N: Name>(
        &mut self,
        member: &mut impl FnMut(Option<N>, Text, Json) -> Result<(), Cow<'static, str>>,
    ) -> Result<(), JsonError> {
        self.enter()?;
        if self.peek() == Some(b'}') {
            self.at += 1;
            self.depth -= 1;
            return Ok(());
        }
        let outer = self.names.len();
        let mut seen = 0;
        let mut twice = None;
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.error("a name in quotes was expected"));
            }
            let name = self.string()?;
            let known = match name.plain() {
                Some(plain) => N::of(plain.bytes_of(self.text)),
                None => N::of(name.decode(self.text).as_bytes()),
            };
            match known.map(Name::bit) {
                Some(bit) if seen & bit == 0 => seen |= bit,
                Some(_) => twice = twice.or(Some(name)),
                None => self.names.push(name, self.text),
            }
            self.blanks();
            if self.peek() != Some(b':') {
                return Err(self.error("a colon was expected"));
            }
            self.at += 1;
            self.blanks();
            let value = match self.peek() {
                Some(b'"') => Json::Text(self.string()?), // the most common, without a detour
                _ => self.value()?,
            };
            member(known, name, value).map_err(|what| JsonError { what, at: self.at })?;
            if !self.goes_on(b'}')? {
                break;
            }
        }
        let twice = twice.map(|name| name.decode(self.text));
        match twice.or_else(|| self.names.repeated(outer, self.text)) {
            None => {
                self.names.truncate(outer);
                Ok(())
            }
            Some(name) => Err(JsonError {
                what: super::repeated(&name).into(),
                at: self.at,
            }),
        }
    }

    fn array(&mut self) -> Result<Items, JsonError> {
        self.enter()?;
        let mut items = Items::Texts;
        if self.peek() == Some(b']') {
            self.at += 1;
            self.depth -= 1;
            return Ok(items);
        }
        loop {
            items = match (self.value()?, items) {
                (Json::Text(Text { escaped: false, .. }), items) => items,
                (Json::Text(_), Items::Texts | Items::EscapedTexts) => Items::EscapedTexts,
                _ => Items::Others,
            };
            if !self.goes_on(b']')? {
                return Ok(items);
            }
        }
    }

    fn value(&mut self) -> Result<Json, JsonError> {
        let start = self.at;
        match self.peek() {
            Some(b'"') => self.string().map(Json::Text),
            Some(b'{') => {
                self.object(&mut |_: Option<Unread>, _, _| Ok(()))?;
                Ok(Json::Object)
            }
            Some(b'[') => {
                let items = self.array()?;
                let written = self.since(start);
                Ok(Json::Array(List { written, items }))
            }
            Some(b'-' | b'0'..=b'9') => self.number().map(Json::Number),
            Some(b't') => self.word("true", Json::Bool(true)),
            Some(b'f') => self.word("false", Json::Bool(false)),
            Some(b'n') => self.word("null", Json::Null),
            Some(_) | None => Err(self.error("a value was expected")),
        }
    }

    fn word(&mut self, word: &str, value: Json) -> Result<Json, JsonError> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        if !rest.starts_with(word.as_bytes()) {
            return Err(self.error("a value was expected"));
        }
        self.at += word.len();
        Ok(value)
    }
}

#[cfg(test)]
mod tests;
