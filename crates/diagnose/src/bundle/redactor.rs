//! The replacing itself: of a text, of a name, of each part by what it is.

use super::inventory::Inventory;
use super::letters::Letters;
use super::spans::{self, Class, Kind};
use super::wrapped::{self, Wrapped};
use super::{hosts, jose, keep, keys};
use crate::contract::purpose;
use crate::situation::session_cookie::{protected_by, protecting_key, time_in};
use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeMap;
use std::ops::Range;

/// Replaces what is somebody's.
pub(super) struct Redactor {
    pub(super) letters: Letters,
    pub(super) inventory: Inventory,
    /// The signatures of tokens whose signer is known, by token.
    pub(super) signatures: BTreeMap<String, String>,
    /// Texts with their stand-ins, which nothing else decides.
    exact: BTreeMap<String, String>,
    secrets: Option<AhoCorasick>,
    words: Option<AhoCorasick>,
}

/// A part to replace, with what replaces it.
type Change = (Range<usize>, String);

impl Redactor {
    /// One that knows what to replace.
    pub(super) fn new(
        letters: Letters,
        inventory: Inventory,
        exact: BTreeMap<String, String>,
    ) -> Self {
        let known = exact.keys().chain(&inventory.secrets).map(String::as_str);
        let secrets = automaton(known.collect(), false);
        let words = automaton(inventory.words.iter().map(String::as_str).collect(), true);
        Self {
            letters,
            inventory,
            signatures: BTreeMap::new(),
            exact,
            secrets,
            words,
        }
    }

    /// Learns stand-ins that follow from others.
    pub(super) fn know(&mut self, exact: BTreeMap<String, String>) {
        self.exact.extend(exact);
        let known = self.exact.keys().chain(&self.inventory.secrets);
        self.secrets = automaton(known.map(String::as_str).collect(), false);
    }

    /// The stand-in of a text.
    pub(super) fn text(&self, text: &str, kind: Kind) -> String {
        let known = |site: &str| self.inventory.sites.contains(site);
        let found = spans::of(text, kind, &known);
        let mut changes: Vec<Change> = found
            .into_iter()
            .map(|span| {
                let part = text.get(span.range.clone()).unwrap_or_default();
                (span.range, self.stand_in(part, span.class))
            })
            .collect();
        changes = without_overlap(self.known(text), changes);
        changes = without_overlap(changes, self.owned_words(text));
        applied(text, &changes)
    }

    /// The stand-in of a file's or a service's name.
    pub(super) fn name(&self, name: &str) -> String {
        applied(name, &self.owned_words(name))
    }

    /// The stand-in of a text that is one secret.
    pub(super) fn only_secret(&self, text: &str) -> String {
        if text.contains("eyJ") || text.contains("-----BEGIN") {
            return self.text(text, Kind::Text);
        }
        self.secret(text)
    }

    fn stand_in(&self, part: &str, class: Class) -> String {
        match class {
            Class::Pem => keys::pem(&self.letters, part),
            Class::Encoded => jose::stand_in(self, part),
            Class::Basic => self.basic(part),
            Class::Secret => self.secret(part),
            Class::Host if part.contains('.') => hosts::stand_in(&self.letters, part),
            Class::Person => match Wrapped::read(part) {
                Some(wrapped) => self.wrapped(&wrapped, |core| self.person(core)),
                None => self.person(part),
            },
            Class::Host | Class::Wrapped => self.told_by_itself(part),
            Class::Opaque => self.drawn(part),
            Class::Address => self.address(part),
            Class::Phone => self.letters.word(part),
        }
    }

    /// A secret; one that is the encoding of another stays the encoding of its stand-in.
    fn secret(&self, part: &str) -> String {
        if keep::is_public(part) {
            return part.to_owned();
        }
        if let Some(exact) = self.exact.get(part) {
            return exact.clone();
        }
        if let Some(wrapped) = Wrapped::read(part) {
            return self.wrapped(&wrapped, |core| self.secret(core));
        }
        if let Some((host, before, after)) = wrapped::clerk_host(part) {
            let made = STANDARD.encode(hosts::stand_in(&self.letters, &host) + "$");
            return [before, made.trim_end_matches('='), after].concat();
        }
        // References to other settings stay.
        let Some((before, rest)) = part.split_once("${") else {
            return self.drawn(part);
        };
        match rest.split_once('}') {
            Some((name, after)) => {
                [&self.secret(before), "${", name, "}", &self.secret(after)].concat()
            }
            None => self.drawn(part),
        }
    }

    /// Base64 with the stand-in of the text in it.
    fn wrapped(&self, wrapped: &Wrapped<'_>, stand_in: impl Fn(&str) -> String) -> String {
        if let Some(kind) = wrapped.kind() {
            return wrapped.with(&self.text(&wrapped.plain, kind));
        }
        let (core, end) = wrapped.core();
        wrapped.with(&(stand_in(core) + end))
    }

    /// Base64 of which no name says what it is of.
    fn told_by_itself(&self, part: &str) -> String {
        let Some(wrapped) = Wrapped::read(part) else {
            return part.to_owned();
        };
        self.wrapped(&wrapped, |core| {
            let made = self.text(core, Kind::Text);
            if made == core && wrapped.looks_drawn() {
                self.secret(core)
            } else {
                made
            }
        })
    }

    fn drawn(&self, part: &str) -> String {
        if keep::is_everybodys_id(part) {
            return part.to_owned();
        }
        if let Some((range, _)) = time_in(part) {
            return dated(part, &range, |part| self.letters.secret(part));
        }
        let mut made = self.letters.secret(part);
        // A payload of ASP.NET's data protection names its key, which logs name too.
        let sealed = protecting_key(part).and_then(|id| protected_by(part, &self.drawn(&id)));
        if let Some(start) = sealed {
            made.replace_range(..start.len(), &start);
        }
        // The version and the variant of a UUID (RFC 9562, section 4).
        if part.len() == 36 && part.matches('-').count() == 4 {
            for at in [14, 19] {
                made.replace_range(at..=at, part.get(at..=at).unwrap_or("4"));
            }
        }
        made
    }

    fn person(&self, part: &str) -> String {
        for at in ["@", "%40"] {
            if let Some((local, host)) = part.split_once(at) {
                return [
                    &self.person(local),
                    at,
                    &hosts::stand_in(&self.letters, host),
                ]
                .concat();
            }
        }
        let mut made = String::with_capacity(part.len());
        for piece in part.split_inclusive(|c: char| !c.is_alphanumeric() && !"-_".contains(c)) {
            let bare = piece.trim_end_matches(|c: char| !c.is_alphanumeric() && !"-_".contains(c));
            let end = piece.get(bare.len()..).unwrap_or_default();
            made += &if bare.len() >= 20 && keep::is_random(bare) {
                self.drawn(bare)
            } else {
                self.name_part(bare)
            };
            made += end;
        }
        made
    }

    fn name_part(&self, part: &str) -> String {
        let mut made = String::with_capacity(part.len());
        for piece in part.split_inclusive(['-', '_']) {
            let bare = piece.trim_end_matches(['-', '_']);
            let number = bare.len() < 7 && bare.bytes().all(|byte| byte.is_ascii_digit());
            made += &if keep::is_common(bare) || number || bare.len() < 2 {
                bare.to_owned()
            } else {
                self.letters.name(bare)
            };
            made += piece.get(bare.len()..).unwrap_or_default();
        }
        made
    }

    fn basic(&self, part: &str) -> String {
        let made = jose::plain(part).and_then(|plain| {
            let (user, password) = plain.split_once(':')?;
            let made = STANDARD.encode(format!("{}:{}", self.person(user), self.secret(password)));
            (made.len() == part.len()).then_some(made)
        });
        made.unwrap_or_else(|| self.drawn(part))
    }

    /// Another address of the internet, written as long.
    fn address(&self, part: &str) -> String {
        if part.contains(':') {
            let (first, rest) = part.split_at(4);
            let groups = rest.split(':').map(|group| hex(&self.letters, group));
            return first.to_owned() + &groups.collect::<Vec<_>>().join(":");
        }
        let bytes = self.letters.bytes("address", part.as_bytes());
        let parts = part
            .split('.')
            .zip(bytes)
            .enumerate()
            .map(|(at, (part, byte))| {
                let made = match part.len() {
                    1 => 1 + byte % 9,
                    2 => 11 + byte % 80,
                    _ if at == 0 => 128 + byte % 32,
                    _ => 100 + byte % 100,
                };
                made.to_string()
            });
        parts.collect::<Vec<_>>().join(".")
    }

    /// Secrets that are known from elsewhere.
    fn known(&self, text: &str) -> Vec<Change> {
        let Some(secrets) = &self.secrets else {
            return Vec::new();
        };
        let found = secrets.find_iter(text).filter_map(|found| {
            let part = text.get(found.range())?;
            let exact = self.exact.get(part).cloned();
            if exact.is_none() && text.get(..found.start()).is_some_and(within_encoded) {
                return None;
            }
            Some((found.range(), exact.unwrap_or_else(|| self.secret(part))))
        });
        found.collect()
    }

    /// Names of owners and people that are words of their own.
    fn owned_words(&self, text: &str) -> Vec<Change> {
        let Some(words) = &self.words else {
            return Vec::new();
        };
        let found = words
            .find_iter(text)
            .filter(|found| is_word(text, found.range()))
            .filter_map(|found| {
                let part = text.get(found.range())?;
                let made = if part.contains('_') {
                    self.person(part)
                } else {
                    hosts::label(&self.letters, part, true)
                };
                (!changes_a_purpose(text, found.range(), &made)).then_some((found.range(), made))
            });
        found.collect()
    }
}

fn automaton(texts: Vec<&str>, any_case: bool) -> Option<AhoCorasick> {
    let mut builder = AhoCorasick::builder();
    builder
        .match_kind(MatchKind::LeftmostLongest)
        .ascii_case_insensitive(any_case);
    builder.build(texts).ok()
}

/// Whether the text ends inside of a token.
fn within_encoded(before: &str) -> bool {
    let start = before
        .trim_end_matches(|c: char| c.is_ascii_alphanumeric() || "-_.".contains(c))
        .len();
    before
        .get(start..)
        .is_some_and(|word| word.starts_with("eyJ"))
}

fn hex(letters: &Letters, group: &str) -> String {
    let long = group.repeat(16);
    letters
        .secret(&long)
        .get(..group.len())
        .unwrap_or_default()
        .to_owned()
}

/// A session of itsdangerous with stand-ins around the time in it.
fn dated(text: &str, time: &Range<usize>, stand_in: impl Fn(&str) -> String) -> String {
    let front = text.get(..time.start).unwrap_or_default();
    let back = text.get(time.end..).unwrap_or_default();
    let time = text.get(time.clone()).unwrap_or_default();
    [&stand_in(front), time, &stand_in(back)].concat()
}

/// Whether what stands at a range is a word, or a part of a name in camel case.
fn is_word(text: &str, range: Range<usize>) -> bool {
    let before = text
        .get(..range.start)
        .and_then(|before| before.chars().next_back());
    let after = text.get(range.end..).and_then(|after| after.chars().next());
    let mut own = text.get(range).unwrap_or_default().chars();
    let first = own.next().unwrap_or(' ');
    let last = own.next_back().unwrap_or(first);
    let starts =
        before.is_none_or(|c| !c.is_alphanumeric() || (c.is_lowercase() && first.is_uppercase()));
    let ends =
        after.is_none_or(|c| !c.is_alphabetic() || (last.is_lowercase() && c.is_uppercase()));
    starts && ends
}

/// Whether the name of a setting would mean something else with the change.
fn changes_a_purpose(text: &str, range: Range<usize>, made: &str) -> bool {
    let in_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let before = text.get(..range.start).unwrap_or_default();
    let start = before.trim_end_matches(in_name).len();
    let after = text.get(range.end..).unwrap_or_default();
    let end = range.end + (after.len() - after.trim_start_matches(in_name).len());
    let name = text.get(start..end).unwrap_or_default();
    let changed = [
        text.get(start..range.start).unwrap_or_default(),
        made,
        text.get(range.end..end).unwrap_or_default(),
    ]
    .concat();
    name.contains('_') && name.chars().all(in_name) && purpose(name) != purpose(&changed)
}

/// All of the first, and of the second what does not overlap with it; in their order.
fn without_overlap(first: Vec<Change>, second: Vec<Change>) -> Vec<Change> {
    let mut all: Vec<Change> = second
        .into_iter()
        .filter(|(range, _)| {
            let at = first.partition_point(|(one, _)| one.end <= range.start);
            first.get(at).is_none_or(|(one, _)| one.start >= range.end)
        })
        .collect();
    all.extend(first);
    all.sort_by_key(|(range, _)| range.start);
    all
}

fn applied(text: &str, changes: &[Change]) -> String {
    let mut made = String::with_capacity(text.len());
    let mut at = 0;
    for (range, stand_in) in changes {
        made += text.get(at..range.start).unwrap_or_default();
        made += stand_in;
        at = range.end;
    }
    made + text.get(at..).unwrap_or_default()
}
