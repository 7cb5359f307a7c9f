//! What of the evidence is somebody's, wherever else it may stand.

use super::spans::{self, Class, Kind};
use super::wrapped::Wrapped;
use super::{MOST_TOKENS, hosts, jose, keep, letters};
use std::collections::BTreeSet;

/// The texts to replace wherever they stand.
#[derive(Debug, Default)]
pub(super) struct Inventory {
    /// Secrets and identifiers that no other text looks like.
    pub(super) secrets: BTreeSet<String>,
    /// The domains of owners.
    pub(super) sites: BTreeSet<String>,
    /// Hosts, in lower case.
    pub(super) hosts: BTreeSet<String>,
    /// Tokens, whole.
    pub(super) tokens: BTreeSet<String>,
    /// Names of owners and of people, to be replaced where they are words of their own.
    pub(super) words: BTreeSet<String>,
}

impl Inventory {
    /// Adds what a text holds.
    pub(super) fn add(&mut self, text: &str, kind: Kind) {
        for span in spans::of(text, kind, &|_| false) {
            let part = text.get(span.range).unwrap_or_default();
            let wrapped = match span.class {
                Class::Secret | Class::Person | Class::Wrapped | Class::Host => Wrapped::read(part),
                _ => None,
            };
            if let Some(wrapped) = wrapped {
                self.wrapped(&wrapped, part, span.class);
                continue;
            }
            match span.class {
                Class::Encoded => self.add_encoded(part),
                Class::Basic => {
                    if let Some(plain) = jose::plain(part) {
                        self.secret(plain.split_once(':').map_or("", |(_, password)| password));
                    }
                }
                Class::Secret | Class::Opaque => self.secret(part),
                Class::Host => self.host(part),
                Class::Person => self.person(part),
                Class::Pem | Class::Address | Class::Phone | Class::Wrapped => {}
            }
        }
    }

    fn add_encoded(&mut self, part: &str) {
        if matches!(part.matches('.').count(), 2 | 4) && self.tokens.len() < MOST_TOKENS {
            self.tokens.insert(part.to_owned());
        }
        for segment in part.split('.') {
            if let Some(plain) = jose::plain(segment) {
                self.add(&plain, Kind::People);
            }
        }
    }

    /// What stands in base64: it may stand in clear elsewhere.
    fn wrapped(&mut self, wrapped: &Wrapped<'_>, part: &str, class: Class) {
        let (core, _) = wrapped.core();
        match (class, wrapped.kind()) {
            (_, Some(kind)) => self.add(&wrapped.plain, kind),
            (Class::Person, None) => self.person(core),
            (Class::Secret, None) => {
                self.secret(core);
                if !self.secrets.contains(core) && !keep::is_public(core) {
                    self.secrets.insert(part.to_owned());
                }
            }
            (_, None) if wrapped.looks_drawn() => self.secret(core),
            (_, None) => self.add(&wrapped.plain, Kind::Text),
        }
    }

    fn secret(&mut self, part: &str) {
        let bare = part.trim().trim_matches(['"', '\'', '`']);
        let is_hash = bare.matches('$').count() > 1;
        let parts = bare.split('$').skip(1);
        for after in parts.filter(|part| !is_hash || !letters::is_told(part)) {
            let end = after
                .find(|c: char| !c.is_ascii_alphanumeric())
                .unwrap_or(after.len());
            self.words.extend(
                after
                    .get(..end)
                    .filter(|name| name.len() >= 3 && !keep::is_common(name))
                    .map(str::to_ascii_lowercase),
            );
        }
        if bare.len() >= 8 && !keep::is_wordy(bare) && !keep::is_public(bare) {
            self.secrets.insert(bare.to_owned());
        }
    }

    fn host(&mut self, host: &str) {
        self.hosts.insert(host.to_ascii_lowercase());
        self.sites.extend(
            hosts::site(host).filter(|_| keep::provider(&host.to_ascii_lowercase()).is_none()),
        );
        let Some(owner) = hosts::owner(host) else {
            return;
        };
        if owner.len() >= 4
            && !owner.split('-').all(keep::is_common)
            && owner.bytes().any(|byte| byte.is_ascii_alphabetic())
        {
            self.words.insert(owner.to_ascii_lowercase());
        }
    }

    fn person(&mut self, name: &str) {
        let mut known = false;
        for part in name.split(|c: char| !c.is_alphanumeric()) {
            let letters = part.bytes().filter(u8::is_ascii_alphabetic).count();
            let least = if part == name { 4 } else { 5 };
            // Four characters are a name, or drawn: `Uf91`.
            let fits = letters >= 3 || part == name && (1..part.len()).contains(&letters);
            if part.chars().count() >= least && fits && !keep::is_common(part) {
                self.words.insert(part.to_ascii_lowercase());
                known = true;
            }
        }
        // `api_ro`: its parts are too short to be known by themselves.
        let joined = name.contains('_')
            && name.len() >= 5
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if joined && !known && !name.split('_').all(keep::is_common) {
            self.words.insert(name.to_ascii_lowercase());
        }
    }
}
