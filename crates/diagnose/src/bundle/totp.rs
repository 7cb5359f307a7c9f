//! One-time codes: the stand-in of a code is that of the same moment under the stand-in of the secret.

use super::letters::Letters;
use crate::evidence::{Document, DocumentKind};
use crate::situation::totp;
use serde_json::Value;
use std::collections::BTreeMap;

/// The stand-ins of the codes of the secrets in rows of users.
pub(super) fn codes(
    letters: &Letters,
    documents: &[Document],
    now: Option<i64>,
) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let Some(now) = now else {
        return found;
    };
    let rows = documents
        .iter()
        .filter(|one| DocumentKind::of(one) == DocumentKind::Users);
    for secret in rows.flat_map(|document| secrets(&document.text)) {
        let stand_in = letters.secret(&secret);
        for (was, is) in totp::codes_around(&secret, now)
            .into_iter()
            .zip(totp::codes_around(&stand_in, now))
        {
            let quoted = [format!("\"{was}\""), format!("={was}")];
            let sent =
                |document: &Document| quoted.iter().any(|quoted| document.text.contains(quoted));
            if documents.iter().any(sent) {
                found.insert(was, is);
            }
        }
        found.insert(secret, stand_in);
    }
    found
}

fn secrets(text: &str) -> Vec<String> {
    let Ok(json) = serde_json::from_str::<Value>(text) else {
        return Vec::new();
    };
    let rows = json.as_array().cloned().unwrap_or_else(|| vec![json]);
    let named = rows.iter().flat_map(|row| {
        totp::SECRET_NAMES
            .iter()
            .filter_map(|name| row.get(*name)?.as_str())
    });
    named
        .filter(|secret| secret.len() >= 16)
        .map(str::to_owned)
        .collect()
}
