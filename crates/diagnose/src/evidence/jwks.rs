//! Key sets of issuers.

use super::{Document, Evidence, Note};
use countersign_verify::{JwkSet, Kid};
use std::sync::Arc;

/// A key set with the file it came from.
#[derive(Debug)]
pub(crate) struct KeySetFile {
    /// The file.
    pub(crate) source: Arc<str>,
    /// The keys that can be used.
    pub(crate) set: JwkSet,
}

impl KeySetFile {
    /// The names of its keys, those that cannot be used included.
    pub(crate) fn kids(&self) -> impl Iterator<Item = &str> {
        let usable = self.set.keys.iter().filter_map(|key| key.kid());
        let ignored = self.set.ignored.iter().filter_map(|key| key.kid.as_deref());
        usable.map(Kid::as_str).chain(ignored)
    }

    /// Whether it has a key of this name.
    pub(crate) fn has(&self, kid: &str) -> bool {
        self.kids().any(|known| known == kid)
    }

    /// Whether it has a key of this name that can be used.
    pub(crate) fn usable(&self, kid: &str) -> bool {
        let mut named = self.set.keys.iter().filter_map(|key| key.kid());
        named.any(|known| known.as_str() == kid)
    }
}

pub(super) fn add(evidence: &mut Evidence, document: &Document) {
    match JwkSet::parse(document.text.as_bytes()) {
        Ok(set) => evidence.key_sets.push(KeySetFile {
            source: document.source(),
            set,
        }),
        Err(error) => evidence.notes.push(Note {
            source: document.name.clone(),
            line: None,
            text: format!("the key set cannot be read: {error}"),
        }),
    }
}
