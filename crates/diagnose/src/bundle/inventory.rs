//! What of the evidence is somebody's, wherever else it may stand.

use super::spans::{self, Class, Kind};
use super::{MOST_TOKENS, hosts, jose, keep};
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
                Class::Pem | Class::Address | Class::Phone => {}
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

    fn secret(&mut self, part: &str) {
        let bare = part.trim().trim_matches(['"', '\'', '`']);
        for after in bare.split('$').skip(1) {
            let end = after
                .find(|c: char| !c.is_ascii_alphanumeric())
                .unwrap_or(after.len());
            self.words.extend(
                after
                    .get(..end)
                    .filter(|name| name.len() >= 5 && !keep::is_common(name))
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
        for part in name.split(|c: char| !c.is_alphanumeric()) {
            let letters = part.bytes().filter(u8::is_ascii_alphabetic).count();
            let least = if part == name { 4 } else { 5 };
            if part.chars().count() >= least && letters >= 3 && !keep::is_common(part) {
                self.words.insert(part.to_ascii_lowercase());
            }
        }
    }
}
