//! Masked tokens of Django: the stand-in of one is the mask of the stand-in of its secret.

use super::letters::Letters;
use crate::evidence::Document;
use crate::situation::csrf::{masked, unmasked};
use std::collections::{BTreeMap, BTreeSet};

/// The length of a secret and of a mask.
const HALF: usize = 32;

/// The stand-ins of the masked tokens whose secret stands in the documents a second time.
pub(super) fn stand_ins(letters: &Letters, documents: &[Document]) -> BTreeMap<String, String> {
    let mut secrets = BTreeSet::new();
    let mut tokens = BTreeMap::new();
    for document in documents {
        let words = document
            .text
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| matches!(word.len(), HALF | 64));
        for word in words {
            if word.len() == HALF {
                secrets.insert(word.to_owned());
            } else if let Some(secret) = unmasked(word) {
                tokens.insert(word.to_owned(), secret);
            }
        }
    }
    let count = |secret: &String| tokens.values().filter(|one| *one == secret).count();
    let made = tokens
        .iter()
        .filter(|(_, secret)| secrets.contains(*secret) || count(secret) > 1);
    let made = made.filter_map(|(token, secret)| {
        let mask = letters.word(token.get(..HALF)?);
        let cipher = masked(&letters.secret(secret), &mask)?;
        Some((token.clone(), mask + &cipher))
    });
    made.collect()
}
