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
        Ok(set) => {
            evidence.notes.extend(set.ignored.iter().map(|key| {
                let name = key.kid.as_deref().unwrap_or("without a name");
                let text = format!(
                    "key {} ({name}) of the set cannot be used: {}",
                    key.index + 1,
                    key.reason
                );
                Note {
                    source: document.name.clone(),
                    line: None,
                    text,
                }
            }));
            evidence.key_sets.push(KeySetFile {
                source: document.source(),
                set,
            });
        }
        Err(error) => evidence.notes.push(Note {
            source: document.name.clone(),
            line: None,
            text: format!("the key set cannot be read: {error}"),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_testkit::jose::TestKey;

    #[test]
    fn a_key_that_cannot_be_used_is_a_note_and_still_known_by_name() {
        let good = TestKey::ed25519().with_kid("a").public_jwk();
        let text = format!(r#"{{"keys":[{good},{{"kty":"XYZ","kid":"b"}},7]}}"#);
        let evidence = Evidence::read(vec![Document::new("jwks.json", text)]);
        let [file] = evidence.key_sets.as_slice() else {
            panic!("one key set is read: {:?}", evidence.notes);
        };
        assert!(file.has("b") && !file.usable("b") && file.usable("a"));
        assert_eq!(evidence.notes.len(), 2);
        assert!(
            evidence.notes[0].text.contains("key 2 (b)"),
            "{:?}",
            evidence.notes
        );
    }

    #[test]
    fn a_broken_set_is_a_note() {
        let evidence = Evidence::read(vec![Document::new("jwks.json", r#"{"keys": [{"kty""#)]);
        assert!(evidence.key_sets.is_empty());
        assert_eq!(evidence.notes.len(), 1);
    }
}
