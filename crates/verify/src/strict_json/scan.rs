//! Strings and numbers, as a walk meets them (RFC 8259, sections 6 and 7).

use super::members::{Fault, Number, Text, Walk};

/// As many characters as a number may have that surely fits 64 bits.
const SHORT: usize = 18;

impl Walk<'_> {
    /// A number (RFC 8259, section 6) that has a value: `1e999` has none.
    pub(super) fn number(&mut self) -> Result<Number, Fault> {
        let start = self.at;
        let negative = self.peek() == Some(b'-');
        self.at += usize::from(negative);
        let mut value = 0;
        if self.peek() == Some(b'0') {
            self.at += 1; // no digit may follow, and then none is expected
        } else {
            value = self.digits()?;
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
        let text = self.since(start);
        if whole && self.at - start <= SHORT {
            let short = Some(if negative { -value } else { value });
            return Ok(Number { text, short });
        }
        let written = text.of(self.text);
        let finite = whole && written.len() < 300
            || written.parse().is_ok_and(|value: f64| value.is_finite());
        let number = Number { text, short: None };
        finite
            .then_some(number)
            .ok_or_else(|| self.error("the number is out of range"))
    }

    /// Passes over digits; their value is right if they are few.
    fn digits(&mut self) -> Result<i64, Fault> {
        let start = self.at;
        let rest = self.text.as_bytes().get(start..).unwrap_or_default();
        let eight = rest.first_chunk().and_then(|eight| eight_digits(*eight));
        let (mut value, mut passed) = eight.map_or((0, 0), |value| (value, 8));
        for digit in rest.get(passed..).unwrap_or_default() {
            let digit = digit.wrapping_sub(b'0');
            if digit > 9 {
                break;
            }
            value = value.wrapping_mul(10).wrapping_add(i64::from(digit));
            passed += 1;
        }
        self.at += passed;
        if self.at == start {
            return Err(self.error("a digit was expected"));
        }
        Ok(value)
    }

    /// A string, from its first quote to the one behind it.
    #[inline]
    pub(super) fn string(&mut self) -> Result<Text, Fault> {
        let start = self.at;
        let end = ordinary(self.text.as_bytes(), start + 1); // behind the quote
        self.at = end;
        if self.peek() == Some(b'"') {
            self.at = end + 1;
            return Ok(Text::new(self.since(start), false));
        }
        self.rest_of_string(start)
    }

    /// The same from here on: there are escapes, or it stands near the end of the text.
    #[inline(never)]
    fn rest_of_string(&mut self, start: usize) -> Result<Text, Fault> {
        let mut escaped = false;
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Text::new(self.since(start), escaped));
                }
                Some(b'\\') => {
                    escaped = true;
                    self.escape()?;
                }
                Some(0..=0x1f) => return Err(self.error("a control character in a string")),
                Some(_) => self.at += 1,
                None => return Err(self.error("a string without its end")),
            }
            self.at = ordinary(self.text.as_bytes(), self.at);
        }
    }

    fn escape(&mut self) -> Result<(), Fault> {
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
    fn unit(&mut self) -> Result<(), Fault> {
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

    fn hex(&mut self) -> Result<u32, Fault> {
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

/// The value of eight digits, if they are digits: neighbours are added up, then pairs, then fours.
#[inline]
fn eight_digits(text: [u8; 8]) -> Option<i64> {
    const ONES: u64 = u64::MAX / 255;
    let digits = u64::from_le_bytes(text) ^ (ONES * u64::from(b'0'));
    let more_than_nine = digits.wrapping_add(ONES * 0x76) | digits;
    if more_than_nine & (ONES << 7) != 0 {
        return None;
    }
    let pairs = (digits * 10 + (digits >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs * 100 + (pairs >> 16)) & 0x0000_ffff_0000_ffff;
    let all = (fours * 10_000 + (fours >> 32)) & 0xffff_ffff;
    i64::try_from(all).ok()
}

/// Passes over eight characters at a time from `at` on, as long as none of them means anything in a string.
#[inline]
fn ordinary(text: &[u8], mut at: usize) -> usize {
    const ONES: u64 = u64::MAX / 255;
    // With this bit turned, quotes follow the control characters, and nothing else does.
    const TURNED: u64 = ONES * 0x02;
    let rest = text.get(at..).unwrap_or_default();
    for eight in rest.as_chunks::<8>().0 {
        let word = u64::from_le_bytes(*eight);
        let turned = word ^ TURNED;
        let quote_or_control = turned.wrapping_sub(ONES * 0x21) & !turned;
        let other = word ^ (ONES * u64::from(b'\\'));
        let backslash = other.wrapping_sub(ONES) & !other;
        let marks = (quote_or_control | backslash) & (ONES << 7);
        if marks != 0 {
            // The lowest mark is right; higher ones may be wrong by a borrow.
            return at + (marks.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    at
}
