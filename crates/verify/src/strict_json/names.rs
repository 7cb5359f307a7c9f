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
    many: Vec<Text>,
    len: usize,
}

impl Names {
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    pub(super) fn push(&mut self, name: Text) {
        match self.few.get_mut(self.len) {
            Some(place) => *place = name,
            None => self.many.push(name),
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
        let plain = |name: &Text| name.plain().map(|span| span.of(json));
        if self.len <= FEW && few.len() <= SHORT && few.iter().all(|name| plain(name).is_some()) {
            let same = |(place, name): &(usize, &Text)| {
                let before = few.iter().take(*place);
                before.into_iter().any(|other| plain(other) == plain(name))
            };
            let twice = few.iter().enumerate().find(same);
            return twice.map(|(_, name)| name.decode(json));
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
