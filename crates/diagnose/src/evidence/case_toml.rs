//! `case.toml` of a case folder: the time of the failure and the names of the products, nothing else.

use super::{Document, Evidence, Note};

/// Reads `now` and `stack`, and leaves the rest alone: it may hold the answer.
pub(super) fn read(document: &Document, evidence: &mut Evidence) {
    let read: Result<toml::Table, _> = toml::from_str(&document.text);
    let table = match read {
        Ok(table) => table,
        Err(error) => {
            evidence.notes.push(Note {
                source: document.name.clone(),
                line: None,
                text: format!("this is no TOML: {}", error.message()),
            });
            return;
        }
    };
    evidence.now = table.get("now").and_then(toml::Value::as_integer);
    let stack = table.get("stack").and_then(toml::Value::as_array);
    let names = stack.into_iter().flatten().filter_map(toml::Value::as_str);
    evidence.stack.extend(names.map(str::to_owned));
}
