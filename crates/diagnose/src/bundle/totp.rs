//! One-time codes: the stand-in of a code is that of the same moment under the stand-in of the secret.

use super::letters::Letters;
use crate::evidence::{Document, DocumentKind};
use crate::situation::totp::device::{self, Device};
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
    for device in rows.flat_map(|document| devices(&document.text)) {
        let stand_in = letters.secret(&device.secret);
        let Some(other) = device.with_secret(&stand_in) else {
            continue;
        };
        let pairs = device.codes_around(now).into_iter();
        for (was, is) in pairs.zip(other.codes_around(now)) {
            let quoted = [format!("\"{was}\""), format!("={was}")];
            let sent =
                |document: &Document| quoted.iter().any(|quoted| document.text.contains(quoted));
            if documents.iter().any(sent) {
                found.insert(was, is);
            }
        }
        found.insert(device.secret, stand_in);
    }
    found
}

fn devices(text: &str) -> Vec<Device> {
    let json = serde_json::from_str::<Value>(text).unwrap_or_default();
    let rows = json.as_array().cloned().unwrap_or_else(|| vec![json]);
    rows.iter().flat_map(device::of).collect()
}
