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

/// A place in the text, in bytes: the start, and in the upper half the end behind it.
///
/// One word: what is written in two and read as one makes the processor wait.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Span(u64);

impl Span {
    const fn new(start: u32, end: u32) -> Self {
        Self(start as u64 | (end as u64) << 32)
    }

    #[expect(clippy::cast_possible_truncation, reason = "the lower half")]
    pub(super) const fn start(self) -> u32 {
        self.0 as u32
    }

    pub(super) const fn end(self) -> u32 {
        (self.0 >> 32) as u32
    }

    const fn range(self) -> std::ops::Range<usize> {
        self.start() as usize..self.end() as usize
    }

    /// What stands there, in the text that was walked over.
    pub(crate) fn of(self, json: &str) -> &str {
        json.get(self.range()).unwrap_or_default()
    }

    /// The bytes that stand there.
    pub(super) fn bytes_of(self, json: &str) -> &[u8] {
        json.as_bytes().get(self.range()).unwrap_or_default()
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

/// A string: its place with the quotes, and in the highest bit, which no end needs, whether it has escapes.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Text(u64);

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

/// The same within a walk: small, since hardly any walk ends so.
#[derive(Debug)]
pub(super) struct Fault(Box<JsonError>);

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
    let walked = walk_members(json, |name: Option<N>, _, value| {
        name.map_or(Ok(()), |name| member(name, value))
    });
    walked.map_err(|fault| *fault.0)
}

/// The same, with every member.
#[inline]
fn walk_members<N: Name>(
    json: &str,
    mut member: impl FnMut(Option<N>, Text, Json) -> Result<(), Cow<'static, str>>,
) -> Result<(), Fault> {
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
    const ESCAPED: u64 = 1 << 63;

    pub(super) const fn new(quoted: Span, escaped: bool) -> Self {
        Self(quoted.0 | (escaped as u64) << 63)
    }

    const fn escaped(self) -> bool {
        self.0 & Self::ESCAPED != 0
    }

    /// Where the text itself stands, if it is written without escapes.
    pub(crate) const fn plain(self) -> Option<Span> {
        if self.escaped() {
            return None;
        }
        let quoted = Span(self.0);
        Some(Span::new(quoted.start() + 1, quoted.end() - 1))
    }

    /// What is written.
    pub(crate) fn decode(self, json: &str) -> Cow<'_, str> {
        if let Some(plain) = self.plain() {
            return Cow::Borrowed(plain.of(json));
        }
        let quoted = Span(self.0 & !Self::ESCAPED);
        // The walk has checked every escape, so this cannot fail.
        serde_json::from_str(quoted.of(json)).unwrap_or_default()
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
    pub(super) fn error(&self, what: &'static str) -> Fault {
        let what = if self.at < self.text.len() {
            what
        } else {
            "the text ends too early"
        };
        self.fault(what.into())
    }

    #[cold]
    fn fault(&self, what: Cow<'static, str>) -> Fault {
        Fault(Box::new(JsonError { what, at: self.at }))
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
        Span::new(start as u32, self.at as u32)
    }

    fn enter(&mut self) -> Result<(), Fault> {
        if self.depth == DEEPEST {
            return Err(self.error("the nesting is too deep"));
        }
        self.depth += 1;
        self.at += 1; // the bracket
        self.blanks();
        Ok(())
    }

    /// After a value: goes on behind a comma (`true`) or ends at `end` (`false`).
    #[inline]
    fn goes_on(&mut self, end: u8) -> Result<bool, Fault> {
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
    ) -> Result<(), Fault> {
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
            member(known, name, value).map_err(|what| self.fault(what))?;
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
            Some(name) => Err(self.fault(super::repeated(&name).into())),
        }
    }

    fn array(&mut self) -> Result<Items, Fault> {
        self.enter()?;
        let mut items = Items::Texts;
        if self.peek() == Some(b']') {
            self.at += 1;
            self.depth -= 1;
            return Ok(items);
        }
        loop {
            items = match (self.value()?, items) {
                (Json::Text(text), items) if !text.escaped() => items,
                (Json::Text(_), Items::Texts | Items::EscapedTexts) => Items::EscapedTexts,
                _ => Items::Others,
            };
            if !self.goes_on(b']')? {
                return Ok(items);
            }
        }
    }

    #[inline]
    fn value(&mut self) -> Result<Json, Fault> {
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

    fn word(&mut self, word: &str, value: Json) -> Result<Json, Fault> {
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
