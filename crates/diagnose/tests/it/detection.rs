//! "Detected" is true: somewhere in the product a detected cause is given as the reason.

use countersign_diagnose::explain;
use countersign_verify::Cause;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Every source file of the other crates, but the table itself and the wording of refusals.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if path.is_dir() && !["diagnose", "target", "tests", "testkit"].contains(&name.as_str()) {
            sources(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs")
            && !["cause.rs", "problem.rs", "tests.rs"].contains(&name.as_str())
        {
            found.push(path);
        }
    }
}

/// The names of the causes that product code speaks of.
fn given() -> BTreeSet<String> {
    let mut files = Vec::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join(".."),
        &mut files,
    );
    assert!(files.len() > 100, "only {} files", files.len());
    let mut names = BTreeSet::new();
    for file in files {
        let text = fs::read_to_string(file).expect("a source file");
        let product = text
            .split("#[cfg(test)]\nmod tests")
            .next()
            .unwrap_or_default();
        for after in product.split("Cause::").skip(1) {
            names.insert(after.chars().take_while(|c| c.is_alphanumeric()).collect());
        }
    }
    names
}

#[test]
fn what_is_called_detected_is_given_as_a_reason_somewhere() {
    let given = given();
    let missing: Vec<&str> = Cause::ALL
        .iter()
        .filter(|cause| !explain(**cause).is_looked_for())
        .filter(|cause| !given.contains(&format!("{cause:?}")))
        .map(|cause| cause.slug())
        .collect();
    assert!(
        missing.is_empty(),
        "called detected, and never given: {missing:?}"
    );
}
