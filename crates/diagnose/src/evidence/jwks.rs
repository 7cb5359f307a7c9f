//! Key sets of issuers.

use super::{Document, Evidence, Note};
use countersign_verify::JwkSet;
use std::sync::Arc;

/// A key set with the file it came from.
#[derive(Debug)]
pub(crate) struct KeySetFile {
    /// The file.
    pub(crate) source: Arc<str>,
    /// The keys that can be used.
    pub(crate) set: JwkSet,
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
