//! The names of the objects that a walk is in.

use super::members::Text;
use std::borrow::Cow;

/// As many as most objects have, and those they stand in.
const FEW: usize = 32;

/// Up to this, each name is compared with each.
const SHORT: usize = 16;

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
                *mark = name.plain().map_or(0, |plain| mark_of(plain.of(json)));
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
        if self.len <= FEW && marks.len() <= SHORT && !marks.contains(&0) {
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
fn mark_of(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let start = bytes.first_chunk().copied().unwrap_or_else(|| {
        let mut start = [0; 8];
        for (to, from) in start.iter_mut().zip(bytes) {
            *to = *from;
        }
        start
    });
    (u64::from_le_bytes(start) ^ (bytes.len() as u64).rotate_right(8)) | 1
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
