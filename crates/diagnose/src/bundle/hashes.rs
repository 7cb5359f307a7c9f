//! Hashes of tokens in rows: the stand-in is the hash of the token's stand-in.

use crate::evidence::{Document, DocumentKind, Evidence};
use crate::situation::kept_sessions::row::hashed_alike;
use crate::situation::kept_sessions::texts;
use serde_json::Value;
use std::collections::BTreeMap;

/// The stand-ins of the hashes; `draft` has the stand-ins of the tokens.
pub(super) fn stand_ins(
    documents: &[Document],
    before: &Evidence,
    draft: &Evidence,
) -> BTreeMap<String, String> {
    let mut kept = Vec::new();
    for document in documents
        .iter()
        .filter(|one| DocumentKind::of(one) == DocumentKind::Users)
    {
        strings(
            &serde_json::from_str(&document.text).unwrap_or_default(),
            &mut kept,
        );
    }
    let (was, is) = (texts(before), texts(draft));
    let pairs = || {
        was.iter()
            .zip(&is)
            .filter(|(was, _)| was.len() >= 16 && was.len() < 4_096)
    };
    let made = kept
        .into_iter()
        .filter(|kept| kept.len() >= 27)
        .filter_map(|kept| {
            let made = pairs().find_map(|(was, is)| hashed_alike(&kept, was, is))?;
            Some((kept, made))
        });
    made.collect()
}

fn strings(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| strings(item, found)),
        Value::Object(members) => members.values().for_each(|value| strings(value, found)),
        _ => {}
    }
}
