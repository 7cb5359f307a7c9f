//! The members of an object, in one walk over its text and without an allocation.
//!
//! The walk checks everything below it as well: grammar, escapes, numbers, depth and repeated names (RFC 8259). What
//! passes here is read alike by every parser that follows the standard.

use super::names::Names;
use std::borrow::Cow;
use std::fmt;

/// How deep arrays and objects may stand in each other, the outermost counted: what `serde_json` reads too.
const DEEPEST: u8 = 127;

/// A place in the text, in bytes: the start, and the end behind it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// What stands there, in the text that was walked over.
    pub(crate) fn of(self, json: &str) -> &str {
        json.get(self.start as usize..self.end as usize)
            .unwrap_or_default()
    }
}

/// A value, as a place in the text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Json {
    /// With its brackets.
    Array(Span),
    Bool(bool),
    Null,
    /// It has a finite value.
    Number(Span),
    Object,
    Text(Text),
}

/// A string, with its quotes, as it was written.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Text {
    quoted: Span,
    escaped: bool,
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

/// Walks over `json`, which has to be one object and nothing else, and hands over its members in their order.
///
/// Repeated names are found when their object ends: what was handed over counts only if this returns `Ok`.
pub(crate) fn members(
    json: &str,
    mut member: impl FnMut(Text, Json) -> Result<(), Cow<'static, str>>,
) -> Result<(), JsonError> {
    let mut walk = Walk::new(json, 0);
    if u32::try_from(json.len()).is_err() {
        return Err(walk.error("an object of 4 GiB"));
    }
    walk.blanks();
    if walk.peek() != Some(b'{') {
        return Err(walk.error("a JSON object was expected"));
    }
    walk.object(&mut |at, name, value| member(name, value).map_err(|what| JsonError { what, at }))?;
    walk.blanks();
    match walk.peek() {
        None => Ok(()),
        Some(_) => Err(walk.error("something stands after the object")),
    }
}

/// The items of an array that [`members`] handed over.
pub(crate) fn items(
    json: &str,
    array: Span,
    mut item: impl FnMut(Json) -> Result<(), Cow<'static, str>>,
) -> Result<(), JsonError> {
    let mut walk = Walk::new(json, array.start as usize);
    walk.array(&mut |at, value| item(value).map_err(|what| JsonError { what, at }))
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

struct Walk<'a> {
    text: &'a str,
    at: usize,
    depth: u8,
    names: Names,
}

impl<'a> Walk<'a> {
    fn new(text: &'a str, at: usize) -> Self {
        Self {
            text,
            at,
            depth: 0,
            names: Names::default(),
        }
    }

    #[cold]
    fn error(&self, what: &'static str) -> JsonError {
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

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

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
    const fn since(&self, start: usize) -> Span {
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

    fn object(
        &mut self,
        member: &mut dyn FnMut(usize, Text, Json) -> Result<(), JsonError>,
    ) -> Result<(), JsonError> {
        self.enter()?;
        if self.peek() == Some(b'}') {
            self.at += 1;
            self.depth -= 1;
            return Ok(());
        }
        let outer = self.names.len();
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.error("a name in quotes was expected"));
            }
            let name = self.string()?;
            self.names.push(name, self.text);
            self.blanks();
            if self.peek() != Some(b':') {
                return Err(self.error("a colon was expected"));
            }
            self.at += 1;
            self.blanks();
            let value = self.value()?;
            member(self.at, name, value)?;
            if !self.goes_on(b'}')? {
                break;
            }
        }
        match self.names.repeated(outer, self.text) {
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

    fn array(
        &mut self,
        item: &mut dyn FnMut(usize, Json) -> Result<(), JsonError>,
    ) -> Result<(), JsonError> {
        self.enter()?;
        if self.peek() == Some(b']') {
            self.at += 1;
            self.depth -= 1;
            return Ok(());
        }
        loop {
            let value = self.value()?;
            item(self.at, value)?;
            if !self.goes_on(b']')? {
                return Ok(());
            }
        }
    }

    fn value(&mut self) -> Result<Json, JsonError> {
        let start = self.at;
        match self.peek() {
            Some(b'"') => self.string().map(Json::Text),
            Some(b'{') => {
                self.object(&mut |_, _, _| Ok(()))?;
                Ok(Json::Object)
            }
            Some(b'[') => {
                self.array(&mut |_, _| Ok(()))?;
                Ok(Json::Array(self.since(start)))
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

    /// A number (RFC 8259, section 6) that has a value: `1e999` has none.
    fn number(&mut self) -> Result<Span, JsonError> {
        let start = self.at;
        self.at += usize::from(self.peek() == Some(b'-'));
        if self.peek() == Some(b'0') {
            self.at += 1; // no digit may follow, and then none is expected
        } else {
            self.digits()?;
        }
        let mut whole = true;
        if self.peek() == Some(b'.') {
            whole = false;
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            whole = false;
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            self.digits()?;
        }
        let number = self.since(start);
        let text = number.of(self.text);
        let finite =
            whole && text.len() < 300 || text.parse().is_ok_and(|value: f64| value.is_finite());
        finite
            .then_some(number)
            .ok_or_else(|| self.error("the number is out of range"))
    }

    fn digits(&mut self) -> Result<(), JsonError> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start {
            return Err(self.error("a digit was expected"));
        }
        Ok(())
    }

    fn string(&mut self) -> Result<Text, JsonError> {
        let start = self.at;
        let mut escaped = false;
        self.at += 1; // the quote
        loop {
            self.ordinary();
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    let quoted = self.since(start);
                    return Ok(Text { quoted, escaped });
                }
                Some(b'\\') => {
                    escaped = true;
                    self.escape()?;
                }
                Some(0..=0x1f) => return Err(self.error("a control character in a string")),
                Some(_) => self.at += 1,
                None => return Err(self.error("a string without its end")),
            }
        }
    }

    /// Passes over eight characters at a time, as long as none of them means anything.
    fn ordinary(&mut self) {
        const ONES: u64 = u64::MAX / 255;
        let has_zero = |word: u64| word.wrapping_sub(ONES) & !word & (ONES << 7);
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        for eight in rest.as_chunks::<8>().0 {
            let word = u64::from_le_bytes(*eight);
            let quote = has_zero(word ^ (ONES * u64::from(b'"')));
            let backslash = has_zero(word ^ (ONES * u64::from(b'\\')));
            let control = word.wrapping_sub(ONES * 0x20) & !word & (ONES << 7);
            let marks = quote | backslash | control;
            if marks != 0 {
                // The lowest mark is right; higher ones may be wrong by a borrow.
                self.at += (marks.trailing_zeros() / 8) as usize;
                return;
            }
            self.at += 8;
        }
    }

    fn escape(&mut self) -> Result<(), JsonError> {
        self.at += 1; // the backslash
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.at += 1;
                Ok(())
            }
            Some(b'u') => self.unit(),
            Some(_) | None => Err(self.error("no such escape")),
        }
    }

    /// A character by its UTF-16 units; half of a surrogate pair is none (RFC 8259, section 8.2).
    fn unit(&mut self) -> Result<(), JsonError> {
        match self.hex()? {
            0xdc00..=0xdfff => Err(self.error("half a surrogate pair")),
            0xd800..=0xdbff => {
                let next = self.text.as_bytes().get(self.at..self.at + 2);
                if next != Some(b"\\u") {
                    return Err(self.error("half a surrogate pair"));
                }
                self.at += 1;
                match self.hex()? {
                    0xdc00..=0xdfff => Ok(()),
                    _ => Err(self.error("half a surrogate pair")),
                }
            }
            _ => Ok(()),
        }
    }

    fn hex(&mut self) -> Result<u32, JsonError> {
        self.at += 1; // the u
        let digits = self.text.as_bytes().get(self.at..self.at + 4);
        let value = digits.and_then(|digits| {
            let digit = |byte: &u8| char::from(*byte).to_digit(16);
            digits
                .iter()
                .try_fold(0, |value, byte| digit(byte).map(|digit| value << 4 | digit))
        });
        self.at += 4;
        value.ok_or_else(|| self.error("four hexadecimal digits were expected"))
    }
}

#[cfg(test)]
mod tests;
