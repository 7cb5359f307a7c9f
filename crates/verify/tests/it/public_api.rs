//! The public API as text: what stands in `public-api.txt` must stay as it is within a version
//! (Semantic Versioning 2.0.0, 8).
//!
//! After a change that is meant: `UPDATE_API=1 cargo test -p countersign-verify --test it public_api`, and say in the
//! changelog what breaks. Additions pass, and come into the file with the next renewal.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

#[test]
fn nothing_public_was_taken_away_or_changed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut now = BTreeSet::new();
    for file in sources(&root.join("src")) {
        let code = std::fs::read_to_string(&file).unwrap();
        now.extend(public(&code).flat_map(|item| exports(&item)));
    }
    let page = root.join("public-api.txt");
    if std::env::var_os("UPDATE_API").is_some() {
        let lines: Vec<_> = now.iter().map(String::as_str).collect();
        std::fs::write(&page, lines.join("\n") + "\n").unwrap();
    }
    let kept = std::fs::read_to_string(&page).unwrap();
    let gone: Vec<_> = kept.lines().filter(|line| !now.contains(*line)).collect();
    assert!(gone.is_empty(), "no longer there, or changed: {gone:#?}");
    assert!(now.len() > 150, "{} items were found", now.len());
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut found = Vec::new();
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.file_stem().is_some_and(|name| name != "tests") {
            found.push(path);
        }
    }
    found
}

/// What is declared `pub`, each on one line, without bodies and values.
fn public(code: &str) -> impl Iterator<Item = String> {
    let code = code.split("#[cfg(test)]").next().unwrap_or_default();
    let places = code.match_indices("pub ").map(|(place, _)| place);
    let starts = places.filter(|place| code[..*place].trim_end_matches(' ').ends_with('\n'));
    starts.map(|place| {
        let rest = &code[place..];
        let item = match rest.lines().next().filter(|line| line.ends_with(',')) {
            Some(field) => field,
            None if rest.starts_with("pub use") => rest.split(';').next().unwrap_or_default(),
            None if rest.starts_with("pub const ") && !rest.starts_with("pub const fn") => {
                rest.split(" = ").next().unwrap_or_default()
            }
            None => rest.split(['{', ';']).next().unwrap_or_default(),
        };
        item.split_whitespace().collect::<Vec<_>>().join(" ")
    })
}

/// Each name of a list of exports by itself, so that more of them are no change.
fn exports(item: &str) -> Vec<String> {
    let Some((from, names)) = item.split_once("::{") else {
        return vec![item.to_owned()];
    };
    let names = names.trim_end_matches('}').split(',').map(str::trim);
    let names = names.filter(|name| !name.is_empty());
    names.map(|name| format!("{from}::{name}")).collect()
}
