//! The names of the objects that a walk is in.

use super::members::{Span, Text};
use std::borrow::Cow;

/// As many as most objects have that nobody reads, and those they stand in. Each of these is compared with each.
const FEW: usize = 16;

/// A stack of names: those of the outermost object first. It takes memory only when there are many.
#[derive(Default)]
pub(super) struct Names {
    few: [Text; FEW],
    /// One for each of the few; names of different marks are different. 0 for those with escapes.
    marks: [u64; FEW],
    many: Vec<Text>,
    len: usize,
}

impl Names {
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    pub(super) fn push(&mut self, name: Text, json: &str) {
        match (self.few.get_mut(self.len), self.marks.get_mut(self.len)) {
            (Some(place), Some(mark)) => {
                *place = name;
                *mark = name.plain().map_or(0, |plain| mark_of(plain, json));
            }
            _ => self.many.push(name),
        }
        self.len += 1;
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.many.truncate(len.saturating_sub(FEW));
        self.len = len;
    }

    /// A name that stands twice among those from `start` on. Names are equal that say the same, however they are
    /// written.
    pub(super) fn repeated<'a>(&self, start: usize, json: &'a str) -> Option<Cow<'a, str>> {
        let few = self.few.get(start..self.len.min(FEW)).unwrap_or_default();
        let marks = self.marks.get(start..self.len.min(FEW)).unwrap_or_default();
        if self.len <= FEW && !marks.contains(&0) {
            return repeated_of_few(few, marks, json);
        }
        let many = self
            .many
            .get(start.saturating_sub(FEW)..)
            .unwrap_or_default();
        let mut all: Vec<_> = few
            .iter()
            .chain(many)
            .map(|name| name.decode(json))
            .collect();
        all.sort_unstable();
        let twice = all.windows(2).find(|pair| pair[0] == pair[1]);
        twice.map(|pair| pair[0].clone())
    }
}

/// The start and the length, folded; never 0.
fn mark_of(plain: Span, json: &str) -> u64 {
    let name = plain.bytes_of(json);
    let length = name.len() as u64;
    let behind = json.as_bytes().get(plain.start() as usize..);
    let start = match behind.and_then(|behind| behind.first_chunk()) {
        Some(start) => {
            let others = 64_u32.saturating_sub(8 * u32::try_from(length).unwrap_or(8));
            let start = u64::from_le_bytes(*start);
            start.unbounded_shl(others).unbounded_shr(others)
        }
        // At the end of the text; the same name elsewhere has the same mark.
        None => name
            .iter()
            .rev()
            .fold(0, |start, byte| start << 8 | u64::from(*byte)),
    };
    (start ^ length.rotate_right(8)) | 1
}

/// Compares each with each, by their marks first. None of them has escapes.
fn repeated_of_few<'a>(few: &[Text], marks: &[u64], json: &'a str) -> Option<Cow<'a, str>> {
    for (place, (name, mark)) in few.iter().zip(marks).enumerate() {
        let before = few.iter().zip(marks).take(place);
        for (other, of_other) in before {
            if mark == of_other && name.decode(json) == other.decode(json) {
                return Some(name.decode(json));
            }
        }
    }
    None
}
